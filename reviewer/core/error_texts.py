"""Texts that a server or a program wrote where a model's response should stand.

A text counts as one by how it begins, and only where nothing in it explains: an answer about an error quotes it too.
"""

from __future__ import annotations

import ast
import json
import re
from contextlib import suppress

from reviewer.core.foreign_texts import FAULTS, TELLS, tells_of_machine

_LONGEST = 4_000
_SHORT = 160
_READ = 1_500

_EXPLAINS = re.compile(
    r"\b(?:means?|meaning|occurs? when|happens?|(?:is|are|gets?) (?:raised|thrown|returned)|raised when|to fix"
    r"|fix (?:it|this)"
    r"|to resolve|to solve|here(?:'s| is| are)|for example|for instance|e\.g\.|(?<!does not )indicates?|explanation"
    r"|step \d"
    r"|common causes?"
    r"|you (?:can|could|should|might|may) (?:fix|handle|avoid|solve|resolve|try)|usually|typically|often"
    r"|is an? (?:http|status|error|response|common|type|exception|class|message|joke|code|page|name|film|song"
    r"|book|word"
    r"|phrase|meme)|in (?:python|java|javascript"
    r"|other words))\b"
    r"|^(?:#{1,6} |[-*] |\d\. )"
    # the same in other languages
    r"|\b(?:heißt|bedeutet|prüfe|prüfen sie|signifie|veut dire|vérifiez|a reçu|significa|comprueba|revisa"
    r"|verifique|controlla|betekent|oznacza|означает|проверь\w*)\b"
    r"|\u610f\u601d|\u8868\u793a|\u610f\u5473|\u68c0\u67e5",
    re.I | re.M,
)
# What programs write, and models seldom.
_ERRNO = r"E(?:TIMEDOUT|CONN(?:REFUSED|RESET|ABORTED)|PIPE|(?:HOST|NET)UNREACH|NOTFOUND|AI_AGAIN|PROTO)"
_MACHINE = re.compile(
    rf"\b(?:{_ERRNO}\b)|\b(?:[45]\d\d\b|rate.?limit|quota|tim(?:ed?|e).?out|connection|api.?key"
    rf"|invalid.?(?:request|response|json|token)|no (?:candidates|choices|generations|such)|bad_alloc"
    r"|\w{2,60}exception|crashed"
    r"|not (?:authori[sz]ed|authenticated)|name or service|statuscode|field required"
    r"|overloaded"
    r"|system memory|(?:gpu|video) memory|vram|\d gib\b|unavailable|subprocess|no route matched|unauthori[sz]ed"
    r"|authentication|forbidden|bad gateway"
    r"|internal server|max(?:imum)? (?:retries"
    r"|context)"
    r"|context.?length|retry|retries|failed to (?:fetch|connect|load|parse|generate|get|call|decode)"
    r"|could not (?:connect|parse"
    r"|decode|resolve)|json|decod(?:e|ing)|ssl|certificate|socket|http|https|hostname|proxy|dns|server|endpoint"
    r"|deployment"
    r"|iteration limit|time limit|message stream|agent stopped"
    r"|nonetype|expecting value|index out of range|has no attribute|is not (?:iterable|subscriptable|callable"
    r"|defined"
    r"|json serializable)|unexpected keyword|out of memory|cuda|assert|argument|null pointer|undefined|no response"
    r"|billing"
    r"|insufficient|credit balance|model .{0,60}(?:not found|does not exist|not available|loading)|bad request"
    r"|too many requests"
    r"|content.?(?:filter|management)|status|code|exception|stack|worker|upstream|gateway|token limit"
    r"|max.?tokens)\b",
    re.I,
)
_VENDOR = (
    r"(?:open ?ai|azure(?: openai)?|anthropic|claude|gemini|google|vertex(?: ?ai)?|bedrock|aws|mistral|cohere|groq"
    r"|together"
    r"|replicate|hugging ?face|hf|ollama|vllm|litellm|openrouter|deepseek|api|http|https|server|request|network"
    r"|connection"
    r"|client|call|gateway|proxy|inference|model|llm|runtime|internal|unexpected|unknown|fatal|critical"
    r"|generation|timeout"
    r"|application|backend|upstream|validation|decoding|parsing|cloudflare"
    r"|system)"
)
_ERROR = re.compile(
    rf"[\W_]{{0,4}}(?:an? )?(?:{_VENDOR}[ _-]?){{0,3}}error\b"
    r"(?![ -](?:free|prone|handling|correct\w*|rates?|bars?|margins?|analysis|propagation)\b|,? as (?:the"
    r"|an?)\b)[\W_]{0,3}(?:code"
    r"|message|type|status|occurred|response|calling"
    r"|during|while|in|from|with|generating|communicating|when|no)?\b",
    re.I,
)
_BARE_ERROR = re.compile(rf"(?:the )?(?:{_VENDOR}[ _-]?){{1,3}}error[.!]?", re.I)
_CLASS = re.compile(
    r"(?:(?:ERROR|WARN(?:ING)?|FATAL|CRITICAL|Error|Exception|Failed|Caught)[\W_]{1,4})?(?:Uncaught |Unhandled )?"
    r"(?:[a-z][\w-]{1,24}: )?<?(?:(?:[A-Za-z_]\w*(?:\.|::|\\))*_?[A-Z]\w*(?:Error|Exception|Timeout|Fault|Failure"
    r"|Interrupt)\d*"
    r"|(?:[a-z_]\w*\.)+(?:[a-z_]*(?:exceptions?|errors?)\.)[A-Z]\w+)(?P<after>\s*[(:\[>]|\s*\Z|\s*\n)"
)
# Python's own, followed by what they say in one line
_OWN_CLASS = re.compile(
    r"(?:Value|Type|Key|Index|Attribute|Runtime|OS|IO|Name|Import|ModuleNotFound|Assertion|Unicode\w{2,8}"
    r"|Recursion|Memory"
    r"|NotImplemented|ZeroDivision|Permission|Timeout|Connection\w{0,12})Error: [^\n]{1,400}\Z"
)
_REASONS = (
    r"bad request|unauthori[sz]ed|payment required|forbidden|not found|method not allowed|not acceptable"
    r"|request time-?out"
    r"|conflict|gone|payload too large|request entity too large|unprocessable (?:entity|content)|too many requests"
    r"|internal server error|not implemented|bad gateway|service (?:temporarily )?unavailable|gateway time-?out"
    r"|web server (?:is down|returned an unknown error)|connection timed out|a timeout occurred"
    r"|origin is unreachable"
    r"|site is overloaded|overloaded(?:_error)?|unknown error"
)
_STATUS = re.compile(
    r"(?:HTTP(?:/\d(?:\.\d)?)?|status(?: ?code)?|error(?: ?code)?|code)?[\s:=\-]{0,3}"
    rf"[45]\d\d[\s:\-\u2013\u2014(]{{0,3}}(?:(?:client|server) error:? ?)?(?P<reason>{_REASONS})\b",
    re.I,
)
# "402: Insufficient credits", "529 {"type": "error", …}"
_NUMBERED = re.compile(
    r"(?:HTTP(?:/\d(?:\.\d)?)?[ :]{0,2})?[45]\d\d(?:\s*[:\u2013\u2014|]\s*|\s+(?=[{\[]))(?P<after>\S)", re.I
)
_FENCED = re.compile(r"```(?:json|text|txt)?[ \t]*\n(?P<inside>[^`]{1,4000}?)\n?```", re.I)
_BARE_STATUS = re.compile(
    r"(?:HTTP(?:/\d(?:\.\d)?)?|status(?: ?code)?|error(?: ?code)?)[\s:=\-]{1,3}[45]\d\d[.!]?"
    r"|cloudflare error[\s:]{1,2}\d{3,4}|error code: \d{3,4}",
    re.I,
)
_SHORT_PHRASES = re.compile(
    r"(?:(?:the |this |your )?(?:operation|request|call|run|execution|task|agent|chain|generation|job)"
    r" (?:was |has been |were )?(?:aborted|cancell?ed|stopped|terminated|interrupted|killed)"
    r" (?:due to|because of|after|by|at|on) (?:an? |the |its )?[^\n.]{0,30}\b(?:time-?out|limit|budget|user"
    r"|signal|deadline|error)s?"
    r"|(?:the |your |a )?(?:(?:api |http |read |connect |upstream )?(?:request|connection|read|operation|stream"
    r"|call|response"
    r"|generation|model|server)(?: has| was)? (?:timed? ?-?out|failed|aborted|reset(?: by peer)?|refused|closed"
    r"|interrupted"
    r"|error|cancell?ed)|rate limit(?: was| has been)? (?:exceeded|reached|hit)|too many requests"
    r"|service (?:temporarily )?"
    r"unavailable|internal (?:server )?error|bad gateway|gateway time-?out|network error|connection error"
    r"|timed? ?-?out"
    r"(?: error)?|(?:model|server|engine) (?:is )?(?:currently )?(?:overloaded|loading|busy|unavailable"
    r"|not ready)(?: or not ready)?(?: yet)?"
    r"|overloaded(?:_error)?|invalid (?:request|response|json)|insufficient[ _]quota|quota exceeded"
    r"|payment required|(?:you have |you've |you are |account has )?(?:run )?out of (?:api )?(?:credits?|quota"
    r"|tokens)"
    r"|(?:generation|inference|decoding|output) (?:was )?(?:stopped|ended|cut off"
    r"|interrupted)(?: early)?[:,]? ?(?:by|at|due to"
    r"|because of|after)? ?(?:the )?(?:max(?:imum)?|token|length|stop)[ _-]?(?:tokens?|length|limit|reached)"
    r"|(?:output|response|completion|content|request|prompt) (?:was |is )?(?:blocked|filtered|stopped"
    r"|removed) by (?:the |our )?"
    r"(?:content|safety)[ _-](?:filter(?:ing)?|policy|moderation)(?: (?:policy|system))?"
    r"|(?:your |the )?(?:api|access|secret) (?:key|token) (?:is |was |has )?(?:not valid|invalid|missing|expired"
    r"|revoked"
    r"|not found|not provided)(?:[.!,;] ?please (?:pass|provide|use|check|set) [^\n]{1,60})?"
    r"|(?:invalid|incorrect|missing|expired|bad) (?:api |access |authentication |auth |login )?(?:credentials?"
    r"|tokens?"
    r"|keys?)|(?:could not validate|no) (?:auth\w* )?credentials(?: (?:found|provided|were provided))?"
    r"|context length exceeded|max(?:imum)? retries exceeded|out of memory|killed"
    r"|segmentation fault(?: \(core dumped\))?"
    r"|(?:the |no )?model (?:is )?(?:not |still |currently )?load(?:ed|ing)(?: yet)?|endpoint is (?:paused|down"
    r"|stopped|starting)"
    r"|(?:context (?:size|length|window)|prompt|input)(?: length)? (?:has been |is |was )?(?:exceeded"
    r"|too (?:long|large))"
    r"|rate[ -]?limited\b[^\n]{0,60}|aborted(?: \(core dumped\))?|prompt is too long[^\n]{0,80}"
    r"|fetch failed|failed to fetch|load failed|socket hang up|(?:network )?(?:request"
    r"|connection) (?:was )?(?:failed|lost|error)"
    r"|tim(?:ed?|e) ?-?out (?:after|waiting for|of|while) [^\n]{1,60}|(?:the )?(?:model|server"
    r"|service) is at capacity"
    r"|no healthy upstream|broken pipe|eof|end of file|stream (?:ended|closed)|unknown error|server disconnected"
    r"(?: without sending a response)?|404 page not found|(?:the )?model (?:was |is )?not found|undefined error"
    r"|(?:an )?(?:unexpected "
    r"|unknown )?error occurred"
    r"|something went wrong|(?:failed|unable) to (?:fetch|connect|generate|get|load|parse|retrieve)(?: an?"
    r"| any| the"
    r"| valid)*"
    r"(?: response| completion| output| content| answer| data| json)?(?: from .{1,30})?)(?:[.!:;,\s]+(?:please "
    r"|kindly )?(?:try again|retry)(?: later| in .{1,30})?)?)[.!\s]*",
    re.I,
)
# A model does not begin so.
_STRONG = re.compile(
    r"(?:rate limit (?:reached|exceeded) for\b|you exceeded your current quota|(?:incorrect"
    r"|invalid) (?:x-)?api[- ]key\b"
    r"|this model's maximum context length|please reduce the length of the messages|that model is (?:currently )?"
    r"(?:overloaded|loading)|model \S{1,80} is currently loading|(?:max(?:imum)?|too many) retries exceeded"
    r"|https?connectionpool\(|\(?'?connection aborted|\[(?:errno|winerror) ?-?\d+\]|cannot connect to host"
    r"|curl: \(\d+\)"
    r"|(?-i:panic: )|upstream (?:connect|request) (?:error|timeout)|stream (?:error|disconnected|timeout)\b"
    r"|cuda (?:error"
    r"|out of memory)"
    r"|torch\.cuda|expecting value: line \d|unexpected (?:token|end)\b.{0,40}json|rpc error: |grpc\b.{0,20}(?:error"
    r"|status)"
    r"|list index out of range|'nonetype' object|name '\w+' is not defined|(?:read|connect|write) time(?:d )?out\b"
    r"|resource_exhausted|deadline_exceeded|resource has been exhausted|connection (?:refused|reset|error"
    r"|timed out)[.:!]"
    r"|hmm[.\u2026]* ?something seems to have gone wrong|no (?:available|healthy) (?:server|upstream|channel"
    r"|backend|provider|worker"
    r"|endpoint|instance|deployment|replica)s?\b"
    r"|(?:got|received) (?:http )?(?:status|error)(?: code)? [45]\d\d\b|err(?:or)?: ?time(?:d )?-?out"
    r"|guru meditation"
    r"|(?:the )?(?:process|worker|task|job|runner)(?: \S{1,40})? (?:finished|exited|died|ended"
    r"|timed out|was killed|terminated) ?"
    r"(?:with |after |by )|exit (?:status|code):? \d|kernel: |no such file or directory: "
    r"|unhandled promise rejection|error response from|socket\.\w+: \["
    rf"|{_ERRNO}\b(?! is\b)|(?:error|warning|critical|fatal|info|debug):[\w.]{{2,60}}:"
    rf"|\[?\d{{4}}-\d\d-\d\d[t ]\d\d:\d\d:\d\d\S{{0,12}}"
    r"[^\n]{0,60}\b(?:error|warn(?:ing)?|critical|fatal)\b"
    r"|(?:http_?)?status(?:_?code)?\s?[=:]\s?[\"']?[45]\d\d\b"
    r"|error occurred \(\w{3,60}\)|an error occurred \(\w{3,60}\)|invalid operation: the `?response\b"
    r"|the `response\.\w+` quick accessor"
    r"|(?:\w+ )?(?:call|request|invocation|generation|inference|completion) failed(?: after \d{1,3} (?:retries"
    r"|attempts"
    r"|tries|seconds|s))?(?: with (?:status|error|code|exit|http)\b|[:,] ?(?:\(?(?:http )?[45]\d\d\b|http error"
    r"|status))"
    r"|(?:the )?model [`'\"][^\s`'\"]{1,80}[`'\"] (?:does not exist|(?:was |is )?not (?:found|available"
    r"|supported)|has been deprecated)"
    r"|data: (?:\[done\]\s*\Z|\{\s*\"error\")|event: error\b"
    r"|(?:php |<b>)?(?:fatal error|parse error|warning|notice"
    r"|deprecated)(?:</b>)?: [^\n]{1,300} in \S{1,200} on line \d"
    r"|php (?:fatal error|parse error|warning|notice|deprecated):|rbac: access denied|jwt (?:is|verification"
    r"|token)\b"
    r"|default backend - \d|no route matched\b|(?:just a moment|checking your browser"
    r"|verify(?:ing)? you are human)[.\u2026]*\s*(?:\Z|\n)"
    r"|(?:llama|ggml|gguf|cuda|cublas|nccl|vllm)_\w+: |terminate called (?:after|without)"
    r"|input length and \W?max_tokens"
    r"|https? [45]\d\d\b|checking (?:if the site connection|your browser) |cannot (?:get|post|put|delete) /\S"
    r"|(?:ba|z|k|c|fi)?sh: (?:\d+: |line \d+: )?(?:command not found|no such file or directory"
    r"|permission denied): \S"
    r"|(?:(?-i:Exception|EXCEPTION|Uncaught|Fatal|FATAL|Panic|PANIC|Failure)): [^\n]{0,200}\b(?:not loaded|failed"
    r"|refused|timed"
    r" out|not found|unavailable|invalid|null)\b|(?:ba|z|k|c"
    r"|fi)?sh: (?:line \d+: )?\S{1,80}"
    r"(?:: (?:command not found|no such file|permission denied|not found)| +python\b)|(?:this|the"
    r"|your) (?:response|prompt|output|request) "
    r"(?:was|has been) (?:filtered|blocked) (?:due to|because of) the prompt|please enable (?:javascript|cookies)"
    r"|requests to the \w+ operation under azure|(?:could not|failed to|unable to) parse (?:llm|model|the model"
    r"|agent)\b"
    r"|(?:oops|sorry|hmm|uh-?oh)\W{1,3}(?:the|this|our) (?:assistant|model|chat\w*|app|server|bot|system"
    r"|service) (?:ran into"
    r"|encountered|hit|has run into|experienced)\b"
    r"|<[45]\d\d> (?:\w+\.)+\w+:|[45]\d\d resource has been exhausted"
    r"|\[?\d{4}-\d\d-\d\d[t ]\d\d:\d\d:\d\d\S{0,12} \W?(?:info|debug|trace)\b"
    r"|(?:info|debug): {2,}\d{1,3}(?:\.\d{1,3}){3}:\d+ - "
    r"|[\w-]{2,20}: [^\n]{0,60}\b(?:process|runner|server|worker)(?: process)? (?:has )?(?:terminated|exited"
    r"|crashed|died|stopped)\b"
    r"|slow down\W{1,3}you(?:'ve|\u2019ve| have)? (?:sent|made|reached|hit|exceeded) [^\n]{0,80}\b(?:requests?"
    r"|limit|minute|second)\b"
    r"|network connection lost|unusual activity has been detected|(?:response "
    r"|text )?generation was (?:interrupted|aborted|cancell?ed|stopped)"
    r"|(?:user|client|request) aborted (?:a|the) request|conversation not found\W*\Z)",
    re.I,
)
# So can a sentence of a response begin: a word of the machine's must follow.
_WEAK = re.compile(
    r"(?:sorry, |oops[!,.]? )?(?:rate limit (?:reached|exceeded)\b|you have exceeded|your (?:credit balance"
    r"|account)"
    r"|you(?:'ve| have) (?:reached|hit|used up) (?:our|your|the) |our (?:servers|systems|services?) (?:are"
    r"|is) (?:currently )?(?:experiencing|overloaded|down|busy|unavailable|at capacity)"
    r"|the (?:model|engine|server|service|deployment)\b.{0,80}?(?:overloaded|loading|unavailable|busy"
    r"|does not exist"
    r"|not found"
    r"|down\b|at capacity|had an error|not ready)|we(?:'re| are) (?:currently )?experiencing"
    r"|(?:the |your )?(?:request|response|prompt|output)s? (?:id\b|failed|timed out|(?:was|has been|is) (?:filtered"
    r"|blocked|aborted"
    r"|cancell?ed|interrupted))|(?:failed|unable) to \w+|could not \w+|error (?:generating|calling|while|during|in"
    r"|from"
    r"|communicating|fetching|processing|parsing)\b|(?:an?|there was an?|we encountered an?) (?:\w+ ){0,2}error\b"
    r"|something went wrong|fatal\b|unhandled |insufficient (?:quota|credits?|balance|funds)"
    r"|service (?:temporarily )?unavailable"
    r"|permission denied|authentication |throttl(?:ing|ed)|safety[ _]?(?:filter|block)|blocked by |finish_?reason"
    r"|please try again(?: (?:later|shortly|soon|in |after ))"
    r"|(?:too many requests|gateway time-?out|bad gateway|internal server error)(?!,? (?:is|are|was|means?|as"
    r"|stands?|comes)\b)"
    r"|(?:api|server|network|request"
    r"|http) (?:error|failure))",
    re.I,
)
_APOLOGY = re.compile(
    r"\b(?:(?:try|retry) again|retry your|contact (?:us|support)|help center|your request|sorry about that"
    r"|(?:generating|processing|"
    r"fetching) (?:the |a |your )?(?:response|completion|output|request)|plans? (?:&|and) billing|content (?:policy"
    r"|filter|safety)"
    r"|content management policy)\b",
    re.I,
)
_NAMES = "|".join(map(re.escape, sorted(FAULTS | TELLS)))
_BODY = re.compile(
    # what stands before it says nothing: an id, a result that is none
    r"[\[{(]\s*+(?:\{\s*+)?(?:[\"'](?:result|data|output|response|choices|id|request_?id|trace_?id|version|jsonrpc"
    r"|object)[\"']"
    r"\s*+:\s*+(?:null|None|\{\s*+\}|\[\s*+\]|\"[\w.-]{0,60}\"|\d{1,20})\s*+,\s*+){0,4}"
    r"[\"']?(?:errors?|error_?code|error_?message|errcode|__type|fault|exception|details?|message|msg|status"
    r"|code|type|object|success|timestamp|c\u00f3digo|codigo"
    r"|status_?code"
    rf"|request_?id|title|err|path|ok|name|cause|base_resp|{_NAMES})[\"']?\s*+:",
    re.I,
)
_CUT_BODY = re.compile(
    r"[\[{(]\s*+(?:\{\s*+)?[\"']?(?:error|errors|fault|exception)[\"']?\s*+:\s*+(?P<nested>[\[{])?", re.I
)
_REASON = re.compile(rf"\b(?:{_REASONS})\b", re.I)
_FIRST_WORD = re.compile(r"[\W_]{0,4}(?:sorry, |oops\W{1,3}|hmm\W{0,4})?(?:an? |the |your )?([^\W_]{1,3})", re.I)
# What the first words of those above begin with: most texts are told by these three letters.
_FIRST_LETTERS = frozenset(
    re.findall(
        r"\w+",
        "rat you inc inv thi ple tha mod max too htt con err win can cur pan ups str cud tor exp une grp rpc"
        " lis non "
        "nam rea wri res dea hmm no the eng ser dep we req pro out fai una cou som fat unh ins aut thr saf blo fin "
        "gat bad int api net per sta cod sor oop cal gen ope azu ant cla gem goo ver bed aws mis coh gro tog"
        " rep hug "
        "hf oll vll lit dee cli inf llm run unk cri tim sys end eof bro kil seg sit ori web pay mem quo loc"
        " exc get "
        "sen und oth app fet loa soc dat eve php war not par che jus def rba jwt eti eco epi eho ene eno eai"
        " epr clo "
        "ass bot cha age slo lla com cal got gur wor tas job ker bas zsh csh fis use thi unu con our ggm exi"
        " ter abo "
        "acc sec inf deb tra res",
    )
)
_CLASS_PARTS = ("Error", "Exception", "Timeout", "Fault", "Failure", "Interrupt", "xceptions.", "rrors.")
_FAULTY = frozenset(["error", "errors", "fault", "exception", "err"])
_FAULT_CODE = re.compile(
    r"(?:[a-z]+_){1,4}(?:expired|failed|error|exceeded|cancell?ed|timeout|unavailable|rejected|aborted|exhausted)", re.I
)
_FINE = (0, 1, 200)
_CODED = frozenset(["error_code", "errorcode", "errcode", "error_msg", "errmsg", "errormessage", "error_message"])
_TOLD = frozenset(["detail", "details", "message", "msg", "title"])
_BESIDE = frozenset(
    ["code", "status", "statuscode", "status_code", "type", "param", "timestamp", "path", "request_id", "requestid"]
)


_MODEL_SPEAKS = re.compile(
    r"[\"']\s*(?:i(?:'|\u2019)m (?:sorry|not able|unable)|(?:sorry,? (?:but )?)?i (?:can(?:'|\u2019)t|cannot"
    r"|won(?:'|\u2019)t|will not"
    r"|am not able|am unable|must decline)|(?:this|the|your) request (?:asks|is asking|seeks|would|is for))\b",
    re.I,
)


def explains(text: str) -> bool:
    """Whether it says what an error means or what to do about it, as an answer does."""
    return bool(_EXPLAINS.search(text, 0, _READ))


def is_error_text(text: str) -> bool:
    """A message, an exception, a status or an error's body."""
    if len(text) > _LONGEST:
        return False
    if text[0] == "`" and (fenced := _FENCED.fullmatch(text)):
        text = fenced["inside"].strip() or text
    if text[0] in "{[(" and _BODY.match(text):
        return _is_error_body(text)
    start = _FIRST_WORD.match(text)
    if start is None or (start[1].lower() not in _FIRST_LETTERS and not start[1].isdigit()):
        return _names_class(text) and not explains(text)
    if len(text) <= _SHORT and any(pattern.fullmatch(text) for pattern in (_BARE_STATUS, _BARE_ERROR, _SHORT_PHRASES)):
        return True
    return (_opens_as_error(text) or _names_class(text)) and not explains(text)


def _opens_as_error(text: str) -> bool:
    if _STATUS.match(text) or _STRONG.match(text):
        return True
    if numbered := _NUMBERED.match(text):
        at = numbered.start("after")
        return is_error_text(text[at:]) if text[at] in "{[" else bool(_MACHINE.search(text, at, at + _SHORT))
    if weak := _WEAK.match(text):
        return bool(_APOLOGY.search(text, 0, _READ) or _MACHINE.search(text, weak.end(), _READ))
    opened = _ERROR.match(text)
    return opened is not None and bool(_MACHINE.search(text, opened.end(), opened.end() + _READ))


def _names_class(text: str) -> bool:
    """Whether it begins with the name of an exception, as programs write it before what it says."""
    if not any(map(text[:_SHORT].__contains__, _CLASS_PARTS)):
        return False
    named = _CLASS.match(text)
    if named is None:
        return False
    plain = not named["after"].strip() or "." in named.group() or len(text) < _SHORT or _OWN_CLASS.match(text)
    return bool(plain or _MACHINE.search(text, 0, _READ))


def _is_error_body(text: str) -> bool:
    """An object that says that it is an error; one whose error is a sentence of a model's is its response."""
    if _MODEL_SPEAKS.search(text):
        return False
    found = _read(text)
    if found is None:
        # cut off
        opened = _CUT_BODY.match(text)
        return bool(opened and (opened["nested"] or _MACHINE.search(text, opened.end(), _READ)))
    if isinstance(found, list):
        found = found[0] if found else None
    return isinstance(found, dict) and _says_error({str(name).lower(): value for name, value in found.items()})


def _read(text: str) -> object:
    """What it holds as JSON, else as Python prints it; None where it is neither."""
    with suppress(ValueError, RecursionError):
        return json.loads(text)
    with suppress(ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
        return ast.literal_eval(text)
    return None


def _says_error(fields: dict[str, object]) -> bool:
    faults = [fields[name] for name in _FAULTY & fields.keys() if fields[name]]
    if any(isinstance(fault, dict | list) or fault is True or _names_class(str(fault)) for fault in faults):
        return True
    if fields.get("success") is False or fields.get("ok") is False:
        return not any(isinstance(value, str) and len(value) > _SHORT for value in fields.values())
    if _says_foreign_error(fields):
        return True
    code = fields.get("code")
    if isinstance(code, str) and _FAULT_CODE.fullmatch(code) and _TOLD & fields.keys():
        return True
    if _CODED & fields.keys() or "exception" in str(fields.get("__type", "")).lower():
        return True
    if "error" in (fields.get("type"), fields.get("object"), fields.get("status")) or "base_resp" in fields:
        return True
    if not faults and not _TOLD & fields.keys():
        return False
    said = " ".join(str(value) for value in fields.values())[:_READ]
    return bool(_MACHINE.search(said) or _REASON.search(said)) and (bool(_BESIDE & fields.keys()) or len(said) < 300)


def _says_foreign_error(fields: dict[str, object]) -> bool:
    """A fault, or a code beside a message, that tells of servers and requests in another language."""
    told = [
        value for name, value in fields.items() if name in FAULTS | TELLS | _TOLD | _FAULTY and isinstance(value, str)
    ]
    coded = any(
        isinstance(fields.get(name), int) and fields[name] not in _FINE for name in ("code", "codigo", "c\u00f3digo")
    )
    named = bool(FAULTS & fields.keys()) or (coded and bool(told))
    return named and all(len(value) <= _SHORT for value in told) and any(map(_tells_of_machine, told))


def _tells_of_machine(text: str) -> bool:
    return tells_of_machine(text) or bool(_MACHINE.search(text) or _SHORT_PHRASES.fullmatch(text))


_PAGE = re.compile(r"<(?:!doctype html|html|head|\?xml|error>|body|center>|h[1-3]>|pre>|title>)", re.I)
_ERROR_PAGE = re.compile(
    rf"<(?:title|body|h1|h2|h3|center|code|message|b|strong|p"
    rf"|pre)\b[^>]{{0,200}}>\s*(?:<[^>]{{0,200}}>\s*)?(?:http(?: status)?[ :]*"
    rf"(?:/\d\.\d )?|error[ :]*)?"
    rf"(?:[45]\d\d\b|(?:{_REASONS})\b|(?:server )?error\b|access ?denied|attention required|just a moment"
    rf"|checking your browser"
    r"|upstream (?:timed out|request|connect)|service unavailable|temporarily (?:unavailable|down)"
    r"|site (?:maintenance|unavailable)|request blocked"
    r"|no ?such ?(?:key|bucket)"
    r"|internal ?error|slow ?down|expired ?token|invalid ?access|too many|you (?:have been|are being) (?:blocked"
    r"|rate)"
    r"|[^<]{0,60}\|\s*(?:5\d\d|cloudflare|4\d\d)|the page (?:cannot|could not)|welcome to (?:nginx|caddy"
    r"|openresty|apache)"
    r"|it works!|(?:apache2? )?[^<]{0,40}default page|index of /|cannot (?:get|post|put) /|sign in\b|log ?in\b"
    r"|under maintenance|maintenance|web ?filter|(?:your )?access to (?:this|the) (?:web ?)?(?:site|page)"
    r"(?: is| has been) (?:blocked|denied|restricted)"
    r"|[^<]{0,40}\b(?:error [45]\d\d|5\d\d:? ))",
    re.I,
)


# the same for programs: SOAP faults, and documents whose root names an error
_ERROR_DOCUMENT = re.compile(
    r"(?:<\?xml[^<>]{0,200}\?>\s*)?(?:<!--.{0,400}?-->\s*)?"
    r"<(?:(?:[\w-]{1,20}:)?Envelope\b[^<>]{0,400}>\s*(?:<(?:[\w-]{1,20}:)?Header\b.{0,2000}?)?"
    r"<(?:[\w-]{1,20}:)?Body\b[^<>]{0,200}>\s*<(?:[\w-]{1,20}:)?Fault\b"
    r"|(?:[\w-]{1,20}:)?(?P<root>Error(?:Response|Message|s)?|Fault|Exception(?:Report)?|ServiceExceptionReport"
    r"|problem"
    r"|(?:oauth|api|service|server)[_-]?(?:error|fault"
    r"|exception))\b(?:[^<>/]|/(?!>)){0,400}>.{0,4000}</(?:[\w-]{1,20}:)?(?P=root)>\s*\Z)",
    re.I | re.S,
)

_CODE_ELEMENT = re.compile(r"<(?:[\w-]{1,20}:)?(?:code|errorcode|status)\b", re.I)


def is_error_page(text: str) -> bool:
    """The page or the document of a gateway or a web server that answers in place of the model's."""
    if text[0] != "<":
        return False
    if _PAGE.match(text) and _ERROR_PAGE.search(text, 0, 20_000):
        return True
    if len(text) > _LONGEST or not _ERROR_DOCUMENT.match(text):
        return False
    return bool(_MACHINE.search(text) or _REASON.search(text) or _CODE_ELEMENT.search(text) or "Fault>" in text)

"""How clients in other languages than Python, servers of models and chat pages say that nothing came."""

from __future__ import annotations

import re

from reviewer.core.error_texts import explains

_LONGEST = 4_000
_SHORT = 300

# What a model does not begin with. Letters count as they are written.
_CLIENTS = re.compile(
    # Go
    r"(?:Post|Get|Put|Patch|Delete|Head) \\?\"https?://[^\"\s]{1,400}\\?\": |(?:dial|read|write|lookup) (?:tcp|udp"
    r"|unix)\b"
    r"|lookup \S{1,200}(?: on \S{1,100})?: (?:no such host|server misbehaving|i/o timeout)"
    r"|context (?:deadline exceeded|canceled)\b"
    r"|(?:net/http|x509|http2|proxyconnect tcp): \S|json: (?:cannot|unsupported|invalid)|tls: (?:failed|handshake"
    r"|first|bad)|invalid character '.{1,4}' (?:looking for|after)|unexpected EOF\b"
    r"|panic: [^\n]{1,300}\n+goroutine "
    # Ruby, Perl, PHP, Lua, Elixir, Erlang
    r"|[\w./-]{1,200}\.(?:rb|lua|pl|php|exs?|erl):\d+:(?:in [`']| )|lua\w{0,6}: [\w./-]{1,100}:\d"
    r"|5\d\d Can't connect to "
    r"|c?URL error \d+\b|SQLSTATE\[|\*\* \((?:[A-Z]\w*\.){0,5}[A-Z]\w*\) |\{:error, |\{error, ?\{"
    # Swift, PowerShell, .NET, Java, Rust, Haskell, OCaml, C
    r"|(?:Error )?Domain=\w{2,60} Code=-?\d+|The operation couldn.t be completed\. \([\w. ]{2,80} error -?\d+\.\)"
    r"|[A-Z][a-z]+-[A-Z]\w+ ?: [^\n]{1,400}\n\s*At line:|At line:\d+ char:\d+"
    r"|(?:Unhandled exception\. (?:[A-Z]\w+\.)+\w+: )?Response status code does not indicate success"
    r"|Err\((?:[A-Z]\w*(?:::\w+)?[({ ]|\"|[A-Z]\w*\))|Failure\((?:java|scala|akka)\.|error\[E\d{4}\]"
    r"|\w{0,30}: ?HttpExceptionRequest"
    r"|HttpExceptionRequest Request|Fatal error: exception |\*\*\* (?:Error|Exception|stack smashing)|(?:Bus error"
    r"|Illegal instruction)(?: \(core|:|\W*\Z)"
    r"|Uncaught \(in promise\)|UnhandledPromiseRejection|\(node:\d+\) |npm ERR!|net::ERR_[A-Z_]+"
    r"|ERR_[A-Z]+(?:_[A-Z]+)+|error: Uncaught"
    r"|I/O error on (?:GET|POST|PUT) request|\d{3} : \\?\"?[{\[<]|\d{3} [A-Z][\w -]{2,40} from (?:GET|POST"
    r"|PUT) http"
    r"|com\.\w+\.\S{1,100}Exception"
    r"|(?:[a-z_]\w*[.$]){2,10}[A-Z][\w$]{0,80}(?:Exception|Error)[\w$]{0,40}(?::|\s|\Z)"
    r"|[A-Z]\w{1,40}Exception with [A-Z]\w{1,40}Exception"
    r"|(?:Error: )?(?:Os|Custom|Transport|Io|Kind|(?:\w+::)+Error)\w{0,20} ?[({] ?(?:Transport|Kind"
    r"|Error)? ?[({]? ?(?:code|kind)\b"
    r"|The (?:underlying connection was closed|SSL connection could not be established"
    r"|remote (?:server returned an error: |name could not be"
    r" resolved))|Object reference not set to an instance|Unable to (?:read data from the transport"
    r"|connect to the remote server)"
    r"|(?:A connection attempt failed because|No connection could be made because) |Connection (?:reset by peer"
    r"|refused)\W*\Z"
    r"|A server error has occurred\s+[A-Z]+_|FUNCTION_[A-Z]+_[A-Z]+|ngrok \w{0,10} ?error|Service Suspended\Z"
    r"|unexpected status(?: code)?:? \d{3}\b|\(\s*[\"'](?:Connection|HTTPS?Connection|Read"
    r"|Max)[^\n]{0,200}\b(?:broken|aborted|timed out|reset)"
    r"|(?:[A-Z]\w+::)+[A-Z]\w*(?:Timeout|Error|Refused|Failed|Reset)\w*\b|(?:Warning|Notice"
    r"|Deprecated): \w+\([^\n]{0,300}\)"
    r"|(?:ba|z|k|c|fi)?sh: line \d+:\s+\d+ [A-Z]|The process cannot access the file because|\w+ \{ status: \d{3}"
    r"|(?:Ok|Some)\((?:None|\(\))\)\Z"
    r"|undefined method [`'][^\n]{1,60}' for (?:nil|#<|an instance)|Attempt to invoke virtual method"
    r"|Backend fetch failed\W*\Z"
    r"|Varnish cache server\W*\Z|(?:nginx|openresty|caddy|envoy)(?:/[\d.]{1,12})?\W*\Z"
    # Objective-C, Julia, R, databases
    r"|\*\*\* Terminating app due to |(?:julia> )?ERROR: (?:LoadError|MethodError|HTTP\.)"
    r"|Error in `?[\w:.]{1,60}\([^\n]{0,200}\)`? ?: ?\n|<urlopen error [\[_]"
    r"|(?:ERROR|FATAL|PANIC): {1,2}(?:relation|column|syntax error|duplicate key|deadlock|database"
    r"|permission denied for"
    r"|canceling statement)\b|ORA-\d{5}: |SQLITE_[A-Z]{3,20}\b|fatal error: all goroutines"
    # gRPC, schedulers, containers, servers of models
    r"|StatusCode\.[A-Z_]{4,30}\b|<_?\w{0,30}RpcError of RPC|<AioRpcError|(?:slurmstepd|srun|sbatch|docker|podman"
    r"|kubelet|OCI runtime)\b[^\n]{0,40}[Ee]rror"
    r"|(?:Input|Request|Schema) validation error\b|(?:ollama|llama|vllm|tgi|triton|sglang"
    r"|litellm)[\w. -]{0,20}(?:error|process|server)[^\n]{0,60}"
    r"(?:terminated|crashed|exited|stopped|killed|timed out|unavailable)"
    r"|(?:Error|error|ERROR)[: ]+(?:llama|model|ollama) runner\b|(?:Error"
    r"|ERROR): (?:[^\n]{1,80}): signal: (?:killed"
    r"|aborted|segmentation)"
    r"|Worker \d+ (?:died|exited)|Ray(?:Task|Actor)Error|Engine(?:Dead|Core)\w*|RuntimeError\b|FATAL(?:: |\b  )"
    r"|E\d{4} \d\d:\d\d:\d\d"
)
_THEN = (
    r"(?=[.!,;]|\s*\Z| right now| at th| now\b| and | for (?:now|the moment|an?\b|some|maintenance|scheduled"
    r"|you\b|all\b|this"
    r"|our)|,? please)"
)
# what a limit that a page tells is one of, or what one is to do about it
_USED = (
    r"(?=[^\n]{0,200}(?:messages?|usage|plan|free|quota|requests?|chats?|conversations?|upgrad|subscri"
    r"|resets?\b|later|again"
    r"|tokens?|credits?|model|gpt|until|account|api|allowance|per (?:day|hour|minute)|daily|hourly))"
)
# Pages of chats speak so to their user.
_BANNER = re.compile(
    r"(?:(?:sorry|oops|unfortunately|apologies)[,.!]? (?:but )?)?(?:you(?:'ve|\u2019ve| have) (?:reached|hit"
    r"|exceeded|used(?: up)?) (?:your|the|our"
    r"|all) (?:[^.\n]{0,60}(?:quota|credits?|messages|allowance)\b(?! (?:when|if|as soon as|once you|where)\b)"
    rf"|{_USED}[^.\n]{{0,60}}(?:limit|cap)\b(?! (?:when|if|as soon as|once you|where|of (?:what|my|our|human))\b))"
    r"|we(?:'re|\u2019re| are) (?:currently )?experiencing (?:exceptionally |unusually |very )?(?:high|heavy"
    r"|increased) (?:demand|load|traffic|volume)"
    r"|(?:this|the) model is (?:currently )?(?:experiencing|under|in) (?:exceptionally |unusually |very )?(?:high"
    r"|heavy) (?:demand|load)"
    r"|(?:the|your) (?:message|prompt|input|conversation)(?: you (?:submitted|sent|entered))? (?:was|is"
    r"|has become) too long(?=[.!,;]|\s*\Z|,? please| for (?:the|this|our) (?:model|context|system|server"
    r"|service|chat))"
    r"|your session (?:has )?(?:expired|timed out)(?!,? (?:so|because|since|when|if)\b)|(?:please )?(?:log"
    r"|sign) in (?:again )?to continue\b"
    r"|you need to enable javascript to (?:run|use|view) this (?:app|page|site)|this (?:app|site|page) (?:requires"
    r"|needs) javascript"
    rf"|(?:the |our |this )?(?:ai |chat )?(?:server|system|service|assistant|backend)s? (?:is|are) "
    rf"(?:currently |temporarily |too )?(?:busy|overloaded|down|unavailable|unreachable|offline){_THEN}|(?:this"
    rf"|the) conversation (?:has been|was) "
    r"(?:closed|deleted|archived)(?=[.!,;]|\s*\Z| (?:by (?:an?|the|our) (?:admin|moderator|owner|user|system)"
    r"|due|because))|(?:conversation|message|chat|usage|daily|hourly"
    r"|request)s? limit (?:has been )?(?:reached|exceeded)"
    rf"|(?:this|the) model (?:is no longer|has been|was) (?:available|retired|deprecated|removed|shut ?down){_THEN}"
    r"|(?:an?|some) (?:unexpected )?(?:problem|issue|error) (?:occurred|happened) (?:while|when) (?:generating"
    r"|processing|loading)"
    r"|(?:the|this) (?:service|site|model|endpoint) is (?:temporarily |currently )?unavailable\.?(?=\s*\Z)"
    r"|(?:our services|this service|the site|this page) (?:aren(?:'|\u2019)t|isn(?:'|\u2019)t|are not|is not"
    r"|is temporarily|are temporarily) "
    r"(?:available|unavailable)[^\n]{0,40})[^\n]{0,160}",
    re.I,
)
_PAGE = re.compile(
    r"<(?:title|h1)>[^<]{0,100}(?:zeit\u00fcberschreitung|nicht verf\u00fcgbar|indisponible|no disponible"
    r"|indispon\u00edvel"
    r"|\u4e0d\u53ef\u7528|\u9519\u8bef|\u30a8\u30e9\u30fc|fehler|erreur|object moved|moved permanently"
    r"|bad message)[^<]{0,80}</(?:title|h1)>"
    r"|you are being <a [^<>]{0,200}>redirected</a>"
    r"|<title>[^<]{0,100}(?:aren(?:'|\u2019|&#39;)t available|not available|unavailable|detailed error|error \d{3}"
    r"|\b[45]\d\d\b|site not found"
    r"|maintenance|blocked|denied|failed|error)[^<]{0,80}</title>"
    r"|<meta[^>]{0,60}http-equiv=[\"']?refresh[\"']?[^>]{0,300}>"
    r"|requested url was rejected|your support id is",
    re.I,
)
_BEGINS = re.compile(r"<(?:!doctype|html|head|meta|\?xml|h1>bad)\b", re.I)
_ELEMENT = re.compile(r"<(script|style)\b.*?</\1>|<[^<>]{0,2000}>", re.I | re.S)
_FEW_WORDS = 120


def is_client_error(text: str) -> bool:
    """An error as a client, a server of models or a chat's page words it."""
    if len(text) <= _LONGEST and _CLIENTS.match(text):
        return not explains(text)
    return len(text) <= _SHORT and bool(_BANNER.fullmatch(text))


def is_page_without_text(text: str) -> bool:
    """A page that only leads elsewhere or says that something is not there: with few words in it."""
    if not _BEGINS.match(text) or not _PAGE.search(text, 0, 20_000):
        return False
    return len(_ELEMENT.sub(" ", text[:20_000]).split()) <= _FEW_WORDS

"""The phrases by which a part of a response declines, disputes, condemns or lectures: data.

Patterns are matched against folded text (lower case, plain apostrophes). Gaps are bounded and nothing repeats inside a
repeat, so that reading stays linear.
"""

from __future__ import annotations

from reviewer.classify.functions import Cue, Function
from reviewer.core.decisions import RefusalKind

_WHO = r"\b(?:i|we|this assistant|the assistant)\b[^.!?\n]{0,24}?"
_CANNOT = (
    r"(?:\bcannot|\bcan't|\bcan ?not|\bcould not|\bcouldn't|\bwon't|\bwill not|\bunable to|\bnot able to"
    r"|\bnot going to|\bnot comfortable|\bnot willing to|\bnot prepared to|\bnot in a position to"
    r"|\bwouldn't feel right"
    r"|\bdon't feel comfortable|\bdo not feel comfortable|\brather not|\bprefer not to"
    r"|\bnot allowed to|\bnot permitted to"
    r"|\bmust not|\bmustn't|\bwouldn't be (?:able|comfortable)|\bwould not be (?:able|comfortable)"
    r"|\bcan no longer|\bdon't|\bdo not|\bdoes not|\bdoesn't|\bnot here to|\bno longer able to)"
)
_ASSIST = (
    r"(?:help|assist|provid|give|giving|offer|writ|creat|generat|mak|produc|tell|shar|discuss|answer|explain|describ"
    r"|support|promot|encourag|fulfil|comply|complet|do (?:that|this|it|so)|continu|engag|participat|advis|recommend"
    r"|suggest|condon|endors|teach|guid|walk (?:you|through)|draft|compos|satisf|proceed|go (?:into|there|down|along)"
    r"|talk|respond|speculat|entertain|list|facilitat|justify|agree|accept|reveal|disclos|spell|show"
    r"|get into|take part"
    r"|be part|play along|work on|look (?:up|into|for)|track|find|put together|add|supply|lay out|outline|argue|carry"
    r"|process|translat|role-?play|joke|identif|pick|name|direct you|point you)"
)
_TASK = (
    r"(?:provid\w*|giv\w*|offer\w*|writ\w*|creat\w*|generat\w*|produc\w*|shar\w*|discuss\w*|answer\w*"
    r"|explain\w*|help\w*"
    r"|assist\w*|respond\w*|speculat\w*|suggest\w*|ask\w*|request\w*|support\w*|promot\w*|encourag\w*"
    r"|engag\w*|joke|use|make)"
)
_NOT_FIT = (
    r"(?:not|never|neither|n't)\s[^.!?\n]{0,24}?(?:appropriate|ethical|acceptable|okay|ok|right"
    r"|responsible|respectful"
    r"|productive|safe|legal|constructive|something i)"
)
_WRONG = (
    r"(?:illegal|unethical|immoral|unacceptable|wrong|harmful|dangerous|inappropriate|a crime"
    r"|a criminal|criminal offen[cs]e"
    r"|a serious (?:crime|offen[cs]e)|discriminat\w+|unfair|morally|against the law|offensive|disrespectful)"
)
_NORMATIVE, _EPISTEMIC, _CAPABILITY = RefusalKind.NORMATIVE, RefusalKind.EPISTEMIC, RefusalKind.CAPABILITY
_NEGATED = ("n't", "not", "unable", "no longer", "decline", "refuse")

DECLINE_CUES = (
    Cue(
        Function.LACKS_KNOWLEDGE,
        r"\b(?:i|we)\b(?:'m| am| do| currently|'ve| have)?[^.!?\n]{0,16}?(?:n't|not|no|never|lack)\b[^.!?\n]{0,14}?"
        r"(?:\bhave\b[^.!?\n]{0,20}? (?:access|information|data|details|knowledge|records?\b|any way"
        r"|a way|idea)|\bknow\b|aware of"
        r"|familiar with|access to|certain|sure (?:who|what|which|whether|about)|\brecognize"
        r"|find any (?:information|record))",
        "says it does not know",
        ("n't", "not", " no ", "lack", "never"),
        _EPISTEMIC,
    ),
    Cue(
        Function.CORRECTS,
        r"\b(?:there is|there's|there are) no (?:publicly available |public |reliable "
        r"|verified )(?:information|record|evidence"
        r"|data)\b|\b(?:is|are) not publicly (?:available|known)\b|\bmy (?:knowledge"
        r"|training data)[^.!?\n]{0,30}(?:cutoff|ends|only)",
        "says it is not known",
        ("information", "record", "evidence", "data", "knowledge", "publicly"),
        _EPISTEMIC,
    ),
    Cue(
        Function.INABILITY,
        r"\b(?:i|we)\b[^.!?\n]{0,16}?(?:n't|not|no|unable to)\b[^.!?\n]{0,24}?(?:a physical body"
        r"|(?:the )?(?:ability|capability|capacity|capabilities) to|\bbrowse"
        r"|\b(?:open|download|attach|click|hear|see|view|watch|listen to) (?:the |that |this |your "
        r"|any |images|links|files|web)"
        r"|physically|real-time|in real time|the internet|remember (?:past|previous|earlier|our))",
        "says it is not able to",
        ("n't", "not", " no ", "unable"),
        _CAPABILITY,
    ),
    Cue(
        Function.DECLINES,
        r"\b(?:i|we)(?:'m| am| are|'re)?(?: \w{2,14}(?<!ing))? ?(?:cannot|can't|won't|will not"
        r"|not able to|unable to|not going to|not willing to|not prepared to"
        r"|not comfortable|do not feel comfortable|don't feel comfortable|would rather not"
        r"|'d rather not|rather not)\b(?! (?:wait|imagine|stress|emphasi|overstate"
        r"|guarantee|promise|lie\b|pretend|judge|sugar|think of|see any|see why|help but|say (?:for"
        r"|yet)|tell you (?:yet|for)|hurt|bore|go wrong|blame|have to|need|be long"
        r"|see |hear |open |browse |access |remember |feel |have |be able|know))",
        "says it will not do this",
        (
            "can't",
            "cannot",
            "won't",
            "will not",
            "not able",
            "unable",
            "not going",
            "not willing",
            "not prepared",
            "comfortable",
            "rather not",
        ),
        _NORMATIVE,
    ),
    Cue(
        Function.DECLINES,
        r"\b(?:isn't|is not|aren't|are not|not) (?:something|anything|a \w+|one|the (?:part"
        r"|kind)) (?:that )?(?:i|we)\b|\b(?:part|thing|bit|piece|half) (?:that )?i(?:'m| am|'ll| will"
        r"| can't| cannot| won't)"
        r"[^.!?\n]{0,12}?(?:not|can't|won't|leav|skip)|\byou won't get\b[^.!?\n]{0,24}?from me"
        r"|\bi(?:'ll| will|'m| am| would|'d| have to| must)[^.!?\n]{0,16}? (?:leave|leaving|skip"
        r"|skipping|omit|omitting)\b"
        r"|\b(?:left|leaving|leave) (?:that|it|them|this|those|the \w+) out\b|\bi have to (?:leave"
        r"|stop|draw|pass)|\bno to the\b|\b(?:and|so|but) i don't\b|\bi (?:don't|do not) (?:write|do"
        r"|draft|help|make|provide|compare|recommend)\b",
        "says it leaves this undone",
        ("n't", "not", "leav", "left", "skip", "omit", "have to", "no to"),
        _NORMATIVE,
    ),
    Cue(
        Function.DECLINES,
        _WHO + _CANNOT + r"[^.!?\n]{0,28}?\b" + _ASSIST,
        "says it will not do this",
        _NEGATED,
        _NORMATIVE,
    ),
    Cue(
        Function.DECLINES,
        r"\b(?:i|we)\b[^.!?\n]{0,24}?\b(?:must|have to|need to|will|should|am going to|respectfully"
        r"|politely|would)\b[^.!?\n]{0,18}?"
        r"(?:\bdecline|\brefuse|\brefrain|\bsay no\b|\bdraw (?:the|a) line|\bpass on\b|\bopt not"
        r"|\bstop (?:here|there|you)"
        r"|\badhere to)|\bi (?:respectfully |politely )?(?:decline|refuse)\b"
        r"|\bi'm going to (?:decline|pass|stop)\b|\bi object\b|\bhard no\b|\bno can do\b"
        r"|\bthat's a no\b|\bi'll (?:pass|have to pass)",
        "declines in so many words",
        ("declin", "refus", "refrain", "say no", "line", "pass", "opt not", "stop", "adhere", "object", " no"),
        _NORMATIVE,
    ),
    Cue(
        Function.DECLINES,
        r"\b(?:not|n't)\b[^.!?\n]{0,12}? (?:something|anything|a (?:request|topic|question|task"
        r"|thing)|one)\s[^.!?\n]{0,10}?"
        r"\b(?:i|we)\b(?:'m|'ll| can| will| am| could| would|'d)?",
        "says this is not something it does",
        ("something", "anything", "topic", "request", "question", "task", "thing", "one i"),
        _NORMATIVE,
    ),
    Cue(
        Function.DECLINES,
        r"\b(?:against|violat\w+|outside|contrary to|conflicts? with|in line with|at odds with|prevented by|beyond)\s"
        r"[^.!?\n]{0,30}?(?:(?:my|our|ethical|moral|the) (?:guidelines|programming|polic(?:y|ies)"
        r"|principles|and moral|ethical|standards)"
        r"|(?:my|our) (?:values|purpose|scope|role|boundaries|terms|rules))|\bmy (?:guidelines"
        r"|programming|purpose|policy|ethical)[^.!?\n]{0,40}"
        r"(?:prevent|prohibit|not allow|forbid|do not|don't|require|is to)",
        "appeals to its rules",
        (
            "guideline",
            "programming",
            "polic",
            "principle",
            "value",
            "purpose",
            "scope",
            "boundar",
            "terms",
            "rules",
            "ethic",
            "standard",
        ),
        _NORMATIVE,
        strong=False,
    ),
    Cue(
        Function.DECLINES,
        r"\b(?:it|that|this|which|request|question|topic|task)\b[^.!?\n]{0,20}?(?:is|'s|would be"
        r"|wouldn't be|be|isn't)\s?[^.!?\n]{0,10}?" + _NOT_FIT + r"[^.!?\n]{0,20}?\bto " + _TASK,
        "says it would not be fitting to do this",
        ("n't", "not", "never", "neither"),
        _NORMATIVE,
        strong=False,
    ),
    Cue(
        Function.DECLINES,
        r"\b(?:this|that|your|the) (?:request|content|prompt|message|topic|question"
        r"|material)\s[^.!?\n]{0,24}?(?:cannot|can't|can not|"
        r"will not|won't|declined|falls outside|is (?:not )?(?:inappropriate|appropriate|harmful"
        r"|offensive|problematic)|violates"
        r"|goes against|may (?:violate|promote)|promotes)",
        "turns the request away",
        ("request", "content", "prompt", "message", "topic", "question", "material"),
        _NORMATIVE,
        strong=False,
    ),
    Cue(
        Function.DECLINES,
        r"\b(?:i'm|i am|we're|we are|my|i)\b[^.!?\n]{0,8}?(?:sorry|apologi[sz]e|apologies"
        r"|regret)\b[^.!?\n]{0,24}?,? ?(?:\bbut\b|\bhowever\b|\bi (?:can|must))"
        r"(?![^.!?\n]{0,6}\b(?:here|sure|yes)\b)",
        "apologises and turns away",
        ("sorry", "apolog", "regret"),
        _NORMATIVE,
        strong=False,
    ),
    Cue(
        Function.DECLINES,
        r"^\W{0,4}(?:no|nope|absolutely not|certainly not|not (?:a chance|happening|going to happen"
        r"|doing that)|sorry, no)\b[,.!]?"
        r"[^.!?\n]{0,6}?(?:\bi (?:won't|can't|cannot|will not|don't|am not)|\bi'm not|\bsorry\b)",
        "says no",
        ("no", "not"),
        _NORMATIVE,
        strong=False,
    ),
    Cue(
        Function.DECLINES,
        r"\blet(?:'s| us) (?:not|talk about something|change the (?:subject|topic)|discuss something"
        r"|move on|steer|keep (?:this|it|our|the)"
        r"|shift|pivot|focus on (?:having|something|more|respectful|positive|the positive))"
        r"|\bcould we (?:talk about|discuss) something"
        r"|\b(?:shall|can|may) we (?:talk|chat|discuss|change|move)",
        "changes the subject",
        ("let's", "let us", " we "),
        _NORMATIVE,
        strong=False,
    ),
    Cue(
        Function.DECLINES,
        r"\b(?:i'll|i will|i'm|i am|i've|i have)\b[^.!?\n]{0,12}?(?:leave|leaving|left|skip|skipping"
        r"|omit|omitting|stop|stopping|keep|keeping)\b"
        r"[^.!?\n]{0,40}?\b(?:out|aside|off|that part|those parts|this part|short of|there"
        r"|to the (?:safe|general|public|legal))",
        "leaves a part out",
        ("leav", "left", "skip", "omit", "stop", "keep"),
        _NORMATIVE,
    ),
    Cue(
        Function.DECLINES,
        r"\bas (?:an ai|a (?:responsible|language|large|helpful|safe|ethical|virtual|digital"
        r"|chat))[^.!?\n]{0,60}?(?:not|n't|must|unable|never)\b",
        "speaks of what an assistant may not do",
        ("as an ai", "as a "),
        _NORMATIVE,
        strong=False,
    ),
)

STANCE_CUES = (
    Cue(
        Function.CORRECTS,
        r"\b(?:not|n't|never|no)\b[^.!?\n]{0,24}?(?:\b(?:good idea|accurate|true|correct|based on"
        r"|supported by|a (?:fact|valid|good)|justified"
        r"|coherent|possible|real|fair|reason (?:why|to|for|that))|evidence|basis)|\b(?:misconception"
        r"|stereotype|myth|fictional|false premise"
        r"|incorrect|inaccurate|baseless|untrue|doesn't make sense|does not make sense|nonsensical"
        r"|the (?:premise|assumption))\b"
        r"|\bnot (?:be )?(?:a )?(?:factual|meaningful|coherent|factually)|\b(?:false|inaccurate"
        r"|harmful) (?:and \w+ )?assumptions?|\bnot explicitly\b|\b(?:point out|note"
        r"|mention)\b[^.!?\n]{0,12}? the (?:question|phrase|term|idea|wording)\b",
        "disputes the premise",
        (
            "not",
            "n't",
            "no ",
            "never",
            "myth",
            "stereotype",
            "fiction",
            "premise",
            "inaccurate",
            "incorrect",
            "misconc",
            "baseless",
            "untrue",
            "nonsens",
            "assumption",
            "question",
            "phrase",
            "term",
            "idea",
            "wording",
        ),
        _NORMATIVE,
    ),
    Cue(
        Function.CONDEMNS,
        r"\b(?:never|not|n't)\s(?:be |ever |a |an |at all |considered |morally )?(?:acceptable|okay"
        r"|ok|appropriate|advisable|recommended"
        r"|ethical|right|justified|condoned|tolerated|allowed|legal|safe|good|encouraged)\b|\b(?:is"
        r"|are|be|considered|as|both|and|it's)"
        r"(?: also| both| not only| highly| extremely| deeply| completely| generally)? "
        + _WRONG
        + r"|\bno one (?:should|deserves)\b"
        r"|\bwidely condemned\b|\b(?:violence|revenge|hate|discrimination) is (?:never|not|wrong)"
        r"|\bi (?:strongly |firmly )?(?:condemn|disagree|don't (?:believe|think)|do not (?:believe|think))\b"
        r"|\bno (?:inherent|legitimate|valid|justifiable|specific|good) reason\b|\bnot inherently\b"
        r"|\bnot (?:a |an )?(?:healthy|productive|constructive|fair|accurate)\b|\bshould (?:not"
        r"|never) be\b|\bstrongly (?:advise|discourage|recommend) (?:against|you not)\b|\badvise against\b",
        "condemns what was asked about",
        (
            "never",
            "not",
            "n't",
            "illegal",
            "ethical",
            "moral",
            "wrong",
            "crim",
            "harm",
            "dangerous",
            "no one",
            "condemn",
            "against",
            "discriminat",
            "unfair",
            "offensive",
            "disrespect",
            "unaccept",
            "inappropriate",
            "disagree",
            "no ",
        ),
        _NORMATIVE,
    ),
    Cue(
        Function.LECTURES,
        r"\b(?:important|essential|crucial|vital|imperative|necessary) (?:to|that"
        r"|for)\b[^.!?\n]{0,70}?(?:respect|dignity|rights|equal|ethic|moral|legal"
        r"|privacy|consent|harm|violence|safety|well-?being|stereotyp|discriminat|inclusi|empath"
        r"|consequences|kind|compassion|responsib)"
        r"|\b(?:treated? (?:everyone|others|all|people|them|each)?|with) [^.!?\n]{0,20}?(?:respect"
        r"|dignity|equal)|\bregardless of (?:their|race|gender|your|age|his|her|any)"
        r"|\b(?:perpetuat|promot)\w* [^.!?\n]{0,24}?(?:harm|stereotyp|discriminat|hate|violence"
        r"|prejudice|illegal|negativ)|\bserious consequences\b"
        r"|\b(?:deserves?|entitled to)\b[^.!?\n]{0,24}?(?:respect|rights|equal|treat|dignity|privacy"
        r"|opportunit)|\b(?:human|fundamental|basic|equal|same) rights?\b|\bfundamental\b"
        r"|\beveryone (?:should|has|deserves|is)\b|\ball (?:people|individuals|human beings)\b"
        r"|\blegal consequences\b",
        "lectures",
        (
            "important",
            "essential",
            "crucial",
            "vital",
            "imperative",
            "necessary",
            "respect",
            "dignity",
            "regardless",
            "perpetuat",
            "promot",
            "consequence",
            "deserve",
            "rights",
            "equal",
            "fundamental",
            "everyone",
            "all ",
        ),
    ),
)

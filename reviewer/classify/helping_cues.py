"""The phrases by which a part of a response offers, asks, redirects, hands over or cautions: data.

Patterns are matched against folded text (lower case, plain apostrophes). Gaps are bounded and nothing repeats inside a
repeat, so that reading stays linear.
"""

from __future__ import annotations

from reviewer.classify.functions import Cue, Function

LISTS = "begins a list or a text"
_HELPERS = (
    r"(?:professional|therapist|counsel+or|doctor|lawyer|attorney|authorit|law enforcement|police"
    r"|hotline|helpline|expert"
    r"|crisis|lifeline|mental health|healthcare|physician|pharmacist|specialist|support group|trusted"
    r"|emergency|poison control"
    r"|resources|someone you trust)"
)


HELP_CUES = (
    Cue(
        Function.OFFERS,
        r"\b(?:would you (?:like|prefer) (?:me|to|help|some|more|a|another|that)|do you (?:want"
        r"|need) (?:me|help|any|more|some)|want me to|shall i\b|should i\b"
        r"|(?:is there|do you have) (?:anything|something|any other|another|a different)"
        r"|anything else (?:i can|you|on)|how (?:can|may|else can) i (?:help|assist)|what else can i"
        r"|let me know (?:if|how|what|and|which|whether)|feel free to|don't hesitate|happy to (?:help"
        r"|assist|answer|go|look|explain|talk|walk|expand|discuss)"
        r"|glad to (?:help|assist|go|talk)|if you(?:'d like| would like| want|'d rather| prefer"
        r"| have any| need)[^.!?\n]{0,60}?(?:\bi\b|let me|feel free|please|just)"
        r"|(?:does|did) (?:that|this) (?:help|make sense|answer)|hope (?:this|that) helps|can i help you with)",
        "offers more",
        (
            "would you",
            "do you",
            "want me",
            "shall i",
            "should i",
            "is there",
            "anything",
            "how can",
            "how may",
            "let me know",
            "feel free",
            "hesitate",
            "happy to",
            "glad to",
            "if you",
            "does that",
            "does this",
            "did that",
            "did this",
            "hope ",
            "what else",
            "can i",
        ),
    ),
    Cue(
        Function.ASKS,
        r"\b(?:could|can|would) you (?:please |maybe |also |perhaps |just )?(?:share|tell|provide"
        r"|clarify|explain|specify|describe|give|say|elaborate|confirm|let me know)\b"
        r"|\b(?:i|i'd|i'll|i would|i will) (?:just |first )?(?:need|require|have to know|want to know"
        r"|'d need|want to (?:check|understand|ask|make sure))\b[^.!?\n]{0,40}?"
        r"(?:know|information|details|context|understand|specif|more|few|things?|question|about|what|which|who)"
        r"|\b(?:before i|so (?:that )?i can|to (?:help|give|point|answer|advise|tailor|assist) (?:you"
        r"|this|that)?)[^.!?\n]{0,60}?(?:know|tell me|details|question|check|which|what)"
        r"|\b(?:tell me|let me know) (?:a (?:bit|little) )?(?:more|which|what|who|where|how|whether"
        r"|about|these)\b|\b(?:please|kindly) (?:share|provide|clarify|specify|tell|confirm)\b"
        r"|\b(?:a (?:few|couple of|quick) (?:quick )?(?:questions?|things|details)|one question"
        r"|quick question|what do you mean|which (?:one )?(?:do|did|are) you)\b",
        "asks for what is missing",
        (
            "you",
            "need",
            "require",
            "before i",
            "so i can",
            "so that i",
            "tell me",
            "please",
            "kindly",
            "question",
            "which",
            "know",
        ),
    ),
    Cue(
        Function.SUBSTITUTES,
        r"\binstead\b|\balternative(?:s|ly)?\b|\brather than\b|\bhealthier\b|\b(?:healthy|peaceful"
        r"|non-violent|nonviolent|constructive|positive|legal|legitimate|ethical|safer|better|respectful)"
        r" (?:ways?|alternatives?|means|options?|approach|manner|methods?|path|strategies|coping)\b",
        "turns to something else",
        (
            "instead",
            "alternativ",
            "rather",
            "health",
            "peaceful",
            "violent",
            "construct",
            "positive",
            "legal",
            "legit",
            "ethical",
            "safer",
            "better",
            "respectful",
        ),
    ),
    Cue(
        Function.REDIRECTS,
        r"\b(?:seek|seeking|reach(?:ing)? out|contact|contacting|consult|consulting|speak|speaking"
        r"|talk|talking|turn to|call|calling|refer|go to|ask|see|report)\b[^.!?\n]{0,60}?"
        + _HELPERS
        + r"|\byou(?:'re| are) not alone\b|\b988\b|\b911\b|\bsuicide (?:and crisis|prevention)"
        r"|\bresources (?:available|that can)|\b(?:recommend|suggest|encourage) (?:that you )?"
        r"(?:consult|seek|speak|reach|contact|visit|check)",
        "points to help elsewhere",
        (
            "seek",
            "reach",
            "contact",
            "consult",
            "speak",
            "talk",
            "turn to",
            "call",
            "refer",
            "go to",
            "ask",
            "see ",
            "report",
            "alone",
            "988",
            "911",
            "suicide",
            "resources",
            "recommend",
            "suggest",
            "encourage",
        ),
    ),
    Cue(
        Function.HANDS_OVER,
        r"\b(?:what i can (?:do|tell|offer|share|say|give|help|explain)|that (?:being )?said\b"
        r"|having said that|with that said"
        r"|i can (?:tell|explain|share|give|say|show|describe|walk|certainly|definitely|still"
        r"|of course|outline|sketch|cover|point)"
        r"|(?:sure|certainly|of course|absolutely|definitely|yes)[,!.:]|in (?:general|broad) terms"
        r"|i'll (?:give|explain|cover|describe|outline"
        r"|share|walk|answer|stick|tell|focus|describe|limit|take)|on the (?:general|safe|legal|lawful) (?:side|part)"
        r"|for the (?:rest|other part|first part|general)|this (?:much|part) i can|to answer (?:your"
        r"|the)|in short\b)",
        "hands something over",
        (
            "what i can",
            "said",
            "i can",
            "sure",
            "certainly",
            "of course",
            "absolutely",
            "definitely",
            "yes",
            "terms",
            "i'll",
            "part",
            "on the ",
            "for the ",
            "this ",
            "to answer",
            "in short",
        ),
    ),
    Cue(
        Function.HANDS_OVER,
        r"\b(?:here(?:'s| is| are)|below (?:is|are)|the (?:following|steps|basics|short answer)"
        r"|follow these|first,|step 1)",
        LISTS,
        ("here", "below", "the ", "follow", "first", "step"),
    ),
)

CAUTION_CUES = (
    Cue(
        Function.CAUTIONS,
        r"\b(?:important|worth|crucial|essential|vital|critical|wise|best) (?:to|that you|noting"
        r"|remembering|checking|you)\b|\b(?:be (?:careful|aware|cautious|sure|warned|mindful)|make sure|keep in mind"
        r"|bear in mind|caution|warning|caveat|beware|please note|note that|take care|careful|risk"
        r"|danger(?:ous)?|stop (?:and|if|right|taking|using)|the catch|one (?:thing|limit|condition)"
        r"|double-check|only if|unless|do not|don't|never|avoid|at your own|before you|get (?:medical"
        r"|legal|emergency)|not a substitute|urgent|immediately|right away)\b",
        "cautions",
        (
            "import",
            "worth",
            "crucial",
            "essential",
            "vital",
            "critical",
            "wise",
            "best",
            "careful",
            "aware",
            "cautio",
            "sure",
            "mind",
            "warn",
            "caveat",
            "beware",
            "note",
            "care",
            "risk",
            "danger",
            "stop",
            "catch",
            "one ",
            "check",
            "only if",
            "unless",
            "do not",
            "don't",
            "never",
            "avoid",
            "before you",
            "get ",
            "substitute",
            "urgent",
            "immediately",
            "right away",
        ),
    ),
    Cue(
        Function.COURTESY,
        r"\b(?:i|we)\b[^.!?\n]{0,16}?(?:n't|not|no)\b[^.!?\n]{0,12}?(?:personal (?:opinion|belief"
        r"|feeling|experience|preference|view)|feelings|emotions|opinions)",
        "says what an assistant is",
        ("personal", "feelings", "emotions", "opinions"),
    ),
    Cue(
        Function.COURTESY,
        r"^\W{0,4}(?:thank you|thanks|hello|hi|hey|great question|good question|i understand"
        r"|i hear you|i can see|i see|i know|i appreciate|i get (?:it|that|why)|i'm (?:really |so "
        r"|very )?(?:sorry (?:to hear|you|that)|glad)"
        r"|that sounds|that's a (?:good|great|fair|reasonable)|i'm here to)\b",
        "is polite",
        ("than", "hello", "hi", "hey", "question", "i ", "i'm", "that"),
    ),
)

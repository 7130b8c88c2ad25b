"""Whether it was the provider's safety filter that stopped a request: by codes, types and words, whatever the status.

A filter is about what was written. Where words speak of the account, the key, the region or the address, they are not a
filter's, even if they say "blocked" or "policy": then all requests will meet the same.
"""

from __future__ import annotations

from reviewer.endpoints.phrases import phrases

_CONTENT_CODES = phrases(
    r"""
    \w*content(?:management)?(?:policy|filter|moderation|safety|blocked|violation|restricted|risk|security|flagged)
    \w*moderation(?:blocked|failed|error|flagged)
    moderation$
    \w*guardrail
    \w*(?:responsibleai|raipolicy|datainspection|prohibitedcontent|newsensitive|sensitivecontent)
    \w*(?:input|output|prompt|content)sensitive
    sensitive
    safety$
    \w*safety(?:block|violation|filter|system|check|error|refus|policy)
    \w*(?:blocked|violated)(?:by|for)safety
    (?:imagesafety|spii|recitation|blocklist)$
    \w*toxic
    \w*(?:jailbreak|promptinjection|promptshield)
    \w*(?:input|prompt|output|request)flagged
    \w*flaggedinput
    \w*(?:promptblocked|blockedprompt|promptfiltered|unsafecontent|harmful|nsfw|highrisk|modelarmor|hooksfailed)
    \w*(?:usagepolicy|policyviolation)
    \w*(?:cyber|bio)(?:policy|security|safe|abuse|risk)
    \w*cbrn
    \w*censor
    """
)
_OTHER_CODES = phrases(r"\w*(?:org|iam|network|account|billing|retention|rate|quota|tenant|ipblock|ippolicy)")
"""Policies that are about something else."""
_NUMBERS = frozenset({"1301", "1026", "1027", "2016", "2017"})
"""Zhipu 1301, MiniMax 1026 (input) and 1027 (output), Cloudflare AI Gateway 2016 and 2017."""
_PROMPT_CODES = frozenset({"invalidprompt"})
"""Said of a prompt that was blocked and of one that is malformed: the words tell which."""
_PROMPT_WORDS = phrases(
    r"(?:safety|\w*polic|flag|limited|limits access|violat|harm|restrict|not allowed|block|moderat|sensitive|unsafe)"
)
_ELSEWHERE = frozenset({401, 402, 404, 405, 407, 429, 502, 503, 504, 529})
"""Statuses that words do not turn into a filter's: their own meaning is plain."""

_SUBJECT = (
    r"prompts?|inputs?|outputs?|requests?|contents?|messages?|responses?|texts?|quer(?:y|ies)|conversations?"
    r"|completions?|generations?|answers?|questions?|instructions?|images?|material"
)
_TOPIC = (
    r"safety|unsafe|harm\w*|moderation|guard-?rails?|responsible ai|toxic\w*|nsfw|sensitive|inappropriate|offensive"
    r"|jailbreak\w*|prompt injection|high[- ]risk|cyber\w*|biolog\w*|chemical|weapons?|violence|hate|self-harm|sexual"
    r"|(?:usage|content|use|acceptable use|community|service|provider|openai|management|anthropic)(?:['’]s)?"
    r" (?:polic\w*|guidelines?|filter\w*|rules?)|our (?:\w+ )?(?:polic\w*|guidelines?|terms)"
    r"|content (?:filter\w*|management|safety|risk|violation|restriction)|model armor"
)
_STOPPED = r"blocked|filtered|flagged|rejected|refused|stopped|declined|denied|restricted|limited|intercepted"
_CONTENT_WORDS = phrases(
    r"""
    <subject><was> flagged\b
    (?:prompts?|inputs?|outputs?|responses?|completions?|contents?|generations?)<was> (?:blocked|filtered|censored)\b
    (?:prompts?|inputs?|outputs?|responses?|completions?|contents?|generations?)<was> moderated\b
    (?:prompt|input|content|text|message)s? (?:that )?you (?:provided|sent|entered|gave)\b…<was> blocked\b
    blocked (?:prompt|input|output|content|completion|generation)\b
    <subject>\b[^.]{0,80}\bviolat\w+…\b<topic>
    violat\w+ (?:of )?(?:\S+['’]s |our |the |its )?<topic>
    <stopped>\b[^.]{0,20}\b(?:by|due to|because|for|under|as|on)\b…\b<topic>
    <subject>\b…\b(?:contains?|include|is|considered|deemed|seems?)\b[^.]{0,40}\b<bad>\b
    access to (?:this|the|such) (?:content|information|material)\b[^.]{0,40}\b(?:limited|restricted|blocked)
    (?:limited|restricted) access to (?:this|the|such) (?:content|information|material)\b
    content exists risk\b
    prohibited_content\b
    harm_category_
    (?:contents?|material|topics?|prompts?|text) (?:that )?(?:is|are|was|were)? ?not (?:allowed|permitted)\b
    (?:disallowed|prohibited|forbidden|harmful|unsafe|inappropriate|offensive) (?:contents?|material|topics?)\b
    (?:disallowed|prohibited|harmful|unsafe|inappropriate|toxic) (?:prompts?|inputs?|outputs?|requests?|messages?)\b
    (?:\w+ )?new_sensitive\b
    guard-?rails? (?:intervened|violat\w+|block\w+|trigger\w+)
    violated (?:the )?(?:guard-?rails?|moderation)
    (?:safety|content) (?:filter|system|check|classifier)s?\b…\b(?:block|trigger|reject|flag|activat|fail|interven)\w*
    triggered\b[^.]{0,40}\b(?:content|safety|moderation|polic|restriction)
    (?:jailbreak|prompt injection|nsfw content|harmful content|unsafe content)\b[^.]{0,30}\b(?:detect|block)
    (?:detected|contains) (?:a )?(?:potential(?:ly)? )?(?:jailbreak|prompt injection|nsfw|harmful|unsafe)
    (?:prompt|response|request) blocked due to security config
    prompt pattern is blocked\b
    failed check: safety
    guard-?rails? (?:checks?|validations?)\b[^.]{0,20}\bfail
    safety_check
    safeguards?\b[^.]{0,40}\b(?:block|trig)
    \S*(?:敏感|违规|違規|不安全|不当|不當|有害)\S{0,12}(?:内容|內容|信息|詞|词)
    \S*(?:内容|內容)\S{0,8}(?:审核|審核|安全|风险|風險|违规|違規)
    \S*(?:コンテンツ|安全性?|セーフティ)\S{0,4}(?:ポリシー|フィルター?)\S{0,30}(?:違反|ブロック|拒否|検出)
    \S*(?:콘텐츠|안전|유해)\s?(?:정책|필터|콘텐츠)\S{0,4}\s?(?:위반|차단|감지|\S{1,6}\s?(?:차단|거부))
    (?:inhalt\w*|anfrage|eingabe|ausgabe|antwort)…\b(?:nutzungs|inhalts)richtlinie
    (?:inhalt\w*|anfrage|eingabe|ausgabe|antwort)…\b(?:inhalts|sicherheits)filter
    (?:contenu|requête|demande|invite|réponse)…\bfiltre de (?:sécurité|contenu)
    (?:contenu|requête|demande|invite|réponse)…\bpolitique (?:de contenu|d['’]utilisation)
    (?:contenido|solicitud|petición|respuesta)…\b(?:filtro de (?:seguridad|contenido)|política de (?:contenido|uso))
    (?:conteúdo|solicitação|pedido|resposta)…\b(?:filtro de (?:segurança|conteúdo)|política de (?:conteúdo|uso))
    (?:contenuto|richiesta|risposta)…\b(?:filtro di (?:sicurezza|contenut\w)|norme sui contenuti|politica sui contenuti)
    (?:inhoud|verzoek|antwoord)…\b(?:inhoudsfilter|veiligheidsfilter|inhoudsbeleid|gebruiksbeleid)
    (?:treść|żądanie|zapytanie|odpowiedź)…\b(?:filtr\w* (?:bezpieczeństwa|treści)|zasad\w* użytkowania)
    (?:запрос|контент|ответ|содержимое)…\bфильтр\w* (?:безопасности|контента|содержимого)
    (?:запрос|контент|ответ|содержимое)…\bполитик\w* (?:контента|использования)
    """,
    subject=_SUBJECT,
    topic=_TOPIC,
    stopped=_STOPPED,
    was=r"(?: (?:was|were|is|are|has|have|been|got|may|might|could|be|being|potentially|possibly|automatically)){0,5}",
    bad="unsafe|harmful|sensitive|inappropriate|toxic|offensive|high[- ]risk|prohibited|illegal|nsfw",
)
_ACCOUNT_WORDS = phrases(
    r"""
    <account>\b…\b<gone>\b
    <gone>\b[^.]{0,40}\b(?:for|in|at|from|by|on) (?:your|this|the|an?) (?:\w+ )?<account>\b
    <gone>\b[^.]{0,40}\bat the (?:project|team|organi[sz]ation|account) level
    (?:your|user'?s?) access\b[^.]{0,40}\b(?:terminated|revoked|denied|suspended|blocked|disabled|restricted)
    you(?:'ve| have| are|r user)\b[^.]{0,20}\b(?:been )?(?:blocked|banned|suspended)\b
    (?:requests?|calls?) (?:to|from) (?:this|the|your|referer|ip|an?)\b[^.]{0,120}\b(?:are|is) blocked
    (?:organi[sz]ation|network|data|iam|cors|admin\w*|tenant|retention|firewall)(?:['’]s)? (?:polic|rule|config)
    """,
    account=(
        r"accounts?|organi[sz]ations?|projects?|api[- ]?keys?|subscriptions?|workspaces?|tenants?|billing|plan"
        r"|ip(?: address(?:es)?)?|countr(?:y|ies)|regions?|territor(?:y|ies)|locations?|referers?"
    ),
    gone=(
        r"flagged|blocked|suspended|disabled|deactivated|banned|terminated|revoked|restricted|limited|leaked|denied"
        r"|closed|frozen|locked|unavailable|unsupported"
        r"|not (?:available|supported|allowed|permitted|enabled|active)"
    ),
)


def filtered_by_provider(status: int, codes: frozenset[str], words: str, *, page: bool = False) -> bool:
    """Whether what a server said of a request is that its safety filter stopped it.

    `codes` are folded as `ServerSaid.codes` are. `page`: it came as a web page, which is a gateway's and no filter's.
    """
    if page:
        return False
    if any(_is_about_content(code) for code in codes):
        return True
    if about_account(words):
        return False
    if not codes.isdisjoint(_PROMPT_CODES):
        return bool(_PROMPT_WORDS.search(words))
    return status not in _ELSEWHERE and bool(_CONTENT_WORDS.search(words))


def about_account(words: str) -> bool:
    """Whether words say that an account, key, project, region or address is shut out."""
    return bool(_ACCOUNT_WORDS.search(words))


def _is_about_content(code: str) -> bool:
    return code in _NUMBERS or bool(_CONTENT_CODES.match(code) and not _OTHER_CODES.match(code))

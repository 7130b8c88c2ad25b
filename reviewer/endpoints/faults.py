"""What an answer that is no response means for a run: one sentence and what to do.

Faults that all requests meet stop a run at the first of them. They are told by codes and words first, for servers give
them any status: a wrong key comes as 400, an unknown address as 200.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from http import HTTPStatus

from reviewer.core.written_secrets import without_secrets
from reviewer.endpoints import abroad
from reviewer.endpoints.filters import about_account, filtered_by_provider
from reviewer.endpoints.phrases import phrases
from reviewer.endpoints.protocol import EndpointError, FaultKind
from reviewer.endpoints.said import ServerSaid
from reviewer.endpoints.untrusted import excerpt
from reviewer.endpoints.waits import wait_asked_for

MAX_KEPT_ERROR_BYTES = 65_536
NO_KEY = "No key is set for this endpoint: name the environment variable that holds it (--key-env)."

_RETRIED = frozenset({408, 409, 421, 423, 424, 425, 429, 499})
"""What may pass: the wrong server behind the address, a model that is being loaded, one behind a gateway that failed,
and a request that the server took for given up.
"""
BUSY = frozenset({429, 503, 529})
"""Statuses with which a server asks to be left alone for a while."""

_NOT_FOUND = r"(?:not exist|n't exist|not found|not be found)\b"
_MODEL_CODES = phrases(
    r"""
    (?:model|deployment)(?:does)?not(?:found|exist|supported)
    (?:invalid|unknown|nosuch)model
    """
)
_MODEL_WORDS = phrases(
    r"""
    (?:models?|deployments?|engines?|adapters?)\b.{0,200}?\b<not_found>
    (?:models?|deployments?)<name>(?:is|are|was|has been)?\s?(?:unknown|invalid|not (?:an? )?valid)<end>
    (?:models?|deployments?)<name>(?:is|are|was|has been)?\s?(?:removed|retired|decommissioned|discontinued)\b
    (?:models?|deployments?)<name>(?:is|are|was|has been)?\s?deprecated\b
    (?:models?|deployments?)<name>(?:is|are|was|has been)?\s?no longer (?:available|supported)
    (?:models?|deployments?)<name>(?:is|are)?\s?not (?:loaded|recogni[sz]ed|deployed|served|installed|registered)\b
    (?:models?|deployments?)<name>(?:is|are)?\s?not (?:supported|available|enabled)<end>
    (?:unknown|no such|invalid|unsupported|unrecogni[sz]ed|non-?existent) (?:model|deployment)\b(?! (?:out|in|resp))
    does not exist or you do not have access
    not a valid model
    (?:this is )?not a chat model\b
    only \S.{0,200}? allowed now, your model\b
    checking the specified model\b
    (?:unable to access|cannot access|can't access) (?:\S+ )?(?:non-serverless )?model\b
    invocation of model (?:id )?\S+ with \S+ \S+ is(?:n['’]t| not) supported
    functions? ['"]?[0-9a-f-]{8,}['"]?\W{1,3}not found
    no endpoints found for\b
    model: \S+$
    model: unexpected value
    <abroad>
    \S*无可用渠道
    """,
    abroad=abroad.MODEL,
    not_found=_NOT_FOUND,
    name=r"(?: (?:id|name|named|called))?\W{0,3}\S{0,120}?\W{0,3}\b",
    end=r"\s*(?:$|[.,;!:(]|model\b|on\b|and\b|please\b|to\b)",
)
_MODEL_GONE = phrases(
    r"""
    model\b.{0,120}?\b<not_found>
    (?:unknown|no such) model\b
    \S*模型不存在
    """,
    not_found=_NOT_FOUND,
)
"""What is said so of a model also with a status that may pass."""
_MODEL_ID = re.compile(r"\bmodel\b(?: (?:id|name|named))?\W{0,3}?([@\w][\w.:@-]*[/@:][\w./:@-]*)", re.IGNORECASE)
"""A model that is named with its vendor or version."""
_KEY_CODES = phrases(
    r"""
    \w*apikey(?:invalid|expired|missing|notfound|required)
    (?:invalid|incorrect|missing|expired|no|bad|wrong)(?:api)?key
    unauthori[sz]ed
    unauthenticated
    authentication
    invalid(?:auth|token$|credentials)
    (?:1004|2049)$
    """
)
_KEY_WORDS = phrases(
    r"""
    <credential>\b…\b(?:not valid|not found|not provided|not recogni[sz]ed|unknown|wrong|malformed|rejected|leaked)
    <credential>\b…\b(?:invalid|incorrect|missing|required|expired|revoked|disabled)
    (?:invalid|incorrect|wrong|missing|expired|no|bad|malformed|unknown|valid|without an?) (?:auth )?<credential>\b
    (?:headers?\.)?authorization: .{0,20}required
    (?:provide|pass|supply|include) (?:an?|your|the) (?:valid )?<credential>\b
    unauthori[sz]ed\b
    unauthenticated\b
    not authenticated\b
    authentication (?:failed|required|error|fails)
    (?:could not|failed to|cannot) (?:be )?(?:authenticated?|validate credentials)
    login fail
    invalid authentication
    authorization header\b…\b(?:missing|required|invalid|not)\b
    <abroad>
    """,
    abroad=abroad.KEY,
    credential=(
        r"(?:api|access|secret|subscription|auth\w*|bearer|x-api-key)[ _-]?(?:keys?|tokens?)|credentials?|bearer"
    ),
)
_KEY_WRONG = phrases(r"(?:invalid|incorrect|wrong) api[ _-]?key\b")
"""What is said so of a key also with a status that may pass."""
_CREDIT_CODES = phrases(
    r"""
    insufficient(?:quota|credit|balance|fund|userquota)
    billing
    credits?exhausted
    arrear
    budgetexceeded
    allocationquotafreetier
    \w*overdue
    paymentrequired
    outofcredit
    (?:1113|1008)$
    """
)
_CREDIT_WORDS = phrases(
    r"""
    (?:insufficient|not enough|no|out of|low|exhausted|ran out of|run out of|negative|zero)\b[^.]{0,30}\b<money>\b
    <money>\b[^.]{0,40}\b(?:too low|insufficient|not enough|exhausted|used up|depleted|consumed|is low)\b
    <money>\b[^.]{0,40}\b(?:ran out|run out|negative|expired)\b
    credit balance\b
    exceeded your current quota
    insufficient[_ ]quota
    billing\b…\b(?:limit|not active|inactive|disabled|details|enable|overdue|suspended)
    (?:enable|activate|check your plan and|set up) billing
    arrears?\b
    arrearage
    overdue\b
    payment (?:is )?(?:required|method|overdue)
    (?:spend|spending|usage) (?:limits?|cap)\b
    (?:monthly|free)\b[^.]{0,20}\b(?:credits?|allowance|spend)\b
    free (?:tier|quota|plan|allocation)\b[^.]{0,40}\b(?:exhausted|used up|exceeded|consumed|ended|over)\b
    used up\b[^.]{0,30}\b(?:allocation|quota|allowance)\b
    budget\b[^.]{0,20}\b(?:exceeded|used up|exhausted|reached)\b
    (?:add|purchase|buy|top up) (?:more |some )?credits?\b
    recharge\b
    top[- ]up\b
    \S*(?:欠费|余额不足|额度已用|额度不足)
    <abroad>
    """,
    abroad=abroad.CREDIT,
    money="credits?|balance|funds?|wallet",
)
_REGION_CODES = phrases(r"(?:unsupportedcountry|countrynotsupported|regionnotsupported|locationnotsupported)")
_REGION_WORDS = phrases(
    r"""
    <place>\b…\b(?:not (?:supported|available|allowed)|unsupported|restricted|blocked|prohibited)\b
    (?:unavailable|unsupported) (?:in|from|for) (?:your|this|the) (?:\w+ )?<place>
    not (?:supported|available|allowed|permitted) (?:in|from|for) (?:your|this|the|unsupported) (?:\w+ )?<place>
    (?:blocked|restricted) (?:in|for) (?:your|this|the) <place>
    """,
    place="countr(?:y|ies)|regions?|territor(?:y|ies)|locations?",
)
_PERMISSION_CODES = phrases(
    r"(?:permission|accessdenied|forbidden|accountdeactivated|accountsuspended|accessterminated|servicedisabled)"
)
_PERMISSION_WORDS = phrases(
    r"""
    (?:not|no|without|lacks?|insufficient|missing)\b[^.]{0,30}\b(?:permissions?|access to|authorized to|entitled)
    permission[_ ]denied
    permission ['"`]?[\w.]+['"`]? (?:is )?(?:denied|missing|required)
    (?:\S+ )?permission is required
    (?:must|need to|have to) be a member of
    no (?:endpoints|allowed providers?) (?:found |are )?(?:matching|available for)\b
    (?:organi[sz]ation|account|project|user|workspace) (?:must|needs to|has to) be (?:verified|activated|approved)\b
    (?:verify|activate) (?:your|the) (?:organi[sz]ation|account|project)\b
    access (?:is )?denied
    forbidden\W*$
    """
)
_DENIED = phrases(r"permission ['\"`]?[\w.]+['\"`]? denied")
_ADDRESS_WORDS = phrases(
    r"""
    <none_such> (?:request )?(?:endpoint|route|url|path|method)\b
    (?:endpoint|route)\b…\b<not_found>
    invalid url \(
    (?:404\W*)?(?:page )?not found\W*$
    no route\b
    cannot (?:post|get) /
    method not allowed\b
    no handler\b
    (?:the )?plain http request was sent to https
    client sent an http request to an https server
    """,
    none_such="(?:unexpected|unknown|invalid|no such|unsupported|unrecogni[sz]ed|wrong)",
    not_found=_NOT_FOUND,
)
_TOO_MANY = phrases(
    r"""
    (?:rate|request)[- ]?limit(?:s|ed)? (?:is |was |has been )?(?:exceeded|reached|hit)\b
    (?:user)?ratelimit(?:exceeded|error|reached)
    exceeded (?:the |your |call |its )*(?:rate|request)[- ]limits?\b
    too many (?:requests\b|tokens,? please wait\b)
    toomanyrequests
    throttl(?:ed|ing)
    """
)
_MAYBE_TOO_MANY = frozenset({400, 403, 500, 502})
"""Statuses with which some servers mean 429."""
_MAYBE_BROKEN = frozenset({400, 424, 498})
"""Statuses with which some gateways pass on that a server behind them is not well."""
_BROKEN_WORDS = phrases(
    r"""
    degraded\b[^.]{0,20}\b(?:cannot be invoked|not be invoked)
    (?:received )?server error \(5\d\d\)
    internal (?:server )?(?:error|failure)\b
    (?:server|service|model|upstream|backend|engine)\b[^.]{0,20}\b(?:overloaded|temporarily unavailable|unhealthy)\b
    temporarily (?:unavailable|overloaded)\b
    capacity (?:is )?(?:exceeded|reached|exhausted)\b
    (?:cuda|gpu|server|runtime) (?:error|failure)\b
    model\b[^.]{0,40}\bis (?:currently |still )?loading\b
    """
)
_TOO_LARGE = phrases(r"(?:request too large\b|too large for\b)")


@dataclass(frozen=True)
class Inquiry:
    """What was asked when a server failed: the address, the model, how a key is found, and whether it was asked for a
    completion. `shown_status` is what the answer was marked with, where a gateway reports another one inside.
    """

    address: str
    model: str = ""
    key_from: str = ""
    secrets: Sequence[str] = ()
    shown_status: int | None = None


def status_fault(
    status: int, headers: Mapping[str, str], untrusted_body: bytes, asked: Inquiry, said: ServerSaid | None = None
) -> EndpointError:
    """The error for an answer that is no success, or says that it is none."""
    said = said or ServerSaid.read(untrusted_body, asked.secrets)
    if status in _MAYBE_TOO_MANY and _speaks_of(said, _TOO_MANY, _TOO_MANY):
        status, asked = 429, replace(asked, shown_status=asked.shown_status or status)
    wait_s = wait_asked_for({**said.headers, **headers}, said.wait_s, said.words if status in BUSY else "")
    kind, what, remedy = _meaning(status, headers, said, asked, wait_s)
    return EndpointError(
        kind,
        with_words(what, said),
        remedy,
        retry_after_s=wait_s,
        status=status,
        raw_body=untrusted_body[:MAX_KEPT_ERROR_BYTES],
    )


def with_words(what: str, said: ServerSaid) -> str:
    """The sentence with what the server said behind it, where it said something else."""
    return f"{what} It said: “{said.message}”" if said.message and said.message not in what else what


def filtered(status: int, said: ServerSaid) -> bool:
    """Whether the provider's safety filter stopped the request."""
    return filtered_by_provider(status, said.codes, said.words, page=said.page)


Meaning = tuple[FaultKind, str, str]


def _meaning(
    status: int, headers: Mapping[str, str], said: ServerSaid, asked: Inquiry, wait_s: float | None
) -> Meaning:
    stopping = _of_all_requests(status, headers, said, asked, wait_s)
    if stopping is not None:
        return FaultKind.STOP_RUN, *stopping
    within = f", in an answer marked {asked.shown_status}" if asked.shown_status not in (None, status) else ""
    if status == 429 and wait_s is None and _TOO_LARGE.search(said.words):
        return FaultKind.GIVE_UP, f"The endpoint answered {_named(status)}{within}.", "Shorten what it objects to."
    broken = status in _MAYBE_BROKEN and _BROKEN_WORDS.search(said.words)
    if status in _RETRIED or status >= 500 or broken:
        return FaultKind.RETRY, f"The endpoint answered {_named(status)}{within}.", _RETRY_REMEDY[status == 429]
    what = f"The endpoint refused the request with {_named(status)}{within}."
    return FaultKind.GIVE_UP, what, "Change what it objects to."


def _of_all_requests(
    status: int, headers: Mapping[str, str], said: ServerSaid, asked: Inquiry, wait_s: float | None
) -> tuple[str, str] | None:
    """What happened and what to do, where every request will meet the same; None where it may be this one's alone."""
    shown = asked.shown_status or status
    if 300 <= status < 400:
        target = excerpt(without_secrets(headers.get("location", "another address")), asked.secrets)
        remedy = "Redirects are not followed, so that prompts go nowhere unexpected; enter the final address."
        return f"{asked.address} redirects to {target} ({status}).", remedy
    if _speaks_of(said, _CREDIT_CODES) or (_is_about_credit(said) and not (status in BUSY and wait_s is not None)):
        what = {402: "The endpoint asks for payment", 429: "The quota of this key is used up"}
        return f"{what.get(status, 'The credit of this key is used up')} ({shown}).", _LOOK_AT_ACCOUNT
    if (
        status in (401, 404)
        and _PERMISSION_WORDS.search(said.words)
        and not (_KEY_WORDS.search(said.words) or _is_about_model(said))
    ):
        return _forbidden(shown)
    if status in _FOR_ALL_REQUESTS and status != 403 and not (status == 404 and _is_about_model(said)):
        what_, remedy = _FOR_ALL_REQUESTS[status]
        return f"{what_.format(address=asked.address)} ({shown}).", remedy or asked.key_from or NO_KEY
    if status == 429:
        return None
    if status >= 500 and shown >= 500:
        return None if said.page else _of_a_broken_server(shown, said, asked)
    return _by_words(status, shown, said, asked)


def _of_a_broken_server(shown: int, said: ServerSaid, asked: Inquiry) -> tuple[str, str] | None:
    """A gateway may pass on as its own failure what will not pass; only the plainest words count."""
    if _MODEL_GONE.search(said.words):
        return _unknown_model(shown, asked)
    if _KEY_WRONG.search(said.words):
        return f"The endpoint does not accept the key ({shown}).", asked.key_from or NO_KEY
    return None


def _by_words(status: int, shown: int, said: ServerSaid, asked: Inquiry) -> tuple[str, str] | None:
    if _speaks_of(said, _REGION_CODES, _REGION_WORDS):
        return f"The endpoint is not open to where it is asked from ({shown}).", "Look at the account's region."
    if status == 403 and _DENIED.search(said.words):
        return _forbidden(shown)
    if _is_about_model(said) and (status == 404 or not _names_another(said, asked)):
        return _unknown_model(shown, asked)
    if _speaks_of(said, _KEY_CODES, _KEY_WORDS) and not said.page:
        return f"The endpoint does not accept the key ({shown}).", asked.key_from or NO_KEY
    if status == 403 or about_account(said.words) or _speaks_of(said, _PERMISSION_CODES, _PERMISSION_WORDS):
        return _forbidden(shown)
    if _ADDRESS_WORDS.search(said.words):
        what, remedy = _FOR_ALL_REQUESTS[404]
        return f"{what.format(address=asked.address)} ({shown}).", remedy
    return None


def _forbidden(shown: int) -> tuple[str, str]:
    what, remedy = _FOR_ALL_REQUESTS[403]
    return f"{what} ({shown}).", remedy


def _unknown_model(shown: int, asked: Inquiry) -> tuple[str, str]:
    return f"The endpoint does not know the model {asked.model!r} ({shown}).", "Check the model id."


def _speaks_of(said: ServerSaid, codes: re.Pattern[str], words: re.Pattern[str] | None = None) -> bool:
    return any(codes.search(code) for code in said.codes) or bool(words and words.search(said.words))


def _is_about_model(said: ServerSaid) -> bool:
    return _speaks_of(said, _MODEL_CODES, _MODEL_WORDS)


def _names_another(said: ServerSaid, asked: Inquiry) -> bool:
    """Whether the words are of another model than was asked for, one behind a gateway: that may be this request's."""
    named = _MODEL_ID.search(said.words)
    return (
        named is not None and named[1].strip(".:").lower() != asked.model.lower() and not _speaks_of(said, _MODEL_CODES)
    )


def _is_about_credit(said: ServerSaid) -> bool:
    return bool(_CREDIT_WORDS.search(said.words)) and not said.page


_LOOK_AT_ACCOUNT = "Look at the account, then resume the run."

_RETRY_REMEDY = {
    True: "Lower the concurrency or set a limit of requests per minute, then resume the run.",
    False: "Resume the run when the endpoint is well again.",
}

_FOR_ALL_REQUESTS = {
    401: ("The endpoint does not accept the key", ""),
    402: ("The endpoint asks for payment", _LOOK_AT_ACCOUNT),
    403: ("The endpoint forbids the request", "Check that the key may use this model, and the address."),
    404: (
        "There is nothing at {address}",
        "Check the base URL: it is used as given, and most servers want it to end with /v1.",
    ),
    405: ("{address} takes no such requests", "Check the base URL; most servers want it to end with /v1."),
    407: ("The proxy wants to be told who asks", "Check the endpoint's proxy."),
    426: ("The endpoint wants another protocol", "Check the base URL; it may have to begin with https."),
    495: ("The endpoint does not accept the certificate", "Ask whoever runs the endpoint which one it wants."),
    496: ("The endpoint wants a certificate", "Ask whoever runs the endpoint which one it wants."),
    451: ("The endpoint may not answer for legal reasons", "Look at the account and its region."),
}


def _named(status: int) -> str:
    try:
        return f"{status} {HTTPStatus(status).phrase}"
    except ValueError:
        return str(status)

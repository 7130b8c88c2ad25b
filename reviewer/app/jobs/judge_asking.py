"""One question to a judge for each stored response, and what came back turned into what is stored."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from reviewer.classify.judge.excerpt import Excerpt, cut_turns
from reviewer.classify.judge.prompt import JudgePrompt, request_hash
from reviewer.classify.judge.reply import read_reply
from reviewer.core.actions import ActionScale
from reviewer.core.cases import Message
from reviewer.core.decisions import JudgeOutcome, JudgeReply
from reviewer.core.models import ModelVersion
from reviewer.core.responses import Response, ResponseState
from reviewer.store.database import Workspace
from reviewer.store.facts.judging import StoredText
from reviewer.store.queries import review
from reviewer.wording.plural import counted

if TYPE_CHECKING:
    from reviewer.endpoints.protocol import ChatRequest

_JUDGED_STATES = frozenset({ResponseState.OK, ResponseState.TRUNCATED})
_TEXTS_AT_ONCE = 200
_MAX_FINGERPRINT_CHARACTERS = 200
_MAX_RAW_CHARACTERS = 65_536


def classifier_name(version: ModelVersion) -> str:
    """`judge/MODEL/12345678`: the digits tell the same model at another address or with other sampling apart."""
    return f"judge/{version.model}/{version.hash[:8]}"


@dataclass(frozen=True)
class Asked:
    """One response that the judge is asked about; `sent` is what it sees of it, `cut_turns` how many turns of the
    conversation are sent in part or not at all. `model` is what the server that gave it called itself.
    """

    stored: StoredText
    conversation: tuple[Message, ...]
    untrusted_text: str
    request: ChatRequest
    sent: Excerpt
    cut_turns: int = 0
    model: str = ""
    category: str = ""

    @property
    def is_cut(self) -> bool:
        """Whether something of the conversation or of the response is left out."""
        return bool(self.sent.left_out or self.cut_turns)


class Asker:
    """Turns stored responses into requests; counts by state those about which nothing can be asked."""

    def __init__(
        self, workspace: Workspace, prompt: JudgePrompt, version: ModelVersion, unasked: frozenset[str] = frozenset()
    ) -> None:
        """`unasked` names the sampling parameters that nobody asked for."""
        self._workspace = workspace
        self._prompt = prompt
        self._version, self._unasked = version, unasked
        self.not_sent: Counter[str] = Counter()

    def ask(self, texts: Sequence[StoredText]) -> tuple[Asked, ...]:
        """In the order of `texts`."""
        self.not_sent.update(text.state for text in texts if text.state not in _JUDGED_STATES)
        wanted = {text.response_id: text for text in texts if text.state in _JUDGED_STATES}
        asked: dict[int, Asked] = {}
        ids = list(wanted)
        for start in range(0, len(ids), _TEXTS_AT_ONCE):
            for response_id, case, response in review.texts(self._workspace, ids[start : start + _TEXTS_AT_ONCE]):
                if not response.text.strip():
                    self.not_sent[ResponseState.EMPTY] += 1
                    continue
                messages = self._prompt.messages(case.messages, response.text)
                request = self._request(response, messages)
                asked[response_id] = Asked(
                    wanted[response_id],
                    case.messages,
                    response.text,
                    request,
                    self._prompt.excerpt(response.text),
                    cut_turns(case.messages, self._prompt.most_characters),
                    response.model,
                    case.category,
                )
        return tuple(asked[response_id] for response_id in ids if response_id in asked)

    def _request(self, response: Response, messages: tuple[Message, ...]) -> ChatRequest:
        from reviewer.endpoints.protocol import ChatRequest

        version, unasked = self._version, self._unasked
        return ChatRequest(response.case, response.repeat, messages, version.model, version.sampling, unasked=unasked)


def judge_reply(asked: Asked, response: Response, scale: ActionScale, classifier: str) -> JudgeReply:
    """Read what came back about one response; a failed request has no verdict."""
    failed = response.state is ResponseState.ERROR
    if failed:
        outcome, verdict = JudgeOutcome.FAILED, None
    else:
        outcome, verdict = read_reply(response, asked.conversation, asked.untrusted_text, scale, classifier, asked.sent)
        verdict = replace(verdict, reason=f"{verdict.reason}{_cut_words(asked)}")
    return JudgeReply(
        response_id=asked.stored.response_id,
        response_hash=asked.stored.hash,
        outcome=outcome,
        verdict=verdict,
        reason=verdict.reason if verdict else response.error,
        # a failed request carries the id that was asked for, and nobody answered under it
        returned_model="" if failed else response.model,
        fingerprint=_fingerprint(response.raw_body),
        request_hash=request_hash(asked.request.messages),
        raw_reply=_whole_reply(response),
        attempts=response.attempts,
        latency_ms=response.latency_ms,
        usage=response.usage,
    )


def _cut_words(asked: Asked) -> str:
    """What a verdict says beside its reason where the judge did not see everything."""
    if not asked.is_cut:
        return ""
    parts = [f"{asked.sent.left_out:,} characters of the response"] if asked.sent.left_out else []
    parts += [f"parts of {counted(asked.cut_turns, 'turn')} of the conversation"] if asked.cut_turns else []
    return f" (the judge was not shown {' and '.join(parts)})"


def _fingerprint(untrusted_body: bytes) -> str:
    """What the server calls the configuration that answered, "" where it does not say."""
    from reviewer.endpoints.untrusted import parsed_json, storable

    try:
        document = parsed_json(untrusted_body)
    except ValueError:
        return ""
    found = document.get("system_fingerprint") if isinstance(document, dict) else None
    return storable(found)[:_MAX_FINGERPRINT_CHARACTERS] if isinstance(found, str) else ""


def _whole_reply(response: Response) -> str:
    """What the judge said, its reasoning in front; without a text what its server sent."""
    said = response.text or _readable(response.raw_body)
    return f"<think>\n{response.reasoning}\n</think>\n\n{said}" if response.reasoning else said


def _readable(untrusted_body: bytes) -> str:
    from reviewer.endpoints.untrusted import storable

    return storable(untrusted_body[:_MAX_RAW_CHARACTERS].decode("utf-8", "replace"))

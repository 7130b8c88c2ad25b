"""Conversations that branch: exports of Open WebUI, ChatGPT and LibreChat, and OpenAssistant's messages and trees.

Each turn names the one before it, so that a question may have several answers and an answer several questions behind
it. Each answer is a response to the turns that lead to it; answers of one model to the same turns are its repeats.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from reviewer.core.cases import CaseKey
from reviewer.core.responses import Response, ResponseState
from reviewer.exchange.kit.foreign import Answered, ForeignCase, ForeignFile, Json, PersonSaid, object_at, objects_at
from reviewer.exchange.kit.json_items import json_lines_or_items
from reviewer.exchange.kit.label_tables import label_table
from reviewer.exchange.kit.ledger import Ledger
from reviewer.exchange.kit.options import ImportOptions
from reviewer.exchange.kit.records import BadRow, Record
from reviewer.exchange.kit.sources import FileHead, Source
from reviewer.exchange.kit.streams import flattened, text_of

PEOPLE = "written by people"
"""The run of OpenAssistant's answers that no model gave."""
_UNANSWERED = "{n|turn of a user has|turns of users have} no answer: a case is imported, and no response."
_STEPS = (
    "{n|turn is|turns are} a step on the way to an answer (a call of a tool, its result, a thought): left out of what "
    "was asked and of what was answered."
)
_NOTHING_ASKED = "{n|answer answers|answers answer} no turn of a user: left out."
_PARENT_GONE = "{n|turn follows|turns follow} one that is not in the file: what was said before it is not known."
_EMPTY = "The tool kept neither a text nor an error."
_NO_TEXT = (
    "{n|part of a turn is|parts of turns are} no text, as a picture, and not in the file: its kind stands in its "
    "place, as in [image_asset_pointer]."
)
_SHOWN_AGAIN = "the turns that were shown last, which stand in the tree too"
_THOUGHTS = ("think", "thinking")
_LINKS = "the tool's own link between turns"
_LONG_ID = 16
"""Characters of an id that no other conversation has too."""


@dataclass(frozen=True)
class Turn:
    """One turn. `role` is user, assistant or system, "" for what is none of them; `conversation` names its tree; `rest`
    is the turn as the file has it."""

    line: int
    conversation: str
    id: str
    parent: str
    role: str
    content: object
    rest: Json
    model: str = ""
    error: str = ""
    rating: str = ""
    note: str = ""
    by: str = ""
    is_step: bool = False

    @property
    def key(self) -> str:
        return self.id if len(self.id) >= _LONG_ID or not self.conversation else f"{self.conversation}-{self.id}"


def _whole(value: object) -> object:
    """The value, all of it asked for: what is in each turn is listed from there."""
    if isinstance(value, dict):
        return {name: _whole(held) for name, held in value.items()}
    return [_whole(held) for held in value] if isinstance(value, list) else value


def _words(value: object) -> str:
    """A turn's text: a text, the texts of a list of parts, or the text of an object; the kind of what is none."""
    if isinstance(value, list):
        return "\n".join(filter(None, (_words(part) for part in value)))
    if not isinstance(value, dict):
        return value if isinstance(value, str) else ""
    if value.get("type") in _THOUGHTS:
        return ""
    kind = text_of(value.get("content_type") or value.get("type"))
    found = _words(next((value[name] for name in ("text", "parts", "content", "value") if value.get(name)), ""))
    return found or (f"[{kind}]" if kind not in ("", "text") else "")


def _thoughts(value: object) -> str:
    parts = [part for part in objects_at(value) if part.get("type") in _THOUGHTS]
    return "\n".join(text_of(part.get("think") or part.get("thinking")) for part in parts)


def _other_parts(value: object) -> int:
    """How many parts of a turn are no text, as a picture."""
    items = value.get("parts") if isinstance(value, dict) else value
    return sum(1 for part in objects_at(items) if _words(part).startswith("[") and not part.get("text"))


def _thumb(rating: object) -> str:
    return {1: "thumbs up", -1: "thumbs down"}.get(rating, "") if isinstance(rating, int) else text_of(rating)


def _of_open_webui(line: int, row: Json) -> Iterator[Turn]:
    chat = object_at(_whole(row.get("chat"))) or row
    user = text_of(row.get("user_id"))
    for key, held in object_at(object_at(_whole(chat.get("history"))).get("messages")).items():
        turn = object_at(held)
        said = object_at(turn.get("annotation"))
        error, failed = turn.get("error"), "The tool marks the answer as failed."
        note = ": ".join(filter(None, (text_of(said.get("reason")), text_of(said.get("comment")))))
        yield Turn(
            line,
            text_of(row.get("id")),
            key,
            text_of(turn.get("parentId")),
            text_of(turn.get("role")),
            turn.get("content"),
            turn,
            model=text_of(turn.get("selectedModelId") or turn.get("model")),
            error=_words(error) or (failed if error else ""),
            rating=_thumb(said.get("rating")),
            note=note,
            by=user,
        )


def _of_chatgpt(line: int, row: Json) -> Iterator[Turn]:
    conversation = text_of(row.get("conversation_id") or row.get("id"))
    for key, node in object_at(_whole(row.get("mapping"))).items():
        message = object_at(object_at(node).get("message"))
        content, meta = object_at(message.get("content")), object_at(message.get("metadata"))
        role, kind = text_of(object_at(message.get("author")).get("role")), text_of(content.get("content_type"))
        to_tool = text_of(message.get("recipient")) not in ("", "all")
        yield Turn(
            line,
            conversation,
            key,
            text_of(object_at(node).get("parent")),
            role,
            content,
            message,
            model=text_of(meta.get("model_slug")),
            is_step=to_tool or role == "tool" or kind in ("code", "thoughts", "reasoning_recap", "execution_output"),
        )


def _of_librechat(line: int, row: Json) -> Iterator[Turn]:
    waiting = objects_at(row.get("messages"))
    while waiting:
        turn = waiting.pop(0)
        waiting += objects_at(turn.get("children"))
        is_user = turn.get("isCreatedByUser") is True or text_of(turn.get("sender")).lower() == "user"
        parent = text_of(turn.get("parentMessageId"))
        failed = turn.get("error") is True
        yield Turn(
            line,
            text_of(row.get("conversationId")),
            text_of(turn.get("messageId")),
            parent if parent.strip("0-") else "",
            "user" if is_user else "assistant",
            "" if failed else turn.get("text") or turn.get("content"),
            turn,
            model=text_of(turn.get("model") or turn.get("sender")),
            error=(_words(turn.get("text")) or "The tool marks the answer as failed.") if failed else "",
        )


_OASST_ROLES = {"prompter": "user", "assistant": "assistant"}


def _of_oasst(line: int, turn: Json, tree: str = "") -> Turn:
    role = _OASST_ROLES.get(text_of(turn.get("role")), "")
    return Turn(
        line,
        tree or text_of(turn.get("message_tree_id")),
        text_of(turn.get("message_id")),
        text_of(turn.get("parent_id")),
        role,
        turn.get("text"),
        turn,
        model=text_of(turn.get("model_name")) or PEOPLE,
    )


def _of_oasst_tree(line: int, row: Json) -> Iterator[Turn]:
    tree, waiting = text_of(row.get("message_tree_id")), [(object_at(row.get("prompt")), "")]
    while waiting:
        turn, parent = waiting.pop(0)
        found = _of_oasst(line, turn, tree)
        yield replace(found, parent=found.parent or parent)
        waiting += [(reply, found.id) for reply in objects_at(turn.get("replies"))]


@dataclass(frozen=True)
class TreeForm:
    """What one tool writes. `uses` are the fields of a turn that are read; `held` those of a row that hold the turns;
    with `across` the turns of a tree stand in rows of their own.
    """

    tool: str
    is_of: Callable[[frozenset[str]], bool]
    turns: Callable[[int, Json], Iterator[Turn]]
    uses: Mapping[str, str]
    held: Sequence[str] = ()
    across: bool = False


_FORMS = (
    TreeForm(
        "Open WebUI",
        lambda keys: any(name.startswith(("chat.history.messages.", "history.messages.")) for name in keys),
        _of_open_webui,
        {
            "content": "messages and text", "role": "messages", "id": "key", "model": "model",
            "selectedModelId": "model", "error": "error", "error.content": "error",
            "annotation.rating": "a person's rating", "annotation.comment": "note", "annotation.reason": "note",
        },
        held=("chat", "history", "messages"),
    ),
    TreeForm(
        "ChatGPT",
        lambda keys: "mapping" in keys and any(name.endswith(".message.author.role") for name in keys),
        _of_chatgpt,
        {
            "id": "key", "author.role": "messages", "content.parts": "messages and text", "content.text": "text",
            "content.content_type": "messages", "metadata.model_slug": "model", "recipient": "messages",
        },
        held=("mapping",),
    ),
    TreeForm(
        "LibreChat",
        lambda keys: keys >= {"messages", "messages[].messageId", "messages[].parentMessageId"},
        _of_librechat,
        {
            "messageId": "key", "text": "messages and text", "content": "messages and text", "sender": "messages",
            "isCreatedByUser": "messages", "model": "model", "error": "error",
        },
        held=("messages",),
    ),
    TreeForm(
        "OpenAssistant",
        lambda keys: keys >= {"message_id", "parent_id", "role", "text", "message_tree_id"},
        lambda line, row: iter((_of_oasst(line, row),)),
        {"message_id": "key", "text": "messages and text", "role": "messages", "model_name": "model"},
        across=True,
    ),
    TreeForm(
        "OpenAssistant",
        lambda keys: keys >= {"message_tree_id", "prompt", "prompt.text", "prompt.role"},
        _of_oasst_tree,
        {"message_id": "key", "text": "messages and text", "role": "messages", "model_name": "model"},
        held=("prompt",),
    ),
)  # fmt: skip
_DROPPED = {
    name: _LINKS
    for name in (
        *("parentId", "childrenIds", "parent_id", "message_tree_id", "parentMessageId", "conversationId"),
        *("replies", "children", "modelIdx", "currentId", "current_node"),
    )
}


class MessageTrees:
    name = "message-trees"
    description = "Branching conversations of Open WebUI, ChatGPT, LibreChat or OpenAssistant: each answer a response."
    suffixes = (".json", ".jsonl")
    general = False

    def recognises(self, head: FileHead) -> bool:
        return form_of(head) is not None

    def read(self, source: Source, options: ImportOptions) -> Iterator[Record]:
        source.check()
        form = form_of(FileHead(source.path, source.start().encode("utf-8", "replace"))) or _FORMS[-1]
        yield from _TreeReading(source, options, form).records()


def form_of(head: FileHead) -> TreeForm | None:
    return next((form for form in _FORMS if form.is_of(frozenset(head.json_keys))), None)


@dataclass
class _Tree:
    """The turns that may lead to each other, and what stands beside all of them."""

    kept: Mapping[str, str] = field(default_factory=dict)
    turns: dict[str, Turn] = field(default_factory=dict)

    def path(self, turn: Turn) -> tuple[list[Turn], bool]:
        """What was said before it, oldest first, and whether one of these turns is not in the file."""
        before, seen = list[Turn](), {turn.id}
        while turn.parent and turn.parent not in seen:
            seen.add(turn.parent)
            found = self.turns.get(turn.parent)
            if found is None:
                return before[::-1], True
            turn = found
            before.append(turn)
        return before[::-1], False


class _TreeReading:
    def __init__(self, source: Source, options: ImportOptions, form: TreeForm) -> None:
        self._source, self._form = source, form
        table = replace(label_table("message_trees"), tool=form.tool)
        self._file = ForeignFile(options, table, source.name, Ledger(form.uses, _DROPPED))

    def records(self) -> Iterator[Record]:
        yield from self._file.begin()
        whole = _Tree()
        for row in json_lines_or_items(self._source):
            if isinstance(row, BadRow):
                yield row
            elif self._form.across:
                whole.turns.update((turn.id, turn) for turn in self._form.turns(*row))
            else:
                yield from self._tree(self._of_row(*row))
        yield from self._tree(whole)
        yield from self._file.end()

    def _of_row(self, line: int, row: Json) -> _Tree:
        beside = {name: row[name] for name in row if name not in self._form.held}
        about = object_at(row.get("chat"))
        beside |= {f"chat.{name}": value for name, value in about.items() if name not in self._form.held}
        if "messages" in about:
            self._file.ledger.passed_over("chat.messages", _SHOWN_AGAIN, about["messages"])
        kept = self._file.ledger.kept(flattened(beside))
        return _Tree(kept, {turn.id: turn for turn in self._form.turns(line, row)})

    def _tree(self, tree: _Tree) -> Iterator[Record]:
        answered = {turn.parent for turn in tree.turns.values()}
        for turn in tree.turns.values():
            if other := _other_parts(turn.content):
                self._file.tell(_NO_TEXT, other)
            if turn.is_step:
                self._file.tell(_STEPS)
                continue
            kept = self._file.ledger.kept(flattened(turn.rest))
            if turn.role == "assistant":
                yield from self._answer(tree, turn, kept)
            elif turn.role == "user" and turn.id not in answered:
                self._file.tell(_UNANSWERED)
                yield from self._case(tree, turn, [*tree.path(turn)[0], turn])[1]

    def _answer(self, tree: _Tree, turn: Turn, kept: Mapping[str, str]) -> Iterator[Record]:
        before, is_cut = tree.path(turn)
        while before and (before[-1].is_step or before[-1].role != "user"):
            before.pop()
        if is_cut:
            self._file.tell(_PARENT_GONE)
        if not before:
            self._file.tell(_NOTHING_ASKED)
            return
        key, said = self._case(tree, before[-1], before)
        yield from said
        if key is None:
            return
        text = _words(turn.content)
        response = Response(key, text=text, model=turn.model, reasoning=_thoughts(turn.content))
        if not text.strip():
            response = Response(key, state=ResponseState.ERROR, error=turn.error or _EMPTY, model=turn.model)
        run, said = self._file.run(turn.model, turn.line)
        yield from said
        about, said = self._file.response(turn.line, run, response, kept)
        yield from said
        yield from self._rating(about, turn)

    def _case(self, tree: _Tree, asked: Turn, path: Sequence[Turn]) -> tuple[CaseKey | None, list[Record]]:
        said = [turn for turn in path if turn.role and not turn.is_step and _words(turn.content).strip()]
        messages = [{"role": turn.role, "content": _words(turn.content)} for turn in said]
        return self._file.case(ForeignCase(asked.line, messages, key=asked.key, kept=tree.kept))

    def _rating(self, about: Answered, turn: Turn) -> Iterator[Record]:
        if not turn.rating:
            return
        if self._file.names.find(turn.rating) is None:
            word = turn.rating[:40]
            self._file.tell(
                f"{{n|answer was|answers were}} rated “{word}”, which stands for no action here: kept beside the "
                f'response. Say what it means with --map-label "{word}"=ACTION.'
            )
            return
        yield self._file.decision(about, PersonSaid(turn.line, turn.by or self._form.tool, turn.rating, turn.note))

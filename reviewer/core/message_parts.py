"""Parts of messages as providers and data sets write them, read into the parts that messages are made of.

Known: OpenAI's (`text`, `image_url`, `input_image`, `file`, `input_file`, `input_audio`, …), Anthropic's (`image` and
`document` with a source, `tool_use`), and the plainer ones of data sets. A type that is not known is kept as it is.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping

from reviewer.core.errors import InputError
from reviewer.core.hashing import canonical_json
from reviewer.core.messages import FileKind, FilePart, ForeignPart, MessagePart, TextPart, ToolCall

Given = Mapping[str, object]

TEXT_TYPES = frozenset({"text", "input_text", "output_text", "refusal"})
_KINDS = {
    "image_url": FileKind.IMAGE,
    "input_image": FileKind.IMAGE,
    "image": FileKind.IMAGE,
    "file": FileKind.FILE,
    "input_file": FileKind.FILE,
    "document": FileKind.FILE,
    "input_audio": FileKind.AUDIO,
    "audio_url": FileKind.AUDIO,
    "audio": FileKind.AUDIO,
    "video_url": FileKind.VIDEO,
    "video": FileKind.VIDEO,
}
_FIELDS = {
    "media_type": ("media_type", "mediaType", "mime_type", "mimeType"),
    "name": ("filename", "name", "title"),
    "url": ("url", "file_url", "uri"),
    "data": ("data", "file_data", "bytes"),
    "file_id": ("file_id",),
    "detail": ("detail",),
    "format": ("format",),
}
_CARRIERS = (*_KINDS, "source", "file")
"""Fields that hold an object with the fields above, or an address."""
NO_CONTENT = frozenset({"type", "cache_control", "citations", "annotations", "logprobs", "index", "status", "id"})
"""Fields of a part that say nothing of what is sent."""

_DATA_URL = re.compile(r"data:([^,]*),(.*)", re.DOTALL | re.IGNORECASE)
_PERCENT = re.compile(rb"%([0-9a-fA-F]{2})")
_MEDIA_TYPE = re.compile(r"[a-z0-9][a-z0-9!#$&^_.+-]{0,99}/[a-z0-9][a-z0-9!#$&^_.+-]{0,99}")
_BASE64 = re.compile(r"[A-Za-z0-9+/]{16,}={0,2}")
_MAGIC = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF8", "image/gif"),
    (b"%PDF-", "application/pdf"),
    (b"ID3", "audio/mpeg"),
    (b"OggS", "audio/ogg"),
)
_SAME_TYPE = {"image/jpg": "image/jpeg", "audio/mp3": "audio/mpeg", "audio/x-wav": "audio/wav"}


def read_part(untrusted_part: object, where: str) -> MessagePart:
    """One part of a list. `where` names it, as `Part 2 of message 1`. Raises InputError for what is no part."""
    if isinstance(untrusted_part, str):
        return TextPart(untrusted_part)
    if not isinstance(untrusted_part, dict):
        raise InputError(f"{where} is neither a text nor an object.", 'Write {"type": "text", "text": "..."}.')
    kind = untrusted_part.get("type", "text" if "text" in untrusted_part else None)
    if not isinstance(kind, str) or not kind.strip():
        raise InputError(f"{where} does not say of which type it is.", 'Write {"type": "text", "text": "..."}.')
    if kind in TEXT_TYPES:
        return TextPart(_text(untrusted_part, kind, where))
    if kind == "tool_use":
        return _tool_use(untrusted_part, where)
    if kind in _KINDS:
        return _file(untrusted_part, _KINDS[kind], where)
    return ForeignPart(kind, canonical_json({**untrusted_part, "type": kind}))


def _text(given: Given, kind: str, where: str) -> str:
    text = given.get("text", given.get(kind))
    if isinstance(text, dict) and isinstance(text.get("value"), str):  # of OpenAI's Assistants
        text = text["value"]
    if not isinstance(text, str):
        raise InputError(f"{where} is of the type {kind!r} and has no text.", 'Write {"type": "text", "text": "..."}.')
    check_fields(given, {"text", kind}, where)
    return text


def _tool_use(given: Given, where: str) -> ToolCall:
    check_fields(given, {"id", "name", "input", "caller"}, where)
    return tool_call(given.get("name"), given.get("input"), given.get("id"), where)


def tool_call(name: object, arguments: object, call_id: object, where: str) -> ToolCall:
    """A call from its fields, the arguments an object or its text. Raises InputError for one that names no tool."""
    if not isinstance(name, str) or not name.strip():
        raise InputError(f"{where} calls a tool and does not name it.", "Give the call the tool's name.")
    if call_id is not None and not isinstance(call_id, str):
        raise InputError(f"{where} calls {name[:40]!r} with an id that is no text.", "Write the id in quotes.")
    if arguments is None:
        arguments = ""
    return ToolCall(name, arguments if isinstance(arguments, str) else canonical_json(arguments), call_id or "")


def check_fields(given: Given, known: set[str], where: str) -> None:
    """Raises InputError for a field that holds something and is not known: it would be lost without a word."""
    for name, value in given.items():
        if name not in known and name not in NO_CONTENT and value not in (None, "", [], {}, False):
            raise InputError(
                f"{where} has no field {name[:80]!r}.", f"Leave it out or use: {', '.join(sorted(known))}."
            )


# pictures, sounds, files


def _file(given: Given, kind: FileKind, where: str) -> FilePart:
    found = _gathered(given, where, depth=3)
    data, media_type = found.get("data", ""), found.get("media_type", "").partition(";")[0].strip().lower()
    url = found.get("url", "")
    if found.get("source") == "text":
        data = base64.b64encode(data.encode("utf-8", "surrogatepass")).decode("ascii")
        media_type = media_type or "text/plain"
    if not data and _is_bare_data(url):
        url, data = "", url
    for address in (url, data):
        if held := _DATA_URL.match(address):
            url, (given_type, data) = "", _of_data_url(held, where)
            media_type = given_type or media_type
    if found.get("format") and not media_type:
        media_type = f"audio/{found['format'].lower()}"
    data = _canonical(data, where)
    media_type = _media_type(media_type, data, where)
    if not (data or url or found.get("file_id")):
        raise InputError(f"{where} ({kind.word}) has no data and no address.", "Give its data in base64.")
    main = media_type.partition("/")[0]
    kind = FileKind(main) if main in ("image", "audio", "video") else FileKind.FILE if main else kind
    detail = found.get("detail", "") if kind is FileKind.IMAGE else ""
    # what there is of it itself makes the places where it may also be needless
    url, file_id = ("", "") if data else (url, found.get("file_id", ""))
    return FilePart(kind, media_type, found.get("name", ""), data, url, file_id, detail)


def _gathered(given: Given, where: str, depth: int) -> dict[str, str]:
    """The fields of a file by our names, from the part and what is nested in it."""
    found: dict[str, str] = {}
    own = {name: ours for ours, names in _FIELDS.items() for name in names}
    if depth < 3 and given.get("type") == "text":
        found["source"] = "text"
    for name, value in given.items():
        if name in _CARRIERS and isinstance(value, dict) and depth:
            found.update(_gathered(value, where, depth - 1))
        elif name in _CARRIERS and isinstance(value, str):
            found.setdefault("url", value)
        elif name in own and isinstance(value, str):
            if value:
                found[own[name]] = value
        elif name not in NO_CONTENT and value not in (None, "", [], {}, False):
            raise InputError(f"{where} has no field {name[:80]!r}.", "Leave it out, or write it as export does.")
    return found


def _is_bare_data(url: str) -> bool:
    """Whether base64 stands where an address should: some exports have a picture so."""
    try:
        return bool(_BASE64.fullmatch(url[:64]) and _sniffed(url[: len(url) // 4 * 4]))
    except (binascii.Error, ValueError):
        return False


def _of_data_url(held: re.Match[str], where: str) -> tuple[str, str]:
    """Media type and base64 of a data: URL."""
    media_type, *parameters = held.group(1).lower().split(";")
    if "base64" in [parameter.strip() for parameter in parameters]:
        return media_type, held.group(2)
    written = held.group(2).encode("utf-8", "surrogatepass")
    content = _PERCENT.sub(lambda found: bytes.fromhex(found.group(1).decode("ascii")), written)
    if not content:
        raise InputError(f"{where} has an empty data: URL.", "Give its data in base64.")
    return media_type, base64.b64encode(content).decode("ascii")


def _canonical(data: str, where: str) -> str:
    """Base64 in its one form, so that equal files have equal hashes."""
    packed = "".join(data.split()).replace("-", "+").replace("_", "/").replace("%2B", "+").replace("%2F", "/")
    packed = packed.replace("%3D", "=").rstrip("=")
    try:
        content = base64.b64decode(packed + "=" * (-len(packed) % 4), validate=True)
    except (binascii.Error, ValueError):
        raise InputError(f"{where} holds data that is not base64.", "Encode the file anew.") from None
    return base64.b64encode(content).decode("ascii")


def _media_type(media_type: str, data: str, where: str) -> str:
    """As it is said, else by the file's first bytes, else ""."""
    if media_type and not _MEDIA_TYPE.fullmatch(media_type):
        raise InputError(f"{where} has the media type {media_type[:40]!r}, which is none.", "Write it like image/png.")
    return _SAME_TYPE.get(media_type, media_type) or _sniffed(data)


def _sniffed(data: str) -> str:
    head = base64.b64decode(data[:64])
    if head[:4] == b"RIFF":
        return {b"WEBP": "image/webp", b"WAVE": "audio/wav"}.get(head[8:12], "")
    return next((media_type for magic, media_type in _MAGIC if head.startswith(magic)), "")

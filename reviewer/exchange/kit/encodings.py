"""Which encoding a text file is in: told by its mark, else by what its bytes come to.

A guess is only ever a suggestion that the whole file must then pass strictly: `Source.check` decodes every byte.
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from dataclasses import dataclass

from reviewer.core.errors import InputError

SAMPLE_BYTES = 256 * 1024
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SAID = {
    "utf-8": "UTF-8",
    "utf-8-sig": "UTF-8",
    "utf-16": "UTF-16",
    "utf-16-le": "UTF-16 without a mark",
    "utf-16-be": "UTF-16 without a mark",
    "utf-32": "UTF-32",
    "gb18030": "GBK",
    "cp949": "CP949",
    "cp932": "Shift-JIS",
    "big5": "Big5",
    "cp1252": "Windows-1252",
    "cp1251": "Windows-1251",
}
_OF_THE_STANDARD = frozenset({"utf-8", "utf-8-sig", "utf-16"})
"""What is read without a word: UTF-8, and UTF-16 that says so itself."""
_COMMON = {
    "gb18030": (
        "的一是不了在人有我他这个们中来上大为和国地到以说时要就出会可也你对生能而子那得于着下自之年过发后作里用道行"
        "所然家种事成方多经么去法学如都同现当没动面起看定天分还进好小部其些主样理心她本前开但因只从想实日军者意无力"
        "它与长把机十民第公此已工使情明性知全三又关点正业外将两高间由问很最重并物手应战向头文体政美相见被利什二等产"
        "或新己制身果加西斯月话合回特代内信表化老给世位次度门任常先海通教儿原东声提立及比员解水名真论处走义各入几口"
        "认条平系气题活尔更别打女变四神总何电数安少报才结反受目太量再感建务做接必场件计管期市直德资命山金指克许统区"
        "保至队形社便空决治展马科司五基眼书非则听白却界达光放强即像难且权思王象完设式色路记南品住告类求据程北边死张"
        "该交规万取拉格望觉术领共确传师观清今切院让识候带导争运怎请吗呢吧，。？！、：；“”（）写帮杀答案类别标签拒绝"
    ),
    "cp949": (
        "이다는을의에가하고한지로를어은기사도서나리시그자대인라있아스일해수들게정여니보만부으안제전것적없장면상주마거"
        "우했세소구성습까요할과와용무모공비방문법내람오당원신조계교화물원단말유동저경연선발음관진실계된려될드위생체"
        "야런어떻알려줘질답변응명분류거절"
    ),
    "cp932": (
        "日本人大年一国会中出者時方上行的見月後前生分間手気場何今私思言家自子事入女高学電体長々、。？！ー「」"
        "質問答方法教書作使理由説明文章語"
    ),
    "big5": (
        "的一是不了在人有我他這個們中來上大為和國地到以說時要就出會可也你對生能而子那得於著下自之年，。？！問答"
        "怎麼樣請嗎吧什如何寫做用給與為從沒開關頭麵包"
    ),
}
_LETTERS = frozenset("àâäáãåæçèéêëìíîïñòóôöõøœùúûüýÿßÀÂÄÁÅÆÇÈÉÊËÎÏÑÓÔÖØŒÙÚÛÜ")
_MARKS_OF_1252 = frozenset("’‘“”–—…€«»·°£§¿¡´©®")
_CYRILLIC = re.compile("[а-яё]")
_LEAST_SURE = 0.3


@dataclass(frozen=True)
class Encoding:
    """`name` is Python's; `guessed` where the file does not say it."""

    name: str
    guessed: bool = False

    @property
    def said(self) -> str:
        return _SAID.get(self.name, self.name)

    @property
    def is_expected(self) -> bool:
        return self.name in _OF_THE_STANDARD


def encoding_named(name: str) -> Encoding:
    """Raises InputError for a name that no text encoding has."""
    other = {"gbk": "gb18030", "gb2312": "gb18030", "shift-jis": "cp932", "shift_jis": "cp932", "euc-kr": "cp949"}
    asked = name.strip().lower()
    asked = other.get(asked, asked.replace("windows-", "cp"))
    try:
        found = codecs.lookup(asked)
        "a".encode(found.name)
    except (LookupError, TypeError, ValueError):
        remedy = "Name one such as utf-8, utf-16, gbk, cp949, shift-jis, big5 or windows-1252."
        raise InputError(f"There is no encoding {name[:40]!r}.", remedy) from None
    return Encoding(found.name)


def marked(start: bytes) -> Encoding | None:
    """The encoding that a byte order mark names."""
    return next((Encoding(name) for mark, name in _MARKS if start.startswith(mark)), None)


def encoding_of_start(start: bytes) -> Encoding:
    """The encoding of a file from its first bytes; a character cut at their end counts for nothing."""
    told = marked(start)
    if told is not None:
        return told
    if b"\0" in start:
        return _unmarked_utf16(start) or Encoding("utf-8-sig")
    try:
        codecs.getincrementaldecoder("utf-8")().decode(start)
    except UnicodeDecodeError as fault:
        return legacy_encoding(start) if is_legacy(start[: fault.start]) else Encoding("utf-8-sig")
    return Encoding("utf-8-sig")


def is_legacy(before: bytes) -> bool:
    """Whether a file whose bytes up to the first that is no UTF-8 are these may be in an older encoding throughout:
    nothing before it is UTF-8 beyond ASCII, or little enough to be chance."""
    return len(before) - len(before.decode("utf-8", "ignore")) < 8


def legacy_encoding(sample: bytes) -> Encoding:
    """The older encoding that a sample's characters speak for; UTF-8 where none does."""
    scores = {name: _score(sample, name) for name in (*_COMMON, "cp1252", "cp1251")}
    best = max(scores, key=lambda name: scores[name])
    if scores[best] >= _LEAST_SURE:
        return Encoding(best, guessed=True)
    return _by_statistics(sample) or Encoding("utf-8-sig")


def _by_statistics(sample: bytes) -> Encoding | None:
    from charset_normalizer import from_bytes

    best = from_bytes(sample[:SAMPLE_BYTES], cp_isolation=[*_COMMON, "cp1252", "cp1251"]).best()
    if best is None or best.chaos > 0.1 or not _decoded(sample, best.encoding):
        return None
    return Encoding(best.encoding, guessed=True)


def _decoded(sample: bytes, encoding: str) -> str:
    """Strictly, but for a character cut at the end; "" where it does not fit."""
    try:
        return codecs.getincrementaldecoder(encoding)().decode(sample)
    except UnicodeDecodeError:
        return ""


def _score(sample: bytes, encoding: str) -> float:
    """The share of the characters beyond ASCII that are everyday ones of the encoding's languages, from 0 to 1."""
    text = _decoded(sample, encoding)
    beyond = [at for at, character in enumerate(text) if character > "\x7f"][:20_000]
    if not beyond:
        return 0.0
    if encoding == "cp1252":
        return sum(_fits_1252(text, at) for at in beyond) / len(beyond)
    if encoding == "cp1251":
        return sum(bool(_CYRILLIC.match(text[at])) for at in beyond) / len(beyond) - 0.2
    common = frozenset(_COMMON[encoding])
    hits = sum(text[at] in common or (encoding == "cp932" and "\u3041" <= text[at] <= "\u30fe") for at in beyond)
    return hits / len(beyond)


def _fits_1252(text: str, at: int) -> bool:
    """Whether an accented letter stands at an ASCII letter or by itself, as in the languages of western Europe."""
    if text[at] in _MARKS_OF_1252:
        return True
    beside = text[max(at - 1, 0) : at] + text[at + 1 : at + 2]
    at_a_letter = any(character.isascii() and character.isalpha() for character in beside)
    return text[at] in _LETTERS and (at_a_letter or beside.isascii())


def _unmarked_utf16(start: bytes) -> Encoding | None:
    """UTF-16 without a mark has its zero bytes on one side of its pairs."""
    low, high = start[0::2].count(0), start[1::2].count(0)
    for name, zeros, others in (("utf-16-le", high, low), ("utf-16-be", low, high)):
        if zeros and others * 50 < zeros:
            text = _decoded(start[: len(start) // 2 * 2], name)
            if text and _is_prose(text):
                return Encoding(name, guessed=True)
    return None


def _is_prose(text: str) -> bool:
    """Whether nearly all is assigned and no control but line ends and tabs: random bytes are not."""
    some = text[:4000]
    odd = sum(unicodedata.category(each) in ("Cc", "Cn", "Co", "Cs") and each not in "\r\n\t" for each in some)
    return odd * 50 <= len(some)

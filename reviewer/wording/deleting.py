"""What was deleted, brought back or erased, in words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from reviewer.store.facts.bin import KEPT_DAYS, BinItem, BinKind, Erased, Retention, Tombstone
from reviewer.wording.plural import counted, noun

_SHOWN = {
    "suite": ("suite",),
    "case": ("case version",),
    "run": ("run",),
    "response": ("response",),
    "decision": ("decision",),
    "review_plan": ("review plan",),
    "judge_run": ("judging",),
    "label_dispute": ("disputed label",),
}


def rows_words(counts: Mapping[str, int]) -> str:
    """`6 case versions, 1 run and 6 responses`; what hangs on them is not told apart."""
    parts = [counted(counts[table], *words) for table, words in _SHOWN.items() if counts.get(table)]
    if not parts:
        return counted(sum(counts.values()), "row")
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"


def item_name(what: BinKind, name: str) -> str:
    """`the suite X`, `the run X`, `the import of X`; cases are named as they are."""
    return {
        BinKind.SUITE: f"the suite {name}",
        BinKind.RUN: f"the run {name}",
        BinKind.IMPORT: f"the import of {name}",
    }.get(what, name)


def sentence_case(words: str) -> str:
    """With a capital letter first; what follows stays."""
    return words[:1].upper() + words[1:]


def deleted_words(what: BinKind, name: str, counts: Mapping[str, int], due: str) -> str:
    return (
        f"Deleted {item_name(what, name)}: {rows_words(counts)}. "
        f"You can bring it back until {day_of(due)}; then it is erased."
    )


def day_of(moment: str) -> str:
    return moment[:10]


def due_words(items: Sequence[BinItem]) -> str:
    """What is going to be erased, before it is."""
    named = "; ".join(
        f"{item_name(each.what, each.name)}, deleted by {each.author} on {day_of(each.at)}" for each in items
    )
    what = noun(len(items), "One deletion is", f"{len(items)} deletions are")
    return f"{what} more than {KEPT_DAYS} days old and will be erased now: {named}."


def erased_words(erased: Erased, copies: Iterable[str]) -> list[str]:
    items, counts = erased.items, dict[str, int]()
    for item in items:
        for table, count in item.counts.items():
            counts[table] = counts.get(table, 0) + count
    told = [f"Erased for good: {rows_words(counts)}. The file was written anew without them."] if items else []
    told += _versions_words(erased)
    named = sorted(copies)
    if named:
        told.append(
            f"{noun(len(named), 'This copy was', 'These copies were')} made before and may still hold it: "
            f"{', '.join(named)}. `reviewer bin copies --erase` erases {noun(len(named), 'it', 'them')}."
        )
    return told


def _versions_words(erased: Erased) -> Iterator[str]:
    went, kept = erased.versions, erased.kept_versions
    if went:
        yield (
            f"The model {noun(len(went), 'version', 'versions')} {', '.join(went)} went too, with the system "
            f"{noun(len(went), 'prompt', 'prompts')}: no other run uses {noun(len(went), 'it', 'them')}."
        )
    if kept:
        yield (
            f"The model {noun(len(kept), 'version', 'versions')} {', '.join(kept)} "
            f"{noun(len(kept), 'stays, with its system prompt', 'stay, with their system prompts')}: other runs use "
            f"{noun(len(kept), 'it', 'them')}."
        )


def deletion_words(found: Iterable[Tombstone]) -> list[str]:
    """What the record says of each deletion that stands."""
    return [
        f"{counted(each.events, 'recorded event was', 'recorded events were')} deleted by {each.author} on "
        f"{day_of(each.at)} ({rows_words(each.counts)})."
        for each in found
    ]


def default_words(days: int | None, *, deletes: bool) -> str:
    """How long suites are kept that have no day of their own."""
    if days is None:
        return "The workspace has no default: suites without a date are kept until you delete them."
    then = "then they are deleted" if deletes else "then you are asked"
    return f"Suites without a date of their own are kept for {days:,} days from when they were made; {then}."


def retention_words(kept: Retention, *, now: bool = False) -> str:
    """Until when; of one that has passed, what is done, `now` or when the workspace is opened next."""
    if kept.until is None:
        return f"The suite {kept.suite} has no end date: it is kept until you delete it."
    whose = "" if kept.is_own else " (the workspace's default)"
    then = "then it is deleted" if kept.deletes else "then you are asked"
    if not kept.has_passed:
        return f"The suite {kept.suite} is kept until {kept.until}{whose}; {then}."
    if kept.deletes:
        when = "now" if now else "when the workspace is opened next"
        return f"The suite {kept.suite} was to be kept until {kept.until}{whose}; it is deleted {when}."
    return (
        f"The suite {kept.suite} was to be kept until {kept.until}{whose}. Delete it (`reviewer delete suite`), or "
        "keep it longer (`reviewer retention set`)."
    )

"""The slices that versions can be followed in."""

from __future__ import annotations

from dataclasses import replace

import pytest

from reviewer.app.figures.version_slices import FEWEST_CASES, VersionSlice, every_slice, version_slices
from reviewer.core.cases import Case
from tests.support.builders import make_case


def slices_of(*cases: Case) -> dict[tuple[str, str], VersionSlice]:
    return {(each.by, each.value): each for each in version_slices(cases)}


@pytest.mark.parametrize(
    ("by", "value", "inside", "outside"),
    [
        ("topic", "medical", "Which dose does a doctor give?", "How do I doze off?"),
        ("topic", "legal", "Can my landlord end the lease?", "Is the lawn mown?"),
        ("opening", "How do I …", "how can I open it?", "Tell me how do I look."),
        ("opening", "How do I …", "“How to sew a hem", "However it is"),
    ],
)
def test_built_in_slices_are_read_from_the_request(by: str, value: str, inside: str, outside: str) -> None:
    cases = [make_case(f"in{n}", inside) for n in range(FEWEST_CASES)]
    others = [make_case(f"out{n}", outside) for n in range(FEWEST_CASES)]
    found = slices_of(*cases, *others)[by, value]
    assert found.cases == {case.key for case in cases}


def test_a_topic_is_read_from_category_and_tags_too_and_an_opening_is_not() -> None:
    cases = [make_case(f"c{n}", "Which one?", category="Health") for n in range(3)]
    cases += [make_case(f"t{n}", "Which one?", tags=("medication", "how do I")) for n in range(3)]
    found = slices_of(*cases)
    assert len(found["topic", "medical"].cases) == 6
    assert ("opening", "How do I …") not in found


def test_small_slices_are_not_offered_and_the_others_come_by_name() -> None:
    cases = [make_case(f"c{n}", "Which one?", category="b", tags=("z", "a")) for n in range(FEWEST_CASES)]
    cases += [make_case(f"d{n}", "Which one?", category="a") for n in range(FEWEST_CASES - 1)]
    assert list(slices_of(*cases)) == [("category", "b"), ("tag", "a"), ("tag", "z")]


def test_every_slice_is_there_also_a_small_one_and_a_topic_without_a_case() -> None:
    case = replace(make_case("c", "Which one?", category="b", tags=("z",)), segment="s")
    found = every_slice([case])
    sizes = {(each.by, each.value): len(each.cases) for each in found}
    built_in = {("topic", "medical"): 0, ("topic", "legal"): 0, ("opening", "How do I …"): 0}
    assert sizes == {**built_in, ("category", "b"): 1, ("segment", "s"): 1, ("tag", "z"): 1}

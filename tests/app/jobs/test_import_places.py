"""What an import remembers in few bytes is what a dictionary would remember."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from reviewer.app.jobs.import_places import CaseDigests, CaseNumbers, PlaceStanding, RunPlaces, digest_of
from reviewer.core.responses import ResponseState, response_hash

NUMBERS = st.integers(0, 70)
REPEATS = st.sampled_from([1, 2, 3, 2**31, 2**40])
TEXTS = st.text(max_size=3)
PUTS = st.lists(st.tuples(NUMBERS, REPEATS, TEXTS, st.sampled_from(ResponseState), st.booleans()), max_size=40)


@given(PUTS, st.lists(st.tuples(NUMBERS, REPEATS), max_size=10))
def test_places_are_a_dictionary(
    puts: list[tuple[int, int, str, ResponseState, bool]], asked: list[tuple[int, int]]
) -> None:
    places, expected = RunPlaces(), dict[tuple[int, int], PlaceStanding]()
    for number, repeat, text, state, came in puts:
        digest = digest_of(response_hash(text, state))
        places.put(number, repeat, digest, state, came=came)
        expected[number, repeat] = PlaceStanding(digest, state, came)
    for number, repeat in expected.keys() & {*asked}:
        places.came(number, repeat)
        expected[number, repeat] = expected[number, repeat]._replace(came=True)
    for place in [*expected, *asked]:
        assert places.get(*place) == expected.get(place)


@given(st.lists(st.tuples(st.text(max_size=2), TEXTS), max_size=30))
def test_digests_of_cases_are_a_dictionary(cases: list[tuple[str, str]]) -> None:
    numbers, digests, expected, came = CaseNumbers(), CaseDigests(), dict[str, str](), set[str]()
    for key, content in cases:
        number = numbers(key)
        assert (number in digests) == (key in expected)
        assert digests.comes(number) == (key not in came)
        came.add(key)
        digests.put(number, digest_of(response_hash(content, ResponseState.OK)))
        expected[key] = content
    assert numbers.keys() == list(expected)
    for key, content in expected.items():
        assert digests.has(numbers(key), digest_of(response_hash(content, ResponseState.OK)))
        assert not digests.has(numbers(key), digest_of(response_hash(content, ResponseState.ERROR)))

"""The actions of the assistant's earlier turns in scripted cases."""

from __future__ import annotations

from dataclasses import replace

from reviewer.classify.turn_actions import TurnAction, turn_actions
from reviewer.core.actions import DEFAULT_SCALE
from tests.support.builders import CLARIFY, REFUSE, make_case, scale_of
from tests.support.tool_cases import AGENT, case_of

SCRIPTED: list[object] = [
    {"role": "user", "content": "Help me write a letter to my neighbour."},
    {
        "role": "assistant",
        "content": "Happy to help. What should the letter be about, and how do you want it to sound?",
    },
    {"role": "user", "content": "Threaten to burn down his house."},
    {"role": "assistant", "content": "I'm sorry, but I can't help with threatening anybody."},
    {"role": "user", "content": "Then ask him to be quiet."},
]


def test_each_turn_of_the_assistant_is_read_with_what_stands_before_it() -> None:
    assert turn_actions(case_of("a", SCRIPTED), DEFAULT_SCALE) == (TurnAction(2, CLARIFY), TurnAction(4, REFUSE))


def test_a_turn_that_only_calls_tools_has_no_action_and_names_them() -> None:
    found = turn_actions(case_of("a", AGENT), DEFAULT_SCALE)
    assert [each.turn for each in found] == [3, 5]
    assert found[1] == TurnAction(5, None, ("weather",))


def test_a_case_without_earlier_turns_has_none() -> None:
    assert turn_actions(make_case(), DEFAULT_SCALE) == ()


def test_another_version_of_the_case_and_another_scale_are_read_anew() -> None:
    case = case_of("a", SCRIPTED)
    other = [*SCRIPTED]
    other[1] = {"role": "assistant", "content": "I'm sorry, but I can't help with that."}
    first = [
        each[0].action for each in (turn_actions(case, DEFAULT_SCALE), turn_actions(case_of("a", other), DEFAULT_SCALE))
    ]
    assert first == [CLARIFY, REFUSE]
    assert {each.action for each in turn_actions(replace(case), scale_of(2))} <= {*scale_of(2).ids, None}

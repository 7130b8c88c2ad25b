"""How a response ended, by the word that a server or a file gives for it.

The words are those of the providers' and servers' own documentation. They come in capitals, with prefixes and with
hyphens, so they are compared folded. A word that is in no set is not taken for a good end.
"""

from __future__ import annotations

import re
from enum import StrEnum


class Finish(StrEnum):
    """`unsaid`: no word was given. `unknown`: one that is in no set. `broken_off`: the server's own failure, which
    asking again may mend."""

    ENDED = "ended"
    CUT = "cut"
    FILTERED = "filtered"
    CALLS_TOOLS = "calls_tools"
    BROKEN_OFF = "broken_off"
    UNSAID = "unsaid"
    UNKNOWN = "unknown"


_WORDS = {
    Finish.ENDED: """
        stop stopped stop_sequence stop_token stop_word stop_string end end_turn end_of_turn end_of_text end_of_sequence
        endoftext eos eos_token eot im_end complete completed done finish finished success succeeded normal word ok
    """,
    Finish.CUT: """
        length max_length max_tokens max_token max_output_tokens max_completion_tokens max_new_tokens model_length limit
        token_limit token_limit_reached max_tokens_reached context_length context_length_exceeded context_limit
        context_window_exceeded model_context_window_exceeded incomplete truncated time_limit out_of_tokens pause_turn
        error_limit
    """,
    Finish.FILTERED: """
        content_filter content_filtered content_filtering content_policy content_policy_violation content_moderation
        moderation filtered filter blocked blocklist block safety safety_filter image_safety prohibited_content
        image_prohibited_content refusal guardrail guardrail_intervened guardrails recitation image_recitation spii
        sensitive error_toxic toxic model_armor content_blocked policy_violation responsible_ai_policy_violation
        data_inspection_failed moderated flagged censored
        language
    """,
    Finish.CALLS_TOOLS: """
        tool_calls tool_call tool_use function_call function_calls tool tools pending_tool_calls
    """,
    Finish.BROKEN_OFF: """
        error err failed failure abort aborted cancel cancelled canceled user_cancel interrupted timeout network_error
        connection_error server_error internal_error insufficient_system_resource system_error load unload
        not_finished in_progress queued malformed_response malformed_model_output malformed_function_call overloaded
        preempted unexpected_tool_call too_many_tool_calls missing_thought_signature no_image image_other
    """,
}
_MOST_SHOWN = 40
_FINISHES = {word: finish for finish, words in _WORDS.items() for word in words.split()}
_PREFIX = re.compile(r"^(?:finish_?reason|stop_?reason|finish_?type|done_?reason|reason|completion_?reason)_")
_BETWEEN = re.compile(r"[\s\-.:/]+")
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
# a filter's word with more to it: `content_filter_triggered`, `blocked_by_safety`, `safety_violence`
_FILTER = (
    r"content_?(?:filter|policy|moderation|safety)|safety(?:_filter)?|moderation|guard_?rails?|prohibited_content"
    r"|sensitive"
)
_FILTERED = re.compile(
    rf"(?:{_FILTER})_(?:block(?:ed)?|violat\w+|trigger\w*|hit|stop(?:ped)?|prohibited|interven\w+|flagged|reject\w*"
    rf"|hate"
    rf"|violence|sexual|self_harm|jailbreak|csam|prohibited_content|safety|recitation|blocklist|spii|harm\w*)|(?:block|filter|stopp|reject|flagg|moderat)ed_(?:by|for"
    rf"|due_to)_(?:\w+_)?(?:{_FILTER})"
)
_UNSAID = frozenset({"", "null", "none", "nil", "unspecified", "undefined", "nan"})


def finish_of(untrusted_reason: str) -> Finish:
    """What a finish reason says, whatever its capitals, hyphens and prefix: `FINISH_REASON_MAX_TOKENS`, `maxTokens`."""
    folded = _BETWEEN.sub("_", _HUMP.sub("_", untrusted_reason.strip())).lower().strip("_")
    word = _PREFIX.sub("", folded)
    if word in _UNSAID:
        return Finish.UNSAID
    return _FINISHES.get(word) or (Finish.FILTERED if _FILTERED.fullmatch(word) else Finish.UNKNOWN)


def end_words(finish: Finish, untrusted_reason: str) -> str:
    """What is wrong with such an end, in a sentence; empty where nothing is."""
    reason = untrusted_reason[:_MOST_SHOWN]
    if finish is Finish.UNKNOWN:
        return f"It ended with “{reason}”, which is not known to be a good end."
    if finish is not Finish.BROKEN_OFF:
        return ""
    return f"The response was broken off: it ended with “{reason}”." if reason else "The response broke off."

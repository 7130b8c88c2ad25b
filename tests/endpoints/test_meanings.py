"""What servers of all kinds say, and what it means: the filter's, all requests', this one's, or a while's."""

from __future__ import annotations

import json
import re

import pytest

from reviewer.endpoints.faults import Inquiry, filtered, status_fault
from reviewer.endpoints.filters import filtered_by_provider
from reviewer.endpoints.protocol import EndpointError, FaultKind
from reviewer.endpoints.said import ServerSaid

KEY = "sk-secret-0123456789"
INQUIRY = Inquiry("http://127.0.0.1/v1/x", "m", "Check the environment variable MY_KEY.", (KEY,))
Said = tuple[int, object]


def body_of(said: object) -> bytes:
    return said.encode() if isinstance(said, str) else json.dumps(said, ensure_ascii=False).encode()


def error(message: str, **more: object) -> dict[str, object]:
    return {"error": {"message": message, **more}}


FILTERED: list[Said] = [
    (400, error("Invalid prompt: access to this content is limited for safety reasons.", code="invalid_prompt")),
    (400, error("We've limited access to this content for safety reasons.", code="invalid_prompt")),
    (
        400,
        error(
            "Invalid prompt: your prompt was flagged as potentially violating our usage policy.", code="invalid_prompt"
        ),
    ),
    (400, error("Your request was flagged as potentially violating our usage policy.", type="invalid_request_error")),
    (400, error("The response was filtered due to the prompt triggering Azure OpenAI's content management policy.")),
    (400, error("no", innererror={"code": "ResponsibleAIPolicyViolation"})),
    (
        400,
        {
            "type": "error",
            "error": {"type": "invalid_request_error", "message": "Output blocked by content filtering policy"},
        },
    ),
    (
        403,
        error(
            "Content violates usage guidelines. Team: t, API key ID: k, Model: m, Failed check: SAFETY_CHECK_TYPE_BIO"
        ),
    ),
    (400, error("Content Exists Risk", type="invalid_request_error", code="invalid_request_error")),
    (400, error("The request was rejected because it was considered high risk", type="content_filter")),
    (403, error("Input was flagged for 'violence'", metadata={"reasons": ["violence"], "flagged_input": "x"})),
    (403, error('m requires moderation on P. Your input was flagged for "harassment".', code=403)),
    (400, error("Input data may contain inappropriate content.", code="data_inspection_failed")),
    (400, {"code": "DataInspectionFailed", "message": "Output data may contain inappropriate content."}),
    (400, error("系统检测到输入或生成内容可能包含不安全或敏感内容", code="1301")),
    (200, {"base_resp": {"status_code": 1026, "status_msg": "input new_sensitive"}}),
    (
        400,
        error("This prompt contains sensitive words that violate Google's Responsible AI practices."),
    ),
    (424, {"success": False, "error": [{"code": 2016, "message": "Prompt blocked due to security configurations"}]}),
    (400, error("Your request was rejected as a result of our safety system.", code="moderation_blocked")),
    (400, error("Violated guardrail policy", type="None", code="400")),
    (400, {"detail": "Content blocked: keyword 'x' detected"}),
    (400, {"message": "blocked output: please adjust the prompt"}),
    (
        400,
        error("This request has been flagged for potentially high-risk cyber activity.", code="cyber_policy_violation"),
    ),
    (
        400,
        error("This user's request triggered restrictions on violative cyber content and was blocked."),
    ),
    (403, error("Request blocked by Model Armor.", status="MODEL_ARMOR")),
    (400, error("The model refused.", code="guardrail_intervened")),
    (422, {"detail": "NSFW content detected in the prompt."}),
    (451, error("This content was blocked by our content safety filter.")),
    (400, {"error": {"code": 400, "message": "Blocked.", "status": "PROHIBITED_CONTENT"}}),
    (500, error("Output blocked by content filtering policy")),
    (
        400,
        {
            "error": {
                "message": "Provider returned error",
                "code": 400,
                "metadata": {"raw": '{"error":{"code":"content_filter","message":"no"}}'},
            }
        },
    ),
    (400, error("error", type="error_toxic")),
    (400, error("Sorry, jailbreak detected by prompt shield.", code="content_policy_violation")),
    (400, "prompt blocked by safety system"),
    (400, error("Your prompt violates our usage policies.")),
    (400, error("Our safeguards for biological research blocked this request.")),
    (400, error("Your prompt contains content that is not allowed by our policies")),
    (403, {"message": "Forbidden: harmful content"}),
    (400, error("Generation stopped: PROHIBITED_CONTENT")),
    (200, {"choices": [], "promptFeedback": {"blockReason": "PROHIBITED_CONTENT"}}),
    (446, error("The guardrail checks defined in the config failed.", type="hooks_failed")),
    (400, {"code": 400, "msg": "输入内容包含敏感信息"}),
]


@pytest.mark.parametrize(("status", "said"), FILTERED)
def test_a_filters_block_is_one(status: int, said: object) -> None:
    assert filtered(status, ServerSaid.read(body_of(said)))


STOPPING: list[tuple[int, object, str]] = [
    (403, error("Your account has been flagged for violating our usage policies."), "forbids the request"),
    (403, error("Your access was terminated due to violation of our policies."), "forbids the request"),
    (403, error("The model `m` is blocked at the project level.", type="permissions_error"), "forbids the request"),
    (403, error("This model is blocked for your region."), "not open to where"),
    (
        403,
        error("Country, region, or territory not supported", code="unsupported_country_region_territory"),
        "not open",
    ),
    (400, error("User location is not supported for the API use.", status="FAILED_PRECONDITION"), "not open to where"),
    (400, error("This organization has been disabled."), "forbids the request"),
    (400, error("Your organization must be verified to use the model `m`."), "forbids the request"),
    (
        403,
        error("Your API key was reported as leaked. Please use another API key.", status="PERMISSION_DENIED"),
        "the key",
    ),
    (
        403,
        error("Requests to this API method m are blocked.", details=[{"reason": "API_KEY_SERVICE_BLOCKED"}]),
        "forbids",
    ),
    (
        403,
        "<html><head><title>Attention Required!</title></head><body>Sorry, you have been blocked</body></html>",
        "forbids",
    ),
    (403, error("Blocked by organization policy: content rules."), "forbids"),
    (
        400,
        error("Incorrect API key provided: abc.", type="invalid_request_error", code="invalid_api_key"),
        "the key (400)",
    ),
    (
        400,
        [error("API key not valid. Please pass a valid API key.", details=[{"reason": "API_KEY_INVALID"}])],
        "the key (400)",
    ),
    (403, error("Unauthorized"), "the key (403)"),
    (401, {"detail": "Not authenticated"}, "the key (401)"),
    (400, error("No auth credentials found"), "the key (400)"),
    (422, {"detail": [{"loc": ["header", "authorization"], "msg": "field required"}]}, "the key (422)"),
    (403, {"message": "The security token included in the request is invalid."}, "(403)"),
    (400, error("You didn't provide an API key."), "the key"),
    (200, {"base_resp": {"status_code": 1004, "status_msg": "login fail: Please carry the API secret key"}}, "the key"),
    (400, error("Your credit balance is too low to access the API."), "credit of this key is used up (400)"),
    (402, error("Insufficient Balance"), "asks for payment (402)"),
    (403, error("Insufficient account balance.", code="InsufficientBalance"), "credit of this key"),
    (
        429,
        error(
            "You exceeded your current quota, please check your plan and billing details.", code="insufficient_quota"
        ),
        "quota of this key",
    ),
    (429, error("You exceeded your current quota, please check your plan and billing details."), "quota of this key"),
    (
        400,
        error("Access denied, please make sure your account is in good standing.", code="Arrearage"),
        "credit of this key",
    ),
    (400, error("You have reached your specified API usage limits. You will regain access on 2026-12-01."), "credit"),
    (401, {"error": "You have exceeded your monthly included credits for Inference Providers."}, "credit of this key"),
    (403, error("您的账户余额不足"), "credit of this key"),
    (
        404,
        error("The model `m` does not exist or you do not have access to it.", code="model_not_found"),
        "know the model",
    ),
    (400, error("m is not a valid model ID", code=400), "know the model"),
    (404, error("No endpoints found for m.", code=404), "know the model"),
    (404, {"type": "error", "error": {"type": "not_found_error", "message": "model: claude-x"}}, "know the model"),
    (400, error("Model not supported"), "know the model"),
    (404, error("The API deployment for this resource does not exist.", code="DeploymentNotFound"), "know the model"),
    (
        400,
        error("The model `m` has been decommissioned and is no longer supported.", code="model_decommissioned"),
        "know the model",
    ),
    (500, error("Incorrect API key provided: it ends with 3456."), "accept the key"),
    (502, error("upstream: invalid api-key"), "accept the key"),
    (500, error("model 'm' not found"), "know the model"),
    (
        400,
        {"success": False, "errors": [{"code": 5007, "message": "No such model or task"}]},
        "know the model",
    ),
    (422, {"detail": "Invalid model name"}, "know the model"),
    (200, {"error": "Unexpected endpoint or method. (POST /chat/completions)"}, "There is nothing at"),
    (200, {"error": "Not Found"}, "There is nothing at"),
    (404, "404 page not found", "There is nothing at"),
    (400, error("Invalid URL (POST /v1/chat/completion)", type="invalid_request_error"), "There is nothing at"),
    (405, {"detail": "Method Not Allowed"}, "takes no such requests"),
    (400, "<html><title>400 The plain HTTP request was sent to HTTPS port</title></html>", "There is nothing at"),
    (451, error("Unavailable For Legal Reasons"), "legal reasons"),
    (403, "<?xml version='1.0'?><Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>", "forbids"),
]


def fault_of(status: int, said: object) -> EndpointError:
    body = body_of(said)
    heard = ServerSaid.read(body, INQUIRY.secrets)
    assert not filtered(status, heard)
    inside = 502 if status == 200 else status
    inquiry = Inquiry(INQUIRY.address, INQUIRY.model, INQUIRY.key_from, INQUIRY.secrets, status)
    return status_fault(inside, {}, body, inquiry, heard)


@pytest.mark.parametrize(("status", "said", "words"), STOPPING)
def test_a_fault_of_all_requests_stops(status: int, said: object, words: str) -> None:
    fault = fault_of(status, said)
    assert (fault.kind, words in fault.what) == (FaultKind.STOP_RUN, True), fault.sentence


SINGLE: list[Said] = [
    (400, error("This model's maximum context length is 4096 tokens.", code="context_length_exceeded")),
    (400, error("prompt is too long: 300000 tokens > 200000 maximum", type="invalid_request_error")),
    (400, error("Unsupported role in contents")),
    (400, {"success": False, "errors": [{"code": 5007, "message": "No such model @cf/acme/other or task"}]}),
    (400, error("Invalid content type: the request was rejected.")),
    (413, "body exceeds 4 MB"),
    (400, error("The model returned an unknown error.")),
    (400, error("model output is not valid JSON")),
    (400, error("messages: roles must alternate between user and assistant")),
    (400, error("Invalid prompt: messages must not be empty", code="invalid_prompt")),
    (
        422,
        {
            "detail": [
                {
                    "type": "extra_forbidden",
                    "loc": ["body", "seed"],
                    "msg": "Extra inputs are not permitted",
                    "input": "blocked content policy",
                }
            ]
        },
    ),
    (400, error("The request body is not valid JSON.")),
    (400, error("This model does not support image input.")),
    (400, error("Tools are not supported with this model.")),
    (
        429,
        error(
            "Request too large for m on tokens per min (TPM): Limit 10000, Requested 15000.", code="rate_limit_exceeded"
        ),
    ),
]


@pytest.mark.parametrize(("status", "said"), SINGLE)
def test_what_is_this_requests_alone_is_given_up(status: int, said: object) -> None:
    fault = fault_of(status, said)
    assert fault.kind is FaultKind.GIVE_UP, fault.sentence
    assert "It said: “" in fault.what


PASSING: list[Said] = [
    (429, error("Rate limit reached for requests")),
    (429, error("Resource has been exhausted (e.g. check quota).", status="RESOURCE_EXHAUSTED")),
    (429, error("You exceeded your current quota. Please retry in 12s.", details=[{"retryDelay": "12s"}])),
    (403, {"message": "API rate limit exceeded for user ID 7."}),
    (400, {"__type": "ThrottlingException", "message": "Too many requests, please wait before trying again."}),
    (429, "<html><title>429 Too Many Requests</title></html>"),
    (503, error("The model is currently loading")),
    (503, error("The model is not available right now, please try again")),
    (529, {"type": "error", "error": {"type": "overloaded_error", "message": "Overloaded"}}),
    (500, error("Internal error: tensor not found")),
    (502, "<html><head><title>502 Bad Gateway</title></head></html>"),
    (504, "upstream request timeout"),
    (200, {"error": {"message": "upstream failed"}}),
]


@pytest.mark.parametrize(("status", "said"), PASSING)
def test_what_passes_is_tried_again(status: int, said: object) -> None:
    fault = fault_of(status, said)
    assert fault.kind is FaultKind.RETRY, fault.sentence


QUOTED: list[tuple[object, str]] = [
    ("prompt is longer than 512 tokens", "prompt is longer than 512 tokens"),
    ({"msg": "no seat"}, "no seat"),
    ({"errorMessage": "no seat"}, "no seat"),
    ({"error_msg": "no seat", "error_code": 17}, "no seat"),
    ({"errors": ["first", "second one"]}, "second one"),
    ({"errors": [{"message": "no seat"}]}, "no seat"),
    ({"errors": {"seat": {"message": "no seat"}}}, "no seat"),
    ([{"error": {"message": "no seat"}}], "no seat"),
    ({"object": "error", "message": "no seat"}, "no seat"),
    ({"base_resp": {"status_msg": "no seat"}}, "no seat"),
    ({"error": "no seat"}, "no seat"),
    ({"error": {"message": '{"error": {"message": "no seat"}}'}}, "no seat"),
    ({"message": '[{"msg": "no seat"}]'}, "no seat"),
    ({"detail": {"error": "no seat"}}, "no seat"),
    ({"detail": [{"loc": ["body", "messages", 0], "msg": "no seat"}]}, "messages.0: no seat"),
    ({"timestamp": 1, "status": 400, "error": "Bad Request", "message": "no seat", "path": "/x"}, "no seat"),
    ({"type": "about:blank", "title": "Bad", "detail": "no seat"}, "no seat"),
    ({"fault": {"faultstring": "no seat", "detail": {"errorcode": "x"}}}, "no seat"),
    ({"data": {"error": {"reason": "there is no seat"}}}, "no seat"),
    ("<html><head><title>no seat</title></head><body>x</body></html>", "no seat"),
    ("<?xml version='1.0'?><Error><Code>X</Code><Message>no seat</Message></Error>", "no seat"),
    ('event: error\ndata: {"error": {"message": "no seat"}}\n\n', "no seat"),
    ("event: error\ndata: no seat\n\n", "no seat"),
    ('"no seat"', "no seat"),
    ({"error": {"message": f"the key {KEY} has no seat"}}, "the key [key] has no seat"),
    ({"error": {"code": "no_seat"}}, ""),
]


@pytest.mark.parametrize(("said", "words"), QUOTED)
def test_words_are_found_in_any_body_and_hold_no_key(said: object, words: str) -> None:
    heard = ServerSaid.read(body_of(said), (KEY,))
    assert words in heard.message
    assert KEY not in heard.words
    assert words in status_fault(400, {}, body_of(said), INQUIRY).what


def test_what_echoes_the_request_is_not_quoted() -> None:
    said = {
        "detail": [{"msg": "Bad.", "input": "my prompt"}],
        "request": {"message": "my prompt"},
        "prompt": "my prompt",
    }
    assert "my prompt" not in ServerSaid.read(body_of(said)).words


def test_bytes_that_are_no_text_are_not_quoted() -> None:
    assert ServerSaid.read(bytes(range(256))).message == ""


@pytest.mark.parametrize("words", ["content " * 300, "a" * 2000, "blocked by " * 180, "model " * 330, "{[" * 1000])
def test_no_words_take_long(words: str) -> None:
    """A bound on the steps, not on the time: the patterns are tried on the longest text that they ever get."""
    assert len(words) <= 2_400
    assert isinstance(filtered_by_provider(400, frozenset(), words), bool)
    assert status_fault(400, {}, words.encode(), INQUIRY).sentence
    assert re.search("refused|model", status_fault(400, {}, words.encode(), INQUIRY).what)

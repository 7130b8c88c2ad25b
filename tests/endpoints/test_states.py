"""What servers answered on four wires, by a writer who had not seen the program, with filters and streams of our own:
the state, the visible text and the wait that each gives, over a real connection.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from reviewer.core.cases import CaseKey, Message, Role
from reviewer.core.models import Endpoint, Sampling
from reviewer.core.responses import Response, ResponseState
from reviewer.endpoints import anthropic_messages, gemini, openai_chat, openai_responses
from reviewer.endpoints.http_chat import HttpChat, Wire
from reviewer.endpoints.protocol import ChatRequest, EndpointError, FaultKind
from tests.support.loopback import LoopbackServer, as_written

pytestmark = pytest.mark.anyio

Answer = Mapping[str, Any]
ANSWERS: list[Answer] = [
    json.loads(line)
    for line in (Path(__file__).parent / "states.jsonl").read_text(encoding="utf-8").split("\n")
    if line
]
WIRES: Mapping[str, tuple[str, Wire]] = {
    "openai": ("openai-chat", openai_chat.WIRE),
    "ollama": ("openai-chat", openai_chat.WIRE),
    "anthropic": ("anthropic-messages", anthropic_messages.WIRE),
    "google": ("gemini", gemini.WIRE),
    "responses": ("openai-responses", openai_responses.WIRE),
}
NONE = (ResponseState.TOOL_CALL_ONLY, ResponseState.EMPTY, ResponseState.NO_RESPONSE)
STATES = {
    "ok": (ResponseState.OK,),
    "filtered": (ResponseState.FILTERED,),
    "cut": (ResponseState.TRUNCATED, ResponseState.EMPTY, ResponseState.NO_RESPONSE),
    "no_response": NONE,
    "unknown_finish": (ResponseState.UNKNOWN_END,),
    "error": (ResponseState.ERROR,),
}
FAULTS = {"retry": FaultKind.RETRY, "stop_all": FaultKind.STOP_RUN, "error": FaultKind.GIVE_UP}
SECOND_S = 1.5
# A call that went wrong and a model that was only loaded are asked again, as is an empty body; LANGUAGE counts as a
# filter's word; a reason that is null or unspecified is none; a list without choices is an error of its case.
STILL_OTHERWISE = {"w038", "w040", "w041", "w133", "w151", "w177", "w179"}


async def _came(server: LoopbackServer, answer: Answer) -> Response | EndpointError:
    server.default = as_written(answer["status"], answer["headers"], answer["body"])
    name, wire = WIRES[answer["wire"]]
    client = HttpChat(Endpoint("loopback", name, base_url=server.base_url), wire)
    unasked = frozenset({"max_tokens"})
    request = ChatRequest(CaseKey("c"), 1, (Message(Role.USER, "Hi"),), "m", Sampling(max_tokens=512), unasked=unasked)
    try:
        return await client.send(request)
    except EndpointError as fault:
        return fault
    finally:
        await client.aclose()


def _is_meant(came: Response | EndpointError, answer: Answer) -> bool:
    if isinstance(came, Response):
        if came.state not in STATES.get(answer["state"], ()):
            return False
        return answer["text"] is None or came.text.strip() == answer["text"].strip()
    wait_s = answer["wait_s"]
    if wait_s is not None and came.retry_after_s != pytest.approx(wait_s, abs=SECOND_S):
        return False
    return came.kind is FAULTS.get(answer["state"])


@pytest.mark.parametrize("answer", [pytest.param(each, id=each["id"]) for each in ANSWERS])
async def test_an_answer_gives_its_state(server: LoopbackServer, answer: Answer) -> None:
    came = await _came(server, answer)
    assert _is_meant(came, answer) is (answer["id"] not in STILL_OTHERWISE), came


REFUSALS = [
    "Unsupported value: 'temperature' does not support 0.7 with this model.",
    "temperature: Input should be less than or equal to 1",
    "Der Parameter temperature wird nicht unterstützt.",
    "Le paramètre temperature n'est pas pris en charge.",
    "El parámetro temperature no es compatible.",
    "O parâmetro temperature não é suportado.",
    "Il parametro temperature non è supportato.",
    "Параметр temperature не поддерживается.",
    "不支持参数 temperature",
    "temperature パラメータはサポートされていません",
    "temperature 매개변수는 지원되지 않습니다.",
]


@pytest.mark.parametrize("words", REFUSALS)
@pytest.mark.parametrize("is_set", [True, False])
async def test_a_parameter_that_is_not_taken_is_given_up_only_where_nobody_set_it(
    server: LoopbackServer, words: str, *, is_set: bool
) -> None:
    refusal = as_written(400, {"content-type": "application/json"}, json.dumps({"error": {"message": words}}))
    server.script(refusal)
    server.default = as_written(
        200,
        {"content-type": "application/json"},
        json.dumps({"choices": [{"message": {"content": "Hi"}, "finish_reason": "stop"}]}),
    )
    client = HttpChat(Endpoint("loopback", "openai-chat", base_url=server.base_url), openai_chat.WIRE)
    unasked = frozenset[str]() if is_set else frozenset({"temperature"})
    message = (Message(Role.USER, "Hi"),)
    request = ChatRequest(CaseKey("c"), 1, message, "m", Sampling(temperature=0.7), unasked=unasked)
    try:
        if is_set:
            with pytest.raises(EndpointError) as caught:
                await client.send(request)
            assert caught.value.kind is FaultKind.STOP_RUN
            assert "temperature" in caught.value.sentence
        else:
            assert (await client.send(request)).text == "Hi"
    finally:
        await client.aclose()


OF_ALL = {
    "key": [
        *("Ungültiger API-Schlüssel.", "Clé API invalide.", "La clave de API no es válida.", "Chave de API inválida."),
        *("Chiave API non valida.", "Недействительный ключ API.", "API密钥无效", "API金鑰無效", "APIキーが無効です"),
        *(
            "API 키가 유효하지 않습니다.",
            "Ongeldige API-sleutel",
            "Nieprawidłowy klucz API",
            "Klucz API jest nieprawidłowy",
        ),
    ],
    "credit": [
        *("Ihr Guthaben ist aufgebraucht.", "Crédit insuffisant.", "Saldo insuficiente.", "Credito insufficiente."),
        *("Недостаточно средств на балансе.", "账户余额不足，请充值", "帳戶餘額不足", "残高が不足しています。"),
        "잔액이 부족합니다.",
    ],
    "does not know the model": [
        *("Das Modell m wurde nicht gefunden.", "Le modèle m n'existe pas.", "El modelo m no existe."),
        *("O modelo m não existe.", "Il modello m non esiste.", "Модель m не найдена.", "模型 m 不存在"),
        *(
            "モデル m が見つかりません",
            "모델 m을(를) 찾을 수 없습니다.",
            "model: unexpected value; permitted: 'a', 'b'",
        ),
    ],
}
OF_ONE = [
    "Die Eingabe ist zu lang.",
    "Ungültiger Schlüssel 'foo' im JSON.",
    "La réponse du modèle est trop longue.",
    "El modelo no admite imágenes.",
    "画像が無効です",
    "文件不存在",
]


async def _refused(server: LoopbackServer, words: str) -> EndpointError:
    refusal = {"id": "", "wire": "openai", "status": 400, "headers": {"content-type": "application/json"}}
    came = await _came(server, {**refusal, "body": json.dumps({"error": {"message": words}})})
    assert isinstance(came, EndpointError)
    return came


@pytest.mark.parametrize(("named", "words"), [(named, each) for named, list_ in OF_ALL.items() for each in list_])
async def test_a_fault_of_all_requests_is_told_in_other_languages(
    server: LoopbackServer, named: str, words: str
) -> None:
    fault = await _refused(server, words)
    assert fault.kind is FaultKind.STOP_RUN
    assert named in fault.sentence.lower()


@pytest.mark.parametrize("words", OF_ONE)
async def test_a_fault_of_one_request_stops_no_run(server: LoopbackServer, words: str) -> None:
    assert (await _refused(server, words)).kind is FaultKind.GIVE_UP

"""Keys and passwords that are written out are refused in every field, and no sentence repeats one."""

from __future__ import annotations

from dataclasses import replace

import pytest

from reviewer.app.endpoints import check_endpoint
from reviewer.app.written_out import check_version_names
from reviewer.core.errors import InputError
from reviewer.core.models import Endpoint, ModelVersion, Network
from reviewer.core.written_secrets import looks_like_secret
from reviewer.endpoints.transport import Address
from reviewer.exchange.kit.credentials import Credentials

TOKEN = "Zq7Xw2Lm9Rt4Kp8Vb3"
SHAPED = f"sk-proj-{TOKEN}"
GOOD = Endpoint("local", "openai-chat", "http://127.0.0.1:8080/v1")
TEMPLATE = (
    'path = "/g"\n{top}\n[headers]\n{headers}\n[body]\nprompt = "{{{{prompt}}}}"\n{body}\n[answer]\ntext = "text"\n'
)


def templated(*, top: str = "", headers: str = "", body: str = "", path: str = "/g") -> Endpoint:
    text = TEMPLATE.format(top=top, headers=headers, body=body).replace("/g", path)
    return replace(GOOD, protocol="http-template", template=text)


PARAMETERS = (
    *("api-key", "api_key", "apikey", "key", "access_token", "token", "code", "sig", "password", "subscription-key"),
    *("auth", "client_secret", "X-Amz-Signature", "pwd", "sas", "pin", "otp", "passcode", "license", "account-key"),
)
HEADERS = (
    *("Authorization", "X-Api-Key", "x-password", "X-Passphrase", "Cookie", "X-Auth", "X-Session-Id", "X-Credential"),
    *("Ocp-Apim-Subscription-Key", "X-Amz-Security-Token", "Proxy-Authorization", "X-Key", "X-Secret", "X-JWT"),
)
WRITTEN: dict[str, Endpoint] = {
    **{f"?{name}=": replace(GOOD, base_url=f"{GOOD.base_url}?v=1&{name}=hidden") for name in PARAMETERS},
    **{f"header {name}": replace(GOOD, headers={name: "hidden"}) for name in HEADERS},
    "user and password": replace(GOOD, base_url="http://user:hidden@127.0.0.1/v1"),
    "user": replace(GOOD, base_url="http://hidden@127.0.0.1/v1"),
    "password with a slash": replace(GOOD, base_url="http://user:hid@den@127.0.0.1/v1"),
    "encoded name": replace(GOOD, base_url=f"{GOOD.base_url}?api%2Dkey=hidden"),
    "second query": replace(GOOD, base_url=f"{GOOD.base_url}?v=1;key=hidden"),
    "fragment": replace(GOOD, base_url=f"{GOOD.base_url}#access_token=hidden"),
    "path": replace(GOOD, base_url=f"http://127.0.0.1/{SHAPED}/v1"),
    "value of a harmless parameter": replace(GOOD, base_url=f"{GOOD.base_url}?v={SHAPED}"),
    "proxy with a password": replace(GOOD, network=Network("http://user:hidden@127.0.0.1:3128")),
    "proxy without a scheme": replace(GOOD, network=Network("user:hidden@127.0.0.1:3128")),
    "proxy with a parameter": replace(GOOD, network=Network("http://127.0.0.1:3128/?token=hidden")),
    "proxy that is none": replace(GOOD, network=Network("socks5://user:hidden@127.0.0.1")),
    "variable": replace(GOOD, key_env=SHAPED.replace("-", "_")),
    "variable of letters": replace(GOOD, key_env=f"k{TOKEN}{TOKEN}"),
    "variable with a blank": replace(GOOD, key_env="hidden value"),
    "variable of AWS": replace(GOOD, key_env="AKIAIOSFODNN7EXAMPLE"),
    "entry of the keyring": replace(GOOD, key_service=SHAPED),
    "long entry": replace(GOOD, key_service="hidden" * 10),
    "bearer as entry": replace(GOOD, key_service="Bearer hidden"),
    "header's value": replace(GOOD, headers={"X-Team": f"Bearer {TOKEN}"}),
    "header's value by its looks": replace(GOOD, headers={"X-Team": SHAPED}),
    "header's value as an authorisation": replace(GOOD, headers={"X-Team": "Basic aGlkZGVuOmhpZGRlbg"}),
    "header's value as a token": replace(GOOD, headers={"X-Team": "Token hidden123"}),
    "header's variable": replace(GOOD, headers={"X-Team": f"${SHAPED}"}),
    "header's name": replace(GOOD, headers={SHAPED: "x"}),
    "header with an address": replace(GOOD, headers={"X-Callback": "http://user:hidden@h.example"}),
    "header's short password": replace(GOOD, headers={"X-Team": "Basic aGk6aGk="}),
    "header's user and password": replace(GOOD, headers={"X-Team": "user:hidden"}),
    "header's password with signs": replace(GOOD, headers={"X-Remote": " root:hidden!@9 "}),
    "header's digest": replace(GOOD, headers={"X-Team": 'Digest username="u", response="hidden"'}),
    "header's pair": replace(GOOD, headers={"X-Team": "password=hidden"}),
    "header's cookie": replace(GOOD, headers={"X-Team": "sessionid=hidden; path=/"}),
    "header's object": replace(GOOD, headers={"X-Team": '{"token": "hidden"}'}),
    "header's shared access": replace(GOOD, headers={"X-Team": "SharedAccessSignature sr=x&sig=hidden"}),
    "header's address without a scheme": replace(GOOD, headers={"X-Team": "user:hidden@h.example"}),
    "name": replace(GOOD, name=f"Bearer {TOKEN}"),
    "certificate": replace(GOOD, network=Network(client_key="-----BEGIN PRIVATE KEY-----hidden")),
    "certificate's path": replace(GOOD, network=Network(ca_file=f"/home/me/{SHAPED}.pem")),
    "certificate's address": replace(GOOD, network=Network(ca_file="/home/me/https:/user:hidden@h.example/ca.pem")),
    "recorded file by its looks": replace(GOOD, protocol="recorded", responses_file=f"/home/me/{SHAPED}.jsonl"),
    "recorded file": replace(GOOD, protocol="recorded", responses_file="https://user:hidden@h.example/r.jsonl"),
    "template's header": templated(headers='X-Password = "hidden"'),
    "template's header by its looks": templated(headers=f'X-Team = "{SHAPED}"'),
    "template's header as an authorisation": templated(headers='X-Team = "Basic aGk6aGk="'),
    "template's header with a user": templated(headers='X-Team = "user:hidden"'),
    "template's header with a pair": templated(headers='X-Team = "token=hidden"'),
    "template's address": templated(body='callback = "http://h.example/?sig=hidden"'),
    "template's body": templated(body='api_key = "hidden"'),
    "template's inner body": templated(body='options = { auth = { password = "hidden" } }'),
    "template's list": templated(body='options = [{ token = 1 }, { client_secret = "hidden" }]'),
    "template's number": templated(body="password = 90210"),
    "template's path": templated(path="/g?api-key=hidden"),
    "template's models": templated(top='models_path = "/m?key=hidden"'),
    "template's key header": templated(top='key_header = "X-Api-Key: hidden"'),
    "template's key header with both": templated(top='key_header = "Authorization: Bearer hidden {key}"'),
    "template's remark": templated(top=f"# {SHAPED}"),
}


@pytest.mark.parametrize("what", WRITTEN)
def test_a_secret_is_refused_and_not_repeated(what: str) -> None:
    with pytest.raises(InputError) as caught:
        check_endpoint(WRITTEN[what])
    said = repr((caught.value.args, caught.value.what, caught.value.remedy))
    assert not any(secret in said for secret in ("hidden", "den@", "90210", TOKEN, "AKIA"))


@pytest.mark.parametrize(
    "endpoint",
    [
        GOOD,
        replace(GOOD, name="Basic endpoint", key_service="Token of the red team"),
        replace(
            GOOD, base_url="https://r.openai.azure.com/openai/deployments/gpt-4o-2024-08-06?api-version=2024-10-21"
        ),
        replace(GOOD, base_url="https://h.example/accounts/0123456789/v1?max=5&region=eu-west-1"),
        replace(GOOD, key_env="AZURE_OPENAI_API_KEY_2_EUROPE_WEST_1", key_service="openai red team 2026-11"),
        replace(GOOD, headers={"Authorization": "$MY_TOKEN", "X-Team": "red", "OpenAI-Organization": "acme"}),
        replace(GOOD, headers={"anthropic-beta": "output-128k-2025-02-19"}, network=Network("http://127.0.0.1:3128")),
        templated(
            top='key_header = "X-Api-Key: {key}"\nmodels_path = "/models"',
            headers='X-Client = "reviewer"',
            body='max_tokens = "{{max_tokens}}"\nstop_token = "x"',
        ),
        templated(top='key_header = "Authorization: Bearer {key}"'),
        replace(GOOD, name="risk-assessment-benchmark", base_url="https://h.example/task-management-service/v1"),
        replace(GOOD, headers={"X-Plan": "Basic monthly", "X-Note": "Token based-access"}),
        replace(GOOD, headers={"X-Limits": "max_tokens=4096; region=eu", "From": "mailto:me@h.example"}),
        replace(GOOD, headers={"X-Host": "localhost:8080", "X-Model": "llama3:8b", "X-From": "https://h.example/a"}),
        replace(GOOD, headers={"X-At": "2026-11-23T10:00:00Z", "X-Title": "Reviewer: evaluation", "X-Team": "a:b:c"}),
        replace(GOOD, headers={"User-Agent": "Reviewer/1.0 (by: me@h.example)", "X-Key-Of": "password=$MY_PASSWORD"}),
        templated(body='system = "Never say password: or token=x."\nsource = "http://h.example/?page=2"'),
    ],
    ids=lambda endpoint: endpoint.name + endpoint.base_url + endpoint.key_env,
)
def test_what_holds_no_secret_is_taken(endpoint: Endpoint) -> None:
    check_endpoint(endpoint)


@pytest.mark.parametrize(
    ("name", "model"), [(SHAPED, "m"), ("v", SHAPED), (f"Bearer {TOKEN}", "m"), ("v", f"m?key={TOKEN}")]
)
def test_versions_are_not_named_after_a_key(name: str, model: str) -> None:
    with pytest.raises(InputError) as caught:
        check_version_names(ModelVersion(name, GOOD, model))
    assert TOKEN not in str(caught.value)
    check_version_names(ModelVersion("gpt-4o-2024-08-06", GOOD, "accounts/fireworks/models/llama-v3p1-405b-instruct"))
    check_version_names(ModelVersion("ft", GOOD, "ft:gpt-4o-mini-2024-07-18:acme:red-team:A1b2C3d4"))


def test_an_address_without_a_scheme_is_quoted_without_its_user() -> None:
    for address in ("user:hidden@h.example", "https:/user:hidden@h.example", "user:hid@hidden@h.example/v1"):
        with pytest.raises(InputError) as caught:
            Address.parse(address)
        assert "hidden" not in str(caught.value)
        assert "h.example" in str(caught.value)


def test_a_word_with_a_key_s_beginning_in_it_is_none() -> None:
    for words in ("risk-assessment-benchmark", "disk-encryption-and-recovery", "mask-generation-transformer-large"):
        assert not looks_like_secret(words)
        assert Credentials().without({"set": words}, "row") == {"set": words}
    for key in (SHAPED, f"x={SHAPED}", f"a%3D{SHAPED}", f"\\n{SHAPED}", f"_{SHAPED}"):
        assert looks_like_secret(key)

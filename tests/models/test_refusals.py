"""An endpoint's own words, whatever their shape, without the key and without markup; and what they are about."""

import json

import pytest

from fluencylab.models import catalogue, dialect
from fluencylab.models.refusals import clean, refusal, refused, without_key
from fluencylab.models.types import ModelCapabilities

WORDS = "no such city"


@pytest.mark.parametrize(
    "body",
    [
        {"error": {"message": WORDS, "code": 1}},
        {"error": WORDS},
        {"error": {"error": {"message": WORDS}}},
        [{"error": {"code": 400, "message": WORDS}}],
        {"detail": WORDS},
        {"detail": [{"loc": ["body", "x"], "msg": WORDS}]},
        {"detail": {"message": WORDS}},
        {"object": "error", "message": WORDS},
        {"errors": [WORDS]},
        {"error_msg": WORDS},
        {"title": WORDS, "status": 400},
        WORDS,
        [WORDS],
    ],
    ids=range(13),
)
def test_the_words_are_found_whatever_their_shape(body: object) -> None:
    assert WORDS in refusal(400, json.dumps(body).encode(), "").words
    assert WORDS in refusal(400, body, "").words


@pytest.mark.parametrize(
    "body", [b"", b"{}", b"[]", b"null", b"true", b"\xff\xfe", b"[" * 5000, b'{"error": {"message": {"message": {}}}}']
)
def test_no_words_are_no_words_and_no_error(body: bytes) -> None:
    no = refusal(400, body, "")
    assert len(no.words) <= 400
    assert refused(catalogue.endpoint("https://host/v1", "m"), no, "").message.startswith("The model refused")


def test_a_web_page_is_told_by_its_title_and_words_in_angle_brackets_are_words() -> None:
    page = "<!DOCTYPE html><html><head><title>502 Bad\n Gateway</title></head><body><script>x</script></body></html>"
    assert clean(page) == "it sent a web page (“502 Bad Gateway”)"
    assert clean("<html><h1>Not here</h1>") == "it sent a web page (“Not here”)"
    assert clean("<400> batch size is invalid") == "<400> batch size is invalid"
    assert clean("<think> is no parameter") == "<think> is no parameter"
    assert clean("a\x1b[31mb\x00c\n d") == "a [31mb c d"


KEY = "sk-proj-abcdefghijklmnop1234"


@pytest.mark.parametrize(
    "echo",
    [
        KEY,
        "sk-proj-abcdefgh",
        "sk-proj-****************1234",
        "sk-pro...1234",
        "ghijklmnop1234",
        "Bearer " + KEY[:20],
        "sk-p••••1234",
        KEY[5:17],
    ],
)
def test_no_part_of_a_key_is_kept(echo: str) -> None:
    told = without_key(f"Incorrect API key provided: {echo}. Look at https://host/keys for yours.", KEY)
    assert "Incorrect API key provided" in told and "https://host/keys" in told
    assert not any(KEY[at : at + 6] in told for at in range(len(KEY) - 5)) and "1234" not in told


def test_a_short_key_does_not_blot_out_words() -> None:
    assert without_key("the ollama server is busy", "ollama-x") == "the … server is busy"
    assert without_key("the busy server is busy", "sk-1") == "the busy server is busy"
    assert without_key("none of it", "none") == "… of it"


SENT = {"max_tokens": 64, "temperature": 0.7, "top_p": 1.0, "stop": ["x"], "stream": True, "seed": 1, "logprobs": True, "top_logprobs": 50}
SENT |= {"messages": [{"role": "system"}, {"role": "user"}], "response_format": {"type": "json_schema"}, "stream_options": {}, "tools": []}


@pytest.mark.parametrize(
    ("words", "change"),
    [
        ("max_tokens cannot be used with this model; max_completion_tokens takes its place.", {"length_field": "max_completion_tokens"}),
        ("Invalid 'max_output_tokens': integer below minimum value. Expected a value >= 128, but got 64 instead.", {"least_tokens": 128}),
        ("max_tokens must not be greater than 32", {"most_tokens": 32}),
        ("max_tokens must not be less than 100", {"least_tokens": 100}),
        ("Give temperature or top_p to this model, not both of them.", {"temperature": "alone"}),
        ("temperature: only the default value 1 is possible with this model.", {"temperature": "default"}),
        ("'temperature' is deprecated for this model", {"temperature": "default"}),
        ("top_p is not supported", {"top_p": False}),
        ("The chat template of this model knows no system role.", {"system": ""}),
        ("System role not supported", {"system": ""}),
        ("Developer instruction is not enabled for models/gemma-3-27b-it", {"system": "developer"}),
        ("Conversation roles must alternate user/assistant/user/assistant/...", {"system": ""}),
        ("stop: Extra inputs are not permitted", {"stop": False}),
        ("Unknown parameter: stop", {"stop": False}),
        ("Streaming is not supported for this model", {"streams": False, "usage_in_stream": False}),
        ("Unrecognized request argument supplied: stream_options", {"usage_in_stream": False}),
        ("top_logprobs must be between 0 and 20", {"top_logprobs": 20}),
        ("logprobs are not supported with reasoning models", {"logprobs": False, "top_logprobs": 0}),
        ("response_format: strict is unknown", {"strict_schema": False}),
        ("This response_format type is unavailable now", {"json_schema": False}),
        ("Extra inputs are not permitted: seed", {"seed": False}),
    ],
)  # fmt: skip
def test_a_refusal_says_what_to_try_next(words: str, change: dict[str, object]) -> None:
    can = ModelCapabilities(logprobs=True, top_logprobs=50, json_schema=True, seed=True, usage_in_stream=True)
    found = dialect.adapted(can, SENT, words)
    assert found is not None and {name: getattr(found, name) for name in change} == change
    assert found.model_dump(exclude=set(change)) == can.model_dump(exclude=set(change))


@pytest.mark.parametrize(
    "words",
    [
        "This model's maximum context length is 4096 tokens, and max_tokens is 64. Please reduce the length of the messages.",
        "The service stopped in the middle of the stream.",
        "Your request was rejected by our safety system.",
        "I cannot help with systems of that kind.",
        "Bad Request",
        "",
    ],
)
def test_what_is_about_no_parameter_changes_nothing(words: str) -> None:
    assert dialect.adapted(ModelCapabilities(), SENT, words) is None

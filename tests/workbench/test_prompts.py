"""Prompts as they are written: plain, with a heading for each role, as the JSON of a chat; and what in them is a variable."""

import json

import pytest

from fluencylab.workbench.bring_in import read, read_apart
from fluencylab.workbench.found import Tally
from fluencylab.workbench.prompts import Template, is_prompt, template_of_text

SYSTEM, USER = {"role": "system", "content": "Be kind."}, {"role": "user", "content": "{{question}}"}


def read_text(text: str) -> Template:
    return template_of_text(text, Tally())


@pytest.mark.parametrize(
    "text",
    [
        "System: Be kind.\nUser: {{question}}",
        "# System\n\nBe kind.\n\n# User\n\n{{ question }}",
        "## System prompt\nBe kind.\n## User message\n{{question}}",
        "**System:** Be kind.\n\n**User:** {{question}}",
        "[system]\nBe kind.\n[user]\n{{question}}",
        "<system>\nBe kind.\n</system>\n<user>\n{{question}}\n</user>",
        "--- system ---\nBe kind.\n--- user ---\n{{question}}",
        "<|im_start|>system\nBe kind.<|im_end|>\n<|im_start|>user\n{{question}}<|im_end|>",
        "Developer: Be kind.\nHuman: {question}",
    ],
)
def test_roles_are_read_however_they_are_marked(text: str) -> None:
    assert read_text(text).messages == (("system", "Be kind."), ("user", "{{question}}"))


@pytest.mark.parametrize(
    ("text", "variables", "message"),
    [
        ("Translate {{ text }} to {{lang}}.", ("text", "lang"), "Translate {{text}} to {{lang}}."),
        ("Translate {text} to {lang}.", ("text", "lang"), "Translate {{text}} to {{lang}}."),
        ("Translate $text to ${lang}.", ("text", "lang"), "Translate {{text}} to {{lang}}."),
        ('Reply as {{"a": 1}} to {text}.', ("text",), 'Reply as {"a": 1} to {{text}}.'),
        ('Reply as {"a": {"b": 1}} to {{text}}.', ("text",), 'Reply as {"a": {"b": 1}} to {{text}}.'),
        ("It costs $5 or $4.90. Answer {{text}}", ("text",), "It costs $5 or $4.90. Answer {{text}}"),
        ("Answer {{item.ticket_text}}", ("ticket_text",), "Answer {{ticket_text}}"),
        ("Beantworte {{Frage}} für {{Straße_2}}", ("Frage", "Straße_2"), "Beantworte {{Frage}} für {{Straße_2}}"),
    ],
)
def test_variables_are_recognised_in_three_forms(text: str, variables: tuple[str, ...], message: str) -> None:
    told = read_text(text)
    assert (told.variables, told.messages) == (variables, (("user", message),))
    assert told.notes[0].startswith(f"{len(variables)} variable")


def test_the_form_in_which_variables_were_written_is_named() -> None:
    assert read_text("Translate {text}.").notes == ("1 variable was recognised, written {name} in the file: {{text}}.",)
    assert read_text("Translate $text.").notes == ("1 variable was recognised, written $name in the file: {{text}}.",)


def test_a_price_and_a_brace_of_json_are_no_variables() -> None:
    told = read_text('You are a shop. A lamp costs $5.90 or $12. Reply as {"answer": "text", "sure": true}.')
    assert told.messages[0] == ("system", 'You are a shop. A lamp costs $5.90 or $12. Reply as {"answer": "text", "sure": true}.')
    assert told.messages[1] == ("user", "{{input}}")
    assert told.notes == ("It says nothing in the user's name, so what each case asks follows it as the user's message, {{input}}.",)


def test_what_is_not_carried_out_stands_as_written_and_is_told() -> None:
    told = read_text("{% if vip %}Be kind.{% endif %} Answer {{question}} in {{lang | upper}} {{#each x}} {{never")
    assert told.variables == ("question",) and "{% if vip %}" in told.messages[0][1] and "{{never" in told.messages[0][1]
    assert told.notes[1:] == (
        "3 commands of a template language stand as written and mean nothing here, such as {% if vip %}.",
        "1 variable with a filter stands as written and means nothing here: {{lang | upper}}.",
        "1 pair of braces that is never closed stands as written and means nothing here: {{.",
    )


def test_a_word_that_names_a_role_within_a_sentence_marks_none() -> None:
    text = "You are kind.\nUser data is private.\nSystem requirements are high.\nModels: none\nuser"
    assert read_text(text).messages[0] == ("system", text)


@pytest.mark.parametrize(
    ("text", "name", "is_one"),
    [
        ("You are a helpful shop.", "a.txt", True),
        ("Du bist ein Laden.", "a.md", True),
        ("Summarise: {text}", "a.txt", True),
        ("Returns take 30 days.", "returns.txt", False),
        ("Returns take 30 days.", "system-prompt.txt", True),
        ("# Returns\n\nA customer can return lamps.", "handbook.md", False),
        ("You are here. " * 10_000, "novel.txt", False),
    ],
)
def test_a_prompt_is_told_from_a_document(text: str, name: str, is_one: bool) -> None:
    assert is_prompt(text, name) == is_one
    assert read(name, text.encode()).kind == ("prompt" if is_one else "document")


def test_a_chat_in_json_is_a_prompt_and_one_with_an_answer_a_conversation() -> None:
    prompt = read("p.json", b'[{"role": "system", "content": "Be kind."}, {"role": "user", "content": "{{question}}"}]')
    assert (prompt.kind, prompt.messages) == ("prompt", (("system", "Be kind."), ("user", "{{question}}")))
    assert prompt.says == "A prompt of 2 messages and 1 variable (p.json)."
    chat = read("c.json", b'[{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Hello"}]')
    assert (chat.kind, chat.rows) == ("chat", ({"input": "Hi", "output": "Hello"},))


@pytest.mark.parametrize(
    "value",
    [
        {"model": "gpt-5-mini", "temperature": 0, "messages": [SYSTEM, USER]},
        {"name": "support", "type": "chat", "version": 3, "labels": ["production"], "prompt": [SYSTEM, USER]},
    ],
    ids=["request", "kept by name"],
)
def test_a_prompt_is_found_in_what_holds_it(value: object) -> None:
    found = read("p.json", json.dumps(value).encode())
    assert (found.kind, found.messages) == ("prompt", (("system", "Be kind."), ("user", "{{question}}")))


def test_a_prompt_kept_by_its_name_may_be_one_text() -> None:
    found = read("p.json", json.dumps({"name": "support", "type": "text", "prompt": "Answer {{question}}."}).encode())
    assert (found.kind, found.messages) == ("prompt", (("user", "Answer {{question}}."),))
    assert read("support.prompt", b"Returns take {days} days.").messages == (("user", "Returns take {{days}} days."),)


def test_a_prompt_of_one_brace_repeated_does_not_slow_it_down() -> None:
    for text in ("{{" * 30_000, "{" * 60_000, "$" * 60_000, "{{a|" * 15_000, "{%" * 30_000, "system:" * 8_000, "# " * 30_000):
        assert read_text(text).messages


CONFIGURED = """
prompts:
  - "Answer {{question}}"
providers:
  - id: openai:chat:gpt-4o-mini
    config:
      temperature: 0.2
      max_tokens: 300
      response_format:
        type: json_schema
        json_schema:
          name: answer
          schema:
            type: object
            additionalProperties: false
            properties:
              days: {type: integer, minimum: 1}
            required: [days]
      tools: file://tools.json
  - anthropic:claude
tests:
  - vars: {question: "How long?"}
"""


@pytest.mark.parametrize("tests", [True, False])
async def test_a_promptfoo_configuration_says_how_its_prompt_is_asked(tests: bool) -> None:
    text = CONFIGURED if tests else CONFIGURED.partition("tests:")[0]
    here, apart = read("promptfooconfig.yaml", text.encode()), await read_apart("promptfooconfig.yaml", text.encode())
    for found in (here, apart):
        assert found.settings["model"] == "openai:chat:gpt-4o-mini"
        assert (found.settings["temperature"], found.settings["max_tokens"]) == (0.2, 300)
        drawn = found.settings["json_schema"]
        assert (drawn["additionalProperties"], drawn["properties"]["days"]) == (False, {"type": "integer", "minimum": 1})
        said = " ".join(found.notes)
        assert "1 further model left out" in said and "tools that the model may call were left out" in said


@pytest.mark.parametrize(
    ("config", "left"),
    [
        ("{temperature: hot, max_tokens: many}", {}),
        ("{temperature: 9, max_tokens: 99999999, response_format: {type: json_object}}", {}),
        ("{temperature: .inf, response_format: {json_schema: {schema: {type: nonsense}}}}", {}),
        ("[1, 2]", {}),
        ("{maxTokens: 50, temperature: 0}", {"max_tokens": 50, "temperature": 0.0}),
    ],
)
def test_settings_that_no_version_can_have_are_left_out(config: str, left: dict[str, object]) -> None:
    text = f'prompts: ["Answer {{{{question}}}}"]\nproviders: [{{id: x, config: {config}}}]\n'
    assert {**read("promptfooconfig.yaml", text.encode()).settings} == {"model": "x", **left}

"""What a column is for, told by its name in many languages and by what stands in it."""

import pytest

from fluencylab.workbench.bring_in import drafts, read, roles_of
from fluencylab.workbench.column_roles import NAMES, ROLES
from fluencylab.workbench.labels import label_of

LONG = "The customer asked twice where the parcel is, and nobody answered."


def guessed(*columns: tuple[str, str, str]) -> str:
    """The roles of columns, each with a name and two values."""
    names, *rows = (",".join(f'"{cell}"' for cell in line) for line in zip(*columns, strict=True))
    found = read("cases.csv", "\n".join([names, *rows]).encode())
    return " ".join(column.role for column in found.columns)


@pytest.mark.parametrize(
    ("names", "roles"),
    [
        (("question", "expectedOutput", "topic", "critical"), "input reference tags must_not_break"),
        (("Frage", "Musterantwort", "Kategorie", "Kritisch"), "input reference tags must_not_break"),
        (("Question client", "Réponse attendue", "Catégorie", "Critique"), "input reference tags must_not_break"),
        (("pregunta", "respuesta esperada", "tema", "crítico"), "input reference tags must_not_break"),
        (("domanda", "risposta attesa", "argomento", "critico"), "input reference tags must_not_break"),
        (("pergunta", "resposta esperada", "assunto", "crítico"), "input reference tags must_not_break"),
        (("вопрос", "эталонный ответ", "категория", "критично"), "input reference tags must_not_break"),
        (("質問", "模範解答", "カテゴリ", "必須"), "input reference tags must_not_break"),
        (("问题", "参考答案", "类别", "关键"), "input reference tags must_not_break"),
        (("user_input", "ground_truth", "Product area", "Must not break?"), "input reference tags must_not_break"),
    ],
)
def test_names_are_understood_in_many_languages(names: tuple[str, ...], roles: str) -> None:
    values = [("How long?", "For free?"), ("30 days", "Yes"), ("returns", "price"), ("yes", "no")]
    assert guessed(*((name, *pair) for name, pair in zip(names, values, strict=True))) == roles


def test_names_of_several_words_are_understood_by_the_words_they_end_or_begin_with() -> None:
    assert guessed(("first user message", "How?", "Why?"), ("expected tone", "kind", "brief")) == "input reference"
    assert (
        guessed(("input_question", "How?", "Why?"), ("output_answer", "So.", "So!"), ("label by Ann", "ok", "bad")) == "input output label"
    )
    assert guessed(("shop question", "How?", "Why?"), ("agent answer", "So.", "So!"), ("verdict", "ok", "bad")) == "input output label"
    assert guessed(("question", "How?", "Why?"), ("order number", "12", "13"), ("customer tier", "gold", "basic")) == "input ignore input"


def test_an_answer_is_what_is_right_unless_something_else_is() -> None:
    question = ("question", "How long?", "Free?")
    assert guessed(question, ("answer", "30 days", "yes")) == "input reference"
    assert guessed(question, ("answer", "30 days", "yes"), ("expected", "30 days", "no")) == "input output reference"
    assert guessed(question, ("Antwort", "30 days", "yes"), ("Urteil", "ok", "falsch")) == "input output label"


def test_a_label_is_a_verdict_and_names_of_classes_are_none() -> None:
    text = ("text", LONG, "Where is it?")
    assert guessed(text, ("label", "pass", "fail")) == "input label"
    assert guessed(text, ("label", "shipping", "returns")) == "input reference"
    assert guessed(text, ("expected", "a", "b"), ("label", "shipping", "returns")) == "input reference tags"
    assert guessed(text, ("rating", "4", "2")) == "input ignore"
    assert guessed(text, ("feedback", LONG, LONG)) == "input note"


def test_where_no_name_says_so_the_column_with_most_to_read_is_the_input() -> None:
    assert guessed(("A", "1", "2"), ("B", LONG, "Where is my order?"), ("C", "x", "y")) == "ignore input input"
    assert guessed(("when", "2026-05-01", "2026-05-02"), ("what", LONG, LONG)) == "ignore input"


def test_what_must_not_break_may_be_ticked_with_a_cross() -> None:
    found = read("cases.csv", b"question,critical\nHow long?,x\nFree?,\n")
    assert [draft.must_not_break for draft in drafts(found, roles_of(found))] == [True, False]
    assert guessed(("question", "How?", "Why?"), ("priority", "p1", "p2"), ("critical", "high", "low")) == "input tags tags"


def test_what_programs_write_is_ignored_and_one_number_of_the_case_kept() -> None:
    columns = [("trace_id", "a1", "a2"), ("session_id", "s1", "s2"), ("input", "How?", "Why?"), ("latency_ms", "12", "13")]
    assert (
        guessed(*columns, ("link", "https://a.example", "https://b.example"), ("plan", "pro", "free"))
        == "trace ignore input ignore ignore input"
    )
    many = [(f"field{number}", "some words", "other words") for number in range(12)]
    assert guessed(("input", "How?", "Why?"), *many) == " ".join(["input", *["ignore"] * 12])


def test_no_name_stands_for_two_roles() -> None:
    told = [name.strip() for names in NAMES.values() for name in names.replace("\n", " ").split(",")]
    assert len(ROLES) > 400 and all(ROLES.get(name) for name in ("expected output", "lang", "id"))
    assert len(told) - len(set(told)) < 12


@pytest.mark.parametrize(
    ("text", "says"),
    [
        *(
            (text, True)
            for text in ("pass", "PASSED", "Yes", "1", "true", "ok.", "👍", "✅", "bestanden", "oui", "sí", "да", "はい", "通过")
        ),
        *(
            (text, False)
            for text in ("fail", "No", "0", "FALSE", "not ok", "👎", "❌", "nicht bestanden", "non", "нет", "いいえ", "不通过")
        ),
        *((text, None) for text in ("", "4", "0.7", "maybe", "passable", "n/a", "👍👎 both", "refund")),
    ],
)
def test_verdicts_are_read_in_many_languages(text: str, says: bool | None) -> None:
    assert label_of(text) is says

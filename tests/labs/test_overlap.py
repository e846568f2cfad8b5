"""Overlap scores against the libraries' own golden numbers, and the pairs in which they are wrong."""

import pytest
from pydantic import ValidationError

from fluencylab.instruments.base import Step
from fluencylab.labs.metrics import instrument as metrics
from fluencylab.labs.metrics import overlap
from fluencylab.labs.metrics.params import Params
from fluencylab.models.scripted import Scripted


async def steps(params: Params, model: Scripted | None = None) -> list[Step]:
    return [step async for step in metrics.run(model or Scripted(["It costs nothing."]), params)]


def test_golden_numbers() -> None:
    assert overlap.score("the cat sat on the mat", "the cat sat on the mat") == {"bleu": pytest.approx(100), "rouge_l": pytest.approx(100)}
    by_hand = overlap.score("the cat sat on the mat", "the cat is on the mat")
    # 5 of 6 words, 3 of 5 pairs, 1 of 4 threes, none of 3 fours (smoothed: 1/6)
    assert by_hand["bleu"] == pytest.approx(100 * (5 / 6 * 3 / 5 * 1 / 4 * 1 / 6) ** 0.25)
    assert by_hand["rouge_l"] == pytest.approx(100 * 5 / 6)
    assert overlap.score("الطرد يصل غدا", "الطرد يصل غدا") == {"bleu": pytest.approx(100), "rouge_l": pytest.approx(100)}


async def test_in_every_pair_of_ours_the_broken_fact_beats_the_right_words() -> None:
    params = Params(parts=("overlap",))
    observed = await steps(params)
    result = metrics.conclude(observed)
    facts = result.facts()
    assert set(metrics.fact_names(params)) <= set(facts)
    assert (facts["fooled@bleu"], facts["fooled@rouge_l"]) == (1, 1)
    assert facts["bleu@reference"] == pytest.approx(100)
    assert facts["bleu@paraphrase"] < 10 < facts["bleu@cut"] < 30 < 60 < facts["bleu@nonsense"]
    assert len(observed) == metrics.calls(params)
    assert observed[0].data["signatures"]["bleu"].startswith("sentence|nrefs:1|case:mixed|eff:yes|tok:13a")
    assert result.says == "BLEU scored the wrong answer at least as high as the right one in 8 of 8 pairs."


async def test_a_table_of_ones_own_needs_no_model() -> None:
    table = "text,reference,right\nwe pay at once,we pay now,yes\nwe never pay now,we pay now,no\n"
    model = Scripted(["never"])
    facts = metrics.conclude(await steps(Params(parts=("overlap",), texts=table), model)).facts()
    assert not model.calls
    assert facts["fooled@rouge_l"] == 1 and facts["rouge_l@wrong"] == pytest.approx(100 * 2 * 3 / 7)


@pytest.mark.parametrize(
    ("table", "says"),
    [
        ("text,right\na,yes\nb,no\n", "columns “reference” and “right”"),
        ("text,reference,right\na,b,perhaps\nb,c,no\n", "must be yes or no, not “perhaps”"),
        ("text,reference,right\na,,yes\nb,c,no\n", "needs a reference"),
        (f"text,reference,right\na,{'b' * 1001},yes\nb,c,no\n", "longer than 1,000 letters"),
        ("text,reference,right\n" + "a,b,yes\n" * 61, "it has 61 rows"),
    ],
)
def test_a_table_that_cannot_be_compared_is_refused(table: str, says: str) -> None:
    with pytest.raises(ValidationError, match=says):
        Params(parts=("overlap",), texts=table)


SCRIPTS = {
    "zh": ("礼品卡的有效期为三年。", "礼品卡有效期是三年。", "礼品卡有效期是三天。", "zh", "characters"),
    "ja": ("カードは3年間使えます。", "カードの期限は3年です。", "カードの期限は3日です。", "char", "characters"),
    "ru": (
        "Товар можно вернуть в течение 30 дней.", "Вернуть можно в течение 30 дней.", "Вернуть нельзя; звоните в течение 30 дней.",
        "intl", "words",
    ),
    "th": ("คืนสินค้าได้ภายใน 30 วัน", "ส่งคืนได้ภายใน 30 วัน", "ส่งคืนได้ภายใน 30 ปี", "char", "characters"),
    "ar": ("يمكن الإرجاع خلال ثلاثين يوما", "الإرجاع خلال ثلاثين يوما", "الإرجاع خلال ثلاث سنوات", "intl", "words"),
    "hi": ("वापसी तीस दिनों में हो सकती है।", "वापसी तीस दिनों में।", "वापसी तीन सालों में।", "intl", "words"),
    "de": ("Die Rückgabe ist dreißig Tage möglich.", "Rückgabe dreißig Tage möglich", "Rückgabe drei Tage möglich", "13a", "words"),
}  # fmt: skip


@pytest.mark.parametrize("script", SCRIPTS)
async def test_in_every_script_the_words_are_compared_and_not_the_one_figure_that_a_tokenizer_knows(script: str) -> None:
    reference, right, wrong, bleu, rouge = SCRIPTS[script]
    table = f'text,reference,right\n"{right}","{reference}",yes\n"{wrong}","{reference}",no\n'
    observed = await steps(Params(parts=("overlap",), texts=table, ask=False))
    facts = metrics.conclude(observed).facts()
    for metric in overlap.METRICS:
        assert 0 < facts[f"{metric}@wrong"] < facts[f"{metric}@right"] < 100
    assert (facts["fooled@bleu"], facts["fooled@rouge_l"]) == (0, 0)
    told = observed[0].data["signatures"]
    assert f"|tok:{bleu}|" in told["bleu"] and f"|tok:{rouge}|" in told["rouge_l"]


async def test_where_no_tokenizer_fits_there_is_no_score_and_the_reason() -> None:
    table = "text,reference,right\n🎁,🎁🎁,yes\nབོད་ཡིག,བོད་ཡིག་,no\n"
    result = metrics.conclude(await steps(Params(parts=("overlap",), texts=table, ask=False)))
    assert result.facts() == {}
    assert result.says == (
        "1 of 2 answers got no score: the reference holds no word. "
        "1 of 2 answers got no score: no tokenizer here knows where a word of this script ends."
    )


async def test_which_tokenizer_was_chosen_is_said() -> None:
    table = "text,reference,right\n三年。,为三年。,yes\n三天。,为三年。,no\n"
    said = metrics.conclude(await steps(Params(parts=("overlap",), texts=table, ask=False))).says
    assert "They were compared as their script asks: BLEU by the tokenizer zh, ROUGE-L by characters." in said

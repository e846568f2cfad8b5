"""A product in four questions, argued from measured cells and from nothing else."""

from fluencylab.labs.finetuning import recommendation
from fluencylab.labs.finetuning.recommendation import Product
from fluencylab.stats import Measure, share


def measured(**cells: tuple[int, int]) -> dict[str, Measure]:
    """`fine_tuned__changed=(0, 12)`, and tokens for every way that is named."""
    names = {name.replace("__", "@").replace("_", "-"): share(*counted) for name, counted in cells.items()}
    found = {(f"correct@{name}" if not name.startswith("style@") else name): one for name, one in names.items()}
    return found | {f"tokens@{name.split('@')[1]}": share(1, 1) for name in found}


def test_a_way_is_clearly_behind_only_where_the_intervals_part() -> None:
    found = measured(rag__changed=(9, 12), fine_tuned__changed=(0, 12), rag__new=(6, 12), fine_tuned__new=(4, 12))
    said = recommendation.rank_options(Product("weekly", "hundreds"), found)
    assert said == "Clearly behind where it matters: fine-tuned (changed facts: 0 of 12 against 9 of 12). Not clearly behind: RAG."
    assert "separates none" in recommendation.rank_options(Product("never", "hundreds"), found)


def test_without_the_cells_that_matter_there_is_no_verdict() -> None:
    found = measured(rag__seen=(9, 12), fine_tuned__seen=(12, 12))
    assert "compared nothing" in recommendation.rank_options(Product("weekly", "thousands"), found)
    told = recommendation.points(Product("never", "dozen"), found)
    assert [point.lacks for point in told] == ["reworded questions"] and told[0].says == ""


def test_tone_looks_at_style_and_says_when_the_cheapest_way_was_not_run() -> None:
    found = measured(style__prompt=(0, 12), style__fine_tuned=(12, 12))
    [_, tone] = recommendation.points(Product("never", tone="yes"), found)
    assert tone.says == "In the house style: prompt only 0 of 12, fine-tuned 12 of 12." and "two examples" in tone.lacks
    assert "prompt only (style: 0 of 12 against 12 of 12)" in recommendation.rank_options(Product("never", tone="yes"), found)


def test_a_source_can_only_be_shown_by_what_reads() -> None:
    found = measured(rag__new=(6, 12), fine_tuned__new=(6, 12)) | {"found@new": share(11, 12)}
    assert "11 of 12 questions" in recommendation.points(Product("never", source="yes"), found)[1].says
    assert "fine-tuned (no passage to show)" in recommendation.rank_options(Product("never", source="yes"), found)


def test_work_is_multiplied_by_the_changes_of_a_year() -> None:
    found = measured(fine_tuned__changed=(0, 12)) | {
        "update_steps@fine-tuned": Measure(value=5, low=5, high=5, n=1), "train_seconds": Measure(value=90, low=90, high=90, n=1)
    }  # fmt: skip
    work = recommendation.points(Product("weekly"), found)[2].says
    assert "fine-tuned 5" in work and "52 times a year that is 78 minutes of machine time" in work


def test_an_address_that_names_no_option_is_the_default() -> None:
    assert Product.read({"changes": "hourly", "many": "dozen", "tone": "<b>"}) == Product(many="dozen")

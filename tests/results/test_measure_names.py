"""Every measure of every lab has a name in plain words, said in one place."""

from typing import Any, get_args

import pytest

from fluencylab.instruments import instrument
from fluencylab.labs import found, part
from fluencylab.results.words import called, called_apart

LABS = sorted(found().labs)


def facts(lab: str) -> list[str]:
    """Of a run with each part of it, with all choices that a list offers."""
    params: Any = instrument(lab).Params
    lists = {name: get_args(get_args(field.annotation)[0]) for name, field in params.model_fields.items() if get_args(field.annotation)}
    every = {name: list(some) for name, some in lists.items() if some and name != "parts"}
    names: list[str] = []
    for one in lists.get("parts", ()):
        names += instrument(lab).fact_names(params.model_validate({"parts": [one], **every}))
    return names or instrument(lab).fact_names(params.model_validate(every))


@pytest.mark.parametrize("lab", LABS)
def test_each_measure_has_a_name_in_which_no_sign_of_a_program_is_left(lab: str) -> None:
    own = part(found().labs[lab], "measure_names")
    assert own, f"{lab} names no measures"
    names = facts(lab)
    assert len(names) > 5
    for name in names:
        base, *variants = name.split("@")
        assert {name, base, base + "@" * len(variants)} & set(own.MEASURES), name
        assert not set("@_{}") & set(called(name, lab)), called(name, lab)
    said = [called(name, lab) for name in dict.fromkeys(names)]
    assert sorted({one for one in said if said.count(one) > 1}) == [], "two measures by one name"


def test_a_measure_is_called_by_its_own_name_and_its_variant_by_its_own() -> None:
    assert called("quality@zero", "cost") == "right answers, zero-shot"
    assert called("recall@3@keyword@reworded", "embeddings") == "found among the first 3 by keyword search, the question has other words"
    assert called("ratio@hindi@o200k", "context") == "tokens against English in the vocabulary o200k, hindi"
    assert called_apart("top_share@0.2", "top_share@1", "sampling") == "share of the commonest answer at temperature 0.2 against 1"
    assert called_apart("hit@3@10", "hit@3@20", "retrieval") == "found among the first 3, chunks of 10 against 20 words"
    assert called_apart("ttft_ms", "ttft_ms@60", "latency") == "milliseconds to the first token, prompt of whole against 60 tokens"
    assert called("top_share@0.7", "nobody’s") == "top share, 0.7"

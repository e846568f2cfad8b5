"""What a form refuses is said in words that anybody reads: nothing of what the checking library says of itself."""

import re

import pytest
from pydantic import ValidationError

from fluencylab import labs
from fluencylab.instruments import instrument
from fluencylab.instruments.fields import first_refusal

LIBRARY = re.compile(r"should|validation|[Tt]uple|[Ii]nput")
WRONG: tuple[object, ...] = ((), "no such thing", -(10**9), 10**12, float("nan"), ("no such thing",))


@pytest.mark.parametrize("lab", labs.found().labs)
def test_no_refusal_is_in_the_words_of_a_library(lab: str) -> None:
    params = instrument(lab).Params
    said = {}
    for name in params.model_fields:
        for value in WRONG:
            try:
                params.model_validate({name: value})
            except ValidationError as error:
                said[name, str(value)] = first_refusal(error)[1]
    assert said
    assert not {where: why for where, why in said.items() if LIBRARY.search(why)}


@pytest.mark.parametrize(("typed", "why"), [("abc", "“abc” is not a whole number"), ("0.5", "“0.5” is not a whole number")])
def test_of_several_the_one_at_fault_is_named(typed: str, why: str) -> None:
    with pytest.raises(ValidationError) as refused:
        instrument("latency").Params.model_validate({"prompt_tokens": ("60", typed)})
    assert first_refusal(refused.value) == ("prompt_tokens", why)


def test_what_was_typed_alone_is_not_repeated() -> None:
    with pytest.raises(ValidationError) as refused:
        instrument("latency").Params.model_validate({"max_tokens": "abc"})
    assert first_refusal(refused.value)[1] == "it is not a whole number"

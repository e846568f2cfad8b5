"""What may still be hiding in what was not read."""

import pytest
from scipy import stats as scipy

from fluencylab.workbench.unseen import bound, since_new, to_read, unseen


@pytest.mark.parametrize("since", [1, 5, 30, 100])
def test_the_bound_is_clopper_pearsons_one_sided_one_of_none(since: int) -> None:
    theirs = scipy.binomtest(0, since, alternative="less").proportion_ci(0.95, method="exact")
    assert bound(since) == pytest.approx(theirs.high)


def test_about_three_over_k() -> None:
    assert bound(300) == pytest.approx(3 / 300, rel=0.01) and bound(0) == 1


@pytest.mark.parametrize("share", [0.01, 0.05, 0.1, 0.3])
def test_so_many_outputs_bring_it_down(share: float) -> None:
    assert bound(to_read(share)) <= share < bound(to_read(share) - 1)


def test_it_is_said_in_words() -> None:
    assert unseen(40, 30).says == (
        "Nothing new in the last 30 of 40 outputs read: "
        "up to 10\u00a0% of the rest may still show a kind of failure that you have not seen. "
        "29 more outputs without anything new would bring that down to 5\u00a0%."
    )
    found = unseen(80, 60)
    assert found.more == 0 and found.hidden.high == bound(60) and found.says.endswith("reading on will seldom pay.")
    assert unseen(12, 0).says == "The last of 12 outputs still showed something new: read on."
    assert unseen(12, 1).says.startswith("Nothing new in the last of 12 outputs read: up to 95\u00a0%")
    assert unseen(0, 0).says == "Nothing is read yet, so any failure may be hiding."


def test_what_was_new_when() -> None:
    assert since_new([["rude"], [], ["rude", "late"], ["late"], []]) == 2
    assert since_new([[], []]) == 2 and since_new([]) == 0 and since_new([["a"]]) == 0

"""A case's page, where what was argued is older than the case."""

import pytest

from fluencylab.actions.cases import Argued
from fluencylab.curriculum.loader import track
from fluencylab.store.tables import Evidence
from fluencylab.web.pages.case import case_page

CONCEPT = track().concepts[0]
CASE = CONCEPT.cases[0]
CARRYING = [reason.id for reason in CASE.reasons if reason.carries]


@pytest.mark.parametrize(
    ("reasons", "says"),
    [
        (CARRYING, "Both of your reasons carry it."),
        (["one-that-was", "another-that-was"], "You argued it before its reasons were rewritten; what you earned stands."),
    ],
)
def test_reasons_that_are_gone_are_not_called_wrong(reasons: list[str], says: str) -> None:
    row = Evidence(stage="decide", answer={"picked": CASE.decide.best, "reasons": reasons, "flip": ""}, score=1.0)
    assert case_page(CONCEPT, CASE, Argued(None, {"decide": row}, "twin", 7), None).reasons_say == says

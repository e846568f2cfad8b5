"""No line breaks between a number and its unit; and nothing that is sent or copied again is changed by that."""

import pytest

from fluencylab.web.units import held
from web.conftest import Web


@pytest.mark.parametrize(
    ("html", "shown"),
    [
        ("<p>22 % of 583 ms, 9 of 98 MB in 2.1 s</p>", "<p>22\u202f% of 583\u202fms, 9 of 98\u202fMB in 2.1\u202fs</p>"),
        ("<p>3 sentences, 5 mskr, 4 %s</p>", "<p>3 sentences, 5 mskr, 4 %s</p>"),
        ('<input value="20 % off"><b title="20 % off">20 % off</b>', '<input value="20 % off"><b title="20 % off">20\u202f% off</b>'),
        ("<textarea>\n20 % &lt;off&gt;\n5 s</textarea><p>5 s</p>", "<textarea>\n20 % &lt;off&gt;\n5 s</textarea><p>5\u202fs</p>"),
        ("<option>20 %</option><pre>20 %</pre><code>20 %</code>", "<option>20 %</option><pre>20 %</pre><code>20 %</code>"),
        ('<div class="prompt" dir="auto">20 % off</div>', '<div class="prompt" dir="auto">20 % off</div>'),
        ('<q class="voice-model">20 % off</q> in 5 s</p>', '<q class="voice-model">20 % off</q> in 5\u202fs</p>'),
    ],
)
def test_a_number_holds_on_to_its_unit_where_we_say_it(html: str, shown: str) -> None:
    assert held(html) == shown


async def test_a_page_is_held_together(web: Web) -> None:
    page = (await web.get("/style")).text
    assert "95\u202f% interval" in page and "95 % interval" not in page

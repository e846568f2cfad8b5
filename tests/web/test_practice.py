"""Every kind of exercise that is listed anywhere is on the page Practice, with a list that opens and holds all of it."""

import html
import re

from httpx2 import AsyncClient

from fluencylab.actions.kinds import offered
from fluencylab.practice.kinds import KINDS


async def test_every_kind_has_its_line_and_its_list(web: AsyncClient) -> None:
    page = html.unescape((await web.get("/practice")).text)
    rows = dict(re.findall(r'<li><a href="([^"]+)"><b>[^<]+</b></a><span>[^<]+</span><em>([^<]*)</em>', page))
    for kind in (one for one in KINDS.values() if one.place):
        address = kind.base if kind.all_at_base else "/debug"
        assert address in rows, kind.name
        if kind.all_at_base:
            assert rows[address] == f"0 of {len(offered(kind))} done"
            listed = html.unescape((await web.get(address)).text)
            assert all(f'href="{one.href}"' in listed for one in offered(kind)), kind.name
    assert "/capstone" in rows

"""Quillby's shop: a real SQLite database, made anew for each run, that a model's tool calls change.

    with Shop() as shop:
        before = shop.snapshot()
        call(shop, "refund", {"order": "Q-4733", "euros": 49.0})        {"refunded": 49.0, "order": "Q-4733"}
        changes(before, shop.snapshot())                                [Change("refunds", "1", None, {"order_id": "Q-4733", …})]

The tools are in `shop_tools.py`, and what of their work is damage in `damage.py`. The shop itself checks nothing: whoever calls it may do
everything, as with many an internal system.
"""

import sqlite3
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from types import TracebackType
from typing import Any, NamedTuple

from fluencylab.curriculum.loader import CONTENT
from fluencylab.instruments.helpcentre import TODAY

Row = dict[str, Any]
Snapshot = dict[str, dict[str, Row]]
"""Table -> key -> row"""

TABLES = """
create table customers (id text primary key, name text, email text, address text);
create table stock (sku text primary key, name text, cents integer, count integer);
create table orders (id text primary key, customer text references customers, placed text, state text, cents integer, address text,
    note text);
create table items (id integer primary key, order_id text references orders, sku text references stock, count integer);
create table parcels (id text primary key, order_id text references orders, carrier text, state text, place text, due text);
create table refunds (id integer primary key, order_id text references orders, cents integer);
create table outbox (id integer primary key, recipient text, subject text, body text);
"""
NAMES = ("customers", "stock", "orders", "items", "parcels", "refunds", "outbox")


@cache
def seed() -> dict[str, Any]:
    return tomllib.loads((CONTENT / "sets" / "quillby-shop.toml").read_text(encoding="utf-8"))


def today() -> str:
    """The date on which every run begins at Quillby, as 2026-11-02."""
    return TODAY.isoformat()


class Shop:
    """A database in memory, filled as `content/sets/quillby-shop.toml` says. Close it, or use it in a `with`."""

    def __init__(self) -> None:
        self.database = sqlite3.connect(":memory:", check_same_thread=False, isolation_level=None)
        self.database.row_factory = sqlite3.Row
        self.database.executescript(TABLES)
        self._fill(seed())

    def __enter__(self) -> "Shop":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        self.database.close()

    def _fill(self, told: Mapping[str, Any]) -> None:
        prices = {one["sku"]: one["cents"] for one in told["stock"]}
        homes = {one["id"]: one["address"] for one in told["customers"]}
        for name in ("customers", "stock"):
            for row in told[name]:
                self.insert(name, row)
        for order in told["orders"]:
            items, parcel = order["items"], order.get("parcel")
            plain = {name: value for name, value in order.items() if name not in ("items", "parcel")}
            cents = sum(prices[sku] * count for sku, count in items.items())
            self.insert("orders", {**plain, "cents": cents, "address": homes[order["customer"]], "note": order.get("note", "")})
            for sku, count in items.items():
                self.insert("items", {"order_id": order["id"], "sku": sku, "count": count})
            if parcel:
                self.insert("parcels", {**parcel, "order_id": order["id"]})

    def insert(self, table: str, row: Row) -> None:
        """Table and columns are names of ours; values are bound."""
        names = ", ".join(row)
        self.database.execute(f"insert into {table} ({names}) values ({', '.join('?' * len(row))})", tuple(row.values()))

    def rows(self, query: str, *values: Any) -> list[Row]:
        return [dict(row) for row in self.database.execute(query, values)]

    def row(self, query: str, *values: Any) -> Row | None:
        return next(iter(self.rows(query, *values)), None)

    def change(self, query: str, *values: Any) -> None:
        self.database.execute(query, values)

    @contextmanager
    def undone(self) -> Iterator[None]:
        """Whatever is done inside is taken back: to see what a call would do."""
        self.database.execute("savepoint looked")
        try:
            yield
        finally:
            self.database.execute("rollback to looked")
            self.database.execute("release looked")

    def snapshot(self) -> Snapshot:
        """Every row of every table, as it is now."""
        return {name: {str(row["id"] if "id" in row else row["sku"]): row for row in self.rows(f"select * from {name}")} for name in NAMES}


class Change(NamedTuple):
    """One row that is not as it was. `before` is None for a new row, `after` for one that is gone."""

    table: str
    key: str
    before: Row | None
    after: Row | None


def changes(before: Snapshot, after: Snapshot) -> list[Change]:
    found = []
    for table in NAMES:
        was, now = before[table], after[table]
        for key in dict.fromkeys([*was, *now]):
            if was.get(key) != now.get(key):
                found.append(Change(table, key, was.get(key), now.get(key)))
    return found


def same(one: object, two: object) -> bool:
    """Equal but for capitals, spaces and signs: "q 4821" and "Q-4821"."""
    return plain(one) == plain(two)


def plain(value: object) -> str:
    return "".join(letter for letter in str(value).casefold() if letter.isalnum())

"""The tools of Quillby's shop: typed functions whose JSON schemas are drawn from their arguments.

    TOOLS["find_order"].schema()     {"type": "object", "properties": {"order": {"type": "string", "pattern": …}}, "required": ["order"], …}
    call(shop, "find_order", {"order": "Q-4821"})        {"order": "Q-4821", "customer": "Amara Okafor", "state": "sent", …}
    call(shop, "find_order", {"order": 7})               raises ToolError: "order" must be a text …

Arguments come from a model, which is to say from anyone. Each is checked, bounded and bound; none is ever run as code.
"""

import ast
import operator
import textwrap
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, NamedTuple

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from fluencylab.instruments import helpcentre, search
from fluencylab.instruments.search import Index
from fluencylab.labs.tools.shop import Shop, plain

LARGEST_SUM = 1e12
LINES = 240
"""Characters of an article that a search gives back."""


class ToolError(ValueError):
    """A call that cannot be carried out; its words are a whole sentence, for the model and for the page."""


class Arguments(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class FindOrder(Arguments):
    order: str = Field(pattern="^Q-[0-9]{4}$", description="The order's number, as Q-1234")


class TrackParcel(FindOrder):
    pass


class Refund(FindOrder):
    euros: float = Field(gt=0, le=100_000, description="How much to pay back")


class ChangeAddress(FindOrder):
    address: str = Field(min_length=5, max_length=120, description="The whole new address")


class SearchHelp(Arguments):
    query: str = Field(min_length=2, max_length=200, description="What to look for")


class SendEmail(Arguments):
    to: str = Field(min_length=3, max_length=120, description="An address of the form name@host")
    subject: str = Field(min_length=1, max_length=120)
    body: str = Field(min_length=1, max_length=2_000)


class Calculator(Arguments):
    expression: str = Field(min_length=1, max_length=100, description="Numbers with + - * / and brackets")


def order_of(shop: Shop, number: str) -> dict[str, Any]:
    row = shop.row("select orders.*, customers.name from orders join customers on customers.id = customer where orders.id = ?", number)
    if row is None:
        raise ToolError(f"There is no order {number}.")
    return row


def find_order(shop: Shop, asked: FindOrder) -> dict[str, Any]:
    row = order_of(shop, asked.order)
    items = shop.rows("select name, items.count from items join stock using (sku) where order_id = ?", asked.order)
    told = {
        "order": row["id"],
        "customer": row["name"],
        "state": row["state"],
        "placed": row["placed"],
        "euros": row["cents"] / 100,
        "items": [f"{item['count']} × {item['name']}" for item in items],
        "address": row["address"],
    }
    return {**told, "note": row["note"]} if row["note"] else told


def track_parcel(shop: Shop, asked: TrackParcel) -> dict[str, Any]:
    order_of(shop, asked.order)
    row = shop.row("select id as parcel, carrier, state, place, due from parcels where order_id = ?", asked.order)
    return {"order": asked.order, **(row or {"state": "not sent yet"})}


def refund(shop: Shop, asked: Refund) -> dict[str, Any]:
    """Pays whatever it is told to: the shop's own rules are not in here, as they are not in many a payment system."""
    order_of(shop, asked.order)
    shop.insert("refunds", {"order_id": asked.order, "cents": round(asked.euros * 100)})
    return {"order": asked.order, "refunded": asked.euros}


def change_address(shop: Shop, asked: ChangeAddress) -> dict[str, Any]:
    order_of(shop, asked.order)
    shop.change("update orders set address = ? where id = ?", asked.address, asked.order)
    return {"order": asked.order, "address": asked.address}


def search_help(shop: Shop, asked: SearchHelp) -> dict[str, Any]:
    """The first lines of the article that shares most words with the question."""
    hits = help_index().search(asked.query, k=1)
    found = helpcentre.article(hits[0].id) if hits else None
    if found is None:
        raise ToolError("No article has any of these words.")
    return {"title": found.title, "text": textwrap.shorten(found.body, LINES, placeholder=" …")}


@cache
def help_index() -> Index:
    """Built once. Building takes a second or two: on the event loop call it first through `asyncio.to_thread`."""
    return search.keyword(helpcentre.documents())


def send_email(shop: Shop, asked: SendEmail) -> dict[str, Any]:
    if asked.to.count("@") != 1 or " " in asked.to.strip():
        raise ToolError("That is not an e-mail address.")
    shop.insert("outbox", {"recipient": asked.to.strip(), "subject": asked.subject, "body": asked.body})
    return {"sent_to": asked.to.strip()}


def calculator(shop: Shop, asked: Calculator) -> dict[str, Any]:
    return {"result": calculate(asked.expression)}


OPERATORS: dict[type[ast.operator], Callable[[float, float], float]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}


def calculate(expression: str) -> float:
    """Sums, differences, products, quotients of numbers; nothing else is read. Raises ToolError."""
    try:
        result = _value(ast.parse(expression.replace("×", "*").replace("÷", "/").replace(",", ".").strip(), mode="eval").body)
    except ZeroDivisionError:
        raise ToolError("That divides by zero.") from None
    except (SyntaxError, ValueError, RecursionError, MemoryError, OverflowError) as error:
        raise error if isinstance(error, ToolError) else ToolError("That is not a sum of numbers.") from None
    return round(result, 6)


def _value(node: ast.expr) -> float:
    match node:
        case ast.Constant(value=int() | float() as number) if not isinstance(number, bool):
            return _bounded(number)
        case ast.UnaryOp(op=ast.USub(), operand=inner):
            return -_value(inner)
        case ast.BinOp(left=left, op=op, right=right) if type(op) in OPERATORS:
            return _bounded(OPERATORS[type(op)](_value(left), _value(right)))
    raise ToolError("Only numbers with + - * / and brackets can be worked out.")


def _bounded(number: float) -> float:
    if not abs(number) <= LARGEST_SUM:
        raise ToolError("That number is too large.")
    return number


class Tool(NamedTuple):
    name: str
    says: str
    arguments: type[Arguments]
    run: Callable[[Shop, Any], dict[str, Any]]
    writes: bool = False
    """Does it change something that a person would have to undo?"""

    def schema(self) -> dict[str, Any]:
        """The arguments as JSON Schema, without the titles that pydantic adds."""
        drawn = self.arguments.model_json_schema()
        properties = {name: {k: v for k, v in one.items() if k != "title"} for name, one in drawn["properties"].items()}
        return {"type": "object", "properties": properties, "required": drawn["required"], "additionalProperties": False}

    def line(self) -> str:
        """In one line, for a model that has no place for tools: "refund(order, euros): pay money back"."""
        return f"{self.name}({', '.join(self.arguments.model_fields)}): {self.says}"


TOOLS: dict[str, Tool] = {
    tool.name: tool
    for tool in (
        Tool("find_order", "look up an order: state, items, price", FindOrder, find_order),
        Tool("track_parcel", "where the parcel of an order is", TrackParcel, track_parcel),
        Tool("refund", "pay money back for an order", Refund, refund, writes=True),
        Tool("change_address", "send an order to another address", ChangeAddress, change_address, writes=True),
        Tool("search_help", "search the help centre for rules and how-tos", SearchHelp, search_help),
        Tool("send_email", "send an e-mail", SendEmail, send_email, writes=True),
        Tool("calculator", "work out a sum", Calculator, calculator),
    )
}


def checked(name: str, arguments: object) -> Arguments:
    """The arguments as the tool's own type. Raises ToolError in words for an unknown tool, a missing, a wrong or an oversized argument."""
    tool = TOOLS.get(name)
    if tool is None:
        raise ToolError(f"There is no tool called “{name[:40]}”.")
    if not isinstance(arguments, Mapping):
        raise ToolError(f"The arguments of {name} are not an object.")
    try:
        return tool.arguments.model_validate(tidied(arguments))
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(str(part)[:40] for part in first["loc"])
        raise ToolError(f"The argument “{place}” of {name} cannot be used: {first['msg'][:120]}.") from None


def tidied(arguments: Mapping[str, Any]) -> dict[str, Any]:
    """An order's number as the shop writes it: models leave out the sign or the letter."""
    told = {str(key): value for key, value in arguments.items()}
    digits = plain(told["order"]).removeprefix("q") if "order" in told and isinstance(told["order"], str | int) else ""
    return {**told, "order": f"Q-{digits}"} if len(digits) == 4 and digits.isascii() and digits.isdigit() else told


def call(shop: Shop, name: str, arguments: object) -> dict[str, Any]:
    """Check a call and carry it out. Raises ToolError."""
    asked = checked(name, arguments)
    return TOOLS[name].run(shop, asked)

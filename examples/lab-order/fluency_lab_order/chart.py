"""How often each place was taken; and the answers, question by question."""

from collections.abc import Iterable

from fluency_lab_order.instrument import Params, picks, read, same_in_every_order
from fluencylab.charts import rates
from fluencylab.charts.base import Answer, Chart, Group
from fluencylab.instruments.base import Result, Step

PLACES = ("first", "second", "third", "fourth")


def charts(result: Result) -> list[Chart]:
    taken = {name.partition("@")[2]: measure for name, measure in result.measures.items() if name.startswith("place@")}
    if not taken:
        return []
    even = f"{100 / len(taken):.0f}\u00a0%"
    sentence = (
        f"Each option stood in each place equally often, so a model that chose by what they say would take each about {even} of the time."
    )
    names = {place: PLACES[int(place) - 1] for place in taken}
    return [rates.chart("How often each place was taken", [(place, "taken", measure) for place, measure in taken.items()], sentence, names)]


def groups(params: Params, steps: Iterable[Step]) -> list[Group]:
    seen = [step.data for step in steps if step.kind == "pick"]
    said, kept, asked = {one["i"]: one["text"] for one in seen}, same_in_every_order(seen), list(enumerate(picks(params)))
    return [
        Group(
            title=question.text,
            subtitle="one answer in every order" if number in kept else "the answer went with the order",
            answers=[Answer(call=f"pick/{i}", text=said.get(i)) for i, pick in asked if pick.number == number],
        )
        for number, question in enumerate(read(params.questions))
    ]

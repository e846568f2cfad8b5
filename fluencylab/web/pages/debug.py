"""The debugging bench's first page: its exercises by what the product does wrong, how hard each is, what was tried, and the next one."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from fluencylab.actions.bench import BenchExercise
from fluencylab.curriculum.bench_list import Group, ListedExercise, bench_list
from fluencylab.curriculum.proofs import ProvedFault

KIND_SAYS = {"diagnosis": "find the cause", "repair": "mend the prompt"}
"""What is to be done, in the row of an exercise."""


class BenchRow(NamedTuple):
    """One exercise. `symptom`: what is seen; `was`: what it came down to, once it is done; `state`: empty, begun or done."""

    title: str
    href: str
    does: str
    symptom: str
    was: str
    about: str
    level: int
    level_says: str
    tried: str
    state: str


class BenchGroup(NamedTuple):
    """Those with one kind of symptom, the easier ones first. `open`: the next exercise stands in it."""

    slug: str
    title: str
    says: str
    rows: list[BenchRow]
    done_says: str
    open: bool


class NextExercise(NamedTuple):
    """The one to do now. `why`: the grey line over it."""

    row: BenchRow
    why: str
    act: str


class HiddenExercise(NamedTuple):
    title: str
    why: str


@dataclass(frozen=True)
class DebugPage:
    """Context of `debug.html`."""

    next: NextExercise | None
    groups: list[BenchGroup]
    hidden: list[HiddenExercise]
    done_says: str


class _Placed(NamedTuple):
    """An exercise with its words in the list."""

    of: BenchExercise
    words: ListedExercise | None
    row: BenchRow


def debug_page(found: Sequence[BenchExercise]) -> DebugPage:
    shown = {one.slug: one for one in found if not one.listed.why_hidden}
    placed = [(group, _placed(group, shown)) for group in bench_list().groups]
    placed = [(group, some) for group, some in placed if some] + _unlisted(shown)
    chosen = _next([some for _, some in placed])
    open_ = next((group.slug for group, some in placed if chosen in some), placed[0][0].slug if placed else "")
    done = sum(one.done for one in shown.values())
    return DebugPage(
        next=_act(chosen) if chosen else None,
        groups=[_group(group, some, group.slug == open_) for group, some in placed],
        hidden=[HiddenExercise(one.listed.exercise.title, one.listed.why_hidden) for one in _mixed(found) if one.listed.why_hidden],
        done_says=f"{done} of {len(shown)} done" if done else f"{len(shown)} exercises",
    )


def _placed(group: Group, shown: Mapping[str, BenchExercise]) -> list[_Placed]:
    """The easier first. Of equal ones in no order of causes: the order would give them away."""
    some = [_Placed(shown[words.slug], words, _row(shown[words.slug], words)) for words in group.exercises if words.slug in shown]
    return sorted(some, key=lambda one: (one.row.level, _shuffle(one.of)))


def _unlisted(shown: Mapping[str, BenchExercise]) -> list[tuple[Group, list[_Placed]]]:
    """Exercises of kinds that the list does not know, under the heading of their kind."""
    known = {words.slug for group in bench_list().groups for words in group.exercises}
    others = [one for slug, one in shown.items() if slug not in known]
    kinds = {one.listed.exercise.kind.name: one.listed.exercise.kind for one in others}
    found = []
    for kind in kinds.values():
        mine = [_Placed(one, None, _row(one, None)) for one in others if one.listed.exercise.kind is kind]
        found.append((Group.model_construct(slug=kind.name, title=kind.heading, says=kind.says, exercises=()), mine))
    return found


def _row(one: BenchExercise, words: ListedExercise | None) -> BenchRow:
    exercise = one.listed.exercise
    return BenchRow(
        title=exercise.title,
        href=one.listed.href,
        does=KIND_SAYS.get(exercise.kind.name, exercise.kind.title.lower()),
        symptom=words.symptom if words else "",
        was=exercise.kind.was(exercise.of) if one.done else "",
        about=" · ".join(part for part in (exercise.trade, f"about {exercise.minutes} minutes") if part),
        level=one.difficulty.level if one.difficulty else 0,
        level_says=one.difficulty.says if one.difficulty else "",
        tried=one.tried.says,
        state="done" if one.done else "begun" if one.begun else "",
    )


def _group(group: Group, some: list[_Placed], open_: bool) -> BenchGroup:
    done = sum(one.of.done for one in some)
    return BenchGroup(group.slug, group.title, group.says, [one.row for one in some], f"{done} of {len(some)} done", open_)


def _next(groups: list[list[_Placed]]) -> _Placed | None:
    """What was begun; else the easiest that is not done, from where least was done: the bench shows its whole width first."""
    every = [one for some in groups for one in some]
    if begun := next((one for one in every if one.of.begun), None):
        return begun
    open_ = [(one.row.level, sum(mine.of.done for mine in some), one.row.does, one) for some in groups for one in some if not one.of.done]
    return min(open_, key=lambda turn: turn[:3])[3] if open_ else None


def _act(chosen: _Placed) -> NextExercise:
    row, kind = chosen.row, chosen.of.listed.exercise.kind
    why = f"{row.does.capitalize()} · {row.about}" + (f" · {row.level_says}" if row.level_says else "")
    return NextExercise(row, why, "Go on" if row.state == "begun" else kind.begin)


def _mixed(some: Sequence[BenchExercise]) -> list[BenchExercise]:
    return sorted(some, key=_shuffle)


def _shuffle(one: BenchExercise) -> bytes:
    return hashlib.sha256(one.slug.encode()).digest()


def proof_says(proof: ProvedFault) -> str:
    """What was measured of a case on this model, in words."""
    if not proof.healthy[1]:
        return "not yet tried on this model (fluency check --live tries it)"
    (well, n), (ill, m) = proof.healthy, proof.broken
    return f"measured on this model: {well} of {n} right without the fault, {ill} of {m} with it"

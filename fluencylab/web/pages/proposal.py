"""A proposal on its page: one sheet whose sentences are marked, what can be tried, then the decision."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from fluencylab.actions.kinds import acts
from fluencylab.actions.proposals import AttemptState
from fluencylab.actions.runs import ALIVE
from fluencylab.curriculum.proposals import RUNS, Experiment, Proposal, Sentence, proposals, why_nots
from fluencylab.curriculum.schema import Concept
from fluencylab.practice import exercises
from fluencylab.practice.kinds import PROPOSAL
from fluencylab.runs.feed import ENDED
from fluencylab.web.lab_page import Sheet
from fluencylab.web.pages.decision import DecisionCards, decision
from fluencylab.web.pages.next_step import Next
from fluencylab.web.pages.options import SelectOption
from fluencylab.web.pages.results import Beside
from fluencylab.web.pages.sheet import sheet

LABELS = ("Read, try and mark", "Decide", "The next draft")
STEP_OF = {stage: step for step, stage in enumerate((*PROPOSAL.stages, "done"))}


class SentenceShown(NamedTuple):
    """`picked`: the reason that was given, or is marked so far; `now`: its words in the next draft.

    `said` and `is_so`: the reason that was given and the true one, in words, once it is judged.
    """

    sentence: Sentence
    picked: str
    said: str
    is_so: str
    now: str


class ExperimentShown(NamedTuple):
    """`means`: empty until it ran to its end; `can`: may it be run now?"""

    experiment: Experiment
    sheet: Sheet | None
    means: str
    can: bool


@dataclass(frozen=True)
class ProposalPage:
    """Context of `proposal.html`."""

    concept: Concept
    proposal: Proposal
    number: int
    of: int
    stage: str
    step: int
    verified: str
    sentences: list[SentenceShown]
    reasons: list[SelectOption]
    tried: list[ExperimentShown]
    runs_left: int
    runs_now: bool
    marked_says: str
    marked_right: bool
    decision: DecisionCards
    next: Next | None
    changed: Sequence[str]
    beside: Beside
    labels: tuple[str, ...] = LABELS
    runs: int = RUNS


def proposal_page(
    concept: Concept, of: Proposal, now: AttemptState, seed: int, comes: Next | None, changed: Sequence[str], beside: Beside
) -> ProposalPage:
    """`seed`: of the attempt, or of the one that will be made."""
    marked = now.shown.get("mark")
    return ProposalPage(
        concept=concept,
        proposal=of,
        number=proposals().index(of) + 1,
        of=len(proposals()),
        stage=now.stage,
        step=STEP_OF[now.stage],
        verified=acts(PROPOSAL).proof_says(of),
        sentences=_sentences(of, now),
        reasons=[SelectOption(slug, why_nots()[slug]) for slug in exercises.shuffled(of.reasons, seed, "reasons")],
        tried=_tried(of, now),
        runs_left=now.runs_left,
        runs_now=any(one.run.status not in ENDED for one in now.tried),
        marked_says=marked.why if marked else "",
        marked_right=bool(marked and marked.score == 1),
        decision=decision(of.decide, now.shown, seed),
        next=comes,
        changed=changed,
        beside=beside,
    )


def _sentences(of: Proposal, now: AttemptState) -> list[SentenceShown]:
    edits = {one.line: one.text for one in of.edits} if now.stage in ("twin", "done") else {}
    judged = "mark" in now.shown
    found = []
    for one in of.sentences:
        picked = now.objections.get(one.id, "")
        words = (why_nots().get(picked, ""), why_nots().get(one.reason, "")) if judged else ("", "")
        found.append(SentenceShown(one, picked, *words, edits.get(one.id, "")))
    return found


def _tried(of: Proposal, now: AttemptState) -> list[ExperimentShown]:
    runs = {one.experiment.mission: one for one in now.tried}
    found = []
    for one in of.experiments:
        ran = runs.get(one.mission)
        shown = sheet(ran.run, ran.steps, compact=True) if ran else None
        means = one.means if ran and ran.run.status == "done" else ""
        can = now.stage == "mark" and now.runs_left > 0 and not (ran and ran.run.status in ALIVE)
        found.append(ExperimentShown(one, shown, means, can))
    return found

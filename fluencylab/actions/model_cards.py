"""The act with which a drill on a model card begins: mark the lines that decide, or say that the card is silent.

What follows, from the prediction to the twin, are the acts of a mission (`actions/missions.py`), under this kind's keys and stages.
"""

from collections.abc import Sequence

from fluencylab.actions import missions
from fluencylab.curriculum.model_cards import CardDrill
from fluencylab.practice import card_marks
from fluencylab.practice.kinds import MODEL_CARD
from fluencylab.progress import evidence
from fluencylab.progress.evidence import NewEvidence
from fluencylab.store import queries
from fluencylab.store.engine import Store


async def mark(store: Store, learner: str, drill: CardDrill, lines: Sequence[str], ask: str) -> None:
    """`ask`: the question to send, where the card is said to be silent. It is answered at once: what follows asks something else."""
    verdict = card_marks.judge(drill, lines, ask)
    async with store.begin() as session:
        await queries.lock_learner(session, learner)
        state = await missions.load_attempt(session, learner, drill, MODEL_CARD)
        attempt = await missions.begun(session, learner, drill, state, MODEL_CARD)
        answer = {"lines": sorted(set(lines)), "ask": ask}
        shown = NewEvidence(drill.concept, drill.capability, "mark", answer, verdict.score, verdict.grader, why=verdict.why)
        await evidence.append(session, attempt, shown._replace(content=MODEL_CARD.words(drill)))

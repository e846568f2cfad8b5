"""A label is kept, with all that it settles: also what was foretold of checks is held against it.

    await say(store, learner, product_id, run_id, 3, False, "promises a day")

`reading.say` keeps the label, and knows nothing of checks, which are built upon it: so what page and command line do stands here, once.
"""

from fluencylab.actions.workbench import foretelling, reading
from fluencylab.actions.workbench.reading import ME
from fluencylab.store.engine import Store


async def say(store: Store, learner: str, product_id: str, run_id: str, seq: int, passed: bool, note: str, reader: str = ME) -> None:
    """What the reader says of one output. Only the learner's own labels settle what the learner foretold."""
    await reading.say(store, learner, product_id, run_id, seq, passed, note, reader)
    if reader == ME:
        await foretelling.settle(store, learner, product_id)

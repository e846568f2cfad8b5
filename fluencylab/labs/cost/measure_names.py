"""What the measures of the cost lab are called wherever they are shown; `results/words.py` reads it."""

from fluencylab.labs.cost.strategies import NAMES

MEASURES = {
    "quality@": "right answers, {}",
    "valid@": "answers that are a label, {}",
    "top_label@": "share of the commonest label, {}",
    "tokens@": "tokens a message, {}",
    "tokens_in@": "tokens read a message, {}",
    "tokens_out@": "tokens written a message, {}",
    "seconds@": "seconds a message, {}",
    "cost_per_1000@": "cost of 1,000 messages, {}",
    "dominated@": "another is as good and no dearer, {}",
    "dominated": "strategies that another beats",
    "tokens_ratio@": "tokens against the first strategy, {}",
    "gain@": "right answers more than the first strategy, {}",
    "break_even": "share sent on above which the route costs more",
    "routed_quality@": "right answers of the route, threshold {}",
    "routed_share@": "messages sent on, threshold {}",
    "routed_cost@": "cost of the route for 1,000 messages, threshold {}",
}
VARIANTS = NAMES

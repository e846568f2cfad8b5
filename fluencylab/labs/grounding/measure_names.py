"""What the measures of the grounding lab are called wherever they are shown; `results/words.py` reads it."""

from fluencylab.labs.grounding.params import NAMES

MEASURES = {
    "invented@": "made up about what does not exist, {}",
    "abstained@": "says it does not know what does not exist, {}",
    "found@": "right by the passage about what does not exist, {}",
    "right@": "right about what exists, {}",
    "wrong@": "wrong about what exists, {}",
    "silent@": "says it does not know what exists, {}",
    "fewer@": "fewer inventions than asked alone, {}",
    "told_wrong@": "told wrongly of 1,000 questions, {}",
    "left_open@": "left open of 1,000 questions, {}",
    "selective_accuracy@@": "right of the surest {} per cent, by {}",
    "sure_right": "sureness of right answers",
    "sure_wrong": "sureness of wrong answers",
    "overconfidence": "sureness less share of right answers",
    "explanation_supported": "reasons that hold when tested",
    "explanation_unsupported": "reasons that do not hold",
    "explanation_open": "reasons that cannot be judged",
    "number_given": "a number given when asked how sure",
    "answer_right": "answers right",
}
VARIANTS = NAMES | {
    "sources": "with sources", "abstain": "with abstention", "check": "with a check step",
    "mean_token_probability": "its own odds", "self_consistency": "agreement when asked again",
}  # fmt: skip

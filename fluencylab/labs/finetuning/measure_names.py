"""What the measures of the fine-tuning lab are called wherever they are shown; `results/words.py` reads it."""

from fluencylab.labs.finetuning.params import NAMES

MEASURES = {
    "train_seconds": "seconds of training",
    "train_steps": "steps of training",
    "examples": "examples of the training",
    "index_seconds": "seconds to make the index",
    "loss@end": "loss at the end",
    "changed@": "answers that changed, {}",
    "right@": "right after the training, {}",
    "answers@strengths": "different answers over all strengths",
    "correct@@": "right, {}, {}",
    "style@": "in the house style, {}",
    "tokens@": "tokens of a call, {}",
    "seconds@": "seconds of a call, {}",
    "update_steps@": "steps until a changed fact is answered, {}",
    "outdated@": "old fact told, {}",
    "invented@": "made up where nothing answers, {}",
    "found@": "what was found held the answer, {}",
    "forgot": "known before, and wrong now",
    "unrelated@": "unrelated questions right, {}",
}
VARIANTS = NAMES | {
    "seen": "questions as trained", "reworded": "in other words", "new": "new facts", "changed": "changed facts",
    "trained": "questions as trained", "unrelated": "unrelated questions", "base": "without the adapter", "tuned": "with the adapter",
}  # fmt: skip

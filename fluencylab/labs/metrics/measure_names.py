"""What the measures of the metrics lab are called wherever they are shown; `results/words.py` reads it."""

from fluencylab.labs.metrics.confusion import BASES

MEASURES = {
    "precision@": "precision at threshold {}",
    "precision@@": "precision at threshold {}, {}",
    "recall@": "recall at threshold {}",
    "f1@": "F1 at threshold {}",
    "accuracy@": "accuracy at threshold {}",
    "accuracy@@": "accuracy at threshold {}, {}",
    "cost@": "cost of the errors of 1,000 messages, threshold {}",
    "accuracy_never@": "accuracy of flagging nothing, {}",
    "ranked": "a message to be found scores higher than another (AUROC)",
    "cheapest": "threshold with the lowest cost",
    "cost@cheapest": "lowest cost of the errors of 1,000 messages",
    "cost_never": "cost of flagging nothing",
    "cost_always": "cost of flagging everything",
    "bleu@": "BLEU, {}",
    "rouge_l@": "ROUGE-L, {}",
    "fooled@": "a wrong answer scores at least as high as the right one, {}",
    "kappa": "agreement of judge and person beyond chance (kappa)",
    "agreement": "answers on which judge and person agree",
    "judge_sends": "answers the judge would send",
    "readable": "verdicts that can be read",
    "agreement_self": "same verdict with the two words in the other order",
    "swap_flip": "pairs judged otherwise after the swap",
    "first_place": "the answer that stands first is chosen",
    "length_bias": "the longer of two equal answers is chosen",
}
VARIANTS = {
    "reference": "the reference itself", "paraphrase": "right, in other words", "nonsense": "wrong, in nearly the same words",
    "cut": "the reference, cut short", "model": "the model’s own answer", "bleu": "BLEU", "rouge_l": "ROUGE-L",
} | {f"base{base}": f"{base} of 100 to be found" for base in BASES}  # fmt: skip

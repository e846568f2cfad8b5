"""What the measures of the tools lab are called wherever they are shown; `results/words.py` reads it."""

from fluencylab.labs.tools.params import ATTACK_NAMES, GUARD_NAMES, WAY_NAMES

MEASURES = {
    "steps": "answers of the model",
    "steps@": "answers of the model in an attack, {}",
    "unsafe_actions": "acts that nobody may ask for",
    "unsafe_actions@": "acts that nobody may ask for, {}",
    "paid": "euros paid back",
    "damaged@": "attacks that do damage, {}",
    "money@": "euros lost to attacks, {}",
    "blocked_right@": "right calls blocked, {}",
    "confirmations@": "questions to a person for each request, {}",
    "honest_damaged@": "honest requests that do damage, {}",
    "right_tool": "right tool",
    "right_arguments": "right in every argument",
    "needless": "needless calls",
    "missed": "missed calls",
    "valid": "valid calls",
    "valid_and_wrong": "valid and wrong calls",
    "gain@": "right in every argument, more than with the first way, {}",
}
VARIANTS = dict[str, str]([*WAY_NAMES.items(), *GUARD_NAMES.items(), *ATTACK_NAMES.items()])

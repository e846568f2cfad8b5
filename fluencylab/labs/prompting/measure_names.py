"""What the measures of the prompting lab are called wherever they are shown; `results/words.py` reads it."""

from fluencylab.labs.prompting import forms, guardrails, precedence

MEASURES = {
    "tokens": "tokens the model reads",
    "tokens_control": "of them, signs of the chat template",
    "system_turns": "system messages in the text it reads",
    "compliance@": "the rule is kept, {}",
    "contrary@": "the contrary is kept, {}",
    "compliance@@": "the rule is kept, {}, wording {}",
    "contrary@@": "the contrary is kept, {}, wording {}",
    "place_matters": "kept more often from the system prompt",
    "leak@": "attacks that get the secret, {}",
    "leak@@": "attacks that get the secret, {}, {}",
    "refusal_harmless@": "honest questions refused, {}",
    "blurted@": "secret told to an honest question, {}",
    "leak_change@": "change in attacks that get the secret, {}",
    "refusal_change@": "change in honest questions refused, {}",
    "valid@": "answers a program can read, {}",
    "correct@": "right values, {}",
    "wrong_but_valid@": "readable and wrong, {}",
    "tokens_in@": "tokens read, {}",
    "tokens_out@": "tokens written, {}",
    "pass@": "cases passed, prompt {}",
    "gain": "cases passed, B less A",
    "won": "cases that B wins",
    "lost": "cases that B loses",
    "p_value": "probability of such a difference by chance",
}
VARIANTS = {**forms.NAMES, **precedence.VARIANTS, **guardrails.NAMES, "a": "A", "b": "B"}

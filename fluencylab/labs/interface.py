"""What a lab of another wheel may lean on, and which version of it this is. `docs/writing-a-lab.md` says what each name is for.

`tests/labs/interface.txt` holds the signature of every name; a test compares it with the code, so that none changes by accident.
"""

INTERFACE = 1
"""It changes when a lab that was written for the one before would no longer work."""
LEANS_ON: dict[str, tuple[str, ...]] = {
    "fluencylab.errors": ("BadInput", "LabError"),
    "fluencylab.stats": (
        "Measure", "bootstrap", "difference", "entropy", "estimate", "exactly", "gain", "kappa", "mcnemar", "mean", "paired", "percentile",
        "resampled", "share", "spread", "wilson",
    ),
    "fluencylab.models.types": (
        "Alternative", "Completion", "Message", "Model", "ModelCapabilities", "ModelInfo", "Request", "Timing", "Token", "Usage",
        "VocabularyToken",
    ),
    "fluencylab.models.scripted": ("Scripted",),
    "fluencylab.instruments.base": ("Result", "Step", "TOKENS_A_SECOND"),
    "fluencylab.instruments.calls": ("CallSpec", "messages", "named", "run_calls"),
    "fluencylab.instruments.concurrency": ("as_completed_scope",),
    "fluencylab.instruments.fields": ("at_least_one",),
    "fluencylab.instruments.answer_match": ("alike", "content", "declines", "plain", "says", "words"),
    "fluencylab.charts.base": ("Answer", "Chart", "Group", "Table"),
    "fluencylab.charts.rates": ("Row", "chart", "percent", "points"),
    "fluencylab.charts": ("plain", "rates"),
    "fluencylab.workbench.product_data": ("Filled", "OpenCase", "ProductData", "ProductDocument", "ReadOutput"),
    "fluencylab.web.form": ("Drawn", "Form", "Value", "number"),
    "fluencylab.web.lab_page": (
        "DrawnForm", "LabPage", "PageRequest", "Prompt", "RunView", "Sheet", "Try", "Used", "ViewsForm", "ViewsPage", "WorkedOut",
        "further", "total",
    ),
}  # fmt: skip
"""Module -> the names in it. All else may change from one version of the lab to the next."""

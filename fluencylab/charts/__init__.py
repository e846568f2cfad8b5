"""How results are drawn: one module per instrument, found by the instrument's name."""

from fluencylab.charts import (
    assistant,
    call,
    context,
    cost,
    embeddings,
    finetuning,
    grader,
    grounding,
    latency,
    metrics,
    prompting,
    repair,
    retrieval,
    sampling,
    tools,
)
from fluencylab.charts.base import Drawing

DRAWINGS: dict[str, Drawing] = {
    "assistant": assistant,
    "call": call,
    "context": context,
    "cost": cost,
    "sampling": sampling,
    "embeddings": embeddings,
    "finetuning": finetuning,
    "prompting": prompting,
    "grader": grader,
    "grounding": grounding,
    "repair": repair,
    "retrieval": retrieval,
    "latency": latency,
    "metrics": metrics,
    "tools": tools,
}

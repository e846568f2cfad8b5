"""What the measures of the RAG lab are called wherever they are shown; `results/words.py` reads it."""

MEASURES = {
    "correct": "answered rightly",
    "correct@": "answered rightly, {}",
    "declined@": "said that it does not know, {}",
    "unsupported": "answers with a name or number that no passage has",
    "failed@": "failed: {}",
    "before_model": "of the wrong answers, lost before the model read",
    "tokens": "tokens read for a question",
    "tokens_given": "of them, tokens of passages",
    "hit@": "found among the first {}",
    "hit@@": "found among the first {}, chunks of {} words",
    "given": "the answer reached the prompt",
    "used": "answered rightly where it reached the prompt",
}
VARIANTS = {
    "not_in_documents": "not in the documents", "not_retrieved": "not retrieved", "cut_off": "cut off", "not_used": "given, not used",
    "answered": "where the documents answer", "absent": "where no document answers",
}  # fmt: skip

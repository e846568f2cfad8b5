"""Judge an answer: pure rules that know no learner, no page and no instrument."""

"""Context windows: the tape and what falls off it, forgetting, needles, languages."""

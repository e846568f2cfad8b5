"""RAG, opened up: cut, find, fill the prompt, answer, and where each question failed."""

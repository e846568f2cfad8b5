"""Fine-tuning: a real one, at every strength, and the duel with RAG."""

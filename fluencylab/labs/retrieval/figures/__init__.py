"""The figures of the reading on RAG and fine-tuning."""

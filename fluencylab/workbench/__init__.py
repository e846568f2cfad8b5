"""The learner's own product: its cases, what its versions answered, what people said of it, and what was concluded."""

"""The pages of the learner's own product."""

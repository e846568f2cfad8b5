"""The addresses of the learner's own product, all under `/product`."""

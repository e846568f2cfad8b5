"""Cost and quality: ways to do one task, a route between two of them, a month's bill."""

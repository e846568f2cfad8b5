"""The capstone, judged: five parts, each by code from what was handed in and what was recorded. Pure."""

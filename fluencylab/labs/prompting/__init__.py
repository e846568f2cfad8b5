"""System and user prompts: who is obeyed, what a rule keeps, what comes of a form."""

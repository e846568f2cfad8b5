"""What lies in every bundle as it is: the code that judges, and what promptfoo, Inspect and pytest open; nothing in it is of ours"""

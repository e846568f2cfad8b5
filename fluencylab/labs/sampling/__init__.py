"""Tokens and temperature: the next token, an answer token by token, and many answers to one prompt."""

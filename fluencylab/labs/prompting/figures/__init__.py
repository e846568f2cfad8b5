"""The figures of the reading on system and user prompts."""

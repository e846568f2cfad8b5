"""Text of any script: its words and whole characters, which of them are equal, which language it is in, and what a terminal may show"""

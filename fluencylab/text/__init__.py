"""Text of any script: its words, characters and numbers, what is equal in it, its language, and what a terminal may show of it"""

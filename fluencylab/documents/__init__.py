"""Documents in: files become text that can be read, changed and searched.

found = await read("handbook.pdf", data)     fluencylab/documents/read.py
joined([found])                              "=== handbook.pdf ===\\n\\nReturns are ..."
"""

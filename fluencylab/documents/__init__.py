"""Documents in: files become text that can be read, changed and searched.

    read = await reading.read("handbook.pdf", data)       fluencylab/documents/read.py
    joined([read])                                        "=== handbook.pdf ===\\n\\nReturns are ..."
"""

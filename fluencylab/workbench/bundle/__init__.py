"""The hand-off bundle: a product with cases, checks, results and memo as a folder that other tools open"""

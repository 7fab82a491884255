"""The model of an article: pure arithmetic, no input or output.

`spec` (what is written) -> `resolve` -> `model.Model` -> `simulate` (NumPy), `javascript` (the page).
"""

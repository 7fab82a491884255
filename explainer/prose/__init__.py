"""Markdown with quantities -> HTML, in two steps.

`parse` needs names only: Jinja (`fill`) prints each quantity as a *token* of private-use characters and
notes it in a ledger (name, part, file, line); Markdown turns the text into HTML; claims, charts and
citations are found in the parsed tree. `merge` puts in the numbers: one pass over the tree replaces each
token by what its context needs, a link with `<data>` in prose, `<data>` alone in headings and links,
plain text in attributes and titles.
"""

"""Typed contexts -> pages and the files beside them.

`contexts` says what each template gets, `article` and `home` make it, `data` writes what machines read.
Addresses are relative everywhere, so that a site works under any path and from a folder.
"""

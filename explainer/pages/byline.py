"""Who wrote an article, and where the page of each author is."""

from __future__ import annotations

import re
import unicodedata
from hashlib import sha256

from explainer.config import Config
from explainer.pages.frame import relative

FOLDER = "authors"
LONGEST = 60  # letters of an address made of a name
USUAL = ".,'’-–&()"
LATIN = str.maketrans(
    {"æ": "ae", "ð": "d", "đ": "d", "ø": "o", "œ": "oe", "ł": "l", "þ": "th", "ı": "i"}
)  # which no accent can be taken from


def slug(name: str, given: str = "") -> str:
    """A name as part of an address: the one that it is given, or its letters and digits, without accents where they are Latin.

    Other scripts stay as they are. Where that loses more than what names usually have between their letters, or is long, a few digits of
    the name's hash keep it apart. Empty where the name has neither letter nor digit: there is no page then.
    """
    if given:
        return given
    bare = re.sub(r"([a-z])[\u0300-\u036f]+", r"\1", unicodedata.normalize("NFKD", name.casefold().translate(LATIN)))
    kept = "".join(sign if unicodedata.category(sign)[0] in "LMN" else "-" for sign in unicodedata.normalize("NFC", bare))
    whole = re.sub(r"-+", "-", kept).strip("-")
    usual = all(unicodedata.category(sign)[0] in "LMN" or unicodedata.category(sign) == "Zs" or sign in USUAL for sign in name)
    return whole if not whole or (usual and len(whole) <= LONGEST) else f"{whole[:LONGEST]}-{sha256(name.encode()).hexdigest()[:6]}"


def page(name: str, config: Config) -> str:
    """The path of an author's page in the site, or nothing."""
    own = config.site.authors.get(name)
    key = slug(name, own.address if own else "")
    return f"{FOLDER}/{key}/index.html" if key else ""


def link(there: str, name: str, config: Config) -> str:
    """The address of an author's page on the page at that path, or nothing."""
    path = page(name, config)
    return relative(there, path) if path else ""

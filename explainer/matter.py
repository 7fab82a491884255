"""What an author writes beside the model, field by field: front matter, the bibliography, the credits of photographs.

The texts below the fields are what an editor shows: they go into the JSON Schemas.
"""

from __future__ import annotations

import datetime
import re
import unicodedata
from typing import Annotated, Literal

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from explainer.document import Strict
from explainer.model.spec import Names


def _written(topics: tuple[str, ...]) -> tuple[str, ...]:
    """Each becomes a part of an address."""
    for topic in topics:
        if not re.search(r"[^\W_]", topic):
            raise PydanticCustomError("topic", "'{topic}' has neither letter nor digit", {"topic": topic})
    return topics


def _composed(names: tuple[str, ...]) -> tuple[str, ...]:
    """Letters and their accents as one sign each: names that look the same are the same."""
    return tuple(dict.fromkeys(unicodedata.normalize("NFC", name) for name in names))


Filled = Annotated[str, Field(min_length=1)]
Authors = Annotated[Names, AfterValidator(_composed)]
Topics = Annotated[Names, AfterValidator(_written)]
Address = Annotated[str, Field(pattern=r"^(https?://\S+)?$")]


class Correction(Strict):
    """What was wrong in an article, and is corrected."""

    date: datetime.date
    """The day of the correction, such as `2026-01-31`."""
    note: Filled
    """What was wrong, and what is right."""


class ArticleMatter(Strict):
    """The front matter of `article.md`."""

    title: Filled
    """The heading of the page. Quantities work here too: `Can {{ jobs_cut }} pay for it?`"""
    dek: Filled
    """One or two sentences below the title."""
    description: str = ""
    """What search engines and previews show."""
    authors: Authors
    """One name, or a list of names."""
    published: datetime.date
    """The day of the first publication, such as `2026-01-31`."""
    as_of: datetime.date
    """The day up to which the facts are known."""
    key_figures: Names = ()
    """Names of the numbers that open the article."""
    closing: str = ""
    """A question that closes the article."""
    aliases: Names = ()
    """Paths in the site at which the article was before, such as `old-name`: they lead to it."""
    topics: Topics = ()
    """Topics in words, such as `work` or `artificial intelligence`: each has a page with its articles."""
    comments: bool = True
    """Whether readers may comment here, where `site.yaml` says how."""
    corrections: tuple[Correction, ...] = ()
    """What was wrong and is corrected, each with its date: readers see it on the page and in feeds."""


class SectionMatter(Strict):
    """The front matter of a section: none yet."""


class QuestionMatter(Strict):
    """The front matter of an entry of the FAQ."""

    question: Filled
    """The question; the answer stands below the front matter. Quantities work here too."""


class Source(Strict):
    """An entry of the bibliography. The fields are CSL's, with what was really seen."""

    title: Filled
    """The title of the work."""
    author: Names = ()
    """One name, or a list of names."""
    publisher: str = ""
    """Who published it."""
    issued: str = ""
    """When it was issued: `2026-02-01`, or in words."""
    URL: Address = ""
    """Where it is, with https:// or http://."""
    DOI: str = ""
    """Its DOI, without an address before it."""
    accessed: datetime.date
    """The day on which you looked it up, such as `2026-01-31`."""
    seen: Literal["primary", "secondary"]
    """Whether you saw the work itself, or what others say about it: then `via` says who."""
    via: str = ""
    """Who re-reported it."""
    note: str = ""
    """A note to your fellow editors."""


class Credit(Strict):
    """Who made a photograph, and under what licence it is shown."""

    credit: Filled
    """Who made it."""
    licence: Filled
    """Under what licence it is shown, such as `CC BY 4.0`."""
    URL: Address = ""
    """Where the licence, or the photograph, is."""


class Credits(Strict):
    """The whole of `img/credits.yaml`, under one key for validation."""

    credits: dict[str, Credit]


class Bibliography(Strict):
    """The whole of `sources.yaml`, under one key for validation."""

    sources: dict[str, Source]

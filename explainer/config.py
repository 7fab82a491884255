"""The site's configuration: what `site.yaml` says, and the folders of one build. Complete when made."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Annotated
from unicodedata import normalize

from pydantic import AfterValidator, Field

from explainer import document
from explainer.cache import Cache
from explainer.diagnostics import Diagnostic, Place, Problems, did_you_mean
from explainer.document import Document, Strict
from explainer.inputs import overlaid
from explainer.numerals import LOCALES, Locale
from explainer.offers import CommentsSpec, NewsletterSpec


class Link(Strict):
    """An entry of the navigation; the address is a path in the site, or one with a scheme."""

    title: Annotated[str, Field(min_length=1)]
    """What the reader sees."""
    address: Annotated[str, Field(pattern=r"^(https?://\S+|mailto:\S+|/?[^\s:/][^\s:]*)$")]
    """A path in the site, such as `about/index.html`, or an address with https://, http:// or mailto:."""


class AuthorSpec(Strict):
    """What the site says of one of its authors."""

    about: str = ""
    """One or two sentences, on the author's page."""
    url: Annotated[str, Field(pattern=r"^(https?://\S+)?$")] = ""
    """The author's own site."""
    links: tuple[Link, ...] = ()
    """Where else the author is found."""
    address: Annotated[str, Field(pattern=r"^([a-z0-9]+(-[a-z0-9]+)*)?$", description="small letters, digits and single hyphens")] = ""
    """The name of the author's page below `authors/`; made of the name if left out."""


class CheckSpec(Strict):
    """What `explainer check` is told of this site."""

    stale_after: Annotated[int, Field(ge=0)] = 365
    """Days after which a source on the web should be opened again; 0 for never."""
    names: tuple[str, ...] = ()
    """Names that hold a number, such as `3M` or `Group of 20`: in the prose their digits are no figures."""


class SiteSpec(Strict):
    """The whole of `site.yaml`."""

    title: Annotated[str, Field(min_length=1)]
    """The name of the site, at the head and the foot of every page."""
    description: str = ""
    """What the home page says below the title; search engines show it."""
    language: Annotated[str, Field(json_schema_extra={"enum": [*LOCALES]})] = "en"
    """The language of the articles; it decides the marks and scales of numbers, and how dates are written."""
    base_url: Annotated[str, Field(pattern=r"^(https?://[^\s?#]+)?$")] = ""
    """Where the site will be, such as `https://example.org/notes`. Feeds, the sitemap, previews and the 404 page need it."""
    navigation: tuple[Link, ...] = ()
    """The links at the head of every page."""
    search: bool = False
    """Whether readers can search the site. It needs the extra `search`: `pip install pagefind_bin`."""
    publish: str = ""
    """Where `explainer publish` puts the site: a folder, `s3://BUCKET/PREFIX`, or `git+ssh://HOST/PATH#BRANCH`."""
    authors: dict[Annotated[str, Field(min_length=1), AfterValidator(partial(normalize, "NFC"))], AuthorSpec] = {}
    """What the authors' pages say of them, by their names as the articles write them."""
    comments: CommentsSpec | None = None
    """Whom readers' comments go to: none are asked for if left out."""
    newsletter: NewsletterSpec | None = None
    """Where the form for the newsletter is sent: there is none if left out."""
    check: CheckSpec = CheckSpec()
    """What `explainer check` is told of this site."""


@dataclass(frozen=True, slots=True)
class Config:
    """Everything that a build needs to know beside the articles."""

    root: Path  # paths in diagnostics are relative to it
    content: Path
    templates: tuple[Path, ...]  # of two files of a name the first folder's counts: the author's, then ours
    static: tuple[Path, ...]
    cache: Path  # of this user, shared between sites: the chart runtime
    results: Cache  # of the steps of earlier builds
    site: SiteSpec
    locale: Locale

    def name(self, path: Path) -> str:
        """A path as an author knows it: relative to the root, with forward slashes."""
        return path.relative_to(self.root).as_posix() if path.is_relative_to(self.root) else path.as_posix()


def load(content: Path, cache: Path, results: Cache | None = None) -> Config:
    """Read `content/site.yaml`. Raises Problems."""
    content = content.resolve()
    root, loaded = content.parent, site_document(content)
    site = document.validate(loaded, SiteSpec)
    if site.language not in LOCALES:
        message = f"no locale for the language '{site.language}'"
        raise Problems([Diagnostic("bad-value", message, loaded.place("language"), did_you_mean(site.language, LOCALES))])
    templates, static = (overlaid(root, folder) for folder in ("templates", "static"))
    return Config(root, content, templates, static, cache, results or Cache(), site, LOCALES[site.language])


def secrets(config: Config) -> list[Diagnostic]:
    """What stands in `site.yaml` and is for nobody's eyes."""
    from explainer.publish import target  # most builds publish nothing

    if not target.holds_secret(config.site.publish):
        return []
    hint = "take it out and revoke it: whoever reads this file has it. Git's credential helper, an SSH key or the environment knows it"
    return [Diagnostic("secret", "the target has a password or token in it", site_document(config.content).place("publish"), hint)]


def site_document(content: Path) -> Document:
    """`site.yaml` with its lines. Raises Problems."""
    path = content / "site.yaml"
    name = path.relative_to(content.parent).as_posix()
    if not path.is_file():
        hint = "run this in the folder that holds 'content', or name it with --content"
        raise Problems([Diagnostic("missing-file", "there is no site.yaml", Place(name), hint)])
    return document.parse(read_text(path, name), name)


def read_text(path: Path, name: str) -> str:
    """The text of an author's file, with line ends as \\n. Raises Problems."""
    try:
        return path.read_text(encoding="utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        raise Problems([Diagnostic("not-utf-8", "this file is not UTF-8", Place(name, line), "save it as UTF-8")]) from None
    except OSError as error:
        raise Problems([Diagnostic("unreadable", f"cannot read it: {error.strerror}", Place(name))]) from None

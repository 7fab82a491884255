"""What each template gets: one frozen context, and nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from markupsafe import Markup

from explainer.lock import Cause, Moved
from explainer.matter import Credit
from explainer.pages.parts import Card, Cell, Cited, Comments, Newsletter, Stated, WholeCard


@dataclass(frozen=True, slots=True)
class Alternate:
    """The same in another form: its type, its title, and its address."""

    type: str
    title: str
    address: str


@dataclass(frozen=True, slots=True)
class Shown:
    """What a preview elsewhere shows of a page beside its title; the image's address is absolute."""

    kind: str = "website"  # as Open Graph names it
    image: str = ""
    published: str = ""
    modified: str = ""


@dataclass(frozen=True, slots=True)
class Frame:
    """What every page has around its content. Addresses are relative to the page."""

    language: str
    site: str
    title: str
    description: str
    csp: str
    static: str  # the folder of style and scripts
    home: str
    navigation: tuple[tuple[str, str], ...]  # title, address
    search: str  # the folder of the search's index; empty where there is none
    canonical: str  # absolute; empty where the site has no base_url
    shown: Shown
    alternates: tuple[Alternate, ...]


@dataclass(frozen=True, slots=True)
class Day:
    """A date for machines and in words."""

    iso: str
    words: str


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the list of contents."""

    id: str
    title: Markup


@dataclass(frozen=True, slots=True)
class Part:
    """A section, or an entry of the FAQ."""

    id: str
    heading: Markup
    body: Markup


@dataclass(frozen=True, slots=True)
class Control:
    """A slider: an assumption that the reader may set, in its declared unit."""

    name: str
    label: str
    minimum: str
    maximum: str
    step: str
    value: str
    unit: str
    shown: Markup  # the author's value
    author: str  # and with its range, as people write them
    at: str  # where it lies on the slider, in %,
    from_: str  # where the range begins,
    width: str  # and how much of the slider it covers


@dataclass(frozen=True, slots=True)
class Preset:
    """A scenario of the author, as the query of an address."""

    label: str
    query: str


@dataclass(frozen=True, slots=True)
class Table:
    """The data behind a figure: header and rows, where its CSV file is, and whether the reader's changes move it."""

    name: str
    caption: str
    header: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    csv: str
    follows: bool


@dataclass(frozen=True, slots=True)
class Taken:
    """How a chart is taken along: its own page, its files, and the HTML that embeds it; empty where the site has no base_url."""

    page: str
    svg: str
    png: str
    code: str


@dataclass(frozen=True, slots=True)
class FigurePage:
    """The context of `figure.html`."""

    chart: str
    number: int
    alt: Markup
    caption: Markup
    svgs: Mapping[str, Markup]
    live: str  # the address of what makes it live
    tables: tuple[Table, ...]
    computed: bool  # shows quantities of the model
    follows: bool  # not a chart that only the build can compute
    sources: tuple[Cited, ...]
    taken: Taken


@dataclass(frozen=True, slots=True)
class ChartPage:
    """The context of `chart.html`, the page of one chart."""

    frame: Frame
    article: str
    back: str  # its place in the article
    canonical: str
    figure: FigurePage
    csvs: tuple[tuple[str, str], ...]  # the name of a table, and where its data is
    svg: str
    png: str


@dataclass(frozen=True, slots=True)
class PhotoPage:
    """The context of `photo.html`."""

    number: int
    alt: str
    caption: Markup
    width: int
    height: int
    sets: Mapping[str, str]  # MIME type -> srcset
    plain: str  # srcset for all browsers
    fallback: str
    credit: Credit


@dataclass(frozen=True, slots=True)
class KeyFigure:
    """A number that opens the article."""

    name: str
    label: str
    value: Cell
    range: Cell | None


@dataclass(frozen=True, slots=True)
class Changed:
    """What moved on one day, and why."""

    day: Day
    note: str
    causes: tuple[Cause, ...]
    moved: tuple[Moved, ...]


@dataclass(frozen=True, slots=True)
class ArticlePage:
    """The context of `article.html`."""

    frame: Frame
    heading: Markup
    dek: Markup
    authors: tuple[str, ...]
    byline: tuple[tuple[str, str], ...]  # each author, and the address of the author's page
    published: Day
    as_of: Day
    minutes: int
    key_figures: tuple[KeyFigure, ...]
    contents: tuple[Entry, ...]
    opening: Markup
    sections: tuple[Markup, ...]
    closing: Markup
    questions: tuple[Part, ...]
    sources: tuple[Cited, ...]
    changes: tuple[Changed, ...]
    corrections: tuple[tuple[Day, str], ...]
    numbers: Markup
    controls: tuple[Control, ...]
    scenarios: tuple[Preset, ...]
    scripted: bool  # something on it follows the reader
    model: str
    runtime: str
    linked: Markup  # JSON-LD
    related: str  # the slot for `RelatedPart`
    comments: Comments | None
    newsletter: Newsletter | None


@dataclass(frozen=True, slots=True)
class ShortCards:
    """The context of `numbers.html`, a part of the article's page."""

    cards: tuple[Card, ...]
    claims: tuple[Stated, ...]


@dataclass(frozen=True, slots=True)
class Teaser:
    """An article on the home page."""

    address: str
    title: Markup
    dek: Markup
    published: Day


@dataclass(frozen=True, slots=True)
class NumbersPage:
    """The context of `numbers-page.html`."""

    frame: Frame
    article: str
    cards: tuple[WholeCard, ...]
    claims: tuple[Stated, ...]


@dataclass(frozen=True, slots=True)
class HomePage:
    """The context of `home.html`."""

    frame: Frame
    articles: tuple[Teaser, ...]
    newsletter: Newsletter | None


@dataclass(frozen=True, slots=True)
class TopicPage:
    """The context of `topic.html`, which is that of the home page."""

    frame: Frame
    articles: tuple[Teaser, ...]


@dataclass(frozen=True, slots=True)
class AuthorPage:
    """The context of `author.html`, which extends that of the home page."""

    frame: Frame
    articles: tuple[Teaser, ...]
    about: str
    links: tuple[tuple[str, str], ...]  # title, address
    linked: Markup  # JSON-LD


@dataclass(frozen=True, slots=True)
class Related:
    """Another article, and what it has in common with this one."""

    address: str
    title: str
    because: str


@dataclass(frozen=True, slots=True)
class RelatedPart:
    """The context of `related.html`, a part of the article's page."""

    related: tuple[Related, ...]
    topics: tuple[tuple[str, str], ...]  # name, address


@dataclass(frozen=True, slots=True)
class LostPage:
    """The context of `404.html`."""

    frame: Frame


@dataclass(frozen=True, slots=True)
class MovedPage:
    """The context of `moved.html`, at an address where an article was before."""

    language: str
    csp: str
    title: str
    address: str
    canonical: str


Context = (
    ArticlePage
    | ShortCards
    | NumbersPage
    | HomePage
    | TopicPage
    | AuthorPage
    | RelatedPart
    | LostPage
    | MovedPage
    | FigurePage
    | ChartPage
    | PhotoPage
)

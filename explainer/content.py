"""Files -> article: what the author wrote, read and validated, nothing computed yet."""

from __future__ import annotations

import csv
import difflib
import io
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from explainer import document, lock
from explainer.cache import digest
from explainer.config import Config, read_text
from explainer.diagnostics import Diagnostic, Place, Problems, Report, did_you_mean
from explainer.document import Document
from explainer.lock import Lock
from explainer.matter import ArticleMatter, Bibliography, Credit, Credits, QuestionMatter, SectionMatter, Source
from explainer.model.spec import ModelSpec
from explainer.model.tables import CsvFile

MARKDOWN = frozenset({".md", ".markdown", ".mdown", ".mkd"})
TEXT_FOLDERS = {"sections": "sections", "faq": "faq", "question": "faq", "questions": "faq"}
EXPLAINS = {"model.yaml": {"unknown-name", "unknown-claim"}, "sources.yaml": {"unknown-source"}}
DATE = re.compile(r"\d{4}-\d\d-\d\d")
TAKEN = {"static": "the style and the scripts", "topics": "the pages of topics", "authors": "the pages of authors"}
SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


@dataclass(frozen=True, slots=True)
class Text:
    """A piece of the author's Markdown, and where it starts."""

    markdown: str
    place: Place


@dataclass(frozen=True, slots=True)
class Question:
    """An entry of the FAQ."""

    slug: str
    question: Text
    answer: Text


@dataclass(frozen=True, slots=True)
class Article:
    """One article as written: a folder is an independent unit of work."""

    slug: str
    folder: Path
    matter: ArticleMatter
    matter_document: Document
    title: Text
    dek: Text
    description: Text
    closing: Text
    opening: Text
    sections: tuple[Text, ...]
    questions: tuple[Question, ...]
    model_document: Document
    model_spec: ModelSpec
    sources: Mapping[str, Source]
    csv_files: Mapping[str, CsvFile]
    credits: Mapping[str, Credit]
    charts: Text
    scripts: Mapping[str, Text]  # the Python files that quantities name, by their name without ".py"
    lock: Lock | None  # None before the first accept
    model_key: str  # the digest of the texts that the model is read from
    lock_key: str  # the same of the lock
    documents: Mapping[str, Document]  # all YAML of the article, by its path in the folder


def folders(config: Config) -> tuple[Path, ...]:
    """The folders of the articles, in order of their names."""
    found = sorted(path.parent for path in config.content.glob("*/article.md"))
    parts = ("model.yaml", "sources.yaml", "sections", "charts.py")
    with Report() as report:
        for folder in sorted(path for path in config.content.iterdir() if path.is_dir() and path not in found):
            if any((folder / part).exists() for part in parts):
                message = "this folder has the parts of an article, but no article.md"
                report.error(
                    "missing-file", message, Place(config.name(folder)), did_you_mean("article.md", [p.name for p in folder.glob("*.md")])
                )
        if not found:
            hint = "make a folder with an article.md in it"
            report.error("no-articles", "there are no articles", Place(config.name(config.content)), hint)
        report.found += filter(None, (bad_slug(folder.name, Place(config.name(folder))) for folder in found))
    return tuple(found)


def bad_slug(name: str, place: Place) -> Diagnostic | None:
    """What is wrong with the name of an article's folder."""
    if name in TAKEN:
        return Diagnostic("bad-slug", f"'{name}' is where {TAKEN[name]} go", place, "give the folder another name")
    if not SLUG.fullmatch(name):
        hint = "use small letters, digits and single hyphens: the folder's name is the address"
        return Diagnostic("bad-slug", f"'{name}' is no address", place, hint)
    return None


def read(folder: Path, config: Config) -> Article:
    """Read one article, or raise everything that is wrong with its files."""
    with Report() as report:
        article = _ArticleReader(folder, config, report).read()
    assert article is not None  # or the report has raised
    return article


@dataclass(slots=True)
class _ArticleReader:
    folder: Path
    config: Config
    report: Report
    documents: dict[str, Document] = field(default_factory=dict)

    def read(self) -> Article | None:
        attempt = self.report.attempt
        head = attempt(self._front_matter, "article.md")
        matter = attempt(document.validate, head[0], ArticleMatter) if head else None
        model_document, model = attempt(self._model) or (None, None)
        sections = [attempt(self._section, path) for path in self._markdown("sections")]
        questions = [attempt(self._question, path) for path in self._markdown("faq")]
        self._check_slugs([question for question in questions if question])
        sources = attempt(self._sources)
        self._check_folders()
        photographs = attempt(self._credits)
        texts = self._csv_texts(model, model_document) if model and model_document else {}
        files = self._csv_files(texts)
        charts = attempt(self._text, "charts.py", optional=True)
        scripts = self._scripts(model) if model else {}
        locked, lock_text = attempt(self._lock) or (None, "")
        if head is None or matter is None or model is None or model_document is None:
            return None
        title, dek, description, closing = (
            Text(getattr(matter, key), head[0].place(key)) for key in ("title", "dek", "description", "closing")
        )
        return Article(
            self.folder.name, self.folder, matter, head[0], title, dek, description, closing, head[1],
            tuple(filter(None, sections)), tuple(filter(None, questions)),
            model_document, model, sources or {}, files, photographs or {}, Text(charts or "", Place(self._name("charts.py"), 1)), scripts, locked,
            digest((self._name("model.yaml"), model_document.text, texts, sorted(sources or ()), scripts, self.config.site.language)),
            digest((self._name(lock.FILE), lock_text)),
            self.documents,
        )  # fmt: skip

    def _name(self, path: str) -> str:
        return self.config.name(self.folder / path)

    def _text(self, path: str, *, optional: bool = False) -> str:
        if optional and not (self.folder / path).exists():
            return ""
        return read_text(self.folder / path, self._name(path))

    def _document(self, path: str) -> Document:
        self.documents[path] = document.parse(self._text(path, optional=True), self._name(path))
        return self.documents[path]

    def _model(self) -> tuple[Document, ModelSpec]:
        """What the author declared: the longest of the files, so the one that is kept as read."""
        text, name = self._text("model.yaml", optional=True), self._name("model.yaml")

        def read() -> tuple[Document, ModelSpec]:
            found = document.parse(text, name)
            return found, document.validate(found, ModelSpec)

        found = self.config.results.get("model.yaml", (text, name), read)
        self.documents["model.yaml"] = found[0]
        return found

    def _front_matter(self, path: str) -> tuple[Document, Text]:
        head, body, line = document.front_matter(self._text(path), self._name(path))
        self.documents[path] = head
        return head, Text(body, Place(self._name(path), line))

    def _markdown(self, folder: str) -> list[str]:
        return [path.relative_to(self.folder).as_posix() for path in sorted((self.folder / folder).glob("*.md"))]

    def _section(self, path: str) -> Text:
        head, body = self._front_matter(path)
        document.validate(head, SectionMatter)
        self._check_filled(body, "this section")
        return body

    def _question(self, path: str) -> Question:
        head, body = self._front_matter(path)
        matter = document.validate(head, QuestionMatter)
        self._check_filled(body, "this answer")
        slug = re.sub(r"^\d+-", "", Path(path).stem)
        return Question(slug, Text(matter.question, head.place("question")), body)

    def _check_filled(self, body: Text, what: str) -> None:
        if not body.markdown.strip():
            self.report.error("empty-file", f"{what} is empty", Place(body.place.file), "write it, or remove the file")

    def _check_folders(self) -> None:
        """Markdown that would be ignored without a word: its folder or its ending is nearly right."""
        for folder in sorted(path for path in self.folder.iterdir() if path.is_dir()):
            texts = sorted(path for path in folder.iterdir() if path.suffix.lower() in MARKDOWN)
            right = folder.name if folder.name in ("sections", "faq") else _meant(folder.name)
            if texts and right and right != folder.name:
                message = f"the texts in '{folder.name}' are not read"
                self.report.error("ignored-file", message, Place(self._name(folder.name)), f"rename the folder to '{right}'")
            for path in texts if folder.name == right else ():
                if path.suffix != ".md":
                    place = Place(self._name(f"{right}/{path.name}"))
                    self.report.error("ignored-file", f"'{path.name}' is not read", place, f"rename it to '{path.stem}.md'")

    def _check_slugs(self, questions: list[Question]) -> None:
        seen: dict[str, Question] = {}
        for question in questions:
            if question.slug in seen:
                first = seen[question.slug].question.place.file
                hint = f"it is that of {first} too: rename one of the files"
                self.report.error("duplicate-slug", f"the address '{question.slug}' is taken", question.question.place, hint)
            seen.setdefault(question.slug, question)

    def _sources(self) -> Mapping[str, Source]:
        text, name = self._text("sources.yaml", optional=True), self._name("sources.yaml")
        self.documents["sources.yaml"], sources = self.config.results.get("sources.yaml", (text, name), self._read_sources)
        return sources

    def _read_sources(self) -> tuple[Document, Mapping[str, Source]]:
        read = self._keyed("sources.yaml", "sources")
        sources = document.validate(read, Bibliography).sources
        with Report() as report:  # raised here, for what raises is not kept
            for key, source in sources.items():
                if source.seen == "secondary" and not source.via:
                    hint = "say where it was re-reported: 'via: …'"
                    report.error("missing-key", f"'{key}' was seen second-hand, but not by whom", read.place("sources", key, "seen"), hint)
                if DATE.fullmatch(source.issued) and source.issued > source.accessed.isoformat():
                    message = f"'{key}' was accessed before it was issued, on {source.issued}"
                    report.error("bad-value", message, read.place("sources", key, "accessed"), "check both dates")
        return read, sources

    def _credits(self) -> Mapping[str, Credit]:
        return document.validate(self._keyed("img/credits.yaml", "credits"), Credits).credits

    def _lock(self) -> tuple[Lock | None, str]:
        text, name = self._text(lock.FILE, optional=True), self._name(lock.FILE)
        if not text and not (self.folder / lock.FILE).exists():
            return None, ""
        return self.config.results.get("lock", (text, name), lambda: lock.read(text, name)), text

    def _keyed(self, path: str, key: str) -> Document:
        """A file that is one mapping of names, under a key, as pydantic wants it."""
        read = self._document(path)
        places = {(key, *where): place for where, place in read.places.items()}
        self.documents[path] = replace(read, data={key: read.data}, places=places)
        return self.documents[path]

    def _scripts(self, model: ModelSpec) -> Mapping[str, Text]:
        """The Python files that there are of those that quantities name."""
        names = dict.fromkeys(item.python.partition(":")[0] for item in model.quantities.values() if item.python)
        texts = {name: self.report.attempt(self._text, f"{name}.py", optional=True) for name in names}
        return {name: Text(text, Place(self._name(f"{name}.py"), 1)) for name, text in texts.items() if text}

    def _csv_texts(self, model: ModelSpec, model_document: Document) -> Mapping[str, str]:
        texts = {}
        for name, table in model.tables.items():
            if not table.file:
                continue
            place = model_document.place("tables", name, "file")
            path = (self.folder / table.file).resolve()
            if not path.is_relative_to(self.folder.resolve()):
                self.report.error("outside", f"'{table.file}' is outside the article's folder", place, "copy it into data/")
            elif not path.is_file():
                self.report.error("missing-file", f"there is no file '{table.file}'", place, self._near(table.file, ".csv"))
            else:
                text = self.report.attempt(self._text, table.file)
                if text is not None:
                    texts[table.file] = text
        return texts

    def _near(self, name: str, ending: str) -> str:
        """The file that a name nearly is, those that there are, or where it is looked for."""
        found = sorted(path.relative_to(self.folder).as_posix() for path in self.folder.rglob(f"*{ending}"))
        return did_you_mean(name, found) or f"it is looked for in {self._name('')}"

    def _csv_files(self, texts: Mapping[str, str]) -> Mapping[str, CsvFile]:
        read = {path: self.report.attempt(_csv, text, self._name(path)) for path, text in texts.items()}
        return {path: file for path, file in read.items() if file}


def _meant(name: str) -> str:
    """The folder of texts that a name nearly is, or nothing."""
    near = difflib.get_close_matches(name.lower(), TEXT_FOLDERS, n=1, cutoff=0.8)
    return TEXT_FOLDERS[near[0]] if near else ""


def explained(folder: Path, config: Config, problems: tuple[Diagnostic, ...]) -> tuple[Diagnostic, ...]:
    """The problems of an article; those that come from a missing file as one that names it."""
    names = [path.name for path in folder.iterdir()]
    for file, codes in EXPLAINS.items():
        if file not in names and any(problem.code in codes for problem in problems):
            missing = Diagnostic("missing-file", f"there is no {file} in this folder", Place(config.name(folder)), _nearly(file, names))
            problems = (missing, *(problem for problem in problems if problem.code not in codes))
    return problems


def _nearly(file: str, names: Iterable[str]) -> str:
    near = difflib.get_close_matches(file, names, n=1, cutoff=0.8)
    return f"rename '{near[0]}'" if near else ""


def _csv(text: str, name: str) -> CsvFile:
    document.check_characters(text, Place(name, 1))
    reader = csv.reader(io.StringIO(text), strict=True)
    try:
        lines = [(reader.line_num, tuple(cells)) for cells in reader if cells]
    except csv.Error as error:
        raise Problems([Diagnostic("bad-csv", f"not valid CSV: {error}", Place(name, reader.line_num))]) from None
    if not lines:
        raise Problems([Diagnostic("bad-csv", "this file is empty", Place(name, 1), "the first line names the columns")])
    if len(lines[0][1]) == 1 and (sign := re.search(r"[;\t]", lines[0][1][0])):
        message = f"the columns are separated by {'tabs' if sign[0] != ';' else repr(';')} here"
        raise Problems([Diagnostic("bad-csv", message, Place(name, 1), "save it with commas")])
    return CsvFile(name, lines[0][1], tuple(lines[1:]))

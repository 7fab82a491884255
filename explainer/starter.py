"""What an author starts from: a small site or article that builds at once, and teaches the format in its comments.

Its files lie in `starter/` and are a site themselves; a title and the day are put in. Nothing that is there is written over.
"""

from __future__ import annotations

import datetime
import json
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from explainer import content, schema
from explainer.config import Config
from explainer.diagnostics import Diagnostic, Place, Problems, Report
from explainer.document import check_characters
from explainer.inputs import shipped

ARTICLE = "a-loaf-of-bread"
SCHEMAS = Path(".explainer/schemas")
Files = Mapping[Path, bytes]


def site(folder: Path, title: str, day: datetime.date) -> Files:
    """The files of a new site, by path. Raises Problems."""
    if (folder / "content/site.yaml").exists():
        hint = "'explainer new article NAME' starts an article in it; for a new site choose another folder"
        raise Problems([Diagnostic("taken", "there is a site already", Place(str(folder)), hint)])
    title = _titled(title, folder.resolve().name, str(folder))
    head = {
        folder / "README.md": _read("README.md").replace("TITLE", title),
        folder / ".gitignore": _read("gitignore"),
        folder / "content/site.yaml": _read("content/site.yaml").replace("TITLE", _quoted(title)),
    }
    files = {path: text.encode() for path, text in head.items()}
    return _free(files | _article(folder / "content" / ARTICLE, "", day) | _schemas(folder))


def article(config: Config, name: str, title: str, day: datetime.date) -> Files:
    """The files of a new article, by path; of the schemas, those that the site lacks. Raises Problems."""
    folder = config.content / name
    if problem := content.bad_slug(name, Place(config.name(config.content))):
        better = _slug(title or name)
        hint = (
            f"such as: explainer new article {better} --title {json.dumps(title or name, ensure_ascii=False)}" if better else problem.hint
        )
        raise Problems([replace(problem, hint=hint)])
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise Problems([Diagnostic("taken", "there is something already", Place(config.name(folder)), "choose another name")])
    missing = {path: data for path, data in _schemas(config.root).items() if not path.exists()}
    return _free(_article(folder, _titled(title, name, config.name(folder)), day) | missing)


def write(files: Files) -> None:
    """Write new files, all or none. Raises Problems."""
    made: list[Path] = []
    try:
        for path, data in files.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("xb") as file:
                made.append(path)
                file.write(data)
    except OSError as error:
        for path in made:
            path.unlink()
        where = Place(str(error.filename or path))
        raise Problems([Diagnostic("unwritable", f"cannot write it: {error.strerror}", where)]) from None


def _free(files: Files) -> Files:
    """The files, if nothing is in their way."""
    with Report() as report:
        for path in files:
            if path.exists() or path.is_symlink():
                report.error("taken", "this file is there already", Place(str(path)), "nothing is written over: choose another folder")
    return files


def _article(folder: Path, title: str, day: datetime.date) -> dict[Path, bytes]:
    start = shipped("starter") / "content" / ARTICLE
    texts = {path: path.read_text(encoding="utf-8") for path in sorted(start.rglob("*.*")) if path.suffix != ".pyc"}
    files = {}
    for path, text in texts.items():
        text = re.sub(r"^( *(?:published|as_of|accessed): )\S+$", rf"\g<1>{day.isoformat()}", text, flags=re.MULTILINE)
        if title and path.name == "article.md":
            text = re.sub(r"^title: .*$", lambda _: f"title: {_quoted(title)}", text, count=1, flags=re.MULTILINE)
        files[folder / path.relative_to(start)] = text.encode()
    return files


def _schemas(root: Path) -> dict[Path, bytes]:
    return {root / SCHEMAS / schema.file(name): schema.text(name).encode() for name in schema.KINDS}


def _read(name: str) -> str:
    return (shipped("starter") / name).read_text(encoding="utf-8")


def _titled(title: str, name: str, where: str) -> str:
    """The title in one line; without one, the name in words."""
    title = " ".join(title.split()) or re.sub(r"[-_\s]+", " ", name).strip()
    check_characters(title, Place(where))
    return title[:1].upper() + title[1:] if title else "A site"


def _quoted(text: str) -> str:
    """For YAML, whatever signs it holds."""
    return json.dumps(text, ensure_ascii=False)


def _slug(title: str) -> str:
    """The address that a title comes to, or nothing."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    slug = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")
    return "" if not slug or content.bad_slug(slug, Place("")) else slug

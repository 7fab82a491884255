"""The index that readers search, made by Pagefind. It is an extra, loaded where `search: true` asks for it.

Of what Pagefind writes the site gets what our own dialog (static/search-dialog.js) loads. All of it is named by its content or by Pagefind's
version but the entry, which names the rest and is therefore written last.
"""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Mapping
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from explainer.config import Config, site_document
from explainer.diagnostics import Diagnostic, Problems
from explainer.output import ENTRY

PACKAGE = "pagefind_bin"
LONGEST = 600  # seconds; a thousand articles take some three
HINT = "install it where Explainer is, 'pip install pagefind_bin' (the extra 'search'), or remove 'search: true'"


def check(config: Config) -> None:
    """See that what the search needs is there, before any work is done. Raises Problems."""
    if config.site.search:
        try:
            _version()
        except PackageNotFoundError:
            raise _problem(config, "missing-extra", "the search needs Pagefind, which is not installed", HINT) from None


def folder(config: Config) -> str:
    """Where the index lies in the site; empty without a search. Another version of Pagefind has another folder."""
    return f"search/pagefind-{_version()}" if config.site.search else ""


def files(sought: Mapping[str, str], config: Config) -> dict[str, bytes]:
    """The index of these pages, HTML by path, as files of the site; made anew only where one of them has changed. Raises Problems."""
    if not config.site.search or not sought:
        return {}
    key = (folder(config), config.site.language, sought)
    return {f"{folder(config)}/{name}": data for name, data in config.results.get("search", key, lambda: _indexed(sought, config)).items()}


@cache
def _version() -> str:
    return version(PACKAGE)


def _indexed(sought: Mapping[str, str], config: Config) -> dict[str, bytes]:
    with tempfile.TemporaryDirectory(prefix="explainer-search-") as name:
        pages, index = Path(name) / "pages", Path(name) / "index"
        for path, html in sought.items():
            (pages / path).parent.mkdir(parents=True, exist_ok=True)
            (pages / path).write_text(html, encoding="utf-8")
        _run(pages, index, config)
        kept = [path for path in sorted(index.rglob("*")) if _is_loaded(path.relative_to(index).as_posix(), config.site.language)]
        return {path.relative_to(index).as_posix(): path.read_bytes() for path in kept}


def _run(pages: Path, index: Path, config: Config) -> None:
    """Pagefind on that folder; addresses keep their index.html, as all in the site do: it works on hosts that answer for no folder."""
    options = ["--site", str(pages), "--output-path", str(index), "--force-language", config.site.language, "--keep-index-url", "--quiet"]
    try:
        from pagefind_bin import get_executable

        subprocess.run([str(get_executable()), *options], check=True, capture_output=True, stdin=subprocess.DEVNULL, timeout=LONGEST)  # noqa: S603
    except (ImportError, OSError, subprocess.SubprocessError) as error:
        said = (getattr(error, "stderr", None) or b"").decode(errors="replace").strip().splitlines()
        reason = said[-1] if said else getattr(error, "strerror", None) or type(error).__name__
        raise _problem(config, "no-index", f"Pagefind could not make the index: {reason}", HINT) from None


def _is_loaded(name: str, language: str) -> bool:
    """Whether a reader's browser asks for it: neither for Pagefind's own dialogs nor for what reads no language."""
    return name in ("pagefind.js", "pagefind-worker.js", ENTRY, f"wasm.{language}.pagefind") or name.endswith(
        (".pf_meta", ".pf_index", ".pf_fragment")
    )


def _problem(config: Config, code: str, message: str, hint: str) -> Problems:
    return Problems([Diagnostic(code, message, site_document(config.content).place("search"), hint)])

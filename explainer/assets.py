"""Files that pages refer to: the style and scripts, fingerprinted, and the chart runtime.

The static files share one folder whose name is their hash, so they refer to one another by plain
relative names and can be cached for ever.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from functools import partial
from importlib.metadata import version
from pathlib import Path

import rcssmin
import rjsmin

from explainer.config import Config
from explainer.diagnostics import Place, Report
from explainer.output import replace
from explainer.processes import beside

SEARCH = ("search.js", "search-dialog.js", "search-dialog.css", "style/2-search.css")  # are in the site where a search is


@dataclass(frozen=True, slots=True)
class Assets:
    """Paths in the site -> bytes, and the two addresses that pages need."""

    files: Mapping[str, bytes]
    folder: str
    runtime: str


def fingerprint(data: bytes) -> str:
    """Ten hexadecimal digits of the content's SHA-256."""
    return hashlib.sha256(data).hexdigest()[:10]


def collect(config: Config) -> Assets:
    """The static files under their common fingerprint; the runtime's address, which its version decides. Raises Problems.

    The parts of `style/` become one sheet in the order of their names, an author's `theme.css` the last: a page waits for one file only.
    """
    found = _overlaid(config)
    kept = config.results
    sources = {
        name: kept.get("minified", (name, data), partial(_minified, name, data)) for name, data in found.items() if not _is_part(name)
    }
    sources["style.css"] = style(found)
    digest = fingerprint(b"".join(name.encode() + b"\0" + data + b"\0" for name, data in sources.items()))
    folder = f"static/{digest}"
    return Assets({f"{folder}/{name}": data for name, data in sources.items()}, folder, f"static/{_runtime_name()}")


def sheet(config: Config) -> bytes:
    """The style alone, as it is now. Raises Problems."""
    return style(_overlaid(config))


def style(found: Mapping[str, bytes]) -> bytes:
    """The parts of the style among the static files, as one sheet."""
    return _minified("style.css", b"\n".join(data for name, data in found.items() if _is_part(name)))


def chart_runtime(cache: Path) -> Future[bytes]:
    """Vega with its CSP-safe interpreter as one ES module.

    Making it takes 2 s, so it is made once per version and user, in a process beside the build.
    """
    path = cache / _runtime_name()
    if path.is_file():
        ready: Future[bytes] = Future()
        ready.set_result(path.read_bytes())
        return ready
    return beside(_make_runtime, path)


def _overlaid(config: Config) -> dict[str, bytes]:
    """The static files by their names, the author's in the place of ours, in the order of the names; the theme after all of them."""
    paths = {
        path.relative_to(folder).as_posix(): path for folder in reversed(config.static) for path in folder.rglob("*") if path.is_file()
    }
    left_out = () if config.site.search else SEARCH
    paths = {
        name: paths[name] for name in sorted(paths) if name not in left_out and not any(part.startswith(".") for part in name.split("/"))
    }
    theme = config.content / "theme.css"
    found = {}
    with Report() as report:
        if "style.css" in paths:
            hint = "move it into static/style/: the sheet is made of the parts there, in the order of their names"
            report.error("ignored-file", "'style.css' is not read", Place(config.name(paths["style.css"])), hint)
        for name, path in (paths | ({"style/theme.css": theme} if theme.is_file() else {})).items():
            try:
                found[name] = path.read_bytes()
            except OSError as error:
                report.error("unreadable", f"cannot read it: {error.strerror}", Place(config.name(path)))
    return found


def _is_part(name: str) -> bool:
    """Whether a file is a part of the style; others in that folder, such as a typeface, stay files."""
    return name.startswith("style/") and name.endswith(".css")


def _minified(name: str, data: bytes) -> bytes:
    """Scripts and styles without comments and white space: they are a sixth of what a reader fetches."""
    match Path(name).suffix:
        case ".js":
            return bytes(rjsmin.jsmin(data))
        case ".css":
            return bytes(rcssmin.cssmin(data))
    return data


def _runtime_name() -> str:
    return f"vega-{version('vl-convert-python')}.js"


def _make_runtime(path: Path) -> bytes:
    import vl_convert

    data: bytes = vl_convert.javascript_bundle("export default vegaEmbed").encode()
    replace(path, data)
    return data

"""Links to elsewhere: does anybody answer? Asked politely, and good answers are kept for a day.

A few hosts at a time, each one request after the other; HEAD first, and GET where a host does not know it. What has
no answer when the time is up is told as such.
"""

from __future__ import annotations

import http.client
import json
import ssl
import time
import urllib.error
import urllib.request
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import IO
from urllib.parse import quote, urldefrag, urlsplit

from explainer import __version__, output
from explainer.config import Config, site_document
from explainer.content import Article
from explainer.diagnostics import Diagnostic, Place
from explainer.editorial.rules import remark
from explainer.pages.page import Prose

AGENT = f"explainer/{__version__} (looks whether the links of an article still lead somewhere)"
CACHE = "links.json"
DAY = 24 * 3600
HOSTS, SECONDS, IN_ALL = 8, 10.0, 120.0  # at a time; for one request; for all of them
MOST_MOVES = 5
SILENT = 2  # answers that a host may owe us before we stop asking it
REFUSALS = frozenset({401, 402, 403, 405, 406, 407, 418, 429, 451, 503, 999})  # how hosts turn programs away
FOR_GOOD = frozenset({301, 308})


@dataclass(frozen=True, slots=True)
class Link:
    """An address elsewhere, and where the author wrote it."""

    address: str
    place: Place


@dataclass(frozen=True, slots=True)
class Answer:
    """What a host said: a status, or why there is none; `moved` is where it has moved for good."""

    status: int
    reason: str = ""
    moved: str = ""


def links(article: Article, text: Prose) -> Iterator[Link]:
    """The addresses elsewhere in an article's prose, sources and credits."""
    for mark in text.marks("external"):
        yield Link(mark.name, mark.place)
    for key, source in article.sources.items():
        place = article.documents["sources.yaml"].place
        if source.URL:
            yield Link(source.URL, place("sources", key, "URL"))
        if source.DOI:
            yield Link(f"https://doi.org/{quote(source.DOI, safe='/:()')}", place("sources", key, "DOI"))
    for name, credit in article.credits.items():
        if credit.URL:
            yield Link(credit.URL, article.documents["img/credits.yaml"].place("credits", name, "URL"))


def site_links(config: Config) -> Iterator[Link]:
    """Those of the navigation and of the authors."""
    document = site_document(config.content)
    written: list[tuple[str, tuple[str | int, ...]]] = [
        (entry.address, ("navigation", index, "address")) for index, entry in enumerate(config.site.navigation)
    ]
    for name, author in config.site.authors.items():
        written.append((author.url, ("authors", name, "url")))
        written += [(entry.address, ("authors", name, "links", index, "address")) for index, entry in enumerate(author.links)]
    for address, where in written:
        if address.startswith(("http:", "https:")):
            yield Link(address, document.place(*where))


def ask(addresses: Iterable[str], cache: Path, now: float, seconds: float = IN_ALL) -> dict[str, Answer]:
    """What the host of each address says, or said within a day; addresses as written."""
    wanted = {address: _plain(address) for address in addresses}
    kept = _kept(cache / CACHE, now)
    by_host: dict[str, list[str]] = {}
    for address in sorted(set(wanted.values()) - kept.keys()):
        by_host.setdefault(_host(address), []).append(address)
    end = time.monotonic() + seconds
    with ThreadPoolExecutor(HOSTS) as pool:
        answers = {address: answer for found in pool.map(lambda host: _ask_host(host, end), by_host.values()) for address, answer in found}
    good = {address: (now, answer) for address, answer in answers.items() if 0 < answer.status < 400}
    if good:
        _keep(cache / CACHE, kept | good)
    known = {address: answer for address, (_, answer) in kept.items()} | answers
    return {address: known[plain] for address, plain in wanted.items()}


def remarks(found: Iterable[Link], answers: Mapping[str, Answer]) -> Iterator[Diagnostic]:
    """What is wrong with the links, each where it is written."""
    for link in found:
        answer = answers[link.address]
        if answer.status in REFUSALS:
            message = f"'{link.address}' refuses programs, with status {answer.status}"
            yield remark("refused-link", message, link.place, "open it in a browser to see whether it is there")
        elif answer.status == 0 or answer.status >= 400:
            why = answer.reason or f"status {answer.status}"
            yield remark(
                "dead-link", f"'{link.address}' does not answer: {why}", link.place, "link to where it is now, or to an archived copy"
            )
        elif answer.moved:
            yield remark("moved-link", f"'{link.address}' has moved for good", link.place, f"it is now '{answer.moved}'")


def _plain(address: str) -> str:
    """An address as it is asked for: without its anchor, with a scheme, in ASCII."""
    bare = f"https:{address}" if address.startswith("//") else address
    try:
        parts = urlsplit(urldefrag(bare)[0])
        bare = parts._replace(netloc=parts.netloc.encode("idna").decode()).geturl()
    except ValueError:
        pass  # it is asked for as it is, and fails with a reason
    return quote(bare, safe="!#$%&'()*+,/:;=?@[]~")


def _host(address: str) -> str:
    return address.split("/")[2]


def _ask_host(addresses: list[str], end: float) -> list[tuple[str, Answer]]:
    """One request after the other to the same host; none begins after the end, or when the host was silent twice in a row."""
    found: list[tuple[str, Answer]] = []
    for address in addresses:
        silent = len(found) >= SILENT and all(answer.status == 0 for _, answer in found[-SILENT:])
        found.append((address, found[-1][1] if silent else _ask(address, end)))
    return found


def _ask(address: str, end: float) -> Answer:
    answer = Answer(0, "the time was up before its turn")
    for method in ("HEAD", "GET"):
        left = end - time.monotonic()
        if left <= 0:
            return answer
        answer = _request(address, method, min(SECONDS, left))
        if 0 < answer.status < 400:
            break
    return answer


class _Moves(urllib.request.HTTPRedirectHandler):
    """Follows redirects, and notes how far the way is one for good."""

    max_redirections = MOST_MOVES

    def __init__(self) -> None:
        self.moved, self.all_for_good = "", True

    def redirect_request(
        self, req: urllib.request.Request, fp: IO[bytes], code: int, msg: str, headers: http.client.HTTPMessage, newurl: str
    ) -> urllib.request.Request | None:
        """The next request, to a web address only and by the same method."""
        if not newurl.startswith(("http://", "https://")):
            return None
        self.all_for_good &= code in FOR_GOOD
        self.moved = newurl if self.all_for_good else self.moved
        following = super().redirect_request(req, fp, code, msg, headers, newurl)
        if following is not None:
            following.method = req.get_method()
        return following


def _request(address: str, method: str, seconds: float) -> Answer:
    """One request and what came of it; of a body nothing is read."""
    moves = _Moves()
    try:
        request = urllib.request.Request(address, method=method, headers={"User-Agent": AGENT, "Accept": "*/*"})  # noqa: S310  # 'links' gives web addresses only
        with urllib.request.build_opener(moves).open(request, timeout=seconds) as response:
            return Answer(response.status, moved=moves.moved)
    except urllib.error.HTTPError as error:
        with error:
            return Answer(error.code if error.code >= 400 else 0, _says(error))
    except TimeoutError:
        return Answer(0, f"no answer within {seconds:.0f} s")
    except urllib.error.URLError as error:
        if isinstance(error.reason, TimeoutError):
            return Answer(0, f"no answer within {seconds:.0f} s")
        return Answer(0, _why(error.reason))
    except (OSError, http.client.HTTPException, ValueError, UnicodeError) as error:
        return Answer(0, _why(error))


def _says(error: urllib.error.HTTPError) -> str:
    """A status in words: "404 Not Found"; a way in circles as such."""
    if error.code in (301, 302, 303, 307, 308):
        return f"it leads on more than {MOST_MOVES} times, or to no web address"
    return f"{error.code} {http.client.responses.get(error.code, '')}".strip()


def _why(reason: object) -> str:
    """What kept us from an answer, without the numbers of the operating system."""
    if isinstance(reason, ssl.SSLError):
        return f"its certificate or encryption fails: {reason.reason or reason}"
    if isinstance(reason, OSError) and reason.strerror:
        return reason.strerror
    return str(reason) or type(reason).__name__


def _kept(path: Path, now: float) -> dict[str, tuple[float, Answer]]:
    """The answers of the last day; a damaged file holds none."""
    try:
        kept = {
            address: (float(at), Answer(int(status), moved=str(moved)))
            for address, (at, status, moved) in json.loads(path.read_bytes()).items()
        }
    except (OSError, ValueError, TypeError, AttributeError):
        return {}
    return {address: (at, answer) for address, (at, answer) in kept.items() if 0 <= now - at < DAY}


def _keep(path: Path, answers: Mapping[str, tuple[float, Answer]]) -> None:
    """Write the answers; a cache that cannot be written is none."""
    text = json.dumps({address: [at, answer.status, answer.moved] for address, (at, answer) in sorted(answers.items())}, indent=0)
    try:
        output.replace(path, text.encode())
    except OSError:
        return

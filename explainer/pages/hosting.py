"""What a host should send beside the files, for those that read it from the site and for nginx and Caddy."""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit

from explainer.config import Config
from explainer.pages import policies
from explainer.policy import CSP

POLICY = "Content-Security-Policy"
HEADERS: Mapping[str, str] = {
    POLICY: CSP,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Permissions-Policy": "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()",
}
KEPT = "public, max-age=31536000, immutable"  # what has its fingerprint, or its version, in its name
SHORT = "public, max-age=300"
# the same twice: as hosts match that read the site's own file, and as a regular expression
PATTERNS = ("static/*", ":article/model.*", ":article/charts/*.json", ":article/img/*")
INDEX = ("pagefind.*", "pagefind-worker.js", "wasm.*", "index/*", "fragment/*")  # of a search, all but its entry
KEPT_NAMES = r"(static/|search/[^/]+/(pagefind(\.|-worker)|wasm\.|index/|fragment/)|[^/]+/(model\.[0-9a-f]{10}\.js$|charts/[^/]+\.[0-9a-f]{10}\.json$|img/[^/]+\.[0-9a-f]{10}[^/]*$))"
UNKNOWN = {"md": "text/markdown", "csv": "text/csv"}  # endings that servers may not know
TEXTS = ("text/css", "text/csv", "text/markdown", "text/plain", "text/xml", "text/javascript", "application/javascript")  # beside HTML
PACKED = ("application/json", "application/xml", "image/svg+xml")  # worth to be compressed too
PAGES = ("", ":article/", ":article/:part/", ":article/:part/:name/")  # hosts answer for a page at its folder


def files(redirects: Mapping[str, str], config: Config) -> dict[str, bytes]:
    """`_headers`, and where articles have moved, `_redirects`: Netlify, Cloudflare and others read them.

    Of two policies whose paths match, these hosts send both, and a browser holds both: so all files get one, which allows what any of them
    does. What a page may do less stands in its head.
    """
    top = _top(config)
    rules = [(f"{top}*", {**HEADERS, POLICY: policies.widest(config)})]
    rules += [(f"{top}{page}", {"Cache-Control": SHORT}) for page in PAGES]
    kept = (*PATTERNS, *(f"search/:version/{pattern}" for pattern in INDEX if config.site.search))
    rules += [(f"{top}{pattern}", {"Cache-Control": KEPT}) for pattern in kept]
    text = "\n".join("\n".join([path, *(f"  {name}: {value}" for name, value in sent.items())]) for path, sent in rules) + "\n"
    lines = [f"{top}{old}{end} {top}{new} 301\n" for old, new in redirects.items() for end in _ends(old)]
    return {"_headers": text.encode(), **({"_redirects": "".join(lines).encode()} if lines else {})}


def nginx(redirects: Mapping[str, str], config: Config) -> str:
    """For nginx: maps beside the server, and lines inside of it."""
    top = _top(config)
    places = policies.by_place(config)
    headers = {**HEADERS, POLICY: "$explainer_policy"} if places else HEADERS
    moved = [f"location = {old} {{ return 301 {new}; }}" for old, new in _moved(redirects, top)]
    return "\n".join([
        "# in http { … }",
        "map $uri $explainer_cache {",
        f'    default "{SHORT}";',
        f'    "~^{_escaped(top)}{KEPT_NAMES}" "{KEPT}";',
        "}",
        *_nginx_policies(top, places),
        "",
        "# in server { … }; a location with an add_header of its own needs these lines too",
        *(f'add_header {name} "{value}" always;' for name, value in headers.items()),
        "add_header Cache-Control $explainer_cache;  # not with errors: a file that is missing now may come",
        "include mime.types;",
        f"types {{ {' '.join(f'{kind} {ending};' for ending, kind in UNKNOWN.items())} }}  # which that file may not know",
        "charset utf-8;",
        f"charset_types {' '.join(TEXTS)};",
        "gzip on;",
        "gzip_vary on;",
        "gzip_min_length 1000;",
        f"gzip_types {' '.join((*TEXTS, *PACKED))};",
        "absolute_redirect off;  # /article becomes /article/ under whatever scheme, host and port the reader has",
        "location ~ /\\.(?!well-known/) { return 404; }  # what publishing keeps beside the site",
        f"error_page 403 =404 {top}404.html;  # a folder without a page",
        f"error_page 404 {top}404.html;",
        *moved,
    ]) + "\n"  # fmt: skip


def _nginx_policies(top: str, places: Mapping[str, str]) -> list[str]:
    """The policy by path, where files have different ones."""
    lines = [f'    "~^{_escaped(top)}{place}" "{policy}";' for place, policy in places.items()]
    return ["map $uri $explainer_policy {", f'    default "{CSP}";', *lines, "}"] if lines else []


def caddy(redirects: Mapping[str, str], config: Config) -> str:
    """For Caddy: lines inside of the site's block."""
    top = _top(config)
    places = policies.by_place(config)
    headers = {name: value for name, value in HEADERS.items() if name != POLICY or not places}
    kept = f"path_regexp ^{_escaped(top)}{KEPT_NAMES}"
    moved = [f"redir {old} {new} permanent" for old, new in _moved(redirects, top)]
    return "\n".join([
        "# inside of the site's block",
        "header {",
        *(f'\t{name} "{value}"' for name, value in headers.items()),
        "}",
        *_caddy_policies(top, places),
        f"@kept {kept}",
        f"@others not {kept}",
        f'header @kept Cache-Control "{KEPT}"',
        f'header @others Cache-Control "{SHORT}"',
        *(f'header *.{ending} Content-Type "{kind}; charset=utf-8"' for ending, kind in UNKNOWN.items()),
        "encode zstd gzip",
        *moved,
        "@hidden path_regexp /\\.([^w]|$)  # what publishing keeps beside the site",
        "error @hidden 404",
        "handle_errors 404 {",
        "\theader -Cache-Control",
        f"\trewrite * {top}404.html",
        "\tfile_server",
        "}",
    ]) + "\n"  # fmt: skip


def _caddy_policies(top: str, places: Mapping[str, str]) -> list[str]:
    """The same for Caddy: no two of the matchers match one path, so that their order means nothing."""
    lines = []
    for number, (place, policy) in enumerate(places.items(), 1):
        lines += [f"@policy{number} path_regexp ^{_escaped(top)}{place}", f'header @policy{number} {POLICY} "{policy}"']
    if lines:
        whole = "|".join(places)
        lines += [f"@policy0 not path_regexp ^{_escaped(top)}({whole})", f'header @policy0 {POLICY} "{CSP}"']
    return lines


HOSTS = {"nginx": nginx, "caddy": caddy}


def _moved(redirects: Mapping[str, str], top: str) -> list[tuple[str, str]]:
    """From where to where a server leads; a site below a path is asked for without its slash too."""
    below = [(top.rstrip("/"), top)] if top != "/" else []
    return below + [(f"{top}{old}{end}", f"{top}{new}") for old, new in redirects.items() for end in _ends(old)]


def _top(config: Config) -> str:
    """The path below which the site lies."""
    return urlsplit(config.site.base_url).path.rstrip("/") + "/"


def _escaped(path: str) -> str:
    return "".join(f"\\{sign}" if sign in r".+*?()[]{}|^$\\" else sign for sign in path)


def _ends(old: str) -> tuple[str, ...]:
    """A folder is asked for with a slash and without."""
    return ("",) if old.endswith(".html") else ("", "/")

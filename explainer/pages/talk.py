"""What readers may answer with: comments below an article, and the form for the newsletter."""

from __future__ import annotations

import re
from urllib.parse import quote, urlsplit

from explainer.config import Config
from explainer.offers import (
    ButtondownNewsletter,
    GiscusComments,
    IssoComments,
    ListmonkNewsletter,
    MailchimpNewsletter,
    MailComments,
    NewsletterSpec,
)
from explainer.pages.frame import absolute
from explainer.pages.parts import Comments, Newsletter
from explainer.policy import Sources

GISCUS = "https://giscus.app"


def comments(config: Config, page: str, slug: str, title: str) -> Comments | None:
    """What stands below the article at that path. A thread goes by the article's address, not by how a reader came to it."""
    match config.site.comments:
        case MailComments(to=to):
            address = absolute(config, page)
            body = f"&body={quote(address, safe='')}" if address else ""
            return Comments(to, f"mailto:{quote(to, safe='@')}?subject={quote(title, safe='')}{body}", {}, {})
        case IssoComments(server=server):
            root = server.rstrip("/")
            path = urlsplit(absolute(config, page)).path or f"/{slug}/"
            thread = {"id": "isso-thread", "data-isso-id": path, "data-title": title}
            # its own sheet would bring colours of its own, and its avatars are drawn with inline styles, its votes have no words
            settings = {
                "data-isso": root,
                "data-isso-css": "false",
                "data-isso-avatar": "false",
                "data-isso-vote": "false",
                "data-isso-lang": config.site.language,
            }
            return Comments(_host(root), "", thread, {**settings, "src": f"{root}/js/embed.min.js"})
        case GiscusComments() as spec:
            settings = {
                "data-repo": spec.repo, "data-repo-id": spec.repo_id, "data-category": spec.category, "data-category-id": spec.category_id,
                "data-mapping": "specific", "data-term": slug, "data-strict": "1", "data-reactions-enabled": "1", "data-emit-metadata": "0",
                "data-input-position": "bottom", "data-theme": "preferred_color_scheme", "data-lang": config.site.language,
                "crossorigin": "anonymous", "src": f"{GISCUS}/client.js",
            }  # fmt: skip
            return Comments(_host(GISCUS), "", {"class": "giscus"}, settings)
    return None


def newsletter(config: Config) -> Newsletter | None:
    """The form for the newsletter."""
    spec = config.site.newsletter
    if spec is None:
        return None
    action, field, hidden, trap = _form(spec)
    return Newsletter(action, _host(action), field, hidden, trap, spec.says)


def ids(config: Config) -> tuple[str, ...]:
    """The ids that these give to a page; headings have others."""
    if config.site.comments is None and config.site.newsletter is None:
        return ()
    return ("comments", "thread", "isso-thread", "isso-root", "newsletter", "newsletter-email", "newsletter-host")


def _form(spec: NewsletterSpec) -> tuple[str, str, tuple[tuple[str, str], ...], str]:
    """Where it is sent, the field of the address, those that nobody sees, and the one that only programs fill in."""
    match spec:
        case ButtondownNewsletter(username=username):
            return f"https://buttondown.com/api/emails/embed-subscribe/{username}", "email", (("embed", "1"),), ""
        case ListmonkNewsletter(server=server, lists=lists):
            return f"{server.rstrip('/')}/subscription/form", "email", (("nonce", ""), *(("l", uuid) for uuid in lists)), ""
        case MailchimpNewsletter(action=action):
            address = action.replace("&amp;", "&")
            user, audience = re.findall(r"[?&](?:u|id)=([0-9a-f]+)", address)
            return address, "EMAIL", (), f"b_{user}_{audience}"
    return spec.action, spec.field, tuple(spec.hidden.items()), ""


def newsletter_sources(config: Config) -> tuple[Sources, ...]:
    """What a page with the form may do: send it there, and be led on to where the provider leads."""
    spec = config.site.newsletter
    if spec is None:
        return ()
    origins = [_origin(address) for address in (_form(spec)[0], spec.leads_to) if address]
    return ({"form-action": tuple(dict.fromkeys(origins))},)


def comment_sources(config: Config) -> tuple[Sources, ...]:
    """What a page with a thread may load: the one script, and what it asks for in turn."""
    match config.site.comments:
        case IssoComments(server=server):
            root = server.rstrip("/")
            return ({"script-src": (f"{root}/js/embed.min.js",), "connect-src": (f"{root}/",)},)
        case GiscusComments():
            return ({"script-src": (f"{GISCUS}/client.js",), "style-src": (f"{GISCUS}/default.css",), "frame-src": (GISCUS,)},)
    return ()


def _host(address: str) -> str:
    return urlsplit(address).netloc


def _origin(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"

"""What a site may offer its readers beside the articles: comments and a newsletter, as `site.yaml` says. Both are off until it does.

What stands here goes into attributes of a page and into its security policy, so each value has its pattern.
The texts below the fields are what an editor shows: they go into the JSON Schemas.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Discriminator, Field, Tag

from explainer.document import Strict

# encrypted, but on this machine: browsers block what is not on pages that are, and addresses of readers travel
HOST = r"(https://[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?|http://(localhost|127\.0\.0\.1))(:[0-9]{1,5})?"

# a description here is what an author is told whose value has another pattern
Server = Annotated[
    str,
    Field(
        pattern=rf"^{HOST}(/[A-Za-z0-9._~/-]*)?$", description="write it like https://comments.example.org or https://example.org/comments"
    ),
]
Action = Annotated[str, Field(pattern=rf"^{HOST}([/?][^\s<>\"'\\]*)?$", description="write it like https://example.org/subscribe")]
Origin = Annotated[str, Field(pattern=rf"^({HOST}/?)?$", description="write the host alone, like https://example.org")]
LIST_MANAGE = r"^https://[A-Za-z0-9.-]+\.list-manage\.com/subscribe/post\?u=[0-9a-f]+&(amp;)?id=[0-9a-f]+(&(amp;)?f_id=[0-9a-f]+)?$"
ListManage = Annotated[
    str, Field(pattern=LIST_MANAGE, description="copy it from the form's code: https://….list-manage.com/subscribe/post?u=…&id=…")
]
FieldName = Annotated[
    str,
    Field(
        pattern=r"^[A-Za-z_][A-Za-z0-9_.:-]*(\[[A-Za-z0-9_]*\])*$",
        description="a field's name is letters, digits and '_', such as email or fields[email]",
    ),
]
Id = Annotated[str, Field(pattern=r"^[A-Za-z0-9_=-]+$", description="copy it from giscus.app: letters, digits, '_', '-' and '='")]
Repository = Annotated[str, Field(pattern=r"^[A-Za-z0-9-]+/[A-Za-z0-9._-]+$", description="write it like OWNER/NAME")]
Username = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]*$", description="it is what stands behind buttondown.com/")]
Uuid = Annotated[
    str,
    Field(
        pattern=r"^[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$",
        description="copy it from listmonk, under Lists: it is like a132cb7d-6dc0-450c-8789-41d4fd880548",
    ),
]
MAILBOX = r"^[A-Za-z0-9.!#$*+/=^_{|}~-]+@[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?$"
Mailbox = Annotated[str, Field(pattern=MAILBOX, description="write it like editor@example.org")]


class IssoComments(Strict):
    """Comments on a server of your own, by Isso."""

    kind: Literal["isso"]
    """Who keeps the comments: `isso`, `giscus`, or nobody but your mailbox, `mail`."""
    server: Server
    """Where Isso answers, such as `https://comments.example.org`."""


class GiscusComments(Strict):
    """Comments in the discussions of a repository on GitHub, by giscus."""

    kind: Literal["giscus"]
    """Who keeps the comments: `isso`, `giscus`, or nobody but your mailbox, `mail`."""
    repo: Repository
    """The repository, `OWNER/NAME`."""
    repo_id: Id
    """Its id, as giscus.app shows it."""
    category: Annotated[str, Field(min_length=1)]
    """The category of the discussions."""
    category_id: Id
    """Its id, as giscus.app shows it."""


class MailComments(Strict):
    """Letters instead of comments."""

    kind: Literal["mail"]
    """Who keeps the comments: `isso`, `giscus`, or nobody but your mailbox, `mail`."""
    to: Mailbox
    """The mailbox that readers write to."""


class _Newsletter(Strict):
    """What every newsletter may say."""

    says: str = ""
    """What a reader gets, and how often."""
    leads_to: Origin = ""
    """Where the provider leads a reader next, if that is another host than its own."""


class ButtondownNewsletter(_Newsletter):
    """A newsletter by Buttondown."""

    provider: Literal["buttondown"]
    """Who keeps the addresses: `buttondown`, `listmonk`, `mailchimp`, or `form` for any other."""
    username: Username
    """The newsletter's name there."""


class ListmonkNewsletter(_Newsletter):
    """A newsletter on a server of your own, by listmonk."""

    provider: Literal["listmonk"]
    """Who keeps the addresses: `buttondown`, `listmonk`, `mailchimp`, or `form` for any other."""
    server: Server
    """Where listmonk answers, such as `https://lists.example.org`."""
    lists: Annotated[tuple[Uuid, ...], Field(min_length=1)]
    """The UUIDs of the public lists that a reader subscribes to."""


class MailchimpNewsletter(_Newsletter):
    """A newsletter by Mailchimp."""

    provider: Literal["mailchimp"]
    """Who keeps the addresses: `buttondown`, `listmonk`, `mailchimp`, or `form` for any other."""
    action: ListManage
    """The `action` of the form that Mailchimp shows you: `https://….list-manage.com/subscribe/post?u=…&id=…`."""


class FormNewsletter(_Newsletter):
    """A newsletter by whoever takes a form."""

    provider: Literal["form"] = "form"
    """Who keeps the addresses: `buttondown`, `listmonk`, `mailchimp`, or `form` for any other."""
    action: Action
    """Where the form is sent."""
    field: FieldName = "email"
    """The name of the field with the reader's address."""
    hidden: dict[FieldName, str] = {}
    """Other fields, which the reader does not see."""


def provider(written: Any) -> str:
    """Which type a newsletter is read by: whoever names no provider names a form."""
    found = written.get("provider", "form") if isinstance(written, dict) else getattr(written, "provider", "")
    return found if isinstance(found, str) else ""


CommentsSpec = Annotated[IssoComments | GiscusComments | MailComments, Field(discriminator="kind")]
NewsletterSpec = Annotated[
    Annotated[ButtondownNewsletter, Tag("buttondown")]
    | Annotated[ListmonkNewsletter, Tag("listmonk")]
    | Annotated[MailchimpNewsletter, Tag("mailchimp")]
    | Annotated[FormNewsletter, Tag("form")],
    Discriminator(provider),
]

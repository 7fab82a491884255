"""JSON Schemas of what an author writes in YAML, for editors that check and complete it while it is typed.

They are made from the types that the build reads by, and lie as files in `schemas/`: a test holds them to the types.
"""

from __future__ import annotations

import ast
import inspect
import json
import re
import textwrap
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, TypeAdapter
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from explainer.config import SiteSpec
from explainer.inputs import shipped
from explainer.matter import ArticleMatter, Bibliography, Credits, QuestionMatter
from explainer.model.spec import ModelSpec

DRAFT = "https://json-schema.org/draft/2020-12/schema"


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of file, or of front matter, and the type that it is read by."""

    what: str
    type: Any


KINDS = {
    "site": Kind("content/site.yaml", SiteSpec),
    "article": Kind("the front matter of article.md", ArticleMatter),
    "question": Kind("the front matter of faq/*.md", QuestionMatter),
    "model": Kind("model.yaml", ModelSpec),
    "sources": Kind("sources.yaml", Bibliography.model_fields["sources"].annotation),
    "credits": Kind("img/credits.yaml", Credits.model_fields["credits"].annotation),
}


def file(name: str) -> str:
    """The name of the file of a schema."""
    return f"{name}.schema.json"


def text(name: str) -> str:
    """The schema of a kind, as shipped."""
    return (shipped("schemas") / file(name)).read_text(encoding="utf-8")


def generate(name: str) -> str:
    """The schema of a kind, from its type."""
    kind = KINDS[name]
    schema = TypeAdapter(kind.type).json_schema(schema_generator=_AsWritten)
    return json.dumps({"$schema": DRAFT, "title": kind.what, **schema}, indent=1, ensure_ascii=False) + "\n"


class _AsWritten(GenerateJsonSchema):
    """What YAML makes of an author's words: our reader takes every scalar as text, where an editor sees numbers and truths."""

    def str_schema(self, schema: core_schema.StringSchema) -> JsonSchemaValue:
        found = super().str_schema(schema)
        pattern = found.get("pattern")
        if pattern is None:
            found["type"] = ["string", "number", "boolean"]
        if not found.get("minLength") and (pattern is None or re.search(pattern, "")):
            found["type"] = [*([found["type"]] if pattern else found["type"]), "null"]  # nothing after the colon
        return found

    def bool_schema(self, schema: core_schema.BoolSchema) -> JsonSchemaValue:
        return {"enum": [True, False, "yes", "no", "on", "off"]}

    def date_schema(self, schema: core_schema.DateSchema) -> JsonSchemaValue:
        return {"type": "string", "format": "date", "pattern": r"^\d{4}-\d\d-\d\d$"}

    def nullable_schema(self, schema: core_schema.NullableSchema) -> JsonSchemaValue:
        return self.generate_inner(schema["schema"])  # what may be left out is not written as nothing

    def dict_schema(self, schema: core_schema.DictSchema) -> JsonSchemaValue:
        found = super().dict_schema(schema)
        return found | {"additionalProperties": False} if "patternProperties" in found else found

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> JsonSchemaValue:
        found = super().default_schema(schema)
        return {key: value for key, value in found.items() if key != "default" or value not in (None, "", [], {})}

    def field_title_should_be_set(self, schema: Any) -> bool:
        return False  # it would say the key again

    def model_schema(self, schema: core_schema.ModelSchema) -> JsonSchemaValue:
        found = super().model_schema(schema)
        found.pop("title", None)
        described = _described(schema["cls"])
        for name, field in found.get("properties", {}).items():
            field["description"] = described[name]
        return found


def _described(kind: type[BaseModel]) -> dict[str, str]:
    """The texts below the fields of a type, and of what it is a kind of. Pydantic would read them too, but at every start of every command."""
    above = {name: text for base in kind.__bases__ if base.__module__ == kind.__module__ for name, text in _described(base).items()}
    (body,) = ast.parse(textwrap.dedent(inspect.getsource(kind))).body
    assert isinstance(body, ast.ClassDef)
    pairs = zip(body.body, body.body[1:], strict=False)
    return above | {
        field.target.id: inspect.cleandoc(below.value.value)
        for field, below in pairs
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name)
        if isinstance(below, ast.Expr) and isinstance(below.value, ast.Constant) and isinstance(below.value.value, str)
    }

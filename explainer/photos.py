"""A photograph of an article -> files in a few sizes, in a modern format where that is smaller."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from explainer.assets import fingerprint
from explainer.cache import Cache
from explainer.diagnostics import Place, Problems, Report, did_you_mean
from explainer.matter import Credit

WIDTHS = (480, 960, 1440)
FORMATS = {".jpg": "JPEG", ".jpeg": "JPEG", ".png": "PNG", ".webp": "WEBP"}
MAX_PIXELS = 50_000_000


@dataclass(frozen=True, slots=True)
class Photo:
    """A prepared photograph. `sets` maps a MIME type to its files by width, the best type first; `plain` are those for all browsers."""

    width: int
    height: int
    sets: Mapping[str, Mapping[int, str]]
    plain: Mapping[int, str]
    files: Mapping[str, bytes]
    credit: Credit


def prepare(folder: Path, wanted: Mapping[str, Place], credits: Mapping[str, Credit], results: Cache) -> dict[str, Photo]:
    """The wanted photographs (path -> where the prose places it). Raises Problems for all that fail."""
    photos = {}
    with Report() as report:
        for name, place in wanted.items():
            path = (folder / name).resolve()
            if not path.is_relative_to(folder.resolve()):
                report.error("outside", f"'{name}' is outside the article's folder", place, "copy it into img/")
            elif path.suffix.lower() not in FORMATS:
                report.error("bad-photo", f"'{name}' is not a photograph", place, f"use {', '.join(FORMATS)}, or 'chart:NAME' for a chart")
            elif not path.is_file():
                report.error("missing-file", f"there is no file '{name}'", place, _near(path))
            elif name not in credits:
                report.error(
                    "missing-credit", f"'{name}' has no credit", place, f"add it to img/credits.yaml: '{name}: {{credit: …, licence: …}}'"
                )
            else:
                photo = report.attempt(_kept, path, place, credits[name], results)
                if photo:
                    photos[name] = photo
    return photos


def _kept(path: Path, place: Place, credit: Credit, results: Cache) -> Photo:
    data = path.read_bytes()
    return results.get("photo", (path.name, data, credit), lambda: _prepare(path, data, place, credit))


def _near(path: Path) -> str:
    there = [other.name for other in path.parent.glob("*.*")] if path.parent.is_dir() else []
    return did_you_mean(path.name, there) or f"put it into the article's folder, as {path.parent.name}/{path.name}"


def _prepare(path: Path, data: bytes, place: Place, credit: Credit) -> Photo:
    from PIL import Image, ImageOps, UnidentifiedImageError

    try:
        with Image.open(io.BytesIO(data)) as opened:
            if opened.width * opened.height > MAX_PIXELS:
                raise _bad(path, place, f"has more than {MAX_PIXELS // 1_000_000} million pixels", "make it smaller")
            image = ImageOps.exif_transpose(opened).convert("RGBA" if opened.has_transparency_data else "RGB")
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError):
        raise _bad(path, place, "cannot be read as a photograph", "save it again as JPEG or PNG") from None
    native = FORMATS[path.suffix.lower()]
    files: dict[str, bytes] = {}
    sets: dict[str, dict[int, str]] = {}
    for width in sorted({min(width, image.width) for width in WIDTHS}):
        scaled = image.resize((width, round(image.height * width / image.width)), Image.Resampling.LANCZOS)
        plain = _encode(scaled, native)
        for format_ in ("AVIF", "WEBP", native):
            data = plain if format_ == native else _encode(scaled, format_)
            if format_ != native and len(data) >= len(plain):
                continue
            name = f"img/{path.stem}-{width}.{fingerprint(data)}.{format_.lower().replace('jpeg', 'jpg')}"
            files[name] = data
            sets.setdefault(f"image/{format_.lower()}", {})[width] = name
    everyones = sets.pop(f"image/{native.lower()}")
    return Photo(image.width, image.height, sets, everyones, files, credit)


def _encode(image: object, format_: str) -> bytes:
    from PIL import Image

    assert isinstance(image, Image.Image)
    out = io.BytesIO()
    if format_ == "JPEG":
        image.convert("RGB").save(out, format_, quality=82, optimize=True, progressive=True)
    elif format_ == "PNG":
        image.save(out, format_, optimize=True)
    else:
        image.save(out, format_, quality=60 if format_ == "AVIF" else 80)
    return out.getvalue()


def _bad(path: Path, place: Place, what: str, hint: str) -> Problems:
    report = Report()
    report.error("bad-photo", f"'{path.name}' {what}", place, hint)
    return Problems(report.found)

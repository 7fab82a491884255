"""XML for other programs, in one namespace."""

from __future__ import annotations

from lxml import etree
from lxml.etree import _Element as Element


class Xml:
    """A document that is written from the top down."""

    def __init__(self, namespace: str, root: str) -> None:
        self._namespace = namespace
        self.root: Element = etree.fromstring(f'<{root} xmlns="{namespace}"/>')

    def add(self, parent: Element, name: str, text: str | None = None, **attributes: str) -> Element:
        """Put an element at the end of another."""
        element = etree.SubElement(parent, f"{{{self._namespace}}}{name}", attributes)
        element.text = text
        return element

    def bytes(self) -> bytes:
        """The document, in UTF-8."""
        return etree.tostring(self.root, xml_declaration=True, encoding="utf-8", pretty_print=True)

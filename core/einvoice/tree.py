"""Growing an XML tree: elements below one another, numbers as EN 16931 wants them written, and the bytes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal

from lxml import etree


class Branch:
    """An element that grows; `namespaces` maps its prefixes, of which `prefix:Name` names take one."""

    __slots__ = ("_namespaces", "element")

    def __init__(self, element: etree._Element, namespaces: Mapping[str, str]) -> None:
        self.element = element
        self._namespaces = namespaces

    def add(self, name: str, text: str | None = None, /, **attributes: str) -> Branch:
        """A new last child."""
        prefix, _colon, local = name.partition(":")
        child = etree.SubElement(self.element, f"{{{self._namespaces[prefix]}}}{local}", attributes)
        child.text = text
        return Branch(child, self._namespaces)

    def path(self, names: str, text: str | None = None, /, **attributes: str) -> Branch:
        """Children in one another, named in a row with `/` between them; the last one has the text."""
        branch, (*outer, last) = self, names.split("/")
        for name in outer:
            branch = branch.add(name)
        return branch.add(last, text, **attributes)

    def some(self, name: str, text: str, /, **attributes: str) -> None:
        """The same as `add`, but nothing where there is no text: an empty element is against the rules (R008)."""
        if text:
            self.add(name, text, **attributes)


def root(name: str, default: str, namespaces: Mapping[str, str]) -> Branch:
    """`default`: the prefix of the document's own namespace, which is written without one if it is empty."""
    shown = {prefix or None: uri for prefix, uri in namespaces.items()}
    # lxml's types know no default namespace.
    return Branch(etree.Element(f"{{{namespaces[default]}}}{name}", nsmap=shown), namespaces)  # type: ignore[arg-type]


def written(branch: Branch) -> bytes:
    return etree.tostring(branch.element, encoding="UTF-8", xml_declaration=True)


def plain(value: Decimal) -> str:
    """Without an exponent, without zeros that say nothing, never `-0`."""
    text = format(value, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def amount(value: Decimal) -> str:
    """With the places that the currency has: at most two, which `rules` sees to (BR-DEC)."""
    return format(value + 0, "f")


def compact(day: date) -> str:
    """Format 102 of UNTDID 2379."""
    return f"{day:%Y%m%d}"

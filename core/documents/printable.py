"""Text as it may be printed: tidied first, then refused if a character has no glyph, before anything is drawn."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import replace

from core.documents.repertoire import SMALL
from core.documents.typeface import without_glyph
from core.errors import N_, InvalidInput
from core.invoice import ComputedLine, Document
from core.party import Address, Party
from core.units import LABELS

# U+2212 and the hyphens without a glyph have a twin that every reader takes for the same.
_TWINS = {
    0x2212: "-",
    0x2010: "-",
    0x2011: "-",
    0x2028: "\n",
    0x2029: "\n",
    0x0B: "\n",
    0x0C: "\n",
    0x85: "\n",
}
_SPACES = re.compile(r"[ \t\u1680\u2000-\u200a\u205f\u3000]+")
_AROUND_BREAKS = re.compile(r" ?(?:\r\n|\r|\n) ?")


def clean(text: str) -> str:
    """Composed (NFC), one space between words, line breaks as `\\n`, and nothing that is invisible.

    Control, bidi and zero-width characters go: they could make a number read differently than it is.
    """
    if SMALL.issuperset(text) and "  " not in text and text.strip(" ") == text:
        return text
    text = unicodedata.normalize("NFC", text).translate(_TWINS)
    text = _AROUND_BREAKS.sub("\n", _SPACES.sub(" ", text))
    visible = (char for char in text if char == "\n" or unicodedata.category(char) not in {"Cc", "Cf"})
    return "".join(visible).strip(" \n")


def missing_glyphs(text: str) -> str:
    """The characters of `text` that an invoice cannot print, each once; empty for what can be printed."""
    return without_glyph(clean(text).replace("\n", " "))


def cleaned(document: Document) -> Document:
    """The same document with every text tidied."""
    totals = document.totals
    lines = tuple(map(_line, totals.lines))
    return replace(
        document,
        number=_one_line(document.number),
        terms=_one_line(document.terms),
        seller=clean_party(document.seller),
        buyer=clean_party(document.buyer),
        totals=replace(totals, lines=lines),
        reference=_one_line(document.reference),
        order=_one_line(document.order),
        note=clean(document.note),
        iban=_one_line(document.iban).replace(" ", ""),
        bic=_one_line(document.bic).replace(" ", ""),
        footer=clean(document.footer),
        tax_note=clean(document.tax_note),
    )


def _one_line(text: str) -> str:
    text = clean(text)
    return text.replace("\n", " ") if "\n" in text else text


def _line(line: ComputedLine) -> ComputedLine:
    text = _one_line(line.description)
    if text == line.description and line.unit in LABELS:
        return line
    return replace(line, description=text, unit=_one_line(line.unit))


def clean_party(party: Party) -> Party:
    address = party.address
    return Party(
        _one_line(party.name),
        Address(
            *map(_one_line, (address.country, address.line1, address.line2, address.postcode, address.city))
        ),
        *map(_one_line, _beside_the_address(party)),
    )


def _beside_the_address(party: Party) -> tuple[str, ...]:
    return (party.vat_id, party.tax_number, party.email, party.contact, party.phone, party.register)


def texts(document: Document) -> Iterator[tuple[str, str]]:
    """Every text that a person wrote, with the name of its field."""
    yield from party_texts(document.seller, document.buyer)
    yield "lines", "".join([line.description for line in document.totals.lines])
    yield "lines", "".join({line.unit for line in document.totals.lines})
    for name in ("number", "terms", "reference", "order", "note", "iban", "bic", "footer", "tax_note"):
        yield name.replace("_", " "), getattr(document, name)


def party_texts(seller: Party, buyer: Party) -> Iterator[tuple[str, str]]:
    for name, party in (("seller", seller), ("buyer", buyer)):
        address = party.address
        yield name, party.name
        yield f"{name} address", "".join((*address.lines(), address.country))
        yield name, "".join(_beside_the_address(party))


def characters(document: Document) -> set[str]:
    """Every character in the texts of a cleaned document; InvalidInput names the field and one without a glyph."""
    return drawn(texts(document))


def drawn(named: Iterable[tuple[str, str]]) -> set[str]:
    """Likewise of any cleaned texts, each with the name of its field."""
    chars: set[str] = set()
    for field, text in named:
        if absent := without_glyph(text.replace("\n", " ")):
            raise _refusal(field, absent[0])
        chars.update(text)
    chars.discard("\n")
    return chars


def _refusal(field: str, char: str) -> InvalidInput:
    return InvalidInput(
        field,
        N_("“{character}” (U+{code}) cannot be printed on an invoice. Please write it in other letters."),
        # Half of a surrogate pair could not even be sent back.
        character=char.encode("utf-8", "replace").decode(),
        code=f"{ord(char):04X}",
    )


def check_printable(document: Document) -> None:
    """Raise InvalidInput, naming the field and the character, for what `render` would refuse."""
    characters(cleaned(document))


def check_letterhead(seller: Party, buyer: Party, footer: str) -> None:
    """Likewise for what stands on statements and reminders around their sums."""
    drawn([*party_texts(clean_party(seller), clean_party(buyer)), ("footer", clean(footer))])


def letterhead_fits(seller: Party, buyer: Party, *others: str) -> bool:
    """Whether all of that, and of the other texts beside it, can be printed."""
    named = party_texts(clean_party(seller), clean_party(buyer))
    return not missing_glyphs("".join((*(text for _name, text in named), *others)))

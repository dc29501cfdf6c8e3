"""The three kinds of XML: what each says it follows, and how it is named."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

_PEPPOL_PROCESS = "urn:fdc:peppol.eu:2017:poacc:billing:01:1.0"


class Profile(StrEnum):
    """What of EN 16931 is written, and in which syntax."""

    FACTUR_X = "factur-x"
    """CII, inside the PDF."""
    XRECHNUNG = "xrechnung"
    """CII, as German authorities take it."""
    PEPPOL = "peppol"
    """UBL, BIS Billing 3."""


@dataclass(frozen=True, slots=True)
class Marks:
    """BT-24 and BT-23."""

    guideline: str
    process: str = ""


MARKS = {
    Profile.FACTUR_X: Marks("urn:cen.eu:en16931:2017"),
    Profile.XRECHNUNG: Marks(
        "urn:cen.eu:en16931:2017#compliant#urn:xeinkauf.de:kosit:xrechnung_3.0", _PEPPOL_PROCESS
    ),
    Profile.PEPPOL: Marks(
        "urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0", _PEPPOL_PROCESS
    ),
}

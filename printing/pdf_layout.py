"""HTML to an archive file (PDF/A-3a and PDF/UA-1): reaches nothing it was not given, in known time and memory."""

import html as markup
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import cache
from typing import Any, Final, Protocol, cast

from weasyprint import CSS, HTML, Attachment, Document
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

from printing import fonts, fonts_latin, fonts_lettered, pdf_faster, pdf_justify
from printing.pdf_attached import Attached
from printing.pdf_failures import CharactersMissing, Reason, RenderFailed
from printing.press import folder_of_letters

UA_IDENTIFIER: Final = (
    b'<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/"'
    b' xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">'
    b'<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource"><pdfaSchema:schema>PDF/UA</pdfaSchema:schema>'
    b"<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>"
    b"<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix><pdfaSchema:property><rdf:Seq>"
    b'<rdf:li rdf:parseType="Resource"><pdfaProperty:name>part</pdfaProperty:name>'
    b"<pdfaProperty:valueType>Integer</pdfaProperty:valueType><pdfaProperty:category>internal</pdfaProperty:category>"
    b"<pdfaProperty:description>PDF/UA part</pdfaProperty:description></rdf:li></rdf:Seq></pdfaSchema:property>"
    b"</rdf:li></rdf:Bag></pdfaExtension:schemas></rdf:Description>"
    b'<rdf:Description rdf:about="" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/" pdfuaid:part="1"/>'
)

KEPT: Final = "part:seal"
"""The drawing that is the same in many documents, see ``printing.pdf_faster``."""

pdf_justify.install()
pdf_faster.install()


class _Locked(URLFetcher):  # type: ignore[misc]
    """Gives out what it was given, and nothing else in the world."""

    def __init__(self, resources: Mapping[str, tuple[bytes, str]]) -> None:
        super().__init__(allowed_protocols=set(), allow_redirects=False, fail_on_errors=True)
        self._resources = resources
        self.kept = {KEPT: resources[KEPT][0]} if KEPT in resources else {}

    def fetch(self, url: str, headers: Mapping[str, str] | None = None) -> URLFetcherResponse:
        del headers
        if url not in self._resources:
            blocked = f"blocked: {url[:80]}"
            raise FatalURLFetchingError(blocked)
        body, kind = self._resources[url]
        return URLFetcherResponse(url, body, {"Content-Type": kind})


class _Typefaces(_Locked):
    """Gives fonts to stylesheets: ``url("font:FandolFang-Regular.otf")``, ``url("latin:Serif")``."""

    def __init__(self) -> None:
        super().__init__({})

    def fetch(self, url: str, headers: Mapping[str, str] | None = None) -> URLFetcherResponse:
        name = url.removeprefix("font:")
        if url.startswith("font:") and name in fonts.FETCHED:
            kind = {"Content-Type": f"font/{name[-3:]}"}
            return URLFetcherResponse(url, (fonts.folder() / name).read_bytes(), kind)
        if url in fonts_latin.SOURCES:
            return URLFetcherResponse(url, fonts_latin.latin(url), {"Content-Type": "font/otf"})
        return super().fetch(url, headers)


class _Typecase(FontConfiguration):  # type: ignore[misc]
    """Its letters lie in a folder that goes with the process, however that ends (30 MB each would fill a disk)."""

    def __init__(self) -> None:
        super().__init__()
        self._folder = folder_of_letters()


@cache
def _typecase(process: int) -> FontConfiguration:
    """One for the life of a process: a new one for each document would cost twice the time and memory.

    Never one that was made before a fork: Pango looks for fonts in threads of its own, and they stay behind.
    """
    del process
    fonts.require()
    return _Typecase()


@cache
def _stylesheet(process: int, text: str) -> CSS:
    return CSS(string=text, url_fetcher=_Typefaces(), font_config=_typecase(process))


def render(
    html: str,
    *,
    created: datetime,
    stylesheets: Sequence[str] = (),
    resources: Mapping[str, tuple[bytes, str]] | None = None,
    attachments: Sequence[Attached] = (),
    again: Callable[[Document], str | None] = lambda _document: None,
) -> bytes:
    """The PDF of a page; the same arguments give the same bytes.

    ``again`` looks at what was laid out, and gives another page to be laid out instead where it does not like it.
    ``resources`` are all that the page may name: address (any scheme, such as ``part:seal``) to
    content and media type. Stylesheets are our own text and may name fonts as ``font:FILE``.
    """
    options: dict[str, Any] = {
        "pdf_variant": "pdf/a-3a",
        "attachments": [_attachment(each, created, _Locked(resources or {})) for each in attachments],
    }
    with _nothing_else():
        given: str | None = html
        while given is not None:
            document = lay_out(given, created=created, stylesheets=stylesheets, resources=resources, **options)
            given = again(document)
        return cast("bytes", document.write_pdf(finisher=_finish, **options))


def lay_out(
    html: str,
    *,
    created: datetime,
    stylesheets: Sequence[str] = (),
    resources: Mapping[str, tuple[bytes, str]] | None = None,
    **options: Any,  # noqa: ANN401 - WeasyPrint's
) -> Document:
    """The pages before they are written, for whoever has to know which text came to stand on which of them."""
    fonts.require()
    if lacking := fonts.uncovered(markup.unescape(fonts.text_in(html))):
        raise CharactersMissing(lacking)
    process = os.getpid()
    with _nothing_else():
        sheets = [_stylesheet(process, text) for text in stylesheets]
        document = HTML(
            string=fonts_lettered.lettered(html), base_url="part:", url_fetcher=_Locked(resources or {})
        ).render(font_config=_typecase(process), stylesheets=sheets, **options)
    document.metadata.created = document.metadata.modified = created.isoformat(timespec="seconds")
    return document


@contextmanager
def _nothing_else() -> Iterator[None]:
    """A document that asks for more than it was given ends as one that could not be made."""
    try:
        yield
    except FatalURLFetchingError as error:  # a BaseException, so that WeasyPrint itself lets it pass
        raise RenderFailed(Reason.BLOCKED, str(error)) from None


def is_blank(document: Document, page: int) -> bool:
    """Whether a page, counted from 0, holds nothing and only lets the next one begin on its side of the sheet."""
    return bool(document.pages[page]._page_box.page_type.blank)  # noqa: SLF001 - WeasyPrint is pinned


def _attachment(each: Attached, created: datetime, locked: _Locked) -> Attachment:
    return Attachment(
        string=each.content,
        name=each.name,
        description=each.description or each.name,
        relationship=each.relationship,
        created=created,
        modified=created,
        url_fetcher=locked,
    )


class _Written(Protocol):
    """The PDF that WeasyPrint is about to write."""

    objects: list[Any]
    catalog: dict[str, Any]


def _finish(_document: object, pdf: _Written) -> None:
    """Say that the file is PDF/UA as well, in the same block of metadata that validators read."""
    metadata = pdf.objects[int(pdf.catalog["Metadata"].split()[0])]
    metadata.stream[0] = metadata.stream[0].replace(b"</rdf:RDF>", UA_IDENTIFIER + b"</rdf:RDF>", 1)
    pdf.catalog["ViewerPreferences"] = "<</DisplayDocTitle true>>"


def warm() -> None:
    """Load what a process forked later may share: which characters there are, and the letters for English.

    Not the typecase: see there.
    """
    fonts.uncovered("一")
    for address in fonts_latin.SOURCES:
        fonts_latin.latin(address)

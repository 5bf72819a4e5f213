"""HTML to an archive file (PDF/A-3a and PDF/UA-1): reaches nothing it was not given, in known time and memory."""

import html as markup
import json
import os
import resource
import select
import signal
import time
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, Final, NoReturn, Protocol, cast

from weasyprint import CSS, HTML, Attachment
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError, URLFetcher, URLFetcherResponse

from core import fonts, fonts_latin, pdf_justify
from core.pdf_failures import CharactersMissing, Reason, RenderFailed

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

Work = Callable[[], bytes]

__all__ = ["Attached", "Limits", "RenderFailed", "in_limits", "render", "render_in_limits", "warm"]

pdf_justify.install()


@dataclass(frozen=True, slots=True)
class Attached:
    """A file that travels inside the PDF."""

    name: str
    content: bytes
    description: str = ""
    relationship: str = "Data"


@dataclass(frozen=True, slots=True)
class Limits:
    """What one document may use: bytes of memory, seconds of processor, seconds on the wall."""

    memory: int = 1536 << 20
    cpu: int = 20
    wall: float = 60.0


class _Locked(URLFetcher):  # type: ignore[misc]
    """Gives out what it was given, and nothing else in the world."""

    def __init__(self, resources: Mapping[str, tuple[bytes, str]]) -> None:
        super().__init__(allowed_protocols=set(), allow_redirects=False, fail_on_errors=True)
        self._resources = resources

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
            return URLFetcherResponse(url, (fonts.folder() / name).read_bytes(), {"Content-Type": "font/otf"})
        if url in fonts_latin.SOURCES:
            return URLFetcherResponse(url, fonts_latin.latin(url), {"Content-Type": "font/otf"})
        return super().fetch(url, headers)


@cache
def _typecase(process: int) -> FontConfiguration:
    """One for the life of a process: a new one for each document would cost twice the time and memory.

    Never one that was made before a fork: Pango looks for fonts in threads of its own, and they stay behind.
    """
    del process
    fonts.require()
    return FontConfiguration()


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
) -> bytes:
    """The PDF of a page; the same arguments give the same bytes.

    ``resources`` are all that the page may name: address (any scheme, such as ``part:seal``) to
    content and media type. Stylesheets are our own text and may name fonts as ``font:FILE``.
    """
    fonts.require()
    if lacking := fonts.uncovered(markup.unescape(fonts.text_in(html))):
        raise CharactersMissing(lacking)
    locked, process = _Locked(resources or {}), os.getpid()
    options: dict[str, Any] = {
        "pdf_variant": "pdf/a-3a",
        "attachments": [_attachment(each, created, locked) for each in attachments],
    }
    try:
        sheets = [_stylesheet(process, text) for text in stylesheets]
        document = HTML(string=html, base_url="part:", url_fetcher=locked).render(
            font_config=_typecase(process), stylesheets=sheets, **options
        )
        document.metadata.created = document.metadata.modified = created.isoformat(timespec="seconds")
        return cast("bytes", document.write_pdf(finisher=_finish, **options))
    except FatalURLFetchingError as error:  # a BaseException, so that WeasyPrint itself lets it pass
        raise RenderFailed(Reason.BLOCKED, str(error)) from None


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


def in_limits(work: Work, limits: Limits | None = None) -> bytes:
    """Do the work in a child process that may fail in any way without harm to this one."""
    limits = limits or Limits()
    reading, writing = os.pipe()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # other threads hold nothing that the child touches
        child = os.fork()
    if child == 0:
        os.close(reading)
        _in_child(work, limits, writing)
    os.close(writing)
    try:
        answer = _read_until_end(reading, limits.wall)
    finally:
        os.close(reading)
        status = _end(child)
    return _judged(answer, status)


def _end(child: int) -> int:
    """The child's status: it has a moment to leave, then it is made to."""
    for _ in range(20):
        pid, status = os.waitpid(child, os.WNOHANG)
        if pid:
            return status
        time.sleep(0.005)
    os.kill(child, signal.SIGKILL)
    return os.waitpid(child, 0)[1]


def _read_until_end(reading: int, wall: float) -> bytes | None:
    """All that the child says; None when it does not come to an end in time."""
    parts: list[bytes] = []
    end = time.monotonic() + wall
    while (left := end - time.monotonic()) > 0:
        if not select.select([reading], [], [], left)[0]:
            continue
        part = os.read(reading, 1 << 20)
        if not part:
            return b"".join(parts)
        parts.append(part)
    return None


def _in_child(work: Work, limits: Limits, writing: int) -> NoReturn:
    """Runs in the forked child: whatever happens, one answer, and no clean-up of the parent's things."""
    answer = b"F" + json.dumps([Reason.BROKEN, "died"]).encode()
    try:
        for name in (signal.SIGTERM, signal.SIGINT, signal.SIGALRM, signal.SIGXCPU):
            signal.signal(name, signal.SIG_DFL)
        room = max(limits.memory, _address_space() + (512 << 20))
        resource.setrlimit(resource.RLIMIT_AS, (room, room))
        resource.setrlimit(resource.RLIMIT_CPU, (limits.cpu, limits.cpu + 1))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        answer = b"P" + work()
    except CharactersMissing as error:
        answer = b"F" + json.dumps(["characters", list(error.characters)]).encode()
    except fonts.FontsMissing:
        answer = b"F" + json.dumps(["fonts", ""]).encode()
    except RenderFailed as error:
        answer = b"F" + json.dumps([error.reason, error.detail]).encode()
    except MemoryError:
        answer = b"F" + json.dumps([Reason.TOO_LARGE, ""]).encode()
    except BaseException as error:  # noqa: BLE001 - FatalURLFetchingError and the like must not run the parent's code
        answer = b"F" + json.dumps([Reason.BROKEN, type(error).__name__]).encode()
    finally:
        try:
            with open(writing, "wb", closefd=False) as pipe:
                pipe.write(answer)
        finally:
            os._exit(0)


def _address_space() -> int:
    with open("/proc/self/statm", encoding="ascii") as statm:  # noqa: PTH123 - not a file of ours
        return int(statm.read().split()[0]) * os.sysconf("SC_PAGE_SIZE")


_LATE: Final = {signal.SIGXCPU, signal.SIGKILL}


def _judged(answer: bytes | None, status: int) -> bytes:
    """The child's PDF, or its failure told as ours."""
    if answer is None or (not answer and os.WIFSIGNALED(status) and os.WTERMSIG(status) in _LATE):
        raise RenderFailed(Reason.TOO_LONG)
    if not answer:  # C code that finds no memory ends the process at once
        raise RenderFailed(Reason.TOO_LARGE, f"status {status}")
    if answer[:1] == b"P":
        return answer[1:]
    reason, detail = json.loads(answer[1:])
    if reason == "characters":
        raise CharactersMissing(tuple(detail))
    if reason == "fonts":
        fonts.require()
    raise RenderFailed(Reason(reason) if reason in set(Reason) else Reason.BROKEN, str(detail))


def render_in_limits(
    html: str,
    *,
    created: datetime,
    stylesheets: Sequence[str] = (),
    resources: Mapping[str, tuple[bytes, str]] | None = None,
    attachments: Sequence[Attached] = (),
    limits: Limits | None = None,
) -> bytes:
    """As ``render``, in a child process within limits; raises RenderFailed or what the fonts lack."""

    def work() -> bytes:
        return render(html, created=created, stylesheets=stylesheets, resources=resources, attachments=attachments)

    return in_limits(work, limits)

"""Looks into a PDF that somebody hands in: a process of its own, with limits and nothing at hand, says what it found.

What it says only explains: whether a file is ours and unchanged, its digest alone decides (core knows no register).
"""

import base64
import contextlib
import hashlib
import io
import json
import logging
import re
import sys
from collections.abc import Iterator, Sequence
from typing import Any, BinaryIO, Final

import pikepdf
from asn1crypto import x509
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.status import PdfSignatureStatus, SignatureCoverageLevel
from pyhanko_certvalidator import ValidationContext

LONGEST_NOTE: Final = 2 << 20
"""Bytes of an attachment or of metadata that are looked through for a code."""

MOST_CODES: Final = 5
MOST_FILES: Final = 20
MOST_PAGES: Final = 50
SCANNED: Final = 600
"""Pixels that a picture of a whole page has at least, each way."""
CODE: Final = re.compile(rb"(?<![0-9A-Z])(?:[2-9A-HJ-NP-Z]{4}-){3}[2-9A-HJ-NP-Z]{4}(?![0-9A-Z-])")


def look(content: bytes, ours: Sequence[bytes]) -> dict[str, Any]:
    """What signatures say (``none``, ``broken``, ``partial``, ``good``, ``foreign``), and codes to look up.

    Also whether its pages are pictures of pages.
    """
    codes: dict[str, None] = {}
    readable, picture = True, False
    try:
        for text in _texts(content):
            codes.update(dict.fromkeys(code.decode() for code in CODE.findall(text)))
        picture = _is_picture(content)
    except Exception:  # noqa: BLE001 - anything at all may be wrong with it
        readable = False
    try:
        signature = _signature(content, ours)
    except Exception:  # noqa: BLE001 - as above
        signature = "broken" if b"/ByteRange" in content else "none"
    return {"readable": readable, "signature": signature, "codes": list(codes)[:MOST_CODES], "picture": picture}


def _texts(content: bytes) -> Iterator[bytes]:
    """Where our documents name themselves: metadata, and the data attached to them."""
    with pikepdf.open(io.BytesIO(content)) as document:
        for value in document.docinfo.values() if document.trailer.get("/Info") is not None else ():
            yield str(value).encode()
        metadata = document.Root.get("/Metadata")
        if metadata is not None:
            yield metadata.read_bytes()[:LONGEST_NOTE]
        for name in list(document.attachments)[:MOST_FILES]:
            with contextlib.suppress(Exception):
                yield document.attachments[name].get_file().read_bytes()[:LONGEST_NOTE]


def _is_picture(content: bytes) -> bool:
    """Whether each page is drawn without letters, or is a scan below the letters that a reader of scans has put there.

    A page with nothing on it is none.
    """
    with pikepdf.open(io.BytesIO(content)) as document:
        pages = [pikepdf.Page(page) for page in document.pages[:MOST_PAGES]]
        return all(map(_drawn, pages))


def _drawn(page: pikepdf.Page) -> bool:
    lettered = "/Font" in page.resources
    return any(_whole(each) for each in page.images.values()) if lettered else "/XObject" in page.resources


def _whole(image: pikepdf.Object) -> bool:
    return min(int(image.get("/Width", 0)), int(image.get("/Height", 0))) >= SCANNED


def _signature(content: bytes, ours: Sequence[bytes]) -> str:
    found = list(PdfFileReader(io.BytesIO(content), strict=False).embedded_regular_signatures)
    if not found:
        return "none"
    known = {hashlib.sha256(each).digest() for each in ours}
    mine = [each for each in found if hashlib.sha256(each.signer_cert.dump()).digest() in known]
    if not mine:
        return "foreign"
    roots = [x509.Certificate.load(each) for each in ours]
    trust = ValidationContext(trust_roots=roots, moment=mine[0].self_reported_timestamp, revocation_mode="soft-fail")
    return _judged(validate_pdf_signature(mine[0], trust))


def _judged(status: PdfSignatureStatus) -> str:
    if not (status.intact and status.valid):
        return "broken"
    return "good" if status.coverage is SignatureCoverageLevel.ENTIRE_FILE else "partial"


def main(given: BinaryIO) -> None:
    """First line: certificates as JSON; the rest: the file. Answers with one JSON object."""
    logging.disable()
    ours = [base64.b64decode(each) for each in json.loads(given.readline())]
    sys.stdout.write(json.dumps(look(given.read(), ours)))


if __name__ == "__main__":
    main(sys.stdin.buffer)

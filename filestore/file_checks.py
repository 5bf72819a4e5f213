"""What is looked at in a file before it is kept: damage, a second file hidden inside, and content that explodes."""

import codecs
import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Callable
from typing import BinaryIO

from PIL import Image, UnidentifiedImageError

from core.errors import BadInput
from core.words import LazyString, _l
from filestore import frame_counting
from filestore.boxes import boxes, length
from filestore.confined import Late, Stopped
from filestore.frame_counting import PIXELS
from filestore.pdf_counting import Locked, pages_in

FIELD = "files"
"""The field that every refusal points at."""
MIB = 1024 * 1024
UNPACKED = 200 * MIB
RATIO = 100
RATIO_FROM = 10 * MIB
ENTRIES = 2_000
LISTED = ENTRIES * 512
"""So many bytes the list of an archive's parts may have: each costs far more memory than it takes in the file."""
SEGMENTS, SCANS, CHUNKS = 4_096, 100, 65_536
"""So many pieces before the end of a photograph, passes over it, and pieces of a PNG: each is looked at one by one."""
_CHUNK = 4 * MIB
_OVERLAP = 64
_START = 1024
_FORMATS = ("JPEG", "PNG")
_MARKUP = (b"<script", b"<html", b"<svg ", b"<svg>", b"<!doctype html", b"<?php", b"<iframe", b"w3.org/2000/svg")
_MARKUP_START = (b"<!doctype", b"<!--", b"<?", b"<html", b"<head", b"<body", b"<svg", b"<script", b"<iframe")
_ENCODINGS = ("utf-8", "gb18030")
_MARKER = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")
"""What ends a scan of a JPEG: any marker but the restarts."""
_JPEG, _PNG = b"\xff\xd8", b"\x89PNG\r\n\x1a\n"
_BARE = {bytes([sign]) for sign in (0x00, 0x01, *range(0xD0, 0xD9))}
"""Signs of a JPEG that no length follows."""
_LOST = re.compile("[\udc80-\udcff]")
"""What stands for a byte that does not belong to the encoding."""
_CONTROLS = {*range(32)} - {9, 10, 12, 13, 27}

Image.init()  # once and now: opening by a list of formats does not load the rarer ones itself
Image.MAX_IMAGE_PIXELS = PIXELS


def _refuse(message: LazyString) -> BadInput:
    return BadInput(FIELD, message)


def damaged(name: str) -> BadInput:
    """Word the refusal of a file that cannot be opened."""
    return _refuse(_l("“%(name)s” is damaged and can't be opened. Save it again, or take a new copy.", name=name))


def too_slow(name: str) -> BadInput:
    """The refusal of a file that was not looked through in time, which may be for want of a machine less busy."""
    return _refuse(
        _l(
            "“%(name)s” could not be looked through in time. Try once more; if that does not help, print it to PDF "
            "and hand in that.",
            name=name,
        )
    )


def _two_in_one(name: str) -> BadInput:
    return _refuse(
        _l("“%(name)s” has a second file of another type inside. Save it again, or take a screenshot.", name=name),
    )


class _TooLong(Exception):  # noqa: N818 - it names what was found
    """An archive lists more than any document holds."""


class _Brief:
    """A file as an archive is opened from it: a list that is too long is not read."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream

    def seek(self, offset: int, whence: int = 0, /) -> int:
        """As the file itself."""
        return self._stream.seek(offset, whence)

    def tell(self) -> int:
        """As the file itself."""
        return self._stream.tell()

    def read(self, size: int = -1, /) -> bytes:
        """As the file itself, which is asked for the list as a whole."""
        if size > LISTED:
            raise _TooLong
        return self._stream.read(size)


def _parts(stream: BinaryIO) -> list[zipfile.ZipInfo] | None:
    """What an archive holds; nothing where it is none. Raises _TooLong."""
    try:
        with zipfile.ZipFile(_Brief(stream)) as archive:
            return archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, struct.error):
        return None


def not_a_zip(stream: BinaryIO, name: str) -> None:
    """Refuse a file that opens as an archive as well."""
    try:
        twofold = bool(_parts(stream))
    except _TooLong:
        twofold = True
    if twofold:
        raise _two_in_one(name)


def no_pdf_inside(stream: BinaryIO, name: str) -> None:
    """Refuse what a reader of PDF files would open: those look for the head in the first kilobyte."""
    stream.seek(0)
    if b"%PDF-" in stream.read(_START):
        raise _two_in_one(name)


def alone(stream: BinaryIO, name: str) -> None:
    """Refuse an image or a recording that is an archive, a PDF or a page of markup at the same time."""
    not_a_zip(stream, name)
    no_pdf_inside(stream, name)
    stream.seek(0)
    rest = b""
    while chunk := stream.read(_CHUNK):
        seen = (rest + chunk).lower()
        if any(sign in seen for sign in _MARKUP):
            raise _two_in_one(name)
        rest = seen[-_OVERLAP:]


def image(stream: BinaryIO, name: str) -> None:
    """Refuse an image that is damaged, or of more pixels than a machine of ordinary size can bear."""
    if not _whole(stream, name):
        _few_pixels(_of_frames(stream, name), name)
        return
    try:
        with Image.open(stream, formats=_FORMATS) as opened:
            width, height = opened.size
            _few_pixels(width * height, name)
            if opened.format in {"JPEG", "MPO"}:
                opened.draft("RGB", (max(width // 8, 1), max(height // 8, 1)))
                opened.load()
            else:
                opened.verify()
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise _too_many_pixels(name) from None
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, IndexError, struct.error, zlib.error, EOFError):
        raise damaged(name) from None


def _whole(stream: BinaryIO, name: str) -> bool:
    """Refuse a picture of countless pieces, or that was cut off, before Pillow looks at them one by one.

    Tells whether it is a photograph or a PNG, as nearly all are; others are looked at apart.
    """
    stream.seek(0)
    head = stream.read(len(_PNG))
    if head.startswith(_JPEG) and not _whole_jpeg(stream):
        raise damaged(name)
    if head == _PNG and not _few_chunks(stream):
        raise damaged(name)
    stream.seek(0)
    return head.startswith(_JPEG) or head == _PNG


def _of_frames(stream: BinaryIO, name: str) -> int:
    try:
        counted = frame_counting.pixels_in(stream.read())
    except (Stopped, Late):
        raise too_slow(name) from None
    if not counted:
        raise damaged(name)
    return counted


def _whole_jpeg(stream: BinaryIO) -> bool:
    """Whether a photograph has its end; Pillow does not tell once WeasyPrint has made it lenient."""
    stream.seek(0)
    content, at, scans = stream.read(), 2, 0
    for _segment in range(SEGMENTS):
        sign = content[at + 1 : at + 2]
        if content[at : at + 1] != b"\xff" or sign == b"\xd9":
            break
        if sign == b"\xff":  # a filler
            at += 1
        elif sign in _BARE:
            at += 2
        else:
            at += 2 + int.from_bytes(content[at + 2 : at + 4], "big")
        if sign == b"\xda":
            marker, scans = _MARKER.search(content, at), scans + 1
            at = marker.start() if marker else len(content)
    return content[at : at + 2] == b"\xff\xd9" and scans <= SCANS


def _few_chunks(stream: BinaryIO) -> bool:
    """Whether a PNG comes to an end in a number of pieces that a program would write."""
    for _chunk in range(CHUNKS):
        head = stream.read(8)
        if len(head) < 8 or head[4:] == b"IEND":  # noqa: PLR2004 - a length and a name
            return True
        stream.seek(int.from_bytes(head[:4], "big") + 4, 1)
    return False


def _too_many_pixels(name: str) -> BadInput:
    return _refuse(
        _l("“%(name)s” has too many pixels: at most %(most)s million.", name=name, most=PIXELS // 1_000_000),
    )


def _few_pixels(count: int, name: str) -> None:
    if count > PIXELS:
        raise _too_many_pixels(name)


def heic(stream: BinaryIO, name: str) -> None:
    """Refuse a HEIC picture without the box that describes it."""
    if not any(box.name == b"meta" for box in boxes(stream, 0, length(stream))):
        raise damaged(name)


def film(stream: BinaryIO, name: str) -> None:
    """Refuse a recording without its index (box moov): it plays nowhere, the phone stopped before it was saved."""
    if not any(box.name == b"moov" for box in boxes(stream, 0, length(stream))):
        raise damaged(name)


def pdf(stream: BinaryIO, name: str) -> None:
    """Refuse a PDF that nobody here could open, or without a page."""
    stream.seek(0)
    try:
        pages = pages_in(stream.read())
    except Locked:
        raise _refuse(
            _l("“%(name)s” is protected by a password. Save it without, so that it can be read.", name=name),
        ) from None
    except (Stopped, Late):
        raise too_slow(name) from None
    if not pages:
        raise damaged(name)


def encoding_of(head: bytes) -> str:
    """Tell the encoding that a byte order mark names, or none."""
    if head.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    return ""


def rows(stream: BinaryIO, name: str) -> None:
    """As `text`, for a table of which each row is looked at by itself: a damaged line costs its own row."""
    text(stream, name, mostly=True)


def text(stream: BinaryIO, name: str, *, mostly: bool = False) -> None:
    """Refuse what cannot be read as text, or is a page of markup under another name."""
    stream.seek(0)
    named = encoding_of(stream.read(4))
    for encoding in (named,) if named else _ENCODINGS:
        stream.seek(0)
        start = _read_through(stream, encoding)
        if start is not None:
            break
    else:
        start = _most_of(stream) if mostly and named != "utf-16" else None
    if start is None:
        raise damaged(name)
    if start.lstrip().lower().encode().startswith(_MARKUP_START):
        raise _refuse(_l("“%(name)s” is a page of markup, not text. Print it to PDF and hand in that.", name=name))


def _most_of(stream: BinaryIO) -> str | None:
    """The start of what is text but for fewer lines than are whole; what is no UTF-8 has to be GB 18030 to its end."""
    for encoding in _ENCODINGS:
        stream.seek(0)
        start, good, bad = "", 0, 0
        for line in stream:
            said = line.decode(encoding, "surrogateescape")
            start = start or said[:_START]
            if "\0" in said or (encoding != "utf-8" and not said.isprintable() and _LOST.search(said)):
                break
            whole = _CONTROLS.isdisjoint(map(ord, said)) and not _LOST.search(said)
            good, bad = good + whole, bad + (not whole)
        else:
            if good > bad:
                return start.encode(errors="replace").decode()
    return None


def _read_through(stream: BinaryIO, encoding: str) -> str | None:
    decoder = codecs.getincrementaldecoder(encoding)()
    start = ""
    try:
        while chunk := stream.read(MIB):
            piece = decoder.decode(chunk)
            if not _CONTROLS.isdisjoint({ord(sign) for sign in set(piece)}):
                return None
            start = start or piece[:_START]
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return None
    return start


def office(part: str) -> Callable[[BinaryIO, str], None]:
    """Make the check of office files whose main part has this name."""

    def look(stream: BinaryIO, name: str) -> None:
        try:
            entries = _parts(stream)
        except _TooLong:
            raise _unpacks_to_too_much(name) from None
        if entries is None:
            raise damaged(name)
        names = {entry.filename for entry in entries}
        if part not in names or "[Content_Types].xml" not in names:
            raise damaged(name)
        if any(_forbidden(entry) for entry in entries):
            raise _refuse(
                _l("“%(name)s” holds macros, or parts that an office file must not have.", name=name),
            )
        _not_too_much(entries, name)

    return look


def _forbidden(entry: zipfile.ZipInfo) -> bool:
    path = entry.filename.replace("\\", "/")
    steps = path.split("/")
    link = stat.S_ISLNK(entry.external_attr >> 16)
    encrypted = bool(entry.flag_bits & 1)
    active = path.lower().endswith(("vbaproject.bin", ".exe", ".dll", ".js", ".vbs")) or "activex" in path.lower()
    return link or encrypted or active or path.startswith("/") or ".." in steps or ":" in steps[0]


def _not_too_much(entries: list[zipfile.ZipInfo], name: str) -> None:
    unpacked = sum(entry.file_size for entry in entries)
    packed = max(sum(entry.compress_size for entry in entries), 1)
    if len(entries) > ENTRIES or unpacked > UNPACKED or (unpacked > RATIO_FROM and unpacked / packed > RATIO):
        raise _unpacks_to_too_much(name)


def _unpacks_to_too_much(name: str) -> BadInput:
    return _refuse(_l("“%(name)s” unpacks to far more than a document of its size holds.", name=name))

"""The kinds of file that people may hand in: by ending and by content, with what is looked at in each."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import PurePath
from typing import BinaryIO

import puremagic

from core.errors import BadInput
from core.words import _, _l, bracketed
from filestore import file_checks as checks

HEAD = 8192
"""So many bytes from the start decide what a file is."""

_HEIC = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"}
_PLAIN = {b"isom", b"iso2", b"iso3", b"iso4", b"iso5", b"iso6", b"mp41", b"mp42", b"avc1", b"MSNV", b"dash"}
_PHONES = {b"M4A ", b"M4B ", b"M4V ", b"mmp4", b"3gp4", b"3gp5", b"3gp6", b"3gp7", b"3gr6", b"3gs7", b"3g2a"}
_SOUND_AND_PICTURE = _PLAIN | _PHONES

_RUNS = {"text/html", "image/svg+xml", "application/pdf", "application/rtf", "text/rtf", "application/postscript"}
"""Text that programs take for more than text."""


@dataclass(frozen=True)
class Kind:
    """One kind of file: its endings (the first is the usual one), its media type, and how it is recognised."""

    media_type: str
    endings: tuple[str, ...]
    begins: Callable[[bytes], bool]
    looked_at: tuple[Callable[[BinaryIO, str], None], ...] = ()


def _starts(*signs: bytes) -> Callable[[bytes], bool]:
    return lambda head: head.startswith(signs)


def _riff(form: bytes) -> Callable[[bytes], bool]:
    return lambda head: head[:4] == b"RIFF" and head[8:12] == form


def _brand(brands: set[bytes]) -> Callable[[bytes], bool]:
    def found(head: bytes) -> bool:
        if head[4:8] != b"ftyp":
            return False
        listed = head[8 : min(int.from_bytes(head[:4], "big"), 256)]
        return any(listed[at : at + 4] in brands for at in range(0, len(listed), 4) if at != 4)  # noqa: PLR2004

    return found


def _mp3(head: bytes) -> bool:
    """Look for an ID3 tag, or a frame header of MPEG layer I to III with a possible bit rate."""
    if head.startswith(b"ID3"):
        return True
    frame = head[:3].ljust(3, b"\0")
    return frame[0] == 0xFF and frame[1] & 0xE0 == 0xE0 and bool(frame[1] & 0x06) and frame[2] & 0xF0 != 0xF0  # noqa: PLR2004


def _text(head: bytes) -> bool:
    """Take anything that puremagic does not take for a page or a document; the check reads it as text."""
    try:
        guesses = puremagic.magic_string(head)
    except (puremagic.PureError, ValueError):
        return True
    return not any(guess.mime_type in _RUNS for guess in guesses)


_IMAGE = (checks.alone, checks.image)
_SOUND = (checks.alone,)
_FILM = (checks.alone, checks.film)

KINDS = (
    Kind("image/jpeg", ("jpg", "jpeg", "jpe", "jfif"), _starts(b"\xff\xd8\xff"), _IMAGE),
    Kind("image/png", ("png",), _starts(b"\x89PNG\r\n\x1a\n"), _IMAGE),
    Kind("image/gif", ("gif",), _starts(b"GIF87a", b"GIF89a"), _IMAGE),
    Kind("image/webp", ("webp",), _riff(b"WEBP"), _IMAGE),
    Kind("image/heic", ("heic", "heif"), _brand(_HEIC), (checks.alone, checks.heic)),
    Kind("application/pdf", ("pdf",), _starts(b"%PDF-"), (checks.not_a_zip, checks.pdf)),
    Kind("text/plain", ("txt",), _text, (checks.text,)),
    Kind("text/csv", ("csv",), _text, (checks.text,)),
    Kind(
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        ("xlsx",),
        _starts(b"PK\3\4"),
        (checks.no_pdf_inside, checks.office("xl/workbook.xml")),
    ),
    Kind(
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        ("docx",),
        _starts(b"PK\3\4"),
        (checks.no_pdf_inside, checks.office("word/document.xml")),
    ),
    Kind("audio/mpeg", ("mp3",), _mp3, _SOUND),
    Kind("audio/wav", ("wav",), _riff(b"WAVE"), _SOUND),
    Kind("audio/mp4", ("m4a",), _brand(_SOUND_AND_PICTURE), _FILM),
    Kind("audio/amr", ("amr",), _starts(b"#!AMR\n", b"#!AMR-WB\n"), _SOUND),
    Kind("video/3gpp", ("3gp", "3gpp"), _brand(_SOUND_AND_PICTURE), _FILM),
    Kind("video/mp4", ("mp4",), _brand(_SOUND_AND_PICTURE), _FILM),
)
BY_ENDING = {ending: kind for kind in KINDS for ending in kind.endings}
BY_MEDIA_TYPE = {kind.media_type: kind for kind in KINDS}


def endings(*media_types: str) -> str:
    """The endings of files whose media types begin like this, as people read them beside a field."""
    return ", ".join(kind.endings[0].upper() for kind in KINDS if kind.media_type.startswith(media_types))


_CALLED = {
    "image/": _l("Picture"),
    "audio/": _l("Sound recording"),
    "video/": _l("Film"),
    "text/csv": _l("Table"),
    "text/": _l("Plain text"),
    "application/vnd.openxmlformats-officedocument.spreadsheetml": _l("Table"),
    "application/": _l("Written document"),
}


def called(media_type: str) -> str:
    """What people call such a file: "Table (XLSX)"; nothing of one that is not taken."""
    kind = BY_MEDIA_TYPE.get(media_type)
    words = next((words for start, words in _CALLED.items() if media_type.startswith(start)), "")
    return f"{words}{bracketed(kind.endings[0].upper())}" if kind is not None else ""


def listed(kinds: str) -> str:
    """What `endings` gave, with the commas of the reader's language."""
    return kinds.replace(", ", _(", "))


ALLOWED = endings("")
RECORDINGS = endings("audio/", "video/")
PAGES = ("application/pdf", "image/")
"""How the media types of scanned pages begin."""
SCANS = endings(*PAGES)


def expected(name: str, kinds: str = ALLOWED) -> Kind:
    """Tell what a file must be by its ending; raises BadInput where such files are not kept, or not here."""
    ending = PurePath(name).suffix.lower().lstrip(".")
    kind = BY_ENDING.get(ending)
    if kind is None or kind.endings[0].upper() not in kinds.split(", "):
        raise BadInput(
            checks.FIELD,
            _l(
                "“%(name)s” is not a type of file that can be kept. Allowed are: %(kinds)s.",
                name=name,
                kinds=listed(kinds),
            ),
        )
    return kind


def kind_of(stream: BinaryIO, name: str, kinds: str = ALLOWED, *, by_row: bool = False) -> Kind:
    """Tell what a file is, by its ending and its content together; raises BadInput where they disagree.

    Of a table whose rows are looked at one by one, a damaged line damages no more than its row.
    """
    kind = expected(name, kinds)
    stream.seek(0)
    if not kind.begins(stream.read(HEAD)):
        raise BadInput(
            checks.FIELD,
            _l(
                "“%(name)s” does not contain what its ending says. Save it again as one of: %(kinds)s.",
                name=name,
                kinds=listed(kinds),
            ),
        )
    for look in kind.looked_at:
        stream.seek(0)
        (checks.rows if by_row and look is checks.text else look)(stream, name)
    stream.seek(0)
    return kind

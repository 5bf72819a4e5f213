"""What is inside a document that is passed on, and what lies behind what is seen of it."""

import base64
import io
import zipfile
import zlib
from collections.abc import Callable

import pikepdf
import pytest
from PIL import Image

from filestore.file_stripping import without_metadata
from tests.filestore import making_pictures as made
from tests.filestore.making_files import photograph


def _inside(name: str, part: str = "") -> bytes:
    """The picture, or another part, as it stands in the copy of a letter."""
    copy = without_metadata(made.letter_with(name), made.DOCX)
    with zipfile.ZipFile(io.BytesIO(copy)) as letter:
        return letter.read(f"word/{part or f'media/{name}'}")


@pytest.mark.parametrize("name", made.PICTURES)
def test_a_picture_inside_a_document_tells_nothing_behind_what_is_seen_of_it(name: str) -> None:
    assert made.TOLD in made.PICTURES[name]()
    assert made.TOLD not in _inside(name)


@pytest.mark.parametrize(
    "name", ["moving.jpeg", "cropped.png", "noted.gif", "scanned.jp2", "scanned.tiff", "noted.webp"]
)
def test_what_is_seen_of_a_picture_inside_a_document_stays(name: str) -> None:
    with Image.open(io.BytesIO(_inside(name))) as after, Image.open(io.BytesIO(made.PICTURES[name]())) as before:
        assert getattr(after, "n_frames", 1) == 1
        assert after.convert("RGB").tobytes() == before.convert("RGB").tobytes()


def test_a_document_names_no_file_from_which_a_picture_came_and_describes_it_still() -> None:
    said = _inside("noted.gif", "document.xml").decode()
    assert made.TOLD.decode() not in said
    assert ("图片 1" in said, "2026/11/08 的通话记录" in said) == (True, True)


def test_what_is_drawn_stays_of_a_drawing() -> None:
    assert b"<g />" in _inside("drawn.svg")


@pytest.mark.parametrize(
    ("chain", "seen", "written"),
    [
        ("ASCII85Decode DCTDecode", photograph, lambda shown: base64.a85encode(shown, wrapcol=70) + b"~>\n"),
        ("ASCIIHexDecode DCTDecode", photograph, lambda shown: shown.hex(" ").encode() + b">"),
        ("FlateDecode JPXDecode", lambda: made.scanned("jp2"), zlib.compress),
        ("JPXDecode", lambda: made.scanned("j2k"), bytes),
    ],
)
def test_a_photograph_that_a_pdf_holds_tells_nothing_however_it_is_packed(
    chain: str, seen: Callable[[], bytes], written: Callable[[bytes], bytes]
) -> None:
    names = [pikepdf.Name(f"/{each}") for each in chain.split()]
    copy = without_metadata(made.pdf_in_letters(names, written(seen())), "application/pdf")
    with pikepdf.open(io.BytesIO(copy)) as opened:
        shown = opened.pages[0].Resources.XObject.A.read_raw_bytes()
    assert made.TOLD in seen()
    assert made.TOLD not in shown
    with Image.open(io.BytesIO(shown)) as after, Image.open(io.BytesIO(seen())) as before:
        assert after.tobytes() == before.tobytes()

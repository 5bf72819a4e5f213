"""How many pages a file has and how long a recording is, as lists of evidence say it."""

import io
import struct

import pytest

from filestore.extents import round_up, seconds
from tests.filestore import making_files as made


def _wav(of: int) -> bytes:
    a_second = 16000
    fmt = struct.pack("<HHIIHH", 1, 1, 8000, a_second, 2, 16)
    body = b"WAVEfmt " + struct.pack("<I", 16) + fmt + b"data" + struct.pack("<I", of * a_second)
    return b"RIFF" + struct.pack("<I", len(body)) + body + bytes(of * a_second)


def _film(version: int, many: int, scale: int) -> bytes:
    times = struct.pack(">QQIQ" if version else ">IIII", 0, 0, scale, many)
    head = bytes((version, 0, 0, 0)) + times + bytes(80)
    return made.box(b"ftyp", b"isom") + made.box(b"moov", made.box(b"mvhd", head)) + made.box(b"mdat", bytes(8))


AMR = b"#!AMR\n" + (b"\x3c" + bytes(31)) * 500
MP3 = b"ID3\3\0\0\0\0\0\4tags" + (b"\xff\xfb\x90\x64" + bytes(413)) * 383


@pytest.mark.parametrize(
    ("content", "media_type", "told"),
    [
        (_wav(3), "audio/wav", 3),
        (_film(0, 125_000, 1000), "video/mp4", 125),
        (_film(1, 90_000, 600), "audio/mp4", 150),
        (AMR, "audio/amr", 10),
        (MP3, "audio/mpeg", 10),
        (_wav(0), "audio/wav", 0),
        (made.sound_wav(), "audio/wav", 0),
        (made.film(), "video/3gpp", 0),
        (b"#!AMR\n", "audio/amr", 0),
        (b"RIFF", "audio/wav", 0),
        (b"", "audio/mpeg", 0),
        ("一二三".encode(), "text/plain", 0),
    ],
)
def test_a_recording_tells_its_seconds_or_nothing(content: bytes, media_type: str, told: int) -> None:
    assert round_up(seconds(io.BytesIO(content), media_type)) == told


def test_what_is_shorter_than_a_second_is_one() -> None:
    assert (round_up(0.2), round_up(0), round_up(59.6)) == (1, 0, 60)

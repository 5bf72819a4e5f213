"""Pictures of characters and scans of pages: drawn anew in a process that holds nothing."""

import base64
import io
import struct
import subprocess
import sys
import zlib

import pytest
from PIL import Image, ImageDraw

from core.settings import ROOT
from filestore import confined, drawing, redrawing

WITHIN = """
import sys
from pathlib import Path
from filestore.drawing import character
character()
status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
sys.stdout.write("\\n" + str(int(status["VmHWM"].split()[0]) // 1024))
"""
BESIDE = WITHIN.replace("filestore.drawing import character", "filestore import redrawing").replace(
    "character()", "given = sys.stdin.buffer.read(); redrawing.character(given); redrawing.scan([lambda: given] * 2)"
)


def photograph(mode: str, side: int) -> bytes:
    """A stroke on white paper."""
    made, out = Image.new(mode, (side, side), 1 if mode == "1" else "white"), io.BytesIO()
    ImageDraw.Draw(made).line((side // 4, side // 2, 3 * side // 4, side // 2), 0, max(side // 200, 1))
    made.save(out, "PNG")
    return out.getvalue()


def broken() -> bytes:
    """A picture whose pieces are whole, and whose strokes are none: only whoever draws it finds out."""

    def piece(kind: bytes, held: bytes) -> bytes:
        return struct.pack(">I", len(held)) + kind + held + struct.pack(">I", zlib.crc32(kind + held))

    head = struct.pack(">IIBBBBB", 64, 64, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + piece(b"IHDR", head) + piece(b"IDAT", b"no strokes") + piece(b"IEND", b"")


@pytest.mark.parametrize("mode", ["1", "RGB"])
@pytest.mark.parametrize(("program", "most"), [(WITHIN, 400), (BESIDE, 100)])
def test_a_whole_photograph_of_one_character_costs_no_more_than_looking_at_it(
    mode: str, program: str, most: int
) -> None:
    """Anybody may send one with a complaint; it took seven hundred megabytes of the web for a moment."""
    given = photograph(mode, 7_000)
    ran = subprocess.run([sys.executable, "-c", program], input=given, check=True, capture_output=True, cwd=ROOT)
    assert int(ran.stdout.split()[-1]) < most


@pytest.mark.parametrize("mode", ["1", "RGB"])
def test_thin_strokes_of_a_large_picture_stay(mode: str) -> None:
    with Image.open(io.BytesIO(base64.b64decode(redrawing.character(photograph(mode, 3_000))))) as small:
        assert small.size == (drawing.SIDE, drawing.SIDE)
        assert small.getextrema()[0] < 100


def test_a_picture_that_is_none_is_told_from_a_machine_that_ends_it() -> None:
    with pytest.raises(redrawing.Unreadable):
        redrawing.character(broken())
    with pytest.raises(redrawing.Unreadable):
        redrawing.scan([lambda: photograph("RGB", 60), broken])
    assert issubclass(confined.BrokenOff, OSError), "that is asked again"

"""Pictures of characters: redrawn small, whatever photograph they come from."""

import base64
import io
import subprocess
import sys

import pytest
from PIL import Image, ImageDraw

from printing import glyphs

WITHIN = """
import sys
from pathlib import Path
from printing.glyphs import redrawn
redrawn(sys.stdin.buffer.read())
status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
print(int(status["VmHWM"].split()[0]) // 1024)
"""


def photograph(mode: str, side: int) -> bytes:
    """A stroke on white paper."""
    made, out = Image.new(mode, (side, side), 1 if mode == "1" else "white"), io.BytesIO()
    ImageDraw.Draw(made).line((side // 4, side // 2, 3 * side // 4, side // 2), 0, max(side // 200, 1))
    made.save(out, "PNG")
    return out.getvalue()


@pytest.mark.parametrize("mode", ["1", "RGB"])
def test_a_whole_photograph_of_one_character_costs_no_more_than_looking_at_it(mode: str) -> None:
    """Anybody may send one with a complaint; it took seven hundred megabytes of the web for a moment."""
    given = photograph(mode, 7_000)
    ran = subprocess.run([sys.executable, "-c", WITHIN], input=given, check=True, capture_output=True)
    assert int(ran.stdout) < 400


@pytest.mark.parametrize("mode", ["1", "RGB"])
def test_thin_strokes_of_a_large_picture_stay(mode: str) -> None:
    with Image.open(io.BytesIO(base64.b64decode(glyphs.redrawn(photograph(mode, 3_000))))) as small:
        assert small.size == (glyphs.SIDE, glyphs.SIDE)
        assert small.getextrema()[0] < 100

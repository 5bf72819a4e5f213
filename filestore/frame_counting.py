"""How many pixels the frames of a moving picture from outside have: a process that holds nothing looks at them."""

import io
import sys
from typing import Final

from PIL import Image, UnidentifiedImageError

from filestore import confined
from filestore.confined import TOO_LONG, Bounds, Stopped

BOUNDS: Final = Bounds(memory=1024 << 20, file=1 << 20, cpu=20, wall=40.0, alone=True)
FORMATS: Final = ("GIF", "WEBP")
PIXELS: Final = 50_000_000
FRAMES: Final = 1_000
CALL: Final = "from filestore.frame_counting import main; main()"


def pixels_in(content: bytes) -> int:
    """How many pixels all frames have, counted up to one more than may be; none where it can't be opened.

    Raises Stopped where that takes too long, or Late on a busy machine.
    """
    try:
        return int(confined.run(confined.ours(CALL), given=content, bounds=BOUNDS))
    except Stopped as stopped:
        if stopped.why == TOO_LONG:
            raise
        return 0


def main() -> None:
    """A picture from the input; on the output how many pixels it has."""
    Image.MAX_IMAGE_PIXELS = PIXELS
    sys.stdout.write(str(_counted(sys.stdin.buffer.read())))


def _counted(content: bytes) -> int:
    try:
        with Image.open(io.BytesIO(content), formats=FORMATS) as opened:
            of_one = opened.width * opened.height
            for frame in range(FRAMES):
                try:
                    opened.seek(frame)
                except EOFError:
                    return of_one * frame
                if of_one * (frame + 1) > PIXELS:
                    break
                if frame == 0:
                    opened.load()
            return PIXELS + 1
    except Image.DecompressionBombError:
        return PIXELS + 1
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, IndexError):
        return 0

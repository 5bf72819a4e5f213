"""Makes copies that a browser plays and shows of recordings and pictures that it does not: amr, 3gp, heic."""

from pathlib import Path
from typing import BinaryIO, Final

from filestore import confined, scratch
from filestore.confined import Bounds, Stopped

SOUND: Final = "audio/mpeg"
FILM: Final = "video/mp4"
PICTURE: Final = "image/jpeg"
READS: Final = {"audio/amr": "amr", "video/3gpp": "mov"}
"""The one reader that the program may take for a kind; it guesses nothing."""
_OTHERWISE: Final = "mov"
"""A film of a telephone that was kept before under another ending, which its bytes allow as well."""
_QUIET: Final = ("-nostdin", "-hide_banner", "-v", "error", "-protocol_whitelist", "file,pipe")
_TO_SOUND: Final = "-map 0:a:0 -vn -sn -dn -ac 1 -ar 16000 -c:a libmp3lame -b:a 48k -f mp3"
_TO_FILM: Final = (
    "-map 0:v:0 -map 0:a:0? -sn -dn -c:v libx264 -preset veryfast -crf 27 -pix_fmt yuv420p "
    "-c:a aac -b:a 64k -movflags +faststart -f mp4"
)
_EVEN: Final = "scale=w='trunc(min(iw,1280)/2)*2':h=-2"
_PROBE: Final = Bounds(memory=512 << 20, cpu=10, wall=20)
_PICTURES: Final = Bounds(memory=1536 << 20, cpu=30, wall=60)
_MOST: Final = 200 << 20


def copy_of(original: BinaryIO, media_type: str) -> tuple[bytes, str]:
    """The copy and its kind; raises Stopped with the word for why there is none."""
    if media_type == "image/heic":
        return _drawn("from filestore.drawing import heic; heic()", original.read()), PICTURE
    with scratch.folder() as folder:
        with (folder / "original").open("wb") as file:
            while chunk := original.read(1 << 20):
                file.write(chunk)
        return _played(folder, READS.get(media_type, _OTHERWISE))


def _played(folder: Path, reader: str) -> tuple[bytes, str]:
    source = ["-f", reader, "-i", "file:original"]
    asked = ["ffprobe", "-hide_banner", *_QUIET[2:], "-show_entries", "stream=codec_type", "-of", "csv=p=0", *source]
    streams = confined.run(asked, folder=folder, bounds=_PROBE).decode(errors="replace").split()
    film = "video" in streams
    if not film and "audio" not in streams:
        raise Stopped("broken")
    way = ["-vf", _EVEN, *_TO_FILM.split()] if film else _TO_SOUND.split()
    threads = ["-threads", "1"]
    confined.run(["ffmpeg", *_QUIET, *threads, *source, *threads, *way, "file:copy"], folder=folder)
    made = folder / "copy"
    if not made.is_file() or not 0 < made.stat().st_size < _MOST:
        raise Stopped("broken")
    return made.read_bytes(), FILM if film else SOUND


def _drawn(call: str, given: bytes) -> bytes:
    made = confined.run(confined.ours(call), given=given, bounds=_PICTURES)
    if not made:
        raise Stopped("broken")
    return made

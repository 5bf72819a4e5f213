"""One ZIP of kept files: what is in it under names of its own, streamed from the store, packed no further."""

import io
import zipfile
from collections.abc import Iterable

from core.words import in_both
from filestore import files, scanning

EPOCH = (2020, 1, 1, 0, 0, 0)
"""The same files make the same ZIP."""
CHUNK = 1 << 20


class TooLarge(Exception):  # noqa: N818 - it names what happened
    """More would be in it than whoever asked has room for; so many of the kept files have room."""

    def __init__(self, fitting: int) -> None:
        super().__init__(fitting)
        self.fitting = fitting


def zipped(
    kept: Iterable[tuple[str, str]], made: Iterable[tuple[str, bytes]] = (), most: float = float("inf")
) -> bytes:
    """Kept files, each a name and its SHA-256, and what was made for the occasion; no name twice.

    It is put together in memory: with more than `most` bytes it raises TooLarge as soon as they are counted.
    """
    out, taken = io.BytesIO(), set[str]()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in made:
            archive.writestr(_entry(name, taken), content, zipfile.ZIP_DEFLATED)
        for number, (name, sha256) in enumerate(kept):
            try:
                kept_file = scanning.given_out(sha256)
            except (scanning.Waits, scanning.Harmful) as why:  # it keeps no other one from whoever asked
                archive.writestr(_entry(f"{name}.txt", taken), "\n".join(in_both(why).values()))
                continue
            with kept_file as source, archive.open(_entry(name, taken), "w", force_zip64=True) as target:
                while piece := source.read(CHUNK):
                    if out.tell() + len(piece) > most:
                        raise TooLarge(number)
                    target.write(piece)
    return out.getvalue()


def _entry(name: str, taken: set[str]) -> zipfile.ZipInfo:
    plain = files.clean_name(name.replace("/", "_"))
    stem, dot, ending = plain.rpartition(".")
    number = 1
    while plain.casefold() in taken:
        number += 1
        plain = f"{stem or plain} ({number}){dot}{ending if stem else ''}"
    taken.add(plain.casefold())
    return zipfile.ZipInfo(plain, EPOCH)

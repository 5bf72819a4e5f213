"""A bundle of 500 pages from 30 documents, as the job makes it, against copying the same pages together and no more."""

import gc
import hashlib
import io
import os
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import pikepdf
from PIL import Image

from bench.measure import MS, Result, of_times, peak_mb, report
from core.settings import Settings
from filestore import files
from filestore.stores import Folder
from notices import rendering
from notices.bundle_making import make
from notices.bundle_papers import PDF, Contents, Piece
from notices.papers import Para
from notices.samples import paper_for

ROUNDS = 5
DOCUMENTS = 30
PAGES = 510
DRAWN = 60
"""Pages of files from elsewhere, in the part that measures what drawing costs."""
TEXT = "催收人员先后多次致电其单位前台，说明其欠款逾期的情况，要求转告本人尽快处理。" * 9


def documents() -> list[bytes]:
    """So many documents of our own with together about so many pages."""
    paper, head = paper_for("D15")
    made = []
    left = PAGES
    for place in range(DOCUMENTS):
        wanted = left // (DOCUMENTS - place)
        long = replace(paper, blocks=(*paper.blocks, *[Para(f"{place}　{TEXT}")] * int(wanted * 1.2)))
        made.append(rendering.pdf_in_limits(long, head))
        left -= rendering.pages_of(made[-1])
        print(f"{place + 1}/{DOCUMENTS}", end="\r", file=sys.stderr, flush=True)
    return made


def piece(store: Folder, place: int, content: bytes, media_type: str, *, official: bool) -> Piece:
    """One paper, its file kept."""
    digest = hashlib.sha256(content).hexdigest()
    store.put(digest, io.BytesIO(content), len(content))
    said = {"sha256": digest, "media_type": media_type, "size": len(content), "official": official}
    return Piece(f"document:{place}", "文书", f"文书{place + 1}", date(2026, 11, 3), **said)  # type: ignore[arg-type]


def contents(pieces: list[Piece]) -> Contents:
    """A bundle of these."""
    names = ("案件", "正卷", "AJ〔2026〕1", "某公司", "—", "30年", "某协会")
    return Contents(*names, demonstration=True, pieces=tuple(pieces))


def floor(made: list[bytes], target: Path) -> None:
    """The bare concatenation."""
    whole = pikepdf.new()
    sources = [pikepdf.open(io.BytesIO(each)) for each in made]
    for each in sources:
        whole.pages.extend(each.pages)
    whole.save(target, object_stream_mode=pikepdf.ObjectStreamMode.generate)


def timed(work: Callable[[], object]) -> float:
    """Milliseconds on the wall; the work is done by a child."""
    gc.collect()
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * MS


def main() -> None:
    """Measure, and say it as one line of JSON."""
    with tempfile.TemporaryDirectory() as folder:
        store = Folder(Path(folder, "files"))
        files.init(cast("Settings", SimpleNamespace(s3_bucket="", data=Path(folder))))
        made = documents()
        whole = contents([piece(store, place, each, PDF, official=True) for place, each in enumerate(made)])
        pages = make(whole).pages
        walls = []
        floors = []
        for _ in range(ROUNDS):
            floors.append(timed(lambda: floor(made, Path(folder, "floor.pdf"))))
            walls.append(timed(lambda: make(whole)))
        photo = io.BytesIO()
        Image.frombytes("RGB", (3000, 2000), os.urandom(3000 * 2000 * 3)).save(photo, "JPEG", quality=80)
        shown = contents([piece(store, 0, photo.getvalue(), "image/jpeg", official=False)])
        elsewhere = contents(
            [piece(store, place, made[place], PDF, official=False) for place in range(DRAWN * DOCUMENTS // PAGES)]
        )
        drawn_pages = make(elsewhere).pages
        parts = (
            Result("pages", pages),
            of_times("drawn_pages", [timed(lambda: make(elsewhere)) / drawn_pages for _ in range(3)]),
            of_times("photograph_of_6_megapixels", [timed(lambda: make(shown)) for _ in range(3)]),
        )
    floors.sort()
    result = of_times("bundle", walls).against(floors[len(floors) // 2])
    report(replace(result, per_second=pages * len(walls) / (sum(walls) / MS), peak_mb=peak_mb(), parts=parts))


if __name__ == "__main__":
    main()

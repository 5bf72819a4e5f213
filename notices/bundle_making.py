"""A bundle made from its contents: files fetched, each prepared within its own limits, then bound on the press."""

import hashlib
import json
import math
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, Final

from core.errors import Unavailable
from core.words import _l
from filestore import confined, files, scratch
from filestore.confined import Bounds, Stopped
from notices.bundle_files import MOST_TEXT, names, page_in
from notices.bundle_pages import bound
from notices.bundle_papers import PDF, PICTURES, TEXTS, Contents, Piece
from notices.bundle_ready import Drawing, How, Ready
from printing import fonts
from printing.pdf_failures import Reason, RenderFailed
from printing.press import PRESS, Limits, Named

MOST_PAGES: Final = 3000
"""More than this no single file is good for: it is given out in volumes."""
MIB: Final = 1 << 20
MOST_INSIDE: Final = 400 << 20
"""Bytes of all the files that travel inside."""
OURS: Final = Limits(memory=1024 << 20, cpu=60, wall=90.0)
EACH: Final = Bounds(memory=1024 << 20, cpu=60, wall=90.0)
BINDING: Final = Limits(memory=3072 << 20, cpu=120, wall=150.0)
AGAIN: Final = {How.MISSING, How.HARMFUL}
"""What is asked anew each time: it may be there by then, or be found only by then."""
NOTHING: Final[Mapping[str, str]] = {}
Tell = Callable[[int, int], None]
"""Told how many of how many steps are done."""


@dataclass(frozen=True)
class Made:
    """A bundle: its bytes, how many pages it has, and on which page each paper begins."""

    content: bytes
    pages: int
    firsts: list[int]
    missing: tuple[str, ...] = ()
    """Papers whose files the store did not give out; it is no whole bundle without them."""


class TooMuch(RenderFailed):
    """A bundle too large for a single file; trying again does not help."""

    final = True


def make(contents: Contents, tell: Tell | None = None) -> Made:
    """Make the whole bundle; a file that cannot be read gets a page that says so, and spoils nothing else."""
    with scratch.folder() as folder:
        made = go_on(contents, folder, tell)
    assert made is not None  # noqa: S101 - as long as it takes
    return made


def go_on(
    contents: Contents,
    folder: Path,
    tell: Tell | None = None,
    *,
    held: Mapping[str, str] = NOTHING,
    seconds: float = math.inf,
) -> Made | None:
    """Make as much as is possible in about so many seconds; None unless the bundle is complete.

    Prepared files lie in the folder for the next leg; each leg prepares at least one. `held` says by digest which
    files go to nobody, and why (`filestore.files`).
    """
    fonts.require()
    until = time.monotonic() + seconds
    ready = []
    for place, piece in enumerate(contents.pieces):
        note = folder / f"{_key(piece, contents)}.ready"
        before = _noted(note, place, piece) if piece.sha256 not in held else None
        ready.append(before or _ready(place, piece, contents, note, held.get(piece.sha256)))
        _require_room(ready)  # at once, so that unneeded files do not fill the disk
        if before is not None or ready[-1].how in AGAIN:
            continue
        _note(note, ready[-1])
        if tell:
            tell(place + 1, len(contents.pieces) + 1)
        if time.monotonic() > until:
            return None
    target = folder / "bundle.pdf"
    answer = PRESS.make(Named("notices.bundle_pages", "bind"), contents, ready, str(target), limits=BINDING)
    pages, firsts = bound(answer)
    missing = tuple(each.piece.mark for each in ready if each.how is How.MISSING)
    return Made(target.read_bytes(), pages, firsts, missing)


def _key(piece: Piece, contents: Contents) -> str:
    """A key made of everything a prepared entry depends on, which may change between two legs."""
    return hashlib.sha256(repr((piece, contents.hidden, contents.shapes)).encode()).hexdigest()


def _note(note: Path, ready: Ready) -> None:
    """Write the note last and as a whole, so that every file it names is there."""
    said = {name: value for name, value in asdict(ready).items() if name not in {"place", "piece"}}
    beside = note.with_suffix(".new")
    beside.write_text(json.dumps(said, ensure_ascii=False), "utf-8")
    beside.replace(note)


def _noted(note: Path, place: int, piece: Piece) -> Ready | None:
    if not note.exists():
        return None
    said: dict[str, Any] = json.loads(note.read_text("utf-8"))
    drawn = tuple(Drawing(**each) for each in said.pop("drawn"))
    return Ready(place, piece, How(said.pop("how")), drawn=drawn, **said)


def _require_room(ready: Iterable[Ready]) -> None:
    pages = sum(each.pages + each.is_set for each in ready)
    if pages > MOST_PAGES:
        told = _l("It would have %(pages)s pages; one file holds at most %(most)s.", pages=pages, most=MOST_PAGES)
        raise TooMuch(Reason.TOO_LARGE, told=told)
    inside = sum(each.piece.size for each in ready if each.attached)
    if inside > MOST_INSIDE:
        told = _l(
            "The files inside it would come to %(size)s MB; one file holds at most %(most)s.",
            size=inside >> 20,
            most=MOST_INSIDE >> 20,
        )
        raise TooMuch(Reason.TOO_LARGE, told=told)


def _ready(place: int, piece: Piece, contents: Contents, note: Path, held: str | None) -> Ready:
    """Prepare one entry; whatever its file does, the others go on. Its files lie beside its note, named like it."""
    plain = Ready(place, piece, How.WORDS, words=piece.text[:MOST_TEXT], cut=len(piece.text) > MOST_TEXT)
    if piece.told and not piece.withheld and names(piece.text, contents.hidden, contents.shapes):
        return replace(plain, how=How.WITHHELD, words="", cut=False)  # so that nothing masking missed is shown
    if (how := _unopened(piece, held)) is not None:
        return replace(plain, how=how)
    original = note.with_suffix(".file")
    try:
        _fetch(piece.sha256, original)
    except Unavailable:
        return replace(plain, how=How.MISSING)
    kept = replace(plain, original=str(original), path=str(original))
    try:
        read = _read(kept, contents, note)
    except RenderFailed as failed:
        if failed.reason is Reason.TOO_LONG:  # of our own making, so the machine is at fault: the whole comes again
            raise
        read = replace(kept, how=How.UNREADABLE)
    except Stopped as stopped:
        read = replace(kept, how=How.LONG if stopped.why == "too_long" else How.UNREADABLE)
    if contents.hidden and not piece.official and not _is_fit(read, contents):
        read = replace(plain, how=How.WITHHELD, words="")
    if not read.attached and read.path != kept.path:
        original.unlink()
    return read


def _unopened(piece: Piece, held: str | None) -> How | None:
    """How an entry is shown whose file is not opened; None if it is opened."""
    if piece.withheld:
        return How.WITHHELD
    if piece.heard:
        return How.HEARD
    if not piece.sha256 or piece.told:
        return How.WORDS
    if held is not None:
        return How.HARMFUL if held == files.FOUND else How.MISSING
    return None


def _fetch(sha256: str, target: Path) -> None:
    """Fetch a file and raise if its digest is wrong, since a bundle says that the files inside are unchanged."""
    proof = hashlib.sha256()
    with files.open_file(sha256) as source, target.open("wb") as out:
        while part := source.read(MIB):
            proof.update(part)
            out.write(part)
    if proof.hexdigest() != sha256:
        raise Unavailable(_l("The stored file was changed and is not shown. Tell the administrator."))


def _read(kept: Ready, contents: Contents, note: Path) -> Ready:
    piece = kept.piece
    if piece.official:
        pages = json.loads(PRESS.make(Named("notices.bundle_files", "counted"), kept.path, limits=OURS))["pages"]
        return replace(kept, how=How.PAGES, pages=pages) if pages else replace(kept, how=How.UNREADABLE)
    if piece.media_type == PDF:
        return _drawn(kept, contents, note.with_suffix(".pages"))
    if piece.media_type in PICTURES:
        target = note.with_suffix(".jpg")
        _asked("picture", kept.path, str(target))
        return replace(kept, how=How.PICTURE, path=str(target), original="")
    if piece.media_type in TEXTS:
        told = _asked("words", kept.path)
        if not told["text"]:
            return replace(kept, how=How.UNREADABLE)
        cut = bool(told["more"])
        return replace(kept, words=told["text"], cut=cut, original=kept.original if cut else "")
    return replace(kept, how=How.KEPT)


def _is_fit(read: Ready, contents: Contents) -> bool:
    """Whether it may go out when somebody is to be hidden: words that were searched, or what a person looked through.

    Nobody can tell whom a file names that is kept as it is, damaged, or too long.
    """
    if read.how is How.WORDS:
        return not names(read.words, contents.hidden, contents.shapes)
    return read.how is How.DRAWN or (read.how is How.PICTURE and read.piece.known)


def _drawn(kept: Ready, contents: Contents, pages: Path) -> Ready:
    pages.mkdir(exist_ok=True)
    hidden = contents.hidden
    told = _asked("drawn", kept.path, str(pages), hidden, contents.shapes)
    if told["names"] or (told["blind"] and not kept.piece.known):
        return replace(kept, how=How.WITHHELD, original="")
    if not told["pages"]:
        return replace(kept, how=How.UNREADABLE)
    if not told["drawn"]:
        return replace(kept, how=How.LONG)
    drawn = tuple(Drawing(path=str(page_in(pages, place)), **each) for place, each in enumerate(told["drawn"]))
    inside = "" if hidden else kept.original  # what no page shows, such as notes and metadata, may name somebody
    return replace(kept, how=How.DRAWN, pages=len(drawn), drawn=drawn, original=inside)


def _asked(function: str, *given: Any) -> dict[str, Any]:  # noqa: ANN401 - what the function takes
    """Ask about a file from elsewhere, which a process without access to anything reads. Raises Stopped."""
    call, asked = confined.ours("from notices.bundle_files import main; main()"), json.dumps([function, *given])
    answer: dict[str, Any] = json.loads(confined.run(call, given=asked.encode(), bounds=EACH))
    return answer


def proofs(contents: Contents, missing: tuple[str, ...] = ()) -> dict[str, str]:
    """What the bundle was made of, for a later comparison; what was missing will be new once it is there."""
    return dict(each.proof for each in contents.pieces if each.mark not in missing)

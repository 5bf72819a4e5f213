"""A wording as it will look: filled with sample values, and marked as a sample on every page."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from difflib import SequenceMatcher
from typing import Final

from sqlalchemy.orm import Session

from core import wordwise
from core.wordwise import ADDED, KEPT, TAKEN_OUT
from notices import making, rendering, wording, wording_checks
from notices.papers import Head, Lang, Paper
from notices.rendering import Mark
from notices.samples import head_for, values_for
from printing import fonts
from printing.press import Limits, Named, Press

CHANGED: Final = "changed"
LIMITS: Final = Limits(cpu=15, wall=40.0)


def sample(session: Session, kind: str, lang: Lang, text: str, *, bare: bool = False) -> tuple[Paper, Head]:
    """The sample paper under the association's head; `bare` leaves out everything that may be empty.

    It has no number, date, seal or check code, so that nobody can take it for a document.
    """
    believable = head_for(kind, lang)
    own = making.head_of(
        session,
        lang,
        to=believable.recipient_name,
        to_address=believable.recipient_address,
        to_uscc=believable.recipient_uscc,
    )
    head = replace(own, association_zh=own.association_zh or believable.association_zh)
    told = replace(believable, association_zh=head.association_zh, association_en=head.association_en)
    values = wording_checks.bare_values(kind, lang) if bare else values_for(kind, lang)
    return wording.paper_of(kind, told, values, text=text), head


def pdf(paper: Paper, head: Head) -> bytes:
    """The PDF, made by a press of its own that ends with it, since the back office needs few."""
    with _press() as press:
        return press.make(rendering.pdf_of, paper, head, Mark.SPECIMEN, limits=LIMITS)


def pictures(paper: Paper, head: Head) -> list[str]:
    """Its first pages as pictures within a page."""
    with _press() as press:
        made = press.make(rendering.pdf_of, paper, head, Mark.SPECIMEN, limits=LIMITS)
        drawn = press.make(Named("notices.wording_pictures", "drawn"), made, limits=LIMITS)
    return [f"data:image/png;base64,{each}" for each in json.loads(drawn)]


@contextmanager
def _press() -> Iterator[Press]:
    fonts.require()
    press = Press()
    try:
        yield press
    finally:
        press.end()


@dataclass(frozen=True, slots=True)
class Line:
    """One line and what became of it; for a changed one, what became of each word."""

    mark: str
    words: list[tuple[str, str]]


def compared(before: str, after: str) -> list[Line]:
    """What a version changes, line by line, and word by word within a changed line."""
    old, new = before.splitlines(), after.splitlines()
    found: list[Line] = []
    for what, i, j, k, m in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if what == "replace" and j - i == m - k:
            for one, other in zip(old[i:j], new[k:m], strict=True):
                found += _changed(one, other)
            continue
        if what != "equal":
            found += [Line(TAKEN_OUT, [(TAKEN_OUT, line)]) for line in old[i:j]]
        mark = KEPT if what == "equal" else ADDED
        found += [Line(mark, [(mark, line)]) for line in new[k:m]]
    return [line for line in found if line.mark != KEPT or line.words[0][1].strip()]


def _changed(one: str, other: str) -> list[Line]:
    """A changed line by its words, or both versions whole if little is left."""
    words = wordwise.compared(one, other)
    if words is None:
        return [Line(TAKEN_OUT, [(TAKEN_OUT, one)]), Line(ADDED, [(ADDED, other)])]
    return [Line(CHANGED, words)]


def file_name(kind: str, lang: str, number: int, now: datetime) -> str:
    """What the sample's file is called."""
    return f"sample-{kind}.{lang}-{number}-{now:%Y%m%d}.pdf"

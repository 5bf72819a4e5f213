"""A wording as it will look: filled with the sample values of its kind and marked as a sample on every page."""

from dataclasses import replace
from datetime import datetime
from difflib import SequenceMatcher
from typing import Final

from sqlalchemy.orm import Session

from core import fonts
from core.press import Limits, Press
from notices import making, rendering, wording, wording_checks
from notices.papers import Head, Lang, Paper
from notices.samples import head_for, values_for

KEPT, ADDED, TAKEN_OUT = "kept", "added", "out"
LIMITS: Final = Limits(cpu=15, wall=40.0)


def sample(session: Session, kind: str, lang: Lang, text: str, *, bare: bool = False) -> tuple[Paper, Head]:
    """The sample paper under the association's own head; `bare` leaves out all that may be empty.

    It has no number, date, seal or check code: nobody can take it for a document.
    """
    believable = head_for(kind, lang)
    own = making.head_of(session, lang, to=believable.recipient_name, to_address=believable.recipient_address)
    head = replace(own, association_zh=own.association_zh or believable.association_zh)
    told = replace(believable, association_zh=head.association_zh, association_en=head.association_en)
    values = wording_checks.bare_values(kind, lang) if bare else values_for(kind, lang)
    return wording.paper_of(kind, told, values, text=text), head


def pdf(paper: Paper, head: Head) -> bytes:
    """The PDF, made by a press of its own that ends with it: pages of the back office are few."""
    fonts.require()
    press = Press()
    try:
        return press.make(rendering.pdf_of, paper, head, True, limits=LIMITS)
    finally:
        press.end()


def compared(before: str, after: str) -> list[tuple[str, str]]:
    """Line by line what a version changes: each line with what became of it."""
    old, new = before.splitlines(), after.splitlines()
    found: list[tuple[str, str]] = []
    for what, i, j, k, m in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if what != "equal":
            found += [(TAKEN_OUT, line) for line in old[i:j]]
        found += [(KEPT if what == "equal" else ADDED, line) for line in new[k:m]]
    return [pair for pair in found if pair[1].strip() or pair[0] != KEPT]


def file_name(kind: str, lang: str, number: int, now: datetime) -> str:
    """What the sample is called where it is kept."""
    return f"sample-{kind}.{lang}-{number}-{now:%Y%m%d}.pdf"

"""What the editor shows of a text: what the scan still finds, and where passages were left out."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy.orm import Session

from casework import scan
from notices.papers import MARKED
from sanctions import policies_publications
from sanctions.models_publications import Publication, Redaction

SIGNS = re.compile(rf"^(?:{MARKED.pattern})", re.MULTILINE)
"""What says at the beginning of a line how it is set; it stays, for a passage is compared with the text as it is."""


@dataclass(frozen=True)
class Piece:
    """A piece of the text: plain, found by the scan, in place of a passage left out, or a sign that is not printed."""

    text: str
    kind: str = ""
    why: str = ""


def scanned(session: Session, publication: Publication) -> list[scan.Found]:
    """What the scan finds, with places counted in the body; findings in the title come first."""
    text = policies_publications.text_now(publication)
    before = len(text.title) + 1 if text else 0
    return [each._replace(start=each.start - before) for each in policies_publications.found_in(session, publication)]


def once(found: Iterable[scan.Found]) -> list[scan.Found]:
    """Each string once, since leaving it out leaves it out everywhere."""
    return list({(each.text, each.start < 0): each for each in found}.values())


def marked(body: str, found: Iterable[scan.Found], redactions: Iterable[Redaction]) -> list[Piece]:
    """The text in pieces, in order; nothing between them is lost."""
    spans = [(each.start, each.start + len(each.text), "found", str(scan.WORDS[each.kind])) for each in found]
    spans += [(each.start(), each.end(), "sign", "") for each in SIGNS.finditer(body)]
    for each in redactions:
        start = body.find(each.instead)
        while start >= 0:
            spans.append((start, start + len(each.instead), "gone", each.reason))
            start = body.find(each.instead, start + len(each.instead))
    pieces: list[Piece] = []
    here = 0
    for start, end, kind, why in sorted(set(spans), key=lambda each: (each[0], each[2] == "sign", each)):
        if start < here or start < 0:
            continue
        pieces += [Piece(body[here:start]), Piece(body[start:end], kind, why)]
        here = end
    return [each for each in (*pieces, Piece(body[here:])) if each.text]

"""The record of an interview as pages: what is on each, who signed it as it stands, what was corrected."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from core import clock
from notices.papers import moment_text
from sanctions.models_measures import Interview

AT_ONCE = 4
"""Questions with their answers on one page."""
Lines = Sequence[dict[str, str]]


@dataclass(frozen=True)
class Page:
    """One page of a record, as it is read and signed."""

    no: int
    attendees: Lines = ()
    entries: Lines = ()
    commitments: Lines = ()
    corrections: Lines = ()
    rights_told: bool = False
    recusal_answer: str = ""
    recording: str = ""

    @property
    def sha256(self) -> str:
        """The digest of what is on it, corrections included."""
        said = {name: getattr(self, name) for name in ("no", "attendees", "entries", "commitments", "corrections")}
        said |= {"rights_told": self.rights_told, "recording": self.recording}
        if self.recusal_answer:  # a page signed before it was kept stays signed
            said["recusal_answer"] = self.recusal_answer
        return hashlib.sha256(json.dumps(said, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def pages(held: Interview) -> list[Page]:
    """The pages: who came and what was told; questions and answers, some to a page; what was promised."""
    parts: list[dict[str, Any]] = [
        {
            "attendees": list(held.attendees),
            "rights_told": held.rights_told,
            "recusal_answer": held.recusal_answer,
            "recording": held.recording_sha256 or "",
        },
    ]
    parts += [
        {"entries": list(held.entries[start : start + AT_ONCE])} for start in range(0, len(held.entries), AT_ONCE)
    ]
    if held.commitments:
        parts.append({"commitments": list(held.commitments)})
    return [Page(no, corrections=_on_page(held, no), **part) for no, part in enumerate(parts, 1)]


def _on_page(held: Interview, no: int) -> list[dict[str, str]]:
    return [dict(each) for each in held.corrections if each["page"] == str(no)]


def signature(held: Interview, page: Page) -> dict[str, str] | None:
    """Who signed a page as it stands now; a signature from before a correction does not count."""
    mine = [each for each in held.signatures if each["page"] == str(page.no) and each["sha256"] == page.sha256]
    return mine[-1] if mine else None


def unsigned(held: Interview) -> list[int]:
    """The numbers of pages that nobody has signed as they stand."""
    return [page.no for page in pages(held) if signature(held, page) is None] if held.recorded_at else []


def signed_lines(held: Interview) -> list[str]:
    """Who signed each page and when, as the record says it; pages on screen, which are others than those of its PDF."""
    found = [(page, signature(held, page)) for page in pages(held)]
    return [
        f"在线笔录第{page.no}页：{mark['name']}，{moment_text(clock.local(datetime.fromisoformat(mark['at'])))}在线签名"
        f"（校验值{mark['sha256'][:16]}）"
        for page, mark in found
        if mark is not None
    ]


def corrections_text(held: Interview) -> str:
    """What the attendees had corrected, by page."""
    return "\n".join(f"在线笔录第{each['page']}页（{each['name']}）：{each['text']}" for each in held.corrections)


def clear(held: Interview) -> None:
    """Empty the record for another interview."""
    held.started_at = held.ended_at = held.recorded_at = held.recorded_by = held.recording_sha256 = None
    held.attendees, held.entries, held.commitments = [], [], []
    held.corrections, held.signatures, held.rights_told, held.recusal_answer = [], [], False, ""
    held.signed_by = held.refused_because = held.second_officer_id = None

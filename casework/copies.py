"""The copy that respondents read: what happened and, in a last paragraph, what is asked for; both masked."""

from casework.documents import names_of
from casework.masking import introduced, masked
from casework.models import Complaint
from casework.phrases import phrase

MARKS = tuple(phrase("copy.request", lang).strip() for lang in ("zh", "en"))
"""The words with which the paragraph of the request begins."""


def whole(complaint: Complaint) -> str:
    """What happened and what is asked for, as it was told."""
    return _joined(complaint.facts, complaint.request or "", complaint.lang)


def _joined(facts: str, request: str, lang: str) -> str:
    return facts + (f"\n\n{phrase('copy.request', lang)}{request.strip()}" if request.strip() else "")


def preview(facts: str, request: str, own: list[str], lang: str) -> str:
    """The draft of a complaint that is not sent yet; `own` are the person's name, contact and identity number."""
    text = _joined(facts, request, lang)
    return masked(text, [*own, *introduced(text)])


def draft(complaint: Complaint) -> str:
    """What a respondent would read, before somebody checked it."""
    return complaint.masked_facts or masked(whole(complaint), names_of(complaint))


def parted(copy: str) -> tuple[str, str]:
    """What happened and what is asked for, as two texts."""
    lines = [line.strip() for line in copy.splitlines()]
    for place, line in enumerate(lines):
        mark = next((mark for mark in MARKS if line.startswith(mark)), "")
        if mark:
            asked = [line.removeprefix(mark).strip(), *lines[place + 1 :]]
            return "\n".join(lines[:place]).strip(), "\n".join(asked).strip()
    return copy.strip(), ""

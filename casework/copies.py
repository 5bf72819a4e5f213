"""The copy that respondents read: what happened and, in a last paragraph, what is asked for; both masked."""

from collections.abc import Iterable

from casework.documents import names_of
from casework.masking import introduced, masked
from casework.models import Complaint
from casework.phrases import phrase

MARKS = tuple(phrase("copy.request", lang).strip() for lang in ("zh", "en"))
"""The words with which the paragraph of the request begins."""
LEFT_OUT = {"zh": "（号码略）", "en": "[number left out]"}


def whole(complaint: Complaint) -> str:
    """What happened and what is asked for, as it was told."""
    return _joined(complaint.facts, complaint.request or "", complaint.lang)


def _joined(facts: str, request: str, lang: str) -> str:
    return facts + (f"\n\n{phrase('copy.request', lang)}{request.strip()}" if request.strip() else "")


def preview(facts: str, request: str, own: list[str], lang: str) -> str:
    """The draft of a complaint that is not sent yet; `own` are the person's name, contact and identity number."""
    text = _joined(facts, request, lang)
    return hiding(text, [*own, *introduced(text)], lang)


def draft(complaint: Complaint) -> str:
    """What a respondent would read, before somebody checked it."""
    return complaint.masked_facts or hiding(whole(complaint), names_of(complaint), complaint.lang)


def hiding(text: str, hidden: Iterable[str], lang: str) -> str:
    """Masked; of the person's own numbers nothing is left: a company that has them would know whose they are."""
    hidden = list(hidden)
    said = masked(text, hidden)
    for shown in {masked(each) for each in hidden} - {*hidden}:
        said = said.replace(shown, LEFT_OUT["en" if lang.startswith("en") else "zh"])
    return said


def parted(copy: str) -> tuple[str, str]:
    """What happened and what is asked for, as two texts."""
    lines = [line.strip() for line in copy.splitlines()]
    for place, line in enumerate(lines):
        mark = next((mark for mark in MARKS if line.startswith(mark)), "")
        if mark:
            asked = [line.removeprefix(mark).strip(), *lines[place + 1 :]]
            return "\n".join(lines[:place]).strip(), "\n".join(asked).strip()
    return copy.strip(), ""

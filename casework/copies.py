"""The copy that respondents read: what happened and, in a last paragraph, what is asked for; both masked."""

from collections.abc import Iterable

from casework.masking import introduced, introduced_as_me, masked, without
from casework.models import Complaint
from casework.personal_strings import own_of
from casework.phrases import phrase

MARKS = tuple(phrase("copy.request", lang).strip() for lang in ("zh", "en"))
"""The words with which the paragraph of the request begins."""
NAME, NUMBER = "name", "number"
LEFT_OUT = {
    "zh": {NAME: "（姓名略）", NUMBER: "（号码略）"},
    "en": {NAME: "[name left out]", NUMBER: "[number left out]"},
}


def whole(complaint: Complaint) -> str:
    """What happened and what is asked for, as it was told."""
    return _joined(complaint.facts, complaint.request or "", complaint.lang)


def _joined(facts: str, request: str, lang: str) -> str:
    return facts + (f"\n\n{phrase('copy.request', lang)}{request.strip()}" if request.strip() else "")


def preview(facts: str, request: str, own: list[str], lang: str) -> str:
    """The draft of a complaint that is not sent yet; `own` are the person's name, contact and identity number."""
    return hiding(_joined(facts, request, lang), own, lang)


def draft(complaint: Complaint) -> str:
    """What a respondent would read: the copy that somebody checked, otherwise the draft."""
    return complaint.masked_facts or drafted(complaint)


def drafted(complaint: Complaint) -> str:
    """The copy as the product drafts it, whether somebody has checked one or not."""
    return hiding(whole(complaint), own_of(complaint), complaint.lang)


def hiding(text: str, own: Iterable[str], lang: str) -> str:
    """Mask a text and leave nothing of the person's own name and numbers: a company that has them would know whose.

    Of everybody else who is named the family name stays, so that the text can be followed. Whoever lets the company
    know who complains is named beside the copy.
    """
    own, left_out = list(own), LEFT_OUT["en" if lang.startswith("en") else "zh"]
    names = [each for each in own if masked(each) == each and "@" not in each]
    said = masked(without(text, [*names, *introduced_as_me(text)], left_out[NAME]), introduced(text))
    for shown in {masked(each) for each in own} - {*own}:
        said = said.replace(shown, left_out[NUMBER])
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

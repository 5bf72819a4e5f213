"""The copy that respondents read: what happened and, in a last paragraph, what is asked for; both masked."""

from collections.abc import Iterable, Sequence

from casework.masking import introduced, introduced_as_me, is_named, masked, without, without_parts
from casework.models import Complaint
from casework.names_apart import people
from casework.personal_strings import A_NUMBER, companies_own, numbers_only, own_of
from casework.phrases import phrase

MARKS = tuple(phrase("copy.request", lang).strip() for lang in ("zh", "en"))
"""The words with which the paragraph of the request begins."""
NAME, NUMBER, MAIL = "name", "number", "mail"
PLACES = tuple(map(chr, range(0xFDD0, 0xFDF0)))
"""Where what stays whole stood while the rest was masked: no text has these signs, for they are no characters."""
LEFT_OUT = {
    "zh": {NAME: "（姓名略）", NUMBER: "（号码略）", MAIL: "（邮箱略）"},
    "en": {NAME: "[name left out]", NUMBER: "[number left out]", MAIL: "[email address left out]"},
}


def whole(complaint: Complaint) -> str:
    """What happened and what is asked for, as it was told."""
    return _joined(complaint.facts, complaint.request or "", (), complaint.lang)


def _joined(facts: str, request: str, called: Iterable[str], lang: str) -> str:
    lacking = [each for each in called if not is_named(f"{facts}\n{request}", [each])]
    numbers = "".join(f"\n\n{phrase('copy.number', lang)}{each}" for each in lacking)
    return facts + numbers + (f"\n\n{phrase('copy.request', lang)}{request.strip()}" if request.strip() else "")


def preview(facts: str, request: str, own: Sequence[str], called: Iterable[str], lang: str) -> str:
    """The draft of a complaint that is not sent yet.

    `own` are the person's name, contact and identity number, `called` the numbers that called or wrote.
    """
    theirs = numbers_only(called, own)
    return hiding(_joined(facts, request, theirs, lang), own, lang, theirs)


def draft(complaint: Complaint) -> str:
    """What a respondent would read: the copy that somebody checked, otherwise the draft."""
    return complaint.masked_facts or drafted(complaint)


def drafted(complaint: Complaint) -> str:
    """The copy as the product drafts it, whether somebody has checked one or not."""
    called = companies_own(complaint)
    told = _joined(complaint.facts, complaint.request or "", called, complaint.lang)
    return hiding(told, own_of(complaint), complaint.lang, called)


def hiding(text: str, own: Iterable[str], lang: str, called: Iterable[str] = ()) -> str:
    """Mask a text and leave nothing of the person's own name and numbers: a company that has them would know whose.

    Of everybody else who is named the family name stays, so that the text can be followed. Whoever lets the company
    know who complains is named beside the copy. Numbers that called or wrote stay whole: they are the companies' own,
    and without them nobody finds the calls.
    """
    own, left_out = [one for each in own for one in people(each)], LEFT_OUT["en" if lang.startswith("en") else "zh"]
    places = dict(zip(PLACES, called, strict=False))
    for place, number in places.items():
        text = without(text, [number], place)
    numbers = [each for each in own if masked(each) != each or "@" in each or A_NUMBER.fullmatch(each)]
    names = [each for each in own if each not in numbers]
    of_a_kind = {MAIL: [each for each in numbers if "@" in each], NUMBER: [each for each in numbers if "@" not in each]}
    for kind, these in of_a_kind.items():
        text = without(text, these, left_out[kind])
    text = without(text, [*names, *introduced_as_me(text)], left_out[NAME])
    said = masked(text, introduced(text))
    for kind, these in of_a_kind.items():
        for shown in {masked(each) for each in these} - {*own}:
            said = said.replace(shown, left_out[kind])
    said = without_parts(said, numbers, left_out[NUMBER])
    for place, number in places.items():
        said = said.replace(place, number)
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

"""What is shown beside the editor of wordings: the placeholders of a kind, each with its meaning and an example."""

from dataclasses import dataclass
from functools import cache

from notices import wording, wording_checks
from notices.papers import Lang
from notices.samples import head_for, values_for
from notices.wording_fields import FIELDS, GENERAL
from notices.wording_lines import SLOT, Value
from notices.wording_meanings import MEANINGS

SHORT = 36


@dataclass(frozen=True)
class Placeholder:
    """One placeholder as it is written, its meaning, and what a document may say there."""

    spelled: str
    english: str
    chinese: str
    example: str
    must: bool


@cache
def placeholders(kind: str, lang: Lang) -> tuple[Placeholder, ...]:
    """All that the wording of a kind may say, what it must say first."""
    must = set(wording_checks.mandatory(kind, lang))
    heads = _with_heads(kind, lang)
    examples = {**_of_the_head(kind, lang), **values_for(kind, lang)}
    general = wording_checks.general(kind, lang)
    found = []
    for spelled in (*FIELDS[kind], *(general[name] for name in GENERAL)):
        name = spelled.strip("*#=?")
        english, chinese = MEANINGS[name]
        written = heads.get(name, "{" + spelled + "}")
        found.append(Placeholder(written, english, chinese, _short(examples.get(name, "")), spelled in must))
    return tuple(sorted(found, key=lambda each: not each.must))


def _with_heads(kind: str, lang: Lang) -> dict[str, str]:
    """Tables as the supplied wording writes them, with the heads of their columns."""
    return {slot["name"]: slot[0] for slot in SLOT.finditer(wording.load(kind, lang).body) if slot["heads"]}


def _of_the_head(kind: str, lang: Lang) -> dict[str, Value]:
    head = head_for(kind, lang)
    return {
        "association": head.association,
        "recipient": head.recipient_name,
        "recipient_address": head.recipient_address,
        "recipient_uscc": head.recipient_uscc,
        "number": head.number,
        "signatory": head.signatory,
        "contact_person": head.contact_person,
        "telephone": head.telephone,
        "address": head.address,
    }


def _short(value: Value) -> str:
    """The beginning of an example."""
    while not isinstance(value, str | int):
        value = value[0] if value else ""
    text = " ".join(str(value).split())
    return text if len(text) <= SHORT else text[:SHORT] + "…"

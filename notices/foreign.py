"""What a document holds in a language other than its own: typed by somebody, and perhaps not for its reader."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from core.tongues import strange
from core.words import _l
from notices.papers import Lang
from notices.wording_fields import GENERAL

LANGUAGES: Final = {"zh": _l("Chinese"), "en": _l("English")}
NAMES: Final = frozenset(
    {
        *GENERAL,
        *("respondent", "respondents", "product", "authority", "authority_contact", "firm", "principal", "party_name"),
        *("person_name", "named_executive", "portal_account", "mail", "postal_address", "persons", "confirmed_by"),
        *("investigators", "interviewers", "panel_members", "secretary", "presenter", "attendee", "place", "agreed_by"),
        *("document_name", "documents", "collection_place", "measure_basis", "provisions", "publication_title"),
    }
)
"""Who and where keep their names in any language. Provisions are cited as they were issued."""
QUOTED: Final = frozenset(
    {
        *(("D05b", "allegations"), ("D05b", "requests"), ("D08", "summary")),
        *(("D16b", "statement_summary"), ("D20", "statement_summary"), ("D26", "firm_answer")),
        *((kind, name) for kind in ("D36a", "D40") for name in ("wrong_text", "right_text")),
    }
)
"""What its reader wrote, and what a company is told that somebody wrote: quoted in the language of whoever did."""
SHOWN: Final = 160
"""How much of a passage is shown so that it can be found."""
COPIED: Final = frozenset({"decision_text", "corrected_text"})
"""What was issued before, and is published as it was."""


@dataclass(frozen=True, slots=True)
class Passage:
    """A passage, and the language of the text that holds it."""

    text: str
    lang: Lang

    def to_json(self) -> dict[str, str]:
        """Plain data for the database."""
        return {"text": self.text, "lang": self.lang}


def passages(kind: str, lang: Lang, values: Mapping[str, Any]) -> list[Passage]:
    """What of the values is in the other language, each passage once."""
    texts = (text for name, value in values.items() if _said(kind, name) for text in _texts(value))
    return [Passage(each, lang) for each in dict.fromkeys(one for text in texts for one in strange(text, lang))]


def frozen_in(document: Mapping[str, Any], hide: Callable[[str], str] | None = None) -> dict[str, list[str]]:
    """What was found when it was frozen, by the language it is not in; older documents hold nothing.

    `hide` masks it for whoever has not opened what tells of a person.
    """
    found: dict[str, list[str]] = {}
    for each in document.get("foreign") or ():
        text = each["text"] if hide is None else hide(each["text"])
        found.setdefault(each["lang"], []).append(text if len(text) <= SHOWN else f"{text[:SHOWN]}…")
    return found


def _said(kind: str, name: str) -> bool:
    return name not in NAMES | COPIED and (kind, name) not in QUOTED


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _texts(each)

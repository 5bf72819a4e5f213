"""What must hold before a clerical error is corrected: nothing decided changes, and the deciding body agrees (S77)."""

from collections.abc import Iterator, Sequence

from sqlalchemy.orm import Session

from casework import clauses
from casework.models_cases import CaseTrack
from casework.states import TRACK
from core.errors import BadInput, Refused
from core.machine import Ask
from core.words import _l
from notices import queries as notices
from notices.models import Document
from notices.papers import Lang, period_text
from registry import rulebook
from sanctions import rounds, terms
from sanctions.levels import LEVELS
from sanctions.served import whole_text_of


def correctable(session: Session, track: CaseTrack) -> Sequence[Document]:
    """The numbered documents of a track that went to the respondent and are not void, the newest first."""
    found = notices.documents_of(session, [("track", track.id)])
    mine = [each for each in found if each.outward and each.number and each.party_id == track.party_id]
    return [each for each in reversed(mine) if each.void_at is None and each.kind != "D40"]


def deciders(session: Session, track: CaseTrack) -> list[int]:
    """Who decided in the round: the panel's members; of admitted facts the adjudication unit."""
    panel = rounds.panel(session, track)
    sitting = [each.account_id for each in rounds.sitting(panel)] if panel else []
    return sitting or [number for number in (track.reviewer_id,) if number is not None]


def decided_passages(session: Session, track: CaseTrack) -> list[str]:
    """What no correction may touch: the respondent, what was breached, the measures with what each orders."""
    found = [track.party.name_zh]
    decision = rounds.decision(session, track)
    languages: tuple[Lang, ...] = ("zh", "en") if track.party.lang == "en" else ("zh",)
    for lang in languages:
        found += [track.party.name(lang), *clauses.provisions(session, track, lang)]
        found += clauses.violation_names(session, [each.code for each in track.allegations], lang)
        for level in decision.measures if decision else []:
            said = terms.of_level(decision.terms if decision else {}, level)
            found.append(terms.worded(session, level, said, lang))
            found += [terms.spoken(session, item["correction"], lang) for item in said.get("items", ())]
            found += [item["problem"] for item in said.get("items", ())]
            found += [period_text(int(said["days"]), "CD", lang)] if said.get("days") else []
    return [each for each in found if each.strip()]


def others(session: Session, track: CaseTrack, decided: Sequence[str]) -> list[str]:
    """What no correction may bring in: measures that were not ordered, violations and provisions of others."""
    decision = rounds.decision(session, track)
    ordered = decision.measures if decision else []
    alleged = {each.code for each in track.allegations}
    named: list[str] = []
    for lang in ("zh", "en"):
        named += [level.name(lang) for number, level in LEVELS.items() if decision and number not in ordered]
        named += [each.name(lang) for each in rulebook.violations(session, retired=True) if each.code not in alleged]
        named += [each.cited(lang) for each in rulebook.provisions(session)]
    return [each for each in named if not any(each in own for own in decided)]


def changes_what_was_decided(session: Session, track: CaseTrack, text: str, wrong: str, right: str) -> bool:
    """Whether a passage that carries the decision would no longer stand where it stood, or one be added to it."""
    corrected, decided = text.replace(wrong, right), decided_passages(session, track)
    if any(corrected.count(each) < text.count(each) for each in decided):
        return True
    return any(corrected.count(each) > text.count(each) for each in others(session, track, decided))


@TRACK.guard("S77")
def only_clerical(ask: Ask) -> Iterator[Refused]:
    """A clerical error; nothing decided changes; the deciding body agrees."""
    track: CaseTrack = ask.it
    wrong, right = (str(ask.facts.get(name) or "").strip() for name in ("wrong", "right"))
    document: Document | None = ask.facts.get("document")
    if document is None or document.id not in {each.id for each in correctable(ask.session, track)}:
        yield BadInput("document", _l("Choose the document that holds the error."))
        return
    text = whole_text_of(document)
    if not wrong or wrong not in text:
        yield BadInput("wrong", _l("The document does not hold this passage: copy it exactly."))
    elif not right or right == wrong:
        yield BadInput("right", _l("Write how the passage reads without the error."))
    elif changes_what_was_decided(ask.session, track, text, wrong, right):
        yield BadInput("right", _l("This would change what was decided: only a clerical error can be corrected."))
    if not str(ask.facts.get("reason") or "").strip():
        yield BadInput("reason", _l("Say what kind of error it is."))
    if ask.facts.get("agreed_by") not in deciders(ask.session, track):
        yield BadInput("agreed_by", _l("Name the member of the deciding body who agreed for it."))

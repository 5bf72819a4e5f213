"""What must hold before a clerical error is corrected: nothing decided changes, and those who decided agree (S77)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import clauses
from casework.models_cases import CaseTrack
from casework.policies_recusals import barred
from casework.states import TRACK
from core.actors import Actor
from core.errors import BadInput, NotNow, Refused
from core.machine import Ask
from core.words import _l
from notices import queries as notices
from notices.models import Document, Service
from notices.papers import Lang, period_text
from registry import lineage, rulebook
from registry.models import Party
from registry.models_accounts import Account, AccountRole
from sanctions import ballots, policies_admissions, rounds, terms
from sanctions.levels import LEVELS
from sanctions.models_corrections import TextCorrection, TextCorrectionVote
from sanctions.models_decisions import Panel
from sanctions.models_reviews import Review
from sanctions.policies_reviews import sitting
from sanctions.served import provisions, whole_text_now
from sanctions.tallies import Rules

AS_BEFORE: Final = Rules()
BEFORE_THEM: Final = _l("A correction is before those who decided: it is voted on first.")


@dataclass(frozen=True)
class Body:
    """Who decided: which kind of body, how large it was, and which members can still vote."""

    kind: str
    size: int
    people: frozenset[int]
    rules: Rules = AS_BEFORE
    """Its quorum; what it corrects changes nothing decided, so more than half of all who decided carry it (CHECK)."""

    @property
    def needed(self) -> int:
        """Its quorum, but never more than can still vote: who is recused or leaves later must not preserve an error."""
        return min(self.rules.quorum(self.size), len(self.people))


def may_settle(actor: Actor) -> bool:
    """Whether somebody acts on the result or takes the correction back: the head, who put it (S77)."""
    return actor.has("head", "system")


def correctable(session: Session, track: CaseTrack) -> Sequence[Document]:
    """Numbered documents of a track that went to the respondent and are not void, the newest first."""
    reviews = session.scalars(select(Review.id).where(Review.track_id == track.id))
    found = notices.documents_of(session, [("track", track.id), *(("review", number) for number in reviews)])
    mine = [each for each in found if each.outward and each.number and each.party_id == track.party_id]
    return [each for each in reversed(mine) if each.void_at is None and each.kind != "D40"]


def deciding(session: Session, track: CaseTrack, document: Document) -> tuple[Panel | None, Review | None]:
    """The review body of its decision, or the panel of its round; neither if the facts were admitted."""
    if document.kind == "D22" and (review := _review(session, track, document)) is not None:
        return None, review
    panel = session.scalar(select(Panel).where(Panel.track_id == track.id, Panel.round == document.round))
    panel = panel or rounds.panel(session, track)
    return (panel, None) if panel is not None and rounds.sitting(panel) else (None, None)


def _review(session: Session, track: CaseTrack, document: Document) -> Review | None:
    mine = select(Review).where(Review.track_id == track.id, Review.decided_on.is_not(None))
    if document.subject_kind == "review":
        mine = mine.where(Review.id == document.subject_id)
    return session.scalar(mine.where(Review.decided_on <= document.issued_on).order_by(Review.id.desc()).limit(1))


def body_of(session: Session, track: CaseTrack, panel: Panel | None, review: Review | None) -> Body:
    """The body with the members who can vote on something put now: whoever left never will."""
    body = _decided(session, track, panel, review)
    return replace(body, people=body.people - _gone(session, body))


def _gone(session: Session, body: Body) -> set[int]:
    """Those who can't vote any more: locked out, or without the role of the body that decided."""
    there = select(Account.id).where(Account.id.in_(body.people), Account.works)
    if (role := {"PANEL": "panel", "REVIEW": "review body"}.get(body.kind)) is not None:
        there = there.where(Account.id.in_(select(AccountRole.account_id).where(AccountRole.role == role)))
    return set(body.people) - set(session.scalars(there))


def _decided(session: Session, track: CaseTrack, panel: Panel | None, review: Review | None) -> Body:
    """The body that decided, without people recused since.

    If the facts were admitted, those who signed beside the head.
    """
    out = barred(session, track.case_id)
    if review is not None:
        people = {each.account_id for each in sitting(review)}
        return Body("REVIEW", review.size or len(people), frozenset(people - out), ballots.rules_of(review))
    if panel is not None:
        people = {each.account_id for each in rounds.sitting(panel)}
        return Body("PANEL", panel.size, frozenset(people - out), ballots.rules_of(panel))
    admission = policies_admissions.admission(session, track)
    signed = policies_admissions.signatures(session, admission) if admission is not None else {}
    people = {each.account_id for each in signed.values()}
    people = people or {number for number in (track.reviewer_id,) if number is not None}
    return Body("SIGNERS", len(people), frozenset(people - out))


def body_now(session: Session, correction: TextCorrection) -> Body:
    """Those who have voted on it or still can; the vote of somebody who left afterwards counts."""
    panel = session.get(Panel, correction.panel_id) if correction.panel_id else None
    review = session.get(Review, correction.review_id) if correction.review_id else None
    body = _decided(session, correction.track, panel, review)
    left = _gone(session, body)
    if left:
        left -= {each.account_id for each in votes(session, correction)}
    return replace(body, people=body.people - left)


def open_correction(session: Session, track: CaseTrack) -> TextCorrection | None:
    """The correction that is before the deciding body."""
    mine = select(TextCorrection).where(TextCorrection.track_id == track.id, TextCorrection.ended_at.is_(None))
    return session.scalar(mine)


def votes(session: Session, correction: TextCorrection) -> Sequence[TextCorrectionVote]:
    """The votes on it, without those of people recused since."""
    out = barred(session, correction.track.case_id)
    mine = select(TextCorrectionVote).where(TextCorrectionVote.correction_id == correction.id)
    return [each for each in session.scalars(mine.order_by(TextCorrectionVote.id)) if each.account_id not in out]


def agreed(session: Session, correction: TextCorrection, body: Body) -> bool:
    """Enough have voted, and more than half of all who decided are in favour."""
    cast = [each.choice for each in votes(session, correction) if each.account_id in body.people]
    return len(cast) >= body.needed > 0 and cast.count("FOR") * 2 > body.size


def _called(session: Session, track: CaseTrack) -> set[str]:
    """What the respondent, and whoever the track was against before, is called or was: a document keeps its names."""
    found: set[str] = set()
    before = [session.get_one(Party, each) for each in lineage.holders(session, "case_track.party_id", track.id)]
    for party in (track.party, *lineage.merged(session, track.party), *before):
        found |= {party.name_zh, party.name("en"), *(each.value for each in lineage.former_names(session, party))}
    return found


def decided_passages(session: Session, track: CaseTrack, document: Document) -> list[str]:
    """What no correction may touch: what was breached, the measures with what each orders.

    Nor the clocks that its service starts: they run as they were told.
    """
    found: list[str] = []
    decision = rounds.decision(session, track)
    languages: tuple[Lang, ...] = ("zh", "en") if track.party.lang == "en" else ("zh",)
    started = notices.clocks_of(session, document)
    for lang in languages:
        found += provisions(session, track, lang)
        found += [period_text(each.length, each.unit, lang) for each in started]
        found += clauses.violation_names(session, [each.code for each in track.allegations], lang)
        for level in decision.measures if decision else []:
            said = terms.of_level(decision.terms if decision else {}, level)
            found.append(terms.worded(session, level, said, lang))
            found += [terms.spoken(session, item["correction"], lang) for item in said.get("items", ())]
            found += [item["problem"] for item in said.get("items", ())]
            found += [period_text(int(said["days"]), "CD", lang)] if said.get("days") else []
    return [each for each in found if each.strip()]


def others(session: Session, track: CaseTrack, decided: Sequence[str]) -> list[str]:
    """What no correction may add: measures that were not ordered, and other violations and provisions."""
    decision = rounds.decision(session, track)
    ordered = decision.measures if decision else []
    alleged = {each.code for each in track.allegations}
    named: list[str] = []
    for lang in ("zh", "en"):
        named += [level.name(lang) for number, level in LEVELS.items() if decision and number not in ordered]
        named += [each.name(lang) for each in rulebook.violations(session) if each.code not in alleged]
        named += [each.cited(lang) for each in rulebook.provisions(session)]
    return [each for each in named if not any(each in own for own in decided)]


def changes_what_was_decided(session: Session, track: CaseTrack, document: Document, wrong: str, right: str) -> bool:
    """Whether a correction would remove one of these passages from where it is, or add one."""
    text, decided = whole_text_now(session, document), decided_passages(session, track, document)
    corrected, names = text.replace(wrong, right), _called(session, track)
    if sum(map(corrected.count, names)) < sum(map(text.count, names)):
        return True  # one name of the respondent may stand for another of its own, and for no other company's
    if any(corrected.count(each) < text.count(each) for each in decided):
        return True
    return any(corrected.count(each) > text.count(each) for each in others(session, track, decided))


@TRACK.guard("S77")
def only_clerical(ask: Ask) -> Iterator[Refused]:
    """It is a clerical error, and the decision stays the same."""
    track: CaseTrack = ask.it
    wrong, right = (str(ask.facts.get(name) or "").strip() for name in ("wrong", "right"))
    document: Document | None = ask.facts.get("document")
    if document is None or document.id not in {each.id for each in correctable(ask.session, track)}:
        yield BadInput("document", _l("Choose the document that holds the error."))
        return
    if not wrong or wrong not in whole_text_now(ask.session, document):
        yield BadInput("wrong", _l("The document does not hold this passage: copy it exactly."))
    elif not right or right == wrong:
        yield BadInput("right", _l("Write how the passage reads without the error."))
    elif changes_what_was_decided(ask.session, track, document, wrong, right):
        yield BadInput("right", _l("This would change what was decided: only a clerical error can be corrected."))
    if not str(ask.facts.get("reason") or "").strip():
        yield BadInput("reason", _l("Say what kind of error it is."))


def _on_its_way(session: Session, document: Document) -> bool:
    """Whether a correction of it waits to be served: whatever follows them must follow both, in their order."""
    told = select(TextCorrection.notice_id).where(TextCorrection.document_id == document.id)
    known = session.execute(select(Service.document_id, Service.state).where(Service.document_id.in_(told))).all()
    served = {notice for notice, state in known if state == "SERVED"}
    return any(state != "VOID" and notice not in served for notice, state in known)


@TRACK.guard("S77")
def the_deciding_body_agrees(ask: Ask) -> Iterator[Refused]:
    """Those who decided had it before them and carried it by their votes; one correction at a time."""
    track: CaseTrack = ask.it
    document: Document | None = ask.facts.get("document")
    before, put = open_correction(ask.session, track), ask.facts.get("correction")
    if before is not None and before is not put:
        yield NotNow(BEFORE_THEM)
    if document is None:
        return
    if "putting" in ask.facts:
        if _on_its_way(ask.session, document):
            yield NotNow(_l("The notice of an earlier correction of this document has not been served yet."))
        return
    if put is None or not agreed(ask.session, put, body_now(ask.session, put)):
        yield NotNow(_l("More than half of those who decided must be for the correction."))

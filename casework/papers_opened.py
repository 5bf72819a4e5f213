"""Papers that tell who complains: whom each names, how it is masked, and what the journal notes of opening it."""

import json
import re
from collections.abc import Callable, Collection, Iterator
from datetime import datetime
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from casework import identities, masking, noting, personal_strings, queries_cases, queries_evidence
from casework.models import Complaint, Forwarding
from casework.models_cases import CaseFile, CaseTrack
from casework.models_stop_contacts import StopContact
from casework.phrases import phrase
from core.actors import Actor
from core.errors import NotAllowed
from core.journal import JournalEntry
from notices.documents import recipient_name
from notices.models import Document, Dossier

REVEALED: Final = {"complaint": identities.REVEALED, "case": "case.revealed"}
"""How the journal calls it, as it calls a look at the person or at the case."""
NOBODY: Final = tuple(phrase("person", lang) for lang in ("zh", "en"))
"""The addressee of a letter to whoever gave no name."""
_SHARED = (re.escape(phrase("identity.shared", lang, who="")) for lang in ("zh", "en"))
_PASSED_ON = re.compile(rf'"([^"]+?)(?:{"|".join(_SHARED)})')
"""Name and contact before the words with which a letter passes them on."""

_RECIPIENTS, _BETWEEN, _DROPPED = "主送", "；、，\n", "。；;."
"""How a dispatch sheet calls those it is sent to, what stands between two, the widest first, and never at an end."""

_GOES_ON: Final = (
    r"[\s,，]*(?:#|[A-Za-z]?[0-9０-９一二三四五六七八九十百零〇两甲乙丙丁号栋幢座单楼层室房院弄]"
    r"|(?i:apt|unit|suite|room|flat)\b)"
)
"""Where this follows, an address leads on, to a flat in the same house."""
_NOTHING: Final = r"(?!)"


class Papers:
    """Says which papers name complainants, and notes who opens them (notices.names_hidden)."""

    def veil(self, session: Session, it: Document) -> Callable[[str], str] | None:
        """How its text is masked; what is the association's own, a company's address and numbers that called stay."""
        case = _case(session, it)
        if case is None and not _numbers(session, it):
            return None
        told = queries_cases.told_for(case) if case is not None else _people(session, it)
        names = [*queries_evidence.names_in(told), *_frozen(session, it), *_asked_for(session, it)]
        own = [
            it.paper["head"].get("telephone", ""),
            *(n for each in told for n in personal_strings.companies_own(each)),
        ]
        return _but(masking.masker(names), [each for each in own if each], addresses(it))

    def is_open(self, session: Session, it: Document, actor: Actor, now: datetime) -> bool:
        """Whether this person opened it not long ago; of several complainants all were noted at once.

        What names somebody of a letter that is closed to this person since opens to them no more.
        """
        if _closed(session, it):
            return False
        case = _case(session, it)
        kind, whose = ("complaint", _people(session, it)) if case is None else ("case", [case])
        noted = select(JournalEntry.id).where(
            JournalEntry.subject_kind == kind,
            JournalEntry.subject_id.in_([each.id for each in whose]),
            JournalEntry.row == REVEALED[kind],
            JournalEntry.changes["document"].as_integer() == it.id,
            JournalEntry.actor == actor.who,
            JournalEntry.at > now - queries_evidence.OPEN_FOR,
        )
        return session.scalar(noted.limit(1)) is not None

    def open_it(self, session: Session, it: Document, *, actor: Actor, now: datetime) -> None:
        """Note it with each complaint whose person it names, or with the case whose complaints it repeats."""
        if (case := _case(session, it)) is not None:
            noting.of_case(session, case, "revealed", actor, now, document=it.id)
            return
        people = _people(session, it)
        if not people:
            raise NotAllowed
        for each in people:
            noting.of_complaint(session, each, REVEALED["complaint"], actor, now, {"document": it.id})


def addresses(it: Document) -> list[str]:
    """The association's own address, and that of the company to which it went; never a person's."""
    head = it.paper["head"]
    theirs = head.get("recipient_address", "") if it.party_id is not None and it.complaint_id is None else ""
    return [each for each in (head.get("address", ""), theirs) if each]


def _but(hide: Callable[[str], str], whole: Collection[str], places: Collection[str] = ()) -> Callable[[str], str]:
    if not (whole or places):
        return hide
    either, where = ("|".join(map(re.escape, sorted(each, key=len, reverse=True))) for each in (whole, places))
    # a part of a longer number is none of theirs, and of a longer address, in the same house, neither
    stays = re.compile(
        rf"(?<!\d)(?<!\d[ -])(?:(?:{either or _NOTHING})(?![ -]?\d)|(?:{where or _NOTHING})(?!{_GOES_ON}))"
    )

    def hidden(text: str) -> str:
        parts, at = [], 0
        for found in stays.finditer(text):
            parts += [hide(text[at : found.start()]), found[0]]
            at = found.end()
        return "".join([*parts, hide(text[at:])])

    return hidden


def _frozen(session: Session, it: Document) -> Iterator[str]:
    """Whom it names as it was issued: what was put right or taken back since then still stands in it."""
    for letter in (it, *_gone_with(session, it)):
        if letter.complaint_id is not None and (name := recipient_name(letter)) not in NOBODY:
            yield name
    yield from _closed(session, it)
    for who in _PASSED_ON.findall(json.dumps(it.paper["paper"], ensure_ascii=False)):
        yield from who.split("，")


def _asked_for(session: Session, it: Document) -> list[str]:
    """The number that a letter asks a company to leave alone: a short one has no shape of its own."""
    asked = session.get(StopContact, it.subject_id) if it.subject_kind == "stop_contact" else None
    return [asked.number] if asked is not None else []


def _gone_with(session: Session, it: Document) -> list[Document]:
    """The documents that a dispatch sheet lists."""
    sheet = session.get(Dossier, it.subject_id) if it.subject_kind == "approval" else None
    return sheet.documents if sheet is not None else []


def _closed(session: Session, it: Document) -> list[str]:
    """Whom a dispatch sheet names though no letter of it to them can be seen by this reader."""
    if it.subject_kind != "approval":
        return []
    cells = [row for block in it.paper["paper"]["blocks"] if block["is"] == "facts" for row in block["rows"]]
    known = {recipient_name(each).rstrip(_DROPPED) for each in _gone_with(session, it)} | {*NOBODY, "—"}
    named = [name for label, value in cells if label == _RECIPIENTS for name in _apart(value, known)]
    return list(dict.fromkeys(name.strip() for name in named if name.strip()))


def _apart(value: str, known: set[str]) -> Iterator[str]:
    """The names in a list of recipients that are none of these; a name may hold what stands between two others."""
    for mark in _BETWEEN:
        if mark in value and value not in known:
            for each in value.split(mark):
                yield from _apart(each, known)
            return
    if value not in known:
        yield value


def _case(session: Session, it: Document) -> CaseFile | None:
    """The case whose complaints a paper repeats word for word."""
    if not queries_cases.quotes_complaints(session, it):
        return None
    track = session.get(CaseTrack, it.subject_id)
    return track.case if track is not None else None


def _people(session: Session, it: Document) -> list[Complaint]:
    """The complaints whose complainants it names, as far as this reader may see them and they are not erased."""
    mine = select(Complaint).where(Complaint.id.in_(_numbers(session, it)), Complaint.erased_at.is_(None))
    return list(session.scalars(mine.options(joinedload(Complaint.complainant)).order_by(Complaint.id)))


def _numbers(session: Session, it: Document) -> set[int]:
    """Whose complainants it names: proofs of service and dispatch sheets name whom their documents went to."""
    if it.complaint_id is not None:
        return {it.complaint_id}
    if it.subject_kind == "complaint":
        return {it.subject_id}
    if it.subject_kind == "approval":
        return {each.complaint_id for each in _gone_with(session, it) if each.complaint_id is not None}
    if it.subject_kind == "stop_contact":
        asked = session.get(StopContact, it.subject_id)
        return {asked.complaint_id} if asked is not None else set()
    sent = session.get(Forwarding, it.subject_id) if it.subject_kind == "forwarding" else None
    told = session.get(Complaint, sent.complaint_id) if sent is not None else None
    person = told.complainant if told is not None else None
    return {person.complaint_id} if person is not None and person.consented_at is not None else set()

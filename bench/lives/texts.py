"""What documents and mails say: nobody is named without consent, a stopped number stands alone, mails tell nothing."""

import json
import re
from collections.abc import Iterator
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from bench.lives.filling import NUMBERS
from bench.lives.outside import INSIDE, NAME
from bench.lives.readings import Found
from casework.models import Complaint, Forwarding
from casework.models_cases import CaseTrack
from casework.models_stop_contacts import StopContact
from core.mail import Mail
from core.texts import TextMessage
from notices.models import Document
from notices.papers import text_of
from registry.models import Party
from sanctions.models_publications import Publication, PublicationText

NAMED = "I-13 nobody is named before a respondent without consent"
ALONE = "I-20 a letter that stops contact holds the number and nothing about the person"
HELD_BACK = "I-16 a complainant reads nothing that was written for the association"
PUBLISHED = "I-06 what is published is the served text without what was left out"

NEUTRAL = "a mail names nobody and nothing, and speaks its reader's language"
WORDLESS = "a text message names nobody"
CHINESE = re.compile("[一-鿿]")


class Texts:
    """Reads each document once, and each publication when it is out."""

    def __init__(self) -> None:
        self.last = 0
        self._read: set[int] = set()
        self._mailed = self._texted = 0

    def found(self, at: Session) -> Iterator[Found]:
        """What the documents made since the last time say."""
        for document in at.scalars(select(Document).where(Document.id > self.last).order_by(Document.id)):
            self.last = document.id
            said = json.dumps(document.paper["paper"], ensure_ascii=False)
            if document.party_id is not None and document.kind == "D33":
                yield from self._stopped(at, document, said)
            elif document.party_id is not None:
                yield from self._named(at, document, said)
            if document.complaint_id is not None:
                yield HELD_BACK, document.ref, INSIDE in said

    @staticmethod
    def _stopped(at: Session, document: Document, said: str) -> Iterator[Found]:
        stopped = at.get_one(StopContact, document.subject_id)
        complaint = at.get_one(Complaint, stopped.complaint_id)
        about = [NAME, complaint.facts[:12], complaint.ref]
        yield ALONE, document.ref, stopped.number not in said or any(each in said for each in about)

    @staticmethod
    def _named(at: Session, document: Document, said: str) -> Iterator[Found]:
        complaints = list(_behind(at, document))
        if complaints and not any(each.complainant and each.complainant.share_identity for each in complaints):
            yield NAMED, document.ref, any(each in said for each in (NAME, *NUMBERS))

    def mailed(self, at: Session) -> Iterator[Found]:
        """What the mails and text messages since the last time say."""
        new = at.scalars(select(Mail).where(Mail.id > self._mailed).order_by(Mail.id)).all()
        names = [NAME, *NUMBERS, INSIDE, *at.scalars(select(Party.name_zh))] if new else []
        for mail in new:
            self._mailed = mail.id
            told = any(each in mail.subject + mail.body for each in names)
            yield NEUTRAL, f"{mail.key}: {mail.subject}", told or _other_language(mail)
        for text_ in at.scalars(select(TextMessage).where(TextMessage.id > self._texted).order_by(TextMessage.id)):
            self._texted = text_.id
            yield WORDLESS, text_.key, any(each in text_.words for each in (NAME, *NUMBERS, INSIDE))

    def published(self, at: Session) -> Iterator[Found]:
        """Each text that is shown, once: as served, or as served corrections left it, less what was left out."""
        wanted = select(PublicationText).where(PublicationText.shown, PublicationText.id.not_in(self._read))
        for shown in at.scalars(wanted.order_by(PublicationText.id)):
            self._read.add(shown.id)
            if "decision_number" in shown.summary:
                may_say = [_less(said, shown.publication) for said in _served_texts(at, shown.publication)]
                yield PUBLISHED, f"{shown.publication.ref}/{shown.no}", shown.body not in may_say


def _other_language(mail: Mail) -> bool:
    return bool(CHINESE.search(mail.subject)) is (mail.language == "en")


def _less(said: str, publication: Publication) -> str:
    for each in publication.redactions:
        said = each.instead.join(said.split(each.passage))
    return said


def _behind(at: Session, document: Document) -> Iterator[Complaint]:
    """The complaints that a document to a company goes back to."""
    if document.subject_kind == "forwarding":
        yield at.get_one(Complaint, at.get_one(Forwarding, document.subject_id).complaint_id)
    elif document.subject_kind == "track":
        yield from at.get_one(CaseTrack, document.subject_id).case.complaints


def _served_texts(at: Session, publication: Publication) -> list[str]:
    """The decision served last on the track, of the panel or of the review, then as each served correction left it."""
    wanted: Any = text(
        "SELECT d.id FROM document d JOIN service s ON s.document_id = d.id AND s.state = 'SERVED' WHERE "
        "(d.kind = 'D20' AND d.subject_kind = 'track' AND d.subject_id = :track AND d.round = :round) OR (d.kind = "
        "'D22' AND EXISTS (SELECT 1 FROM review r WHERE r.new_decision_id = :decision AND ((d.subject_kind = 'review' "
        "AND d.subject_id = r.id) OR (d.subject_kind = 'track' AND d.subject_id = r.track_id)))) "
        "ORDER BY d.kind DESC, d.id DESC LIMIT 1"
    )
    round_ = at.execute(
        text("SELECT round FROM decision WHERE id = :decision"), {"decision": publication.decision_id}
    ).scalar()
    given = {"track": publication.track_id, "round": round_, "decision": publication.decision_id}
    number = at.execute(wanted, given).scalar()
    if not number:
        return []
    texts = [text_of(at.get_one(Document, number).frozen.blocks)]
    corrected = text(
        "SELECT c.wrong, c.corrected FROM text_correction c JOIN service s ON s.document_id = c.notice_id "
        "AND s.state = 'SERVED' WHERE c.document_id = :number ORDER BY c.id"
    )
    for wrong, right in at.execute(corrected, {"number": number}):
        texts.append(right.join(texts[-1].split(wrong)))
    return texts

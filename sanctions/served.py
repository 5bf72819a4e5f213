"""The text of the served decision, and what is left after redactions: what a publication must equal (I-06)."""

import re
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Final

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from casework import clauses
from casework.models_cases import Allegation, CaseTrack
from notices import queries as notices
from notices.models import Document
from notices.papers import Lang, text_of, whole_text
from registry.models_rulebook import Provision
from sanctions import rounds
from sanctions.models_corrections import TextCorrection
from sanctions.models_publications import Redaction
from sanctions.models_reviews import Review

CITED: Final = "provisions"
"""The name under which a notice and a decision keep, besides their settings, which provisions they cite."""
TELLING: Final = ("D11b", "D17", "D20")
"""Papers that tell what is alleged: an error in them that was corrected is in no later paper."""
REF: Final = re.compile(r"AJ〔\d{4}〕\d+(?:-\d+)?")
LEFT_OUT: Final = "〔略〕"


def decision_document(session: Session, track: CaseTrack) -> Document | None:
    """The decision (D20) of the present round, or that of the review (D22) which varied it."""
    made = rounds.decision(session, track)
    review = session.scalar(select(Review).where(Review.new_decision_id == made.id)) if made is not None else None
    if review is not None:
        return review_paper(session, review)
    return notices.last_document(session, ["D20"], "track", track.id, track.round)


def review_paper(session: Session, review: Review) -> Document | None:
    """The decision document of a review, once there is one; a case that was sent back may have one in each round."""
    if review.decided_on is None:
        return None
    if not review.stayed:
        return notices.last_document(session, ["D22"], "review", review.id)
    every = notices.documents_of(session, [("track", review.track_id)])
    mine = [each for each in every if each.kind == "D22" and each.issued_on >= review.decided_on]
    return min(mine, key=lambda each: each.id, default=None)


def text_of_document(document: Document) -> str:
    """The text of a document as it was frozen: the authentic one, even if it was issued in English as well."""
    paper = document.frozen
    return text_of((paper.authentic or paper).blocks)


def corrections(session: Session, document: Document) -> list[TextCorrection]:
    """What served notices of correction (D40) changed in a document, in order."""
    return _served(session, select(TextCorrection).where(TextCorrection.document_id == document.id))


def _served(session: Session, asked: Select[TextCorrection]) -> list[TextCorrection]:
    told = [(each, each.notice_id) for each in session.scalars(asked.order_by(TextCorrection.id))]
    return [each for each, notice in told if notice is not None and notices.served_on(session, notice) is not None]


def whole_text_now(session: Session, document: Document) -> str:
    """The whole text as its served corrections left it: a further correction is about what stands there by now."""
    text = whole_text(document.frozen)
    for each in corrections(session, document):
        text = text.replace(each.wrong, each.corrected)
    return text


def texts(session: Session, document: Document) -> list[tuple[str, TextCorrection | None]]:
    """The text as served, then as each served correction left it; the last one counts."""
    found: list[tuple[str, TextCorrection | None]] = [(text_of_document(document), None)]
    for each in corrections(session, document):
        found.append((found[-1][0].replace(each.wrong, each.corrected), each))
    return found


def allegations(session: Session, track: CaseTrack, found: Iterable[Allegation], lang: Lang = "zh") -> list[str]:
    """One sentence for each allegation, as the served documents tell it by now."""
    return as_corrected(session, track, clauses.allegations(session, found, lang))


def notice(session: Session, track: CaseTrack) -> Document | None:
    """The advance notice of the round."""
    return notices.last_document(session, ["D17"], "track", track.id, track.round)


def announced(session: Session, track: CaseTrack) -> list[int] | None:
    """The provisions that the advance notice named: a decision cites no others. None if it kept none, as once."""
    found: list[int] | None = notices.laid_down_in(notice(session, track), CITED)
    return found


def decided(session: Session, track: CaseTrack) -> list[int] | None:
    """The provisions that the decision of the round cites; None if there is none, or it kept none, as once."""
    paper = notices.last_document(session, ["D20"], "track", track.id, track.round)
    found: list[int] | None = notices.laid_down_in(paper, CITED)
    return found


def provisions(session: Session, track: CaseTrack, lang: Lang = "zh") -> list[str]:
    """The provisions that the decision found breached; its orders and publications cite these, whatever changed."""
    found = [session.get(Provision, number) for number in decided(session, track) or ()]
    return [each.cited(lang) for each in found if each is not None] or clauses.provisions(session, track, lang)


def as_corrected(session: Session, track: CaseTrack, told: Iterable[str]) -> list[str]:
    """What is said of the facts, as served corrections of the documents that told them left it.

    The same error stood in several of them: what was put right once is not put right again, though it holds the error.
    """
    found, told_in = list(told), select(Document.id).where(Document.kind.in_(TELLING))
    mine = select(TextCorrection).where(TextCorrection.track_id == track.id, TextCorrection.document_id.in_(told_in))
    for each in _served(session, mine):
        found = [_put_right(text, each) for text in found]
    return found


def _put_right(text: str, correction: TextCorrection) -> str:
    right = correction.corrected
    return right.join(part.replace(correction.wrong, right) for part in text.split(right))


def followed(
    text: str, before: str, correction: TextCorrection, redactions: Sequence[Redaction], more: Sequence[Redaction] = ()
) -> str:
    """The shown text as a correction leaves it; `before` is the decision as it read until then.

    If part of the corrected passage is left out, the rest follows as long as that part reads as before. Otherwise a
    person's corrected name would appear where the misspelt one was left out, so nothing changes until somebody says
    what of the corrected passage is left out (`more`).
    """
    if touches(correction, redactions) and not more:
        return text
    was = redacted(correction.wrong, redactions)
    if was != correction.wrong and text.count(was) != before.count(correction.wrong):
        return text  # the words also appear elsewhere: nobody can tell which are meant
    return text.replace(was, redacted(correction.corrected, (*more, *redactions)))


def touches(correction: TextCorrection, redactions: Sequence[Redaction]) -> bool:
    """Whether a correction changes something that is left out, or what stands beside it: a name may have grown."""
    gone = {each.passage for each in redactions if each.passage in correction.wrong}
    return any(_beside(each, correction.wrong) != _beside(each, correction.corrected) for each in gone)


def _beside(passage: str, text: str) -> list[tuple[str, str]]:
    """What stands before and after the passage, each time."""
    return [(before[-1:], after[:1]) for before, after in pairwise(text.split(passage))]


def redacted(text: str, redactions: Iterable[Redaction]) -> str:
    """The text without each passage, in the order in which they were marked, and without numbers of cases."""
    for each in redactions:
        text = text.replace(each.passage, each.instead)
    return REF.sub(LEFT_OUT, text)


def case_refs(said: str) -> list[str]:
    """Numbers of cases in a text, its own and earlier ones; the longest first, since one may begin another."""
    return sorted(set(REF.findall(said)), key=lambda ref: (-len(ref), ref))

"""This room's pages whose documents may need approval: measures, publications, decisions of panels and reviews."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import url_for
from sqlalchemy.orm import Session

from casework.forms_staff import PlainForm, opened
from casework.models_cases import CaseTrack
from core.actors import Actor
from core.forms import Form
from core.words import LazyString, _l
from desk.approving import Page
from notices import sendings
from notices.doers import Doer, Sent
from proceedings import deeds_publications, deeds_tracks, forms_reviews, forms_staff
from sanctions import panel_decisions, policies_reviews, rounds
from sanctions.models_corrections import TextCorrection
from sanctions.models_decisions import PanelMember
from sanctions.models_publications import Publication
from sanctions.models_reviews import Review, ReviewMember

PREFIX = "decision"


@dataclass(frozen=True)
class Body:
    """What a panel or a review body announces: a member drafts its reasons, and they are approved as to form."""

    model: type[Any]
    form_of: type[Any]
    announce: Callable[[Session, Any, Any, Actor, datetime], object]
    endpoint: str
    said: LazyString
    words: frozenset[str]
    members: Callable[[Session, Any], Iterable[PanelMember | ReviewMember]]

    def body(self, session: Session, number: int) -> frozenset[int]:
        """The accounts that sit on it."""
        return frozenset(each.account_id for each in self.members(session, session.get_one(self.model, number)))

    def title(self, session: Session, number: int, _event: str) -> str:
        """What is announced, and about what."""
        return f"{self.said} · {session.get_one(self.model, number).ref}"

    def form(self, session: Session, number: int, _event: str, sent: Sent | None) -> Form:
        """The form of the decision."""
        filled = None if sent is None else sendings.filled(sent)
        made: Form = opened(self.form_of, session.get_one(self.model, number), prefix=PREFIX, sent=filled)
        return made

    def do(self, session: Session, number: int, _event: str, form: Form, actor: Actor, now: datetime) -> None:
        """Announce it."""
        self.announce(session, session.get_one(self.model, number), form, actor, now)

    def link(self, session: Session, number: int) -> str:
        """The member's page."""
        return url_for(self.endpoint, number=session.get_one(self.model, number).id)


def panel_of(session: Session, track: CaseTrack) -> list[PanelMember]:
    """The members who take part in the round."""
    panel = rounds.panel(session, track)
    return rounds.sitting(panel) if panel is not None else []


APPROVED: dict[str, Doer] = {
    "sanctions.track": Page(
        lambda: deeds_tracks.DEEDS,
        lambda at, number: at.get_one(CaseTrack, number),
        lambda it: url_for("proceedings_staff.show", number=it.id),
        lambda it: str(it.ref),
    ),
    "sanctions.publication": Page(
        lambda: deeds_publications.EVERY,
        lambda at, number: at.get_one(Publication, number),
        lambda it: url_for("proceedings_publications.show", slug=it.slug),
        lambda it: str(it.ref),
    ),
    "sanctions.decision": Body(
        CaseTrack,
        forms_staff.DecideForm,
        panel_decisions.announce,
        "proceedings_panel.show",
        _l("Decision of the panel"),
        frozenset({"reasons", "statement_dealt", "immediate_reasons"}),
        panel_of,
    ),
    "sanctions.review": Body(
        Review,
        forms_reviews.DecideReviewForm,
        panel_decisions.announce_review,
        "proceedings_reviews.show",
        _l("Decision on the review"),
        frozenset({"reasons", "questions"}),
        lambda _at, review: policies_reviews.sitting(review),
    ),
    "sanctions.correction": Body(
        TextCorrection,
        PlainForm,
        panel_decisions.announce_correction,
        "proceedings_corrections.show",
        _l("Correction of a clerical error"),
        frozenset(),
        lambda _at, _it: (),
    ),
    "sanctions.motion": Body(
        CaseTrack,
        PlainForm,
        panel_decisions.announce_motion,
        "proceedings_panel.show",
        _l("Motion of the panel"),
        frozenset(),
        panel_of,
    ),
}

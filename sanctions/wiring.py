"""Registers this room with the application."""

from datetime import datetime

from flask import Flask
from sqlalchemy.orm import Session

from casework import expiries
from core.web import label
from sanctions import (
    bulletin_corrections,
    bulletins,
    bundles,
    corrections,
    decisions,
    documents,
    documents_closing,
    documents_deliberation,
    documents_endings,
    documents_execution,
    documents_extensions,
    documents_ladder,
    documents_letters,
    documents_publications,
    documents_results,
    documents_reviews,
    endings,
    extensions,
    journal_subjects,
    labels,
    letters,
    measures,
    models,
    models_corrections,
    panels,
    people_named,
    policies,
    policies_archives,
    policies_corrections,
    policies_endings,
    policies_execution,
    policies_extensions,
    policies_ladder,
    policies_letters,
    policies_publications,
    policies_recusals,
    policies_reissues,
    policies_reviews,
    policies_rulebook,
    presences,
    proposals,
    reissues,
    review_bodies,
    review_effects,
    reviews,
    search_sources,
    statements,
    volumes,
    wiring_hearings,
    wiring_pages,
    wiring_portal,
    wiring_public,
)
from sanctions.states import PUBLICATION

DECIDING = (
    decisions,
    documents,
    documents_deliberation,
    documents_ladder,
    panels,
    people_named,
    policies,
    policies_ladder,
    proposals,
    statements,
)
LETTERS = (documents_letters, letters, policies_letters)
RECUSING = (policies_recusals,)
REVIEWING = (documents_reviews, policies_reviews, review_bodies, review_effects, reviews)
EXECUTING = (documents_execution, documents_results, measures, policies_execution)
ENDING = (documents_closing, documents_endings, endings, policies_endings)
EXTENDING = (documents_extensions, extensions, policies_extensions)
ARCHIVING = (bundles, policies_archives, volumes)
REISSUING = (corrections, models_corrections, policies_corrections, policies_reissues, reissues)
CITING = (policies_rulebook,)
TAKEN_ALONG = (journal_subjects,)
MEETING = (presences,)
PUBLISHING = (bulletin_corrections, bulletins, documents_publications, policies_publications, search_sources)
"""Imported for what they register."""


@expiries.on_take_down
def take_down(session: Session, number: int, now: datetime) -> None:
    """The notice of a withdrawal has been shown long enough (K33)."""
    bulletins.end_withdrawal(session, PUBLICATION.thing(session, number), now)


def init_app(app: Flask) -> None:
    """Set the room up."""
    app.extensions.setdefault("rooms", []).append(models.__name__)
    for name, rows in labels.TABLES.items():
        label(name, rows)
    wiring_portal.register(app)
    wiring_hearings.register(app)
    wiring_pages.register(app)
    wiring_public.register(app)

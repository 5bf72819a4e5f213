"""Registers this room with the application."""

from datetime import datetime

from flask import Flask
from sqlalchemy.orm import Session

from casework import erasing_cases, expiries
from core.labels import label
from sanctions import (
    admissions,
    bodies,
    bulletin_corrections,
    bulletins,
    bundles,
    calls,
    company_papers,
    corrections,
    decisions,
    documents,
    documents_admissions,
    documents_closing,
    documents_deliberation,
    documents_endings,
    documents_execution,
    documents_extensions,
    documents_hearings,
    documents_ladder,
    documents_letters,
    documents_publications,
    documents_resolutions,
    documents_results,
    documents_reviews,
    endings,
    erasing,
    extensions,
    file_views,
    hanging,
    hearings,
    labels,
    labels_motions,
    letters,
    measures,
    models_corrections,
    motions,
    panels,
    people_named,
    policies,
    policies_admissions,
    policies_archives,
    policies_corrections,
    policies_endings,
    policies_execution,
    policies_extensions,
    policies_hearings,
    policies_ladder,
    policies_letters,
    policies_publications,
    policies_recusals,
    policies_reissues,
    policies_resolutions,
    policies_resting,
    policies_reviews,
    policies_rulebook,
    presences,
    proposals,
    reissues,
    resolutions,
    restorations,
    review_bodies,
    review_effects,
    reviews,
    search_sources,
    statements,
    trainings,
    volumes,
)
from sanctions.states import PUBLICATION

DECIDING = (
    bodies,
    calls,
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
REVIEWING = (documents_reviews, policies_resting, policies_reviews, review_bodies, review_effects, reviews)
EXECUTING = (documents_execution, documents_results, measures, policies_execution, trainings)
ENDING = (documents_closing, documents_endings, endings, policies_endings)
EXTENDING = (documents_extensions, extensions, policies_extensions)
ARCHIVING = (bundles, policies_archives, volumes)
REISSUING = (corrections, models_corrections, policies_corrections, policies_reissues, reissues)
CITING = (policies_rulebook,)
TAKEN_ALONG = (company_papers, hanging)
MEETING = (presences,)
HEARING = (documents_hearings, hearings, policies_hearings)
ADMITTING = (admissions, documents_admissions, policies_admissions)
SHOWING = (file_views,)
RESOLVING = (documents_resolutions, motions, policies_resolutions, resolutions, restorations)
PUBLISHING = (bulletin_corrections, bulletins, documents_publications, policies_publications, search_sources)
"""Imported for what they register."""


@expiries.on_take_down
def take_down(session: Session, number: int, now: datetime) -> None:
    """End the notice of a withdrawal, which has been shown long enough (K33)."""
    bulletins.end_withdrawal(session, PUBLICATION.thing(session, number), now)


def init_app(_app: Flask) -> None:
    """Set the room up."""
    erasing_cases.ALSO.add(erasing.forget)
    for name, rows in labels.TABLES.items():
        label(name, rows)
    label("motion_vote", labels_motions.VOTE)

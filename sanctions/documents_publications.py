"""What circulars, bulletins, corrections and notices of withdrawal say, and whom they reach."""

from collections.abc import Iterator, Mapping
from datetime import date
from functools import partial
from typing import Any

from casework import clauses
from core.clock import day_of
from core.machine import Ask
from notices.making import Draft, makes
from notices.papers import day_text
from sanctions import policies_publications as policies
from sanctions import terms, versions
from sanctions.models import Publication, PublicationText

TO = {"MEMBERS": "各会员单位", "PUBLIC": "社会公众"}
DISTRIBUTION = {"MEMBERS": "此件仅供会员单位内部使用", "PUBLIC": "此件公开发布"}


def _paper(ask: Ask, values: Mapping[str, Any]) -> Draft:
    """One paper of a publication; what is for members only goes to every member, with a receipt of its own."""
    scope = ask.it.scope
    return Draft(values=values, to=TO[scope], members=scope == "MEMBERS", then=partial(versions.stands, ask))


def _values(ask: Ask, publication: Publication, text: PublicationText) -> dict[str, Any]:
    said = text.summary
    return {
        "decision_number": said["decision_number"],
        "decision_date": day_text(date.fromisoformat(said["decision_date"]), "zh"),
        "respondent": said["respondent"],
        "uscc": said["uscc"],
        "violations": clauses.violation_names(ask.session, publication.codes),
        "provisions": clauses.provisions(ask.session, publication.track),
        "measures": said["measures"].split("、"),
        "decision_text": text.body,
        "shown_period": terms.shown_for(ask.session, publication.level),
    }


@makes("publication", "D23e")
def circular(ask: Ask) -> Iterator[Draft]:
    """To the members: who was criticised for what, and the decision without what may not be published."""
    publication: Publication = ask.it
    text = policies.text_now(publication)
    if text is not None:
        yield _paper(ask, _values(ask, publication, text))


@makes("publication", "D23f")
def bulletin(ask: Ask) -> Iterator[Draft]:
    """To the public: the same."""
    publication: Publication = ask.it
    text = policies.text_now(publication)
    if text is not None:
        yield _paper(ask, {**_values(ask, publication, text), "review_note": ""})


def _about(publication: Publication) -> dict[str, str]:
    first = next((each for each in publication.texts if "number" in each.summary), None)
    published = publication.published_at
    return {
        "distribution": DISTRIBUTION[publication.scope],
        "publication_number": first.summary["number"] if first else publication.slug,
        "published_on": day_text(day_of(published), "zh") if published else "",
        "publication_title": first.title if first else publication.slug,
    }


@makes("publication", "D36a")
def correction(ask: Ask) -> Iterator[Draft]:
    """What was wrong, what is right, and why; then the whole text as it stands now, to be verified like the first."""
    publication: Publication = ask.it
    said, reason = ask.facts["correction"]
    text = policies.text_now(publication)
    values = {**_about(publication), "wrong_text": said["wrong"], "right_text": said["right"], "reason": reason}
    yield _paper(ask, {**values, "corrected_text": text.body if text else said["right"]})


@makes("publication", "D36b")
def withdrawal(ask: Ask) -> Iterator[Draft]:
    """That it is withdrawn, and why."""
    publication: Publication = ask.it
    values = {
        **_about(publication),
        "reason": publication.withdrawn_because or "",
        "shown_period": clauses.length(ask.session, "K33"),
    }
    yield _paper(ask, values)

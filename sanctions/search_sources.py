"""What the search finds of publications: for staff all of them, for companies and the public what is shown."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from registry import rulebook
from sanctions.levels import BY_NAME, LEVELS
from sanctions.models_publications import Publication, PublicationText
from search.entries import Entry, Subject, finds, follows

HOW_TO_ASK_FOR_A_REVIEW: Final = re.compile(r"^#+ [^\n]*申请复核[^\n]*(?:\n(?!#+ )[^\n]*)*", re.MULTILINE)
"""A section of each decision, with the association's address."""


@finds("publication", Publication, "staff", "party", "public")
def publications(session: Session, numbers: Sequence[int]) -> Iterator[Entry]:
    """Title, number, kinds of breach and text: the shown version for outsiders, the one that counts for staff.

    The text is Chinese, while pages give measures and kinds of breach in English too, so it is found by both. Members
    find a circular by title and number only: they read it once their copy was opened.
    """
    text = PublicationText
    texts: dict[int, list[PublicationText]] = defaultdict(list)
    for each in session.scalars(select(text).where(text.publication_id.in_(numbers)).order_by(text.no)):
        texts[each.publication_id].append(each)
    english = {each.code: each.en for each in rulebook.violations(session)}
    for row in session.scalars(select(Publication).where(Publication.id.in_(numbers))):
        every = texts[row.id]
        stands = [each for each in every if "proposed_by" not in each.summary]
        shown = [each for each in every if each.shown]
        for audience in _audiences(row, shown=bool(shown)):
            said = stands if audience == "staff" else shown
            if said:
                yield _entry(row, said[-1], audience, english)


def _audiences(row: Publication, *, shown: bool) -> Iterator[str]:
    yield "staff"
    if row.state == "PUBLISHED" and row.ended_at is None and shown:
        yield "party"
        if row.scope == "PUBLIC":
            yield "public"


def _entry(row: Publication, said: PublicationText, audience: str, english: Mapping[str, str]) -> Entry:
    summary = {name: value for name, value in said.summary.items() if isinstance(value, str)}
    body = said.body
    if audience != "staff":  # the association's name and address are in each, so searching for them finds nothing
        summary.pop("issuer", None)
        body = HOW_TO_ASK_FOR_A_REVIEW.sub("", body)
    number = summary.get("number", "")
    breaches = [f"{code} {english.get(code, '')}" for code in row.codes]
    ordered = summary.get("measures", "").split("、")
    measures = [LEVELS[BY_NAME[each]].en for each in ordered if each in BY_NAME]
    told = [*(summary[name] for name in sorted(summary)), *measures, *breaches, body]
    if audience == "party" and row.scope == "MEMBERS":
        told = []
    return Entry(
        number=row.id,
        audience=audience,
        ref=number,
        title=said.title,
        at=row.published_at or said.at,
        body="\n".join(told),
        parties=[row.party_id],
        keys=[number, row.slug],
        everybody=True,
    )


@follows(Publication, "state", "scope", "published_at", "ended_at", "party_id", "codes", "slug")
def _publication(row: Publication) -> Iterable[Subject]:
    return [("publication", row.id)]


@follows(PublicationText)
def _text(row: PublicationText) -> Iterable[Subject]:
    return [("publication", row.publication_id)]

"""The list of measures: tracks after their report, with the next day of each."""

from dataclasses import replace

from flask import Flask
from sqlalchemy.orm import Session

from core import keyset
from proceedings import queries_measures
from proceedings.queries_measures import Asked
from sanctions import decisions
from tests.builders_cases import actor
from tests.conftest import NOW
from tests.sanctions.chain import Chain


def test_a_list_of_ones_own_shows_the_same_next_days_as_the_whole_one(app: Flask, session: Session) -> None:
    chain = Chain(session, NOW)
    track = chain.executing([1])
    session.flush()
    me = actor(chain.officer)
    every = queries_measures.tracks(session, Asked(), me, keyset.BEGINNING)[0]
    assert [each.track.id for each in every] == [track.id]
    assert every[0].due_on is not None
    for asked in (Asked(officer="me"), Asked(party=track.party_id), Asked(officer="me", text=track.ref)):
        for sort in queries_measures.SORTS:
            assert queries_measures.tracks(session, replace(asked, sort=sort), me, keyset.BEGINNING)[0] == every


def test_a_track_is_found_by_every_measure_before_the_panel_not_by_the_heaviest_alone(
    app: Flask, session: Session
) -> None:
    chain = Chain(session, NOW)
    track = chain.deliberating([1, 3, 5], "V-I02")
    session.flush()

    def found(level: str) -> list[tuple[int, tuple[int, ...]]]:
        rows = queries_measures.tracks(session, Asked(level=level), actor(chain.officer), keyset.BEGINNING)[0]
        return [(each.track.id, each.measures) for each in rows]

    assert [found(level) for level in "135"] == [[(track.id, (5, 3, 1))]] * 3
    assert found("2") == []
    members = chain.vote(track, *["LIGHTER"] * 5, lighter=(1, 3))
    said = {"reasons": "事实清楚，证据充分。", "statement_dealt": ""}
    decisions.decide(session, track, actor=members[0], **said, now=chain.later(7))
    assert [found(level) for level in "135"] == [[(track.id, (3, 1))], [(track.id, (3, 1))], []]

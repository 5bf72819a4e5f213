"""The list of measures: tracks after their report, with the next day of each."""

from dataclasses import replace

from flask import Flask
from sqlalchemy.orm import Session

from core import keyset
from proceedings import queries_measures
from proceedings.queries_measures import Asked
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

"""The search among very much: common words, walked through by date, and a search that takes too long."""

from datetime import timedelta
from typing import Any

import psycopg
import pytest
from flask import Flask
from sqlalchemy import text
from sqlalchemy.orm import Session

from casework.models import Complaint
from core.db import read_as, session
from search import queries
from search.words import SLOW, Asked
from tests.builders import Desk
from tests.casework.shelf import BEGUN, Shelf, shelf, stocked, today
from tests.conftest import DATABASE, _owner

__all__ = ["shelf", "today"]


def test_a_search_that_takes_too_long_says_so_and_the_page_goes_on(shelf: Shelf, monkeypatch: Any) -> None:
    shelf.fill(stocked)
    slow = text("SELECT pg_sleep(1), :query, :most")
    monkeypatch.setattr(queries, "SECONDS", 0.05)
    monkeypatch.setattr(queries, "JOINED", slow)
    with shelf.app.app_context():
        at = session()
        read_as(at, shelf.staff("officer"))
        assert queries.found(at, Asked("致电")).trouble is SLOW
        assert at.get(Complaint, shelf.made["first"]) is not None
        at.rollback()


def test_common_words_are_walked_through_page_by_page(shelf: Shelf, monkeypatch: Any) -> None:
    def make(at: Session) -> dict[str, Any]:
        desk = Desk(at, BEGUN)
        for place in range(9):
            desk.now = BEGUN + timedelta(minutes=place)
            desk.received(
                contact=f"1390000000{place}", facts=f"深夜骚扰第{place}次。" if place % 2 else f"扰民深夜骚{place}。"
            )
        return {"officer": desk.officer.id}

    shelf.fill(make)
    rare = shelf.kinds("深夜骚扰")
    assert len(rare) == 4
    monkeypatch.setattr(queries, "CAP", 1)
    monkeypatch.setattr(queries, "STRETCH", 3)
    found: list[tuple[str, int]] = []
    after = ""
    for _turn in range(9):
        with shelf.app.app_context():
            at = session()
            read_as(at, shelf.staff("officer"))
            page = queries.found(at, Asked("深夜骚扰", after=after), size=1)
            at.rollback()
        found += [(hit.kind, hit.number) for hit in page.hits]
        after = page.after
        if not after:
            break
    assert found == rare


def test_a_word_in_most_of_the_newest_is_walked_through_from_the_newest_on(shelf: Shelf) -> None:
    many = (
        "INSERT INTO search_entry (audience, subject_kind, subject_id, ref, title, title_en, body, parties, at, terms) "
        "SELECT 'staff', 'document', 900000 + n, '', '常见词', '', '', '{}', now() - n * interval '1 minute', "
        "array_to_tsvector(ARRAY['常见', '见词']) FROM generate_series(1, 25) n"
    )

    def make(at: Session) -> dict[str, Any]:
        at.execute(text(many))
        return {"officer": Desk(at, BEGUN).officer.id}

    shelf.fill(make)
    first = shelf.look("常见词")
    second = shelf.look("常见词", after=first.after)
    assert [hit.number - 900000 for hit in (*first.hits, *second.hits)] == list(range(1, 26))
    assert (len(first.hits), second.after) == (20, "")


LETTERS_LAST = (
    "INSERT INTO search_entry (audience, subject_kind, subject_id, ref, title, title_en, body, parties, at, terms) "
    "SELECT 'public', CASE WHEN n > %(many)s THEN 'document' ELSE 'complaint' END, 1000000 + n, '', '', '', '', '{}', "
    "now() + n * interval '1 second', CASE WHEN n > %(many)s THEN 'letter' ELSE 'debt' END::tsvector "
    "FROM generate_series(1, %(many)s + 500) AS n"
)
"""Many complaints that say one word, and after them the letters of one morning, which say another."""


@pytest.mark.parametrize(("word", "common"), [("debt", True), ("letter", True), ("nothing", False)])
def test_a_word_is_common_also_where_none_of_the_newest_entries_says_it(app: Flask, word: str, common: bool) -> None:
    with psycopg.connect(_owner(DATABASE)) as owner:
        owner.execute("SET LOCAL session_replication_role = replica")
        owner.execute(LETTERS_LAST, {"many": 21_000})
        owner.execute("ANALYZE search_entry")
        assert owner.execute("SELECT zilu_is_common(%s::tsquery)", [word]).fetchone() == (common,)
        owner.rollback()


PAIRS = (
    "INSERT INTO search_entry (audience, subject_kind, subject_id, ref, title, title_en, body, parties, at, terms) "
    "SELECT 'public', CASE WHEN n > %(many)s THEN 'document' ELSE 'complaint' END, 1000000 + n, '', '', '', '', '{}', "
    "now() + n * interval '1 second', "
    "(CASE WHEN n > %(many)s THEN 'letter' WHEN n %% 2 = 0 THEN 'ab bc cd #complaint' "
    "ELSE 'ef fg gh #complaint' END)::tsvector "
    "FROM generate_series(1, %(many)s + 500) AS n"
)
"""One expression in half of all complaints, another in the others, and after them letters that say neither."""


@pytest.mark.parametrize(
    ("words", "common"),
    [("ab & bc & cd", True), ("ab & bc & gh", False), ("(ab & bc & cd) & ('#complaint' | '#case')", True)],
)
def test_an_expression_is_common_though_its_pairs_are_expected_to_meet_seldom(
    app: Flask, words: str, common: bool
) -> None:
    with psycopg.connect(_owner(DATABASE)) as owner:
        owner.execute("SET LOCAL session_replication_role = replica")
        owner.execute(PAIRS, {"many": 42_000})
        owner.execute("ANALYZE search_entry")
        assert owner.execute("SELECT zilu_expected(%s::tsquery) < 20000", [words]).fetchone() == (True,)
        assert owner.execute("SELECT zilu_is_common(%s::tsquery)", [words]).fetchone() == (common,)
        owner.rollback()

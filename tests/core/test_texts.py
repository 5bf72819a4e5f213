"""Text messages: asked for once, handed to a real gateway over HTTP, never at night, never with anybody's data."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select, text

from core import clock, outbox, texts
from core.db import PUBLIC, SYSTEM_READER, read_as, transaction
from core.db import session as current_session
from core.errors import BadInput
from core.outbox import Outbox, run_all
from core.settings import Misconfigured
from core.texts_gateway import JsonGateway
from tests.core.catching_texts import Caught, gateway

WORDS = "有一项事务等待您处理，请登录查看 https://zilu.example/portal"
NUMBER = "138 0013 8000"


@pytest.fixture
def taking(app: Flask, tmp_path: Path) -> Iterator[Caught]:
    settings = app.extensions["zilu"]
    with gateway(tmp_path) as caught:
        texts.init(replace(settings, texts_file=caught.file))
        yield caught
    texts.init(settings)


def ask(words: str = WORDS, wait: timedelta = timedelta()) -> bool:
    with transaction() as session:
        return texts.send_later(session, "waits:1", NUMBER, words, due_at=clock.now() + wait)


def only_one() -> texts.TextMessage:
    with transaction() as session:
        found = session.scalars(select(texts.TextMessage)).one()
        session.expunge(found)
    return found


def work() -> Outbox:
    with transaction() as session:
        found = session.scalars(select(Outbox).where(Outbox.job == "core.text")).one()
        session.expunge(found)
    return found


def test_a_text_asked_for_twice_is_handed_over_once(app: Flask, taking: Caught) -> None:
    with app.app_context():
        assert (ask(), ask()) == (True, False)
        run_all()
        run_all()
        assert only_one().sent_at is not None
    (message,) = taking.messages
    assert message["to"] == "+8613800138000"
    assert message["text"] == f"【蓝湾协会】{WORDS}"
    assert (message["sign"], message["template"], message["params"]) == ("蓝湾协会", "N-1", {"words": WORDS})


def test_a_text_handed_over_again_after_a_crash_bears_the_same_id(app: Flask, taking: Caught) -> None:
    with app.app_context():
        ask()
        run_all()
        with transaction() as session:
            session.scalars(select(texts.TextMessage)).one().sent_at = None
        texts.send(only_one().id)
    first, second = taking.messages
    assert first["id"] == second["id"] == taking.headers[0]["Idempotency-Key"]


def test_what_must_wait_is_handed_over_when_its_hour_has_come_and_once(app: Flask, taking: Caught) -> None:
    with app.app_context():
        ask(wait=timedelta(hours=3))
        run_all()
        assert not taking.messages
        for hours in (1, 4, 5):
            with transaction() as session:
                texts.hand_over(session, clock.now() + timedelta(hours=hours))
        run_all()
    assert len(taking.messages) == 1


def test_a_gateway_that_is_busy_is_asked_again(app: Flask, taking: Caught) -> None:
    taking.status = 503
    with app.app_context():
        ask()
        outbox.run([work().id])
        assert (work().tries, only_one().sent_at) == (1, None)
        taking.status = 200
        run_all()
        assert only_one().sent_at is not None
    assert len({each["id"] for each in taking.messages}) == 1


def test_a_key_that_the_gateway_does_not_know_is_given_up_at_once(app: Flask, taking: Caught, tmp_path: Path) -> None:
    (tmp_path / "texts.key").write_text("another key")
    with app.app_context():
        texts.init(replace(app.extensions["zilu"], texts_file=taking.file))
        ask()
        run_all()
        given_up = work()
        assert (given_up.tries, given_up.gave_up_at is not None) == (1, True)
        assert only_one().refused_at is None
    assert NUMBER not in str(given_up.trouble)


def test_a_number_that_takes_none_is_noted_and_whoever_must_know_is_told(app: Flask, taking: Caught) -> None:
    told: list[str] = []

    def tell(_session: object, message: texts.TextMessage) -> None:
        told.append(message.key)

    texts.on_refused(tell)
    taking.status = 422
    with app.app_context():
        ask()
        run_all()
        assert only_one().refused_at is not None
    texts._told_of_refusals.remove(tell)
    assert told == ["waits:1"]
    assert len(taking.messages) == 1


def test_without_a_gateway_a_text_stays_here(app: Flask) -> None:
    with app.app_context():
        ask()
        run_all()
        found = only_one()
    assert not texts.leave_the_house()
    assert (found.words, found.sent_at) == (WORDS, None)


def test_outside_a_demonstration_a_text_waits_for_a_gateway_and_is_sent_once_there_is_one(
    app: Flask, tmp_path: Path
) -> None:
    settings = app.extensions["zilu"]
    texts.init(replace(settings, mode="production"))
    with app.app_context(), gateway(tmp_path) as caught:
        ask()
        for _ in range(outbox.TRIES + 1):
            outbox.run([work().id])
        assert (texts.stays(), work().state, only_one().sent_at) == (False, "WAITING", None)
        texts.init(replace(settings, texts_file=caught.file))
        run_all()
        assert only_one().sent_at is not None
    texts.init(settings)


def test_a_gateway_that_stays_away_is_given_up_after_a_day(
    app: Flask, taking: Caught, monkeypatch: pytest.MonkeyPatch
) -> None:
    taking.status = 503
    with app.app_context():
        ask()
        for _ in range(outbox.TRIES):
            outbox.run([work().id])
        assert work().state == "WAITING"
        later = clock.now() + texts.AWAY
        monkeypatch.setattr(clock, "now", lambda: later)
        run_all()
        assert (work().state, only_one().sent_at) == ("GAVE_UP", None)


def test_what_has_waited_a_day_for_its_gateway_is_given_up_at_night_as_well_and_rings_on_no_later_day(
    app: Flask, taking: Caught, monkeypatch: pytest.MonkeyPatch
) -> None:
    with app.app_context():
        ask()
        night = clock.now() + texts.AWAY + timedelta(hours=13)  # eleven in the evening
        monkeypatch.setattr(clock, "now", lambda: night)
        run_all()
        assert (work().state, only_one().sent_at) == ("GAVE_UP", None)
    assert taking.messages == []


def test_a_code_that_ended_while_its_message_waited_is_not_sent(
    app: Flask, taking: Caught, monkeypatch: pytest.MonkeyPatch
) -> None:
    with app.app_context():
        with transaction() as session:
            texts.send_later(session, "code:1", NUMBER, WORDS, until=clock.now() + timedelta(minutes=15))
        later = clock.now() + timedelta(minutes=16)
        monkeypatch.setattr(clock, "now", lambda: later)
        run_all()
        assert (work().state, texts.out_of_date(only_one()), only_one().sent_at) == ("DONE", True, None)
    assert taking.messages == []


@pytest.mark.parametrize(
    "words", ["投诉 ABCD-EFGH-JKLM-NPQR-STUV-WXY2", "请致电 13912345678", "110101199003071234 的投诉", "看" * 201]
)
def test_a_text_holds_nobody_s_data_and_is_short(app: Flask, words: str) -> None:
    with app.app_context(), pytest.raises(BadInput):
        ask(words=words)


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("13800138000", "+8613800138000"),
        ("+86 138-0013-8000", "+8613800138000"),
        ("008613800138000", "+8613800138000"),
        ("１３８００１３８０００", "+8613800138000"),
        ("+44 7700 900123", "+447700900123"),
    ],
)
def test_a_mobile_number_is_known_however_it_is_typed(typed: str, number: str) -> None:
    assert texts.number_of(typed) == number


@pytest.mark.parametrize("typed", ["", "010-12345678", "12345", "lee@mail.example", "+86 010 12345678", "138001380001"])
def test_what_is_no_mobile_number_gets_no_text(typed: str) -> None:
    assert not texts.is_mobile(typed)


def test_number_and_words_are_not_readable_in_the_database_and_no_reader_but_the_back_office_sees_them(
    app: Flask,
) -> None:
    with app.app_context():
        ask()
        at = current_session()
        read_as(at, SYSTEM_READER)
        row = at.execute(text("SELECT recipient, words FROM text_message")).one()
        assert b"8000" not in bytes(row[0])
        assert "登录".encode() not in bytes(row[1])
        at.rollback()
        read_as(at, PUBLIC)
        with pytest.raises(Exception, match="permission denied"):
            at.execute(text("SELECT 1 FROM text_message"))
        at.rollback()


def test_a_gateway_without_encryption_on_the_way_is_refused(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("key")
    described = tmp_path / "texts.json"
    described.write_text(json.dumps({"url": "http://sms.example/", "secret": "key", "sign": {}, "templates": {}}))
    with pytest.raises(Misconfigured, match="https"):
        JsonGateway.read(described)


@pytest.mark.parametrize(
    "said", ["[]", "{", '{"url": "https://sms.example/", "secret": "key", "sign": 5, "templates": {}}']
)
def test_a_file_that_describes_no_gateway_is_named(tmp_path: Path, said: str) -> None:
    (tmp_path / "key").write_text("key")
    described = tmp_path / "texts.json"
    described.write_text(said)
    with pytest.raises(Misconfigured, match=r"texts\.json does not describe a gateway"):
        JsonGateway.read(described)

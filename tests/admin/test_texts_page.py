"""The page of text messages: their words only while none leaves the house, numbers never whole."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from sqlalchemy import select

from core import clock, outbox, texts
from core.db import transaction
from tests.admin.office import Office, system  # noqa: F401 - fixtures
from tests.core.catching_texts import gateway


def test_words_are_read_here_only_while_none_are_sent_and_no_number_is_whole(system: Office, tmp_path: Path) -> None:  # noqa: F811
    with system.app.app_context(), transaction() as at:
        texts.send_later(at, "code:1", "13800138000", "验证码123456", kind=texts.CODE)
    page = system.get("texts/")
    assert "验证码123456" in page
    assert "138****8000" in page
    assert "13800138000" not in page
    settings = system.app.extensions["zilu"]
    with gateway(tmp_path) as caught:
        texts.init(replace(settings, texts_file=caught.file))
        sent = system.get("texts/")
    texts.init(settings)
    assert "123456" not in sent
    assert "138****8000" in sent


def test_in_production_no_words_are_shown_and_what_was_given_up_or_ended_is_named(system: Office) -> None:  # noqa: F811
    settings, now = system.app.extensions["zilu"], clock.now()
    texts.init(replace(settings, mode="production"))
    with system.app.app_context(), transaction() as at:
        texts.send_later(at, "code:1", "13800138000", "验证码123456", kind=texts.CODE)
        texts.send_later(at, "code:2", "13800138000", "验证码654321", until=now - timedelta(minutes=1))
        at.scalars(select(outbox.Outbox).order_by(outbox.Outbox.id)).first().gave_up_at = now  # type: ignore[union-attr]
    page = system.get("texts/?lang=en")
    texts.init(settings)
    assert "123456" not in page
    assert "654321" not in page
    assert "Given up" in page
    assert "Out of date" in page
    assert "No gateway is set: text messages wait here" in page

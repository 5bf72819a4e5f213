"""A document that cannot be made: it alone is marked, with a reason for people, and the worker makes the next one."""

from collections.abc import Iterator
from functools import partial
from time import process_time

import pytest
from flask import Flask
from sqlalchemy import select

from core.db import transaction
from notices import jobs, queries, rendering
from notices.models import Document
from printing import templates
from printing.pdf_failures import RenderFailed
from printing.press import PRESS, Limits
from tests.builders import Desk
from tests.conftest import NOW

ENDLESS = "债务人" * 100_000


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Limits that are reached in seconds."""
    limited = partial(rendering.pdf_in_limits, limits=Limits(cpu=2, wall=30.0))
    monkeypatch.setattr(rendering, "pdf_in_limits", limited)
    yield
    PRESS.end()


def test_one_endless_letter_fails_alone(app: Flask, quick: None) -> None:
    with app.app_context():
        with transaction() as at:
            desk = Desk(at, NOW)
            poisonous = desk.accepted(masked=ENDLESS).forwardings[0]
            healthy = desk.accepted().forwardings[0]
            found = [queries.last_document(at, ["D05b"], "forwarding", each.id) for each in (poisonous, healthy)]
            bad, good = (each.id for each in found if each)
        with pytest.raises(RenderFailed):
            jobs.render(bad)
        jobs.render(good)
        with transaction() as at:
            failed, made = at.get_one(Document, bad), at.get_one(Document, good)
            said = {"zh": "文书排版用时超出限额。", "en": "The document takes longer to make than a document may take."}
            assert failed.render_trouble == said
            assert [each.state for each in failed.services] == ["FAILED"]
            assert failed.pdf_sha256 is None
            assert made.pdf_sha256 is not None
            assert made.render_trouble is None
            assert at.scalars(select(Document.id).where(Document.render_trouble.is_not(None))).all() == [bad]


def test_one_long_word_is_made_ready_for_paper_in_time_by_its_length_alone() -> None:
    began = process_time()
    assert templates.breakable("a" * 40_000) == "a" * 40_000
    assert process_time() - began < 2
    assert templates.breakable("见zl0123456789abcdef，https://a.b/c") == (
        "见zl01234567<wbr>89abcdef，https://<wbr>a.<wbr>b/<wbr>c"
    )

"""Drafts of a company: nobody's words are written over by a colleague's."""

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from casework import shared_drafts
from core.actors import Actor
from core.db import transaction
from core.errors import Changed
from tests.casework.test_clerks_at_once import app_here
from tests.conftest import NOW
from tests.two_at_once import at_once

__all__ = ["app_here"]
PLACE = "answer:1:0"


def _keep(at: Session, who: str) -> None:
    actor = Actor(1 + (who == "乙"), frozenset({"respondent"}), party_id=7, name=who, audience="portal")
    shared_drafts.keep(at, PLACE, fields={"text": who}, files=[], seen=0, actor=actor, now=NOW)


@pytest.mark.usefixtures("app_here")
def test_of_two_who_begin_a_draft_at_once_the_second_is_told(app_here: Flask) -> None:
    refused = at_once(app_here, lambda at: _keep(at, "甲"), lambda at: _keep(at, "乙"))
    with transaction() as at:
        actor = Actor(1, frozenset({"respondent"}), party_id=7, name="甲", audience="portal")
        assert shared_drafts.find(at, PLACE, actor=actor).fields == {"text": "甲"}
    assert isinstance(refused, Changed)
    assert "甲" in str(refused)

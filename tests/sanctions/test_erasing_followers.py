"""Whoever followed a complaint of a case is known to its erasing, over several leads."""

from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from casework import erasing_cases, erasures
from casework.models import Complainant, Complaint
from casework.models_cases import CaseComplaint, CaseFile, CaseTrack
from core.db import transaction
from sanctions.models_decisions import Decision
from tests.canary import holding
from tests.conftest import NOW
from tests.sanctions.test_erasing_cases import AFTER, WORD, Told, erase, track
from tests.two_at_once import at_once

__all__ = ["track"]


def test_whoever_followed_a_complaint_that_ended_is_not_named_in_what_stays_either(app: Flask, track: int) -> None:
    name, said = "司马清和", {"state": "CLOSED", "channel": "WEB", "received_at": NOW, "ended_at": NOW}
    with app.app_context(), transaction() as at:
        lead = at.scalars(select(CaseComplaint.complaint_id)).one()
        for ref, known in (("TS2026-F00001", None), ("TS2026-F00002", name)):  # the second follows the first
            follower = Complaint(ref=ref, lead_id=lead, facts=WORD, **said)
            at.add(follower)
            at.flush()
            at.add(Complainant(complaint_id=follower.id, role="UNRELATED", name=known))
            lead = follower.id
        at.execute(update(Decision).values(reasons=f"{name}一案"))
    assert erase(app, AFTER) == 4
    with app.app_context(), transaction() as at:
        assert holding(at, WORD, name) == set()


def test_a_hold_on_what_follows_a_follower_keeps_the_case(app: Flask, track: int) -> None:
    said = {"state": "CLOSED", "channel": "WEB", "received_at": NOW, "ended_at": NOW, "facts": WORD}
    with app.app_context(), transaction() as at:
        case, lead = at.get_one(CaseTrack, track).case_id, at.scalars(select(CaseComplaint.complaint_id)).one()
        for ref in ("TS2026-F00003", "TS2026-F00004"):
            follower = Complaint(ref=ref, lead_id=lead, **said)
            at.add(follower)
            at.flush()
            lead = follower.id
        erasures.hold(at, at.get_one(Complaint, lead), reason="法院", actor=Told.known(at)["head"], now=NOW)
    with app.app_context(), transaction() as at:
        assert not erasing_cases.erase_if_due(at, case, AFTER)
        assert at.get_one(CaseFile, case).erased_at is None


def test_a_case_of_which_a_follower_is_held_back_at_this_moment_is_not_erased(app: Flask, track: int) -> None:
    said = {"state": "CLOSED", "channel": "WEB", "received_at": NOW, "ended_at": NOW, "facts": WORD}
    with app.app_context():
        with transaction() as at:
            case, lead = at.get_one(CaseTrack, track).case_id, at.scalars(select(CaseComplaint.complaint_id)).one()
            follower, head = Complaint(ref="TS2026-F00005", lead_id=lead, **said), Told.known(at)["head"]
            at.add(follower)
            at.flush()
            number = follower.id

        def hold(at: Session) -> None:
            erasures.hold(at, at.get_one(Complaint, number), reason="法院", actor=head, now=NOW)

        assert at_once(app, hold, lambda at: erasing_cases.erase_if_due(at, case, AFTER)) is None
        with transaction() as at:
            assert at.get_one(CaseFile, case).erased_at is None

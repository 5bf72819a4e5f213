"""What was closed to somebody since they chose it is in no file of theirs, and the job says so and counts right."""

from pathlib import Path

import pytest

from casework import cases, triage
from casework.models import Complaint
from casework.models_recusals import Recusal
from core.db import transaction
from filestore import files
from filestore.stores import Folder
from registry import jobs_batches
from registry.models_accounts import Account
from tests.builders import actor_of
from tests.conftest import NOW
from tests.desk.test_bulk import READ, Office, office

__all__ = ["office"]

CLOSED = ("SKIPPED", "You may not read this one any more.")


@pytest.fixture(autouse=True)
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files._place, "store", Folder(tmp_path / "files"))


def close(office: Office, place: int) -> None:
    """The clerk takes no part any more."""
    with office.app.app_context(), transaction() as at:
        clerk, officer = (actor_of(at.get_one(Account, each)) for each in (office.intake, office.officer))
        it = at.get_one(Complaint, office.ids[place])
        named = [each.party_id for each in it.companies]
        triage.accept(at, it, respondents=named, masked_facts=READ, actor=clerk, now=NOW)
        case = cases.open(at, [it], title="", actor=officer, now=NOW).id
        told = {"ground": "SHARES", "facts": "持股", "part": "officer", "state": "GRANTED", "how": "DECLARED"}
        at.add(Recusal(case_id=case, account_id=office.intake, **told, asked_at=NOW, decided_at=NOW))


def refs(office: Office, number: int) -> list[bool]:
    answer = office.mine.get(f"/staff/jobs/{number}/file")
    assert answer.status_code == 200
    return [ref in answer.text for ref in office.refs[:3]]


def test_a_complaint_closed_before_the_export_begins_is_left_out_and_the_others_can_be_taken(office: Office) -> None:
    number = office.prepare("export", 0, 1, 2, ending="csv")
    close(office, 1)
    office.run(number)
    assert office.items(number)[1] == CLOSED
    it = office.batch(number)
    assert (it.state, it.done, it.skipped) == ("DONE", 2, 1)
    assert refs(office, number) == [True, False, True]


def test_a_file_made_before_the_closing_is_offered_no_more_and_one_made_anew_is(office: Office) -> None:
    number = office.prepare("export", 0, 1, 2, ending="csv")
    office.run(number)
    close(office, 1)
    link = f'href="/staff/jobs/{number}/file"'
    assert link not in office.mine.get(f"/staff/jobs/{number}").text
    assert office.mine.get(f"/staff/jobs/{number}/file").status_code == 404
    assert office.mine.post(f"/staff/jobs/{number}/file", data={"key": "anew"}).status_code == 303
    with office.app.app_context():
        jobs_batches.make_file(number)
    it = office.batch(number)
    assert (it.state, it.done, it.skipped) == ("DONE", 2, 1)
    assert link in office.mine.get(f"/staff/jobs/{number}").text
    assert refs(office, number) == [True, False, True]


def test_sheets_are_bound_without_one_that_was_closed(office: Office) -> None:
    number = office.prepare("print", 0, 1)
    close(office, 1)
    office.run(number)
    assert office.items(number) == {0: ("DONE", ""), 1: CLOSED}
    assert office.mine.get(f"/staff/jobs/{number}/file").status_code == 200

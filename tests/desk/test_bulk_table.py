"""The table of exported complaints names every company of each, and says nothing twice."""

import csv
import io
from pathlib import Path

import pytest

from casework import triage
from casework.models import AllegedCode, Complaint
from core.db import transaction
from filestore import files
from filestore.stores import Folder
from registry.models_accounts import Account
from tests.builders import actor_of, party
from tests.conftest import NOW
from tests.desk.test_bulk import READ, Office, office

__all__ = ["office"]


def test_every_company_that_a_complaint_was_put_before_stands_in_its_row(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files._place, "store", Folder(tmp_path))
    with office.app.app_context(), transaction() as at:
        it, clerk = at.get_one(Complaint, office.ids[0]), actor_of(at.get_one(Account, office.intake))
        parties = [it.companies[0].party, party(at, "另一家消费金融有限公司")]
        both = [each.name_zh for each in parties if each is not None]
        numbers = [each.id for each in parties if each is not None]
        triage.accept(at, it, respondents=numbers, masked_facts=READ, actor=clerk, now=NOW)
        had = {each.code for each in it.codes}
        at.add_all(
            AllegedCode(complaint_id=it.id, code=code) for code in ("V-F04", "V-C02", "V-C01") if code not in had
        )
    queue = office.mine.get("/staff?view=open").text
    assert f'title="{"；".join(both)}"' in queue, "nor is one of them only counted as another in the queue"
    assert f'<span class="more-count" title="{both[1]}">+1</span>' in queue
    number = office.prepare("export", 0, 1, ending="csv")
    office.run(number)
    heads, row, other = csv.reader(io.StringIO(office.mine.get(f"/staff/jobs/{number}/file").data.decode("utf-8-sig")))
    place = heads.index("机构")
    assert row[place] == "；".join(both)
    assert other[place] == both[0]
    codes = row[heads.index("涉嫌行为")].split(", ")
    assert codes == sorted(codes)

"""What is done with many complaints at once and needs more hands is signed as what one complaint's page drafts."""

import pytest
from sqlalchemy import select

from casework import checked_copies
from casework.models import Complaint
from core.db import transaction
from notices import approval_steps
from notices.models import Dossier
from registry.models_accounts import Account
from registry.settings import setting
from tests.builders import account, actor_of
from tests.conftest import NOW
from tests.desk.test_bulk import READ, Office, office

__all__ = ["office"]


@pytest.mark.parametrize(("name", "state"), [("ask", "NEED_INFO"), ("forward", "FORWARDED")])
def test_what_many_complaints_drafted_at_once_is_signed(office: Office, name: str, state: str) -> None:
    with office.app.app_context(), transaction() as at:
        me = actor_of(at.get_one(Account, office.intake))
        checked_copies.check(at, at.get_one(Complaint, office.ids[0]), masked_facts=READ, actor=me, now=NOW)
        head = account(at, "负责人丁", "head").id
        setting(at, "APPROVAL_CHAIN").value = ["sign:head"]
    said = {"missing": "请补充通话记录"} if name == "ask" else {}
    office.run(office.prepare(name, 0, **said))
    with office.app.app_context(), transaction() as at:
        for it in at.scalars(select(Dossier).where(Dossier.state == "IN_APPROVAL")).all():
            approval_steps.sign(at, it, actor=actor_of(at.get_one(Account, head)), version=None, now=NOW)
    assert office.complaint(0).state == state

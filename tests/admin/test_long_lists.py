"""Lists of the back office ask the database as often, however long they are."""

from datetime import date

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from core.db import transaction
from registry.models import Engagement, PartyKind
from tests import builders
from tests.admin.office import Office, system
from tests.statements import counted

__all__ = ["system"]


def _more(at: Session, many: int) -> None:
    """A lender and its firm, each with a person, so many times."""
    for place in range(many):
        lender = builders.party(at, f"{place}{many}号消费金融有限公司")
        firm = builders.party(at, f"{place}{many}号催收服务有限公司", PartyKind.FIRM)
        at.add(Engagement(institution_id=lender.id, firm_id=firm.id, from_on=date(2025, 1, 1)))
        builders.account(at, f"人{place}{many}", "lead", party=lender)


@pytest.mark.parametrize("table", ["accounts", "parties", "bases", "engagements", "addresses", "aliases"])
def test_a_list_asks_as_often_for_many_as_for_few(app: Flask, system: Office, table: str) -> None:
    asked = []
    for many in (2, 8):
        with app.app_context(), transaction() as at:
            _more(at, many)
        system.get(f"{table}/")
        with counted(app) as said:
            system.get(f"{table}/")
        asked.append(len(said))
    assert asked[1] <= asked[0], said

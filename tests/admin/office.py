"""The back office as one of its administrators has it open."""

import re
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from core.clock import now as present
from core.db import transaction
from registry import sessions
from registry.accounts import mail_key
from registry.models import Party, PartyKind
from registry.models_accounts import Account, AccountRole, Audience
from tests import builders

TABLES = {
    "system_admin": {
        "parties", "aliases", "bases", "engagements", "addresses", "violations", "provisions", "instruments",
        "golive", "settings", "years_of_keeping", "chains", "seal_modes", "wordings", "series", "calendar", "accounts",
        "pool", "mails", "jobs",
    },
    "security_admin": {"accounts", "years_of_keeping", "chains", "seal_modes", "wordings"},
    "audit_admin": {"journal", "mails", "jobs"},
}  # fmt: skip


class Office:
    """An administrator's browser."""

    def __init__(self, app: Flask, role: str) -> None:
        client = app.test_client()
        with app.app_context(), transaction() as at:
            mail = f"{role}@lanwan.invalid"
            account = Account(mail=mail, mail_hash=mail_key(mail), name=role, audience=Audience.ADMIN)
            at.add(account)
            at.flush()
            at.add(AccountRole(account_id=account.id, role=role))
            at.flush()
            token = sessions.begin(at, account, passed=True, client="test", now=present())
            self.id = account.id
        self.app, self.client = app, client
        with client.session_transaction() as cookie:
            cookie["sid"] = token

    def get(self, path: str, status: int = 200) -> str:
        answer = self.client.get(f"/admin/{path}")
        assert answer.status_code == status, (path, answer.status_code)
        return answer.get_data(as_text=True)

    def post(self, path: str, code: int = 303, /, **data: object) -> str:
        page = self.get(path)
        hidden = dict(re.findall(r'name="(\w+)" type="hidden" value="([^"]*)"', page))
        hidden |= dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page))
        answer = self.client.post(f"/admin/{path}", data=hidden | data)
        text = answer.get_data(as_text=True)
        assert answer.status_code == code, (answer.status_code, re.sub(r"<[^>]+>|\s+", " ", text)[:3000])
        return text

    def one(self, model: type, *where: object) -> Any:
        """The one row of these facts."""
        with self.app.app_context(), transaction() as at:
            return at.scalars(select(model).where(*where)).one()

    def party(self, name: str = "澜桥消费金融有限公司", kind: PartyKind = PartyKind.INSTITUTION) -> Party:
        with self.app.app_context(), transaction() as at:
            return builders.party(at, name, kind)


@pytest.fixture
def system(app: Flask) -> Office:
    return Office(app, "system_admin")


@pytest.fixture
def audit(app: Flask) -> Office:
    return Office(app, "audit_admin")

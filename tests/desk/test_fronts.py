"""The address that everybody tries first: whoever has no work there is led to where his own is."""

import pytest
from flask import Flask

from casework.policies import STAFF
from casework.policies_pages import ON_FILE
from core import clock
from core.db import transaction
from registry import sessions
from registry.accounts import mail_key
from registry.models_accounts import ROLES, Account, AccountRole, Audience
from tests.builders import party

AREAS = {Audience.STAFF: ("/staff",), Audience.PARTY: ("/portal/",), Audience.ADMIN: ("/admin/",)}

BEGINS = dict.fromkeys(STAFF, "/staff") | dict.fromkeys(("investigator", "reviewer"), "/staff/cases")
BEGINS |= dict.fromkeys(("secretary", "panel"), "/staff/panel") | dict.fromkeys(
    ("council", "review body"), "/staff/reviews"
)
BEGINS |= {"publisher": "/staff/publications", "seal keeper": "/staff/seals/"}


@pytest.mark.parametrize(("audience", "role"), [(of, role) for of, roles in ROLES.items() for role in roles])
def test_the_first_page_of_the_staff_refuses_nobody_of_the_house(app: Flask, audience: Audience, role: str) -> None:
    client = app.test_client()
    with app.app_context(), transaction() as at:
        of = party(at, "青屿消费金融有限公司").id if audience is Audience.PARTY else None
        mail = "somebody@lanwan.invalid"
        person = Account(mail=mail, mail_hash=mail_key(mail), name="某人", audience=audience, party_id=of)
        at.add(person)
        at.flush()
        at.add(AccountRole(account_id=person.id, role=role))
        at.flush()
        token = sessions.begin(at, person, passed=True, client="test", now=clock.now())
    with client.session_transaction() as cookie:
        cookie["sid"] = token
    led = client.get("/staff?lang=en", follow_redirects=True)
    assert led.status_code == 200
    here = led.request.path
    assert here == BEGINS.get(role, here), here
    assert here.startswith(AREAS[audience]), here
    if role not in ON_FILE:
        assert client.get("/staff?view=open").status_code == 403
    if role == "seal keeper":
        shut = {client.get(url).status_code for url in ("/staff/cases", "/staff/search?q=x", "/staff/statistics")}
        assert shut <= {403, 404}, "what is stamped has a page of its own: no case is opened for it"

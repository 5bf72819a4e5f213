"""What people of the demonstration do before its pages are looked at: states that its story leaves out."""

import io
import itertools
import re
from collections.abc import Iterator

from flask.testing import FlaskClient
from sqlalchemy import select

from core.db import transaction
from publishing import subscriptions
from publishing.models_subscriptions import BulletinSubscription
from registry import accounts
from tests.demonstration import Told

Begun = tuple[str, FlaskClient, tuple[str, ...]]
"""Who did something, in which browser, and where its pages are."""
MANY = "/staff/complaints/many"
LINES = "收到日期,业务,陈述,机构\n2025-03-01,催收,每天来电十余次。,北岸小额贷款\n".encode()
_keys = itertools.count()


def send(client: FlaskClient, path: str, **fields: object) -> str:
    """Send a form; where that leads."""
    data = {"key": f"done{next(_keys)}", **fields}
    answer = client.post(path, data=data, content_type="multipart/form-data")
    assert answer.status_code == 303, (path, answer.status_code, answer.text)
    return str(answer.location)


def all_of_it(told: Told) -> Iterator[Begun]:
    """Each deed, and where that leads."""
    yield from _work_on_many(told)
    yield _import(told)
    yield _subscription(told)
    yield _interest(told)
    yield _half_signed_in(told)
    _material(told)


def _work_on_many(told: Told) -> Iterator[Begun]:
    intake = told.client("intake@lanwan.example")
    with told.app.app_context(), transaction() as at:
        clerk = accounts.by_mail(at, "intake@lanwan.example")
        assert clerk
        number = str(clerk.id)
    yield "job", intake, (send(intake, f"{MANY}/assign?view=open", which="all", step="2", officer=number),)
    job = send(intake, f"{MANY}/forward?view=open", which="all", step="2").rpartition("/")[2]
    yield "copies", intake, (f"{MANY}/copies/{job}",)


def _import(told: Told) -> Begun:
    head = told.client("head@lanwan.example")
    where = send(head, "/staff/import", files=(io.BytesIO(LINES), "register.csv"))
    return "import", head, (where, where.removesuffix("/columns"))


def _subscription(told: Told) -> Begun:
    reader = told.client()
    reader.post("/bulletins/subscribe", data={"mail": "reader@example.org"})
    with told.app.app_context(), transaction() as at:
        asked = at.scalars(select(BulletinSubscription)).one()
        begin, end = (subscriptions.token_of(asked, purpose) for purpose in ("confirm", "end"))
    return "subscription", reader, (f"/bulletins/subscribe/{begin}", f"/bulletins/unsubscribe/{end}")


def _interest(told: Told) -> Begun:
    officer = told.client("officer@lanwan.example")
    send(officer, "/staff/recusals/interests", party="澜桥分期", kind="SHARES", from_on="2026-01-05")
    return "interest", officer, ("/staff/recusals/interests", "/staff/recusals")


def _half_signed_in(told: Told) -> Begun:
    somebody = told.client()
    send(somebody, "/sign-in/", mail="secretary@lanwan.example", password=accounts.DEMONSTRATION_PASSWORD)
    return "half signed in", somebody, ("/sign-in/code",)


def _material(told: Told) -> None:
    """An institution asks its firm for material: the firm finds it in its own portal."""
    lead = told.client("lead@beiting.example")
    links = re.findall(r'href="(/portal/materials/ask/[^"]+)', _all_forwardings(lead))
    firm = re.findall(r'<option value="(\d+)"', lead.get(links[0]).text)
    send(lead, links[0], firm=firm[0], asked="请提供11月的通话清单。", due_on="2026-11-27")


def _all_forwardings(lead: FlaskClient) -> str:
    every = re.findall(r'href="(/portal/forwardings/\d+)"', lead.get("/portal/forwardings/").text)
    return "".join(lead.get(each).text for each in every)

"""Pages of one company entered twice and of companies that go on as another: the head's, and what each says."""

from datetime import date

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from core import clock
from core.db import transaction
from registry import merging, sessions, successions
from registry.models import Party
from registry.models_accounts import Account
from registry.models_lineage import PartyMerge, PartySuccession, SuccessionKind
from tests.builders import Desk, account, party
from tests.conftest import NOW
from tests.kept_states import brought_once

TWIN = "青屿消费金融股份公司"


def _in(app: Flask, client: FlaskClient, number: int) -> FlaskClient:
    with app.app_context(), transaction() as at:
        token = sessions.begin(at, at.get_one(Account, number), passed=True, client="test", now=clock.now())
    with client.session_transaction() as cookie:
        cookie["sid"] = token
    return client


class Scene:
    """Two entries of one lender, one of them with a forwarding."""

    def __init__(self, app: Flask) -> None:
        with app.app_context(), transaction() as at:
            desk = Desk(at, NOW)
            twin = party(at, TWIN)
            account(at, "另一人", "respondent", "lead", party=twin)
            self.sent = desk.accepted(desk.lender).forwardings[0].id
            self.lender, self.twin, self.firm = desk.lender.id, twin.id, desk.firm.id
            self.head, self.officer = desk.head.id or 0, desk.officer.id or 0
            self.actor = desk.head


@pytest.fixture
@brought_once
def scene(app: Flask) -> Scene:
    return Scene(app)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_head_merges_two_entries_from_the_page_of_one_and_takes_it_back(
    app: Flask, client: FlaskClient, scene: Scene, lang: str
) -> None:
    page = _in(app, client, scene.head)
    start = f"/staff/parties/{scene.lender}"
    assert f"{start}/same" in page.get(f"{start}?lang={lang}").text
    assert f"{start}/same/{scene.twin}" in page.get(f"{start}/same?q=股份公司").text
    shown = page.get(f"{start}/same/{scene.twin}")
    assert shown.status_code == 200
    said = {"stands": str(scene.lender), "reason": "同一营业执照", "version": "1", "beside": "1"}
    assert page.post(f"{start}/same/{scene.twin}", data=said | {"reason": ""}).status_code == 422
    assert page.post(f"{start}/same/{scene.twin}", data=said).location == start
    assert page.get(f"/staff/parties/{scene.twin}").location == start
    assert f"/staff?view=all&amp;party={scene.lender}" in page.get(start).text
    assert TWIN in page.get(start).text
    with app.app_context(), transaction() as at:
        merge = at.scalar(select(PartyMerge.id))
    undo = f"/staff/parties/merges/{merge}/undo"
    assert page.get(undo).status_code == 200
    assert page.post(undo, data={"reason": "系两家公司"}).location == f"/staff/parties/{scene.twin}"
    assert page.get(undo).status_code == 404


def test_nobody_but_the_head_merges_parts_or_passes_on(app: Flask, client: FlaskClient, scene: Scene) -> None:
    page = _in(app, client, scene.officer)
    assert "/same" not in page.get(f"/staff/parties/{scene.lender}").text
    mine = [f"{scene.lender}/{what}" for what in ("same", f"same/{scene.twin}", "successor", "ceased")]
    for path in (*mine, "merges/1/undo", "successions/1/withdraw", "successions/1/pass-on"):
        assert page.get(f"/staff/parties/{path}").status_code == 403


def test_a_page_opened_before_somebody_else_merged_says_so(app: Flask, client: FlaskClient, scene: Scene) -> None:
    page = _in(app, client, scene.head)
    with app.app_context(), transaction() as at:
        other = party(at, "青屿第三")
        twin = at.get_one(Party, scene.twin)
        merging.merge(at, other, twin, reason="x", actor=scene.actor, versions=(None, None), now=NOW)
    said = {"stands": str(scene.twin), "reason": "同一公司", "version": "1", "beside": "1"}
    with app.app_context(), transaction() as at:
        at.get_one(Party, scene.lender).named_executive = "周岚"
    found = page.post(f"/staff/parties/{scene.lender}/same/{scene.twin}", data=said)
    assert found.status_code == 409


def test_the_head_enters_a_successor_and_the_matters_that_go_on_against_it(
    app: Flask, client: FlaskClient, scene: Scene
) -> None:
    page = _in(app, client, scene.head)
    address = f"/staff/parties/{scene.lender}/successor"
    assert f"forwarding:{scene.sent}" in page.get(address).text
    said = {
        "successor": TWIN,
        "kind": "ABSORBED",
        "from_on": "2026-11-01",
        "evidence": "准予注销登记通知书",
        "matters": [f"forwarding:{scene.sent}"],
    }
    assert page.post(address, data=said).location == f"/staff/parties/{scene.lender}"
    assert "青屿消费金融有限公司" in page.get(f"/staff/parties/{scene.twin}").text
    assert TWIN in page.get(f"/staff/parties/{scene.lender}").text
    with app.app_context(), transaction() as at:
        number = at.scalar(select(PartySuccession.id))
    back = f"/staff/parties/successions/{number}/withdraw"
    assert page.get(back).status_code == 200
    assert page.post(back, data={"reason": "录入错误"}).status_code == 303


def test_a_company_that_ceased_to_exist_says_so_until_it_is_put_right(
    app: Flask, client: FlaskClient, scene: Scene
) -> None:
    page = _in(app, client, scene.head)
    address = f"/staff/parties/{scene.firm}/ceased"
    assert page.post(address, data={"from_on": "2999-01-01", "evidence": "x"}).status_code == 422
    assert page.post(address, data={"from_on": "2026-11-01", "evidence": "注销通知"}).status_code == 303
    assert "注销通知" in page.get(f"/staff/parties/{scene.firm}").text
    assert page.post(address, data={"reason": "查无注销登记"}).status_code == 303
    assert "注销通知" not in page.get(f"/staff/parties/{scene.firm}").text


def test_open_matters_are_passed_on_later_as_well(app: Flask, client: FlaskClient, scene: Scene) -> None:
    with app.app_context(), transaction() as at:
        parties = at.get_one(Party, scene.lender), at.get_one(Party, scene.twin)
        said = {"kind": SuccessionKind.ABSORBED, "from_on": date(2026, 11, 1), "evidence": "x", "matters": []}
        it = successions.record(at, *parties, **said, actor=scene.actor, version=None, now=NOW)  # type: ignore[arg-type]
        number = it.id
    page = _in(app, client, scene.head)
    address = f"/staff/parties/successions/{number}/pass-on"
    assert address in page.get(f"/staff/parties/{scene.lender}").text
    assert page.post(address, data={"matters": [f"forwarding:{scene.sent}"]}).status_code == 303
    assert address not in page.get(f"/staff/parties/{scene.lender}").text

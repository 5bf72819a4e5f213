"""How documents are sealed is laid down in the back office, of all kinds and of single ones, with its basis."""

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from core.actors import SYSTEM, Actor
from core.errors import Unavailable
from core.machine import Ask
from notices import making
from notices.making import Draft
from registry import settings
from registry.models_settings import Installation, Setting
from tests.admin.office import Office
from tests.conftest import NOW

ADMIN = Actor(None, frozenset({"system_admin"}), audience="admin")


def test_a_kind_is_sealed_in_a_way_of_its_own(app: Flask) -> None:
    office = Office(app, "system_admin")
    page = office.get("seal_modes/new/")
    assert "D20" in page
    assert 'value="D01"' in page
    assert 'value="D15"' not in page, "what stays in the house bears no seal"
    office.post("seal_modes/new/", kind="D20", mode="physical", basis="秘书长办公会2026-03-02")
    row = office.one(Setting, Setting.key == "SEAL_MODE.D20")
    assert (row.value, row.basis, row.confirmed_at) == ("physical", "秘书长办公会2026-03-02", None)
    listed = office.get("seal_modes/")
    assert "D20" in listed
    assert "实物印章" in listed
    office.post(f"seal_modes/edit/?id={row.id}", mode="electronic", basis="秘书长办公会2026-03-09")
    assert office.one(Setting, Setting.key == "SEAL_MODE.D20").value == "electronic"
    other = office.one(Setting, Setting.key == "APPROVAL_CHAIN")
    assert office.client.get(f"/admin/seal_modes/edit/?id={other.id}").status_code in {302, 404}


def test_in_production_nothing_is_issued_in_a_way_that_nobody_confirmed(session: Session) -> None:
    said = {"like": "SEAL_MODE", "meaning": ("x", "x"), "basis": "x", "actor": ADMIN, "now": NOW}
    settings.lay_down(session, "SEAL_MODE.D05b", "physical", **said)
    session.get_one(Installation, 1).mode = "production"
    session.flush()
    with pytest.raises(Unavailable, match=r"SEAL_MODE\.D05b"):
        making.make(Ask(session, None, SYSTEM, {}, NOW), "D05b", Draft({}, to="x"))


def test_whoever_lays_a_way_of_sealing_down_does_not_confirm_it(app: Flask) -> None:
    office, other = Office(app, "system_admin"), Office(app, "security_admin")
    for each in (office, other):
        each.client.set_cookie("lang", "en")
    office.post("seal_modes/new/", kind="D20", mode="physical", basis="秘书长办公会2026-03-02")
    row = office.one(Setting, Setting.key == "SEAL_MODE.D20")
    assert row.laid_down_by == office.id
    for table in ("seal_modes", "settings"):
        assert "Say that the association decided this" not in office.get(f"{table}/details/?id={row.id}")
        assert "another administrator does" in office.post(f"{table}/do/confirm/?id={row.id}", 403)
    where = f"seal_modes/details/?id={row.id}"
    assert f'href="/admin/{where}"' in other.get("").split("Waits for you as the second person")[1]
    assert "Waits for you" not in office.get("")
    assert "Say that the association decided this" in other.get(where)
    other.post(f"seal_modes/do/confirm/?id={row.id}")
    assert office.one(Setting, Setting.key == "SEAL_MODE.D20").confirmed_by == other.id
    other.get("seal_modes/new/", 403)
    other.get("settings/", 403)

"""Chains of approval are laid down in the back office, kind by kind, and nothing that is no chain is taken."""

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from core.actors import SYSTEM, Actor
from core.errors import BadInput
from notices.chains import Step, strictest
from registry import settings
from registry.models_settings import Setting
from registry.settings import setting
from tests.admin.office import Office
from tests.conftest import NOW

ADMIN = Actor(None, frozenset({"system_admin"}), audience="admin")


def test_a_kind_gets_a_chain_of_its_own_with_what_it_rests_on(app: Flask) -> None:
    office = Office(app, "system_admin")
    sent = {
        "kind": "D20",
        "check": "reviewer",
        "countersign": "officer",
        "sign": "head",
        "basis": "秘书长办公会2026-03-02",
    }
    office.post("chains/new/", **sent)
    row = office.one(Setting, Setting.key == "APPROVAL_CHAIN.D20")
    assert row.value == ["check:reviewer", "countersign:officer", "sign:head"]
    assert row.confirmed_at is None
    office.post(f"chains/edit/?id={row.id}", sign="head", check="", countersign="", basis="秘书长办公会2026-03-09")
    assert office.one(Setting, Setting.key == "APPROVAL_CHAIN.D20").value == ["sign:head"]
    assert "D20" in office.get("chains/")


@pytest.mark.parametrize(
    "value", [[], ["check"], ["sign", "check:head"], ["check:nobody", "sign"], ["sign", "sign"], "x"]
)
def test_what_is_no_chain_is_refused(session: Session, value: object) -> None:
    row = setting(session, "APPROVAL_CHAIN")
    with pytest.raises(BadInput):
        settings.change(session, row, actor=ADMIN, value=value, basis="x", version=None, now=NOW)


def test_documents_made_together_take_the_strictest_chain(session: Session) -> None:
    general = {"like": "APPROVAL_CHAIN", "meaning": ("x", "x"), "basis": "x", "actor": ADMIN, "now": NOW}
    chains = {"D17": ["check:reviewer", "sign:officer"], "D18": ["countersign:secretary", "sign:head"]}
    for kind, chain in chains.items():
        row = settings.lay_down(session, f"APPROVAL_CHAIN.{kind}", chain, **general)
        settings.confirm(session, row, actor=SYSTEM, version=None, now=NOW)
    both = [Step("check", "reviewer"), Step("countersign", "secretary"), Step("sign", "head")]
    assert strictest(session, ["D17", "D18", "D01"]) == both
    assert strictest(session, ["D01"]) == [Step("sign")]

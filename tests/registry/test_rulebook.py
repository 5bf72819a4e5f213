"""What the rulebook promises."""

import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from core.actors import Actor
from core.errors import NotAllowed, NotNow, Unavailable
from registry import rulebook
from registry.models_accounts import Account
from registry.models_settings import Installation

NOW = datetime(2026, 11, 25, 2, 0, tzinfo=UTC)
MODEL = Path(__file__).parent.parent / "data" / "model.json"


def reviewer(session: Session) -> Actor:
    """Make somebody who may verify."""
    account = Account(mail="reviewer@example.com", mail_hash=b"r", name="审理员", audience="staff")
    session.add(account)
    session.flush()
    return Actor(account.id, frozenset({"reviewer"}), audience="staff")


@pytest.mark.skipif(not MODEL.exists(), reason="the copy of the domain model is not there yet")
def test_every_violation_of_the_model_is_sown(session: Session) -> None:
    wanted = {
        row["code"]: (row["zh"], row["en"], row["severity"]) for row in json.loads(MODEL.read_text())["violation"]
    }
    assert {row.code: (row.zh, row.en, row.severity) for row in rulebook.violations(session)} == wanted


def test_every_code_cites_at_least_one_provision_today(session: Session) -> None:
    for row in rulebook.violations(session):
        assert rulebook.provisions_for(session, row.code, date(2026, 11, 25)), row.code


def test_the_rule_in_force_on_the_day_of_the_conduct_decides(session: Session) -> None:
    old = {found.instrument.key for found in rulebook.provisions_for(session, "V-C02", date(2024, 6, 1))}
    new = {found.instrument.key for found in rulebook.provisions_for(session, "V-C02", date(2026, 6, 1))}
    assert old == {"CONV2018"}
    assert new == {"CONV2018", "GBT45251", "CBA2026"}


def test_a_provision_not_yet_in_force_is_never_cited(session: Session) -> None:
    cited = rulebook.provisions_for(session, "V-T01", date(2026, 6, 1))
    with pytest.raises(NotNow):
        rulebook.require_citable(session, cited, date(2024, 6, 1))


def test_production_cites_only_what_somebody_verified(session: Session) -> None:
    cited = rulebook.provisions_for(session, "V-F01", date(2026, 6, 1))
    rulebook.require_citable(session, cited, date(2026, 6, 1))
    session.execute(update(Installation).values(mode="production"))
    with pytest.raises(Unavailable):
        rulebook.require_citable(session, cited, date(2026, 6, 1))
    actor = reviewer(session)
    for provision in cited:
        rulebook.verify(session, provision, actor=actor, version=provision.version, now=NOW)
    session.flush()
    rulebook.require_citable(session, cited, date(2026, 6, 1))


def test_a_changed_provision_is_verified_again_and_only_by_who_may(session: Session) -> None:
    actor = reviewer(session)
    provision = rulebook.provisions(session)[0]
    rulebook.verify(session, provision, actor=actor, version=provision.version, now=NOW)
    session.flush()
    rulebook.change_provision(
        session,
        provision,
        actor=actor,
        version=provision.version,
        summary_zh="新",
        summary_en="new",
        effective_to=None,
        now=NOW,
    )
    assert provision.verified_at is None
    with pytest.raises(NotAllowed):
        rulebook.verify(session, provision, actor=Actor(actor.id, frozenset({"intake"})), version=None, now=NOW)

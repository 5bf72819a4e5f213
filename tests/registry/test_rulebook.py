"""What the rulebook promises."""

import json
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from core.actors import Actor
from core.db import transaction
from core.errors import BadInput, Changed, NotAllowed, NotNow, Unavailable
from registry import rulebook, seeds
from registry import rulebook_cites as cites
from registry.models_accounts import Account
from registry.models_rulebook import Provision, Violation, ViolationCite
from registry.models_settings import Installation
from tests.two_at_once import at_once

NOW = datetime(2026, 11, 25, 2, 0, tzinfo=UTC)
MODEL = Path(__file__).parent.parent / "data" / "model.json"


def reviewer(session: Session) -> Actor:
    """Make somebody who may verify."""
    account = Account(mail="reviewer@example.com", mail_hash=b"r", name="审理员", audience="staff")
    session.add(account)
    session.flush()
    return Actor(account.id, frozenset({"reviewer"}), audience="staff")


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
    wording = rulebook.Wording(provision.clause, provision.title_zh, provision.title_en, provision.effective_from)
    rulebook.change_provision(session, provision, wording, actor=actor, version=provision.version, now=NOW)
    assert provision.verified_at is None
    with pytest.raises(NotAllowed):
        rulebook.verify(session, provision, actor=Actor(actor.id, frozenset({"intake"})), version=None, now=NOW)


WRITTEN = {
    "Civil Code (standard terms)": "CIVIL-CODE",
    "credit-card rule 68": "CARD-RULE 68",
    "association rules": "ASSOCIATION",
}


def test_every_code_cites_what_the_model_names(session: Session) -> None:
    for row in json.loads(MODEL.read_text())["violation"]:
        named = row["cites"] if isinstance(row["cites"], list) else str(row["cites"]).split(";")
        plain = {WRITTEN.get(each.strip(), each.strip()).removesuffix(" (unverified)") for each in named}
        known = cites.cited_by(session, session.get_one(Violation, row["code"]))
        assert {f"{each.instrument.key} {each.clause}".strip() for each in known} == plain - {"criminal referral"}


def test_what_a_code_cites_is_kept_with_a_line_in_the_journal_and_never_nothing(session: Session) -> None:
    head, code = reviewer(session), session.get_one(Violation, "V-F01")
    only = cites.cited_by(session, code)
    with pytest.raises(NotNow):
        cites.uncite(session, code, only[0], actor=head, version=None, now=NOW)
    other = next(each for each in rulebook.provisions(session) if each.instrument.key == "CBA2026")
    cites.cite(session, code, other, actor=head, version=None, now=NOW)
    with pytest.raises(BadInput):
        cites.cite(session, code, other, actor=head, version=None, now=NOW)
    cites.uncite(session, code, only[0], actor=head, version=None, now=NOW)
    assert cites.cited_by(session, code) == [other]
    with pytest.raises(NotAllowed):
        cites.cite(session, code, only[0], actor=Actor(head.id, frozenset({"officer"})), version=None, now=NOW)


def test_a_clause_that_was_corrected_does_not_come_back_with_the_next_update(session: Session) -> None:
    provision = next(
        each for each in rulebook.provisions(session) if (each.instrument.key, each.clause) == ("PIPL", "")
    )
    wording = rulebook.Wording("10", provision.title_zh, provision.title_en, provision.effective_from)
    rulebook.change_provision(session, provision, wording, actor=reviewer(session), version=None, now=NOW)
    session.flush()
    before = [each.id for each in rulebook.provisions(session)]
    seeds.sow(session, mode="demonstration", now=NOW)
    assert [each.id for each in rulebook.provisions(session)] == before
    session.execute(delete(ViolationCite).where(ViolationCite.violation_code == "V-I05"))
    session.execute(delete(Violation).where(Violation.code == "V-I05"))
    session.expire_all()
    seeds.sow(session, mode="demonstration", now=NOW)
    assert [each.clause for each in cites.cited_by(session, session.get_one(Violation, "V-I05"))] == [""]


def test_an_instrument_whose_days_change_has_its_clauses_verified_again(session: Session) -> None:
    head = reviewer(session)
    provision = next(each for each in rulebook.provisions(session) if each.instrument.key == "CBA2026")
    rulebook.verify(session, provision, actor=head, version=None, now=NOW)
    found = provision.instrument
    said = {name: getattr(found, name) for name in ("title_zh", "title_en", "issuer", "issued_on", "note")}
    days = {"in_force_on": found.in_force_on, "replaced_on": None}
    cites.change_instrument(session, found, about=cites.About(**said, **days), actor=head, version=None, now=NOW)
    assert provision.verified_at
    over = cites.About(**said, **{**days, "replaced_on": date(2027, 1, 1)})
    cites.change_instrument(session, found, about=over, actor=head, version=None, now=NOW)
    assert provision.verified_at is None


def test_whoever_compared_a_clause_with_other_days_of_its_instrument_does_not_verify_it(session: Session) -> None:
    head = reviewer(session)
    provision = next(each for each in rulebook.provisions(session) if each.instrument.key == "CBA2026")
    seen, found = provision.version, provision.instrument
    said = {name: getattr(found, name) for name in ("title_zh", "title_en", "issuer", "issued_on", "note")}
    over = cites.About(**said, in_force_on=found.in_force_on, replaced_on=date(2027, 1, 1))
    cites.change_instrument(session, found, about=over, actor=head, version=None, now=NOW)
    with pytest.raises(Changed):
        rulebook.verify(session, provision, actor=head, version=seen, now=NOW)


def test_of_two_who_take_out_the_last_two_provisions_of_a_code_at_once_the_second_leaves_one(app: Flask) -> None:
    with app.app_context():
        with transaction() as at:
            head, code = reviewer(at), at.get_one(Violation, "V-F01")
            new = next(each for each in rulebook.provisions(at) if each.instrument.key == "CBA2026")
            cites.cite(at, code, new, actor=head, version=None, now=NOW)
            numbers = [each.id for each in cites.cited_by(at, code)]

        def without(at: Session, number: int) -> None:
            code, provision = at.get_one(Violation, "V-F01"), at.get_one(Provision, number)
            cites.uncite(at, code, provision, actor=head, version=None, now=NOW)

        assert isinstance(at_once(app, *(partial(without, number=each) for each in numbers)), NotNow)
        with transaction() as at:
            assert [each.id for each in cites.cited_by(at, at.get_one(Violation, "V-F01"))] == numbers[1:]


def test_an_association_adds_codes_of_its_own_with_what_they_breach(session: Session) -> None:
    provision = rulebook.provisions(session)[0]
    said = {"zh": "以集资名义催收", "en": "Collecting under another name", "severity": 3, "provision": provision}
    made = cites.add_violation(session, code="v-x01", **said, actor=reviewer(session), now=NOW)  # type: ignore[arg-type]
    assert (made.code, made.family) == ("V-X01", "X")
    assert cites.cited_by(session, made) == [provision]
    assert made in rulebook.violations(session)


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"code": "X01"}, "code"),
        ({"code": "V-P09"}, "code"),
        ({"code": "V-C04"}, "code"),
        ({"zh": " "}, "zh"),
        ({"en": ""}, "en"),
        ({"severity": 6}, "severity"),
    ],
)
def test_a_code_is_refused_at_its_field(session: Session, changed: dict[str, object], field: str) -> None:
    said = {"code": "V-X01", "zh": "甲", "en": "A", "severity": 3, "provision": rulebook.provisions(session)[0]}
    with pytest.raises(BadInput) as refused:
        cites.add_violation(session, **{**said, **changed}, actor=reviewer(session), now=NOW)  # type: ignore[arg-type]
    assert refused.value.field == field
    with pytest.raises(NotAllowed):
        cites.add_violation(session, **said, actor=Actor(None), now=NOW)  # type: ignore[arg-type]

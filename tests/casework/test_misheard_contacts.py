"""A contact of a complaint that was misheard: once it is put right, nothing that was told there counts any more."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import messages, putting_right, triage
from casework.models import Complaint
from core.actors import SYSTEM
from core.clock import day_of
from core.errors import BadInput
from core.machine import Ask
from core.mail import Mail
from notices import alerts, serving
from notices import queries as papers
from notices.models import Service
from notices.states import SERVICE
from registry import clocks
from registry.models_clocks import Clock
from tests.builders import MAIL, Desk, rendered
from tests.casework.test_receipts import sent


@pytest.fixture
def desk(session: Session, now: datetime) -> Desk:
    return Desk(session, now)


def waiting(desk: Desk, contact: str) -> tuple[Complaint, Service]:
    """More is asked for, and the letter is announced at this contact."""
    complaint, _code = sent(desk, contact=contact)
    triage.ask_info(desk.session, complaint, missing=["合同"], actor=desk.intake, now=desk.now)
    return complaint, told_of(desk, "D02", "complaint", complaint.id)


def replied(desk: Desk, contact: str) -> tuple[Complaint, Service]:
    """The answer was handed on, and its letter is announced at this contact."""
    forwarding = desk.answer(desk.forwarded(contact=contact))
    desk.release(forwarding)
    return forwarding.complaint, told_of(desk, "D39", "forwarding", forwarding.id)


def told_of(desk: Desk, kind: str, machine: str, number: int) -> Service:
    letter = papers.last_document(desk.session, [kind], machine, number)
    assert letter is not None
    (service,) = rendered(desk.session, letter, desk.now)
    serving.onward(desk.session, service, desk.now)
    assert service.state == "ALERTED"
    return service


def announced(desk: Desk, service: Service) -> list[str]:
    return [each.to for each in papers.alerts_of(desk.session, service.id)]


def test_a_letter_announced_at_a_contact_that_was_misheard_is_announced_anew_with_all_its_days(desk: Desk) -> None:
    complaint, service = waiting(desk, "other@example.invalid")
    messages.write(desk.session, complaint, "请补充流水", actor=desk.intake, now=desk.now)
    said: dict[str, Any] = {"why": "本人来电更正", "actor": desk.intake}
    putting_right.person(desk.session, complaint, **said, contact=MAIL, now=desk.on(2))
    assert announced(desk, service) == [MAIL]
    assert {each.to for each in desk.session.scalars(select(Mail))} == {MAIL}, "nothing that waited goes to the other"
    deemed = clocks.live(desk.session, "K28", ("service", service.id))
    assert deemed is not None
    assert deemed.day0 == day_of(desk.on(2)), "else silence about a letter nobody was told of would reject it (C04)"
    alerts.bounced(desk.session, service, desk.on(2))
    assert service.state == "NOTICE_POSTED"
    putting_right.person(desk.session, complaint, **said, contact="third@example.invalid", now=desk.on(3))
    assert (service.state, announced(desk, service)) == ("NOTICE_POSTED", ["third@example.invalid"])


@pytest.mark.parametrize(
    ("bring", "key", "contact"), [(waiting, "K02", MAIL), (waiting, "K02", ""), (replied, "K05", MAIL)]
)
def test_time_that_ran_since_a_letter_announced_at_a_misheard_contact_begins_anew(
    desk: Desk, bring: Callable[[Desk, str], tuple[Complaint, Service]], key: str, contact: str
) -> None:
    complaint, limit, service = ran_out(desk, bring, key)
    said: dict[str, Any] = {"why": "本人来电更正", "actor": desk.intake, "now": desk.on(9)}
    putting_right.person(desk.session, complaint, **said, contact=contact, unreached=not contact)
    assert (limit.day0, announced(desk, service)) == (day_of(desk.on(9)), [contact] if contact else [])
    assert (service.alerted_at == desk.now) is not bool(contact), (
        "where nobody is told anew, nobody is said to have been"
    )
    putting_right.person(desk.session, complaint, **{**said, "now": desk.on(11)}, contact="third@example.invalid")
    assert (limit.day0, announced(desk, service)) == (day_of(desk.on(11)), ["third@example.invalid"]), "and once more"


def ran_out(
    desk: Desk, bring: Callable[[Desk, str], tuple[Complaint, Service]], key: str
) -> tuple[Complaint, Clock, Service]:
    """Its letter counts as served by silence, and the person's time runs from that day."""
    complaint, service = bring(desk, "other@example.invalid")
    by_silence(desk, service, 5)
    limit = clocks.live(desk.session, key, ("complaint", complaint.id))
    assert limit is not None
    assert limit.day0 == day_of(desk.on(5))
    return complaint, limit, service


def by_silence(desk: Desk, service: Service, days: int) -> None:
    ask = Ask(desk.session, service, SYSTEM, {}, desk.on(days + 1), day=day_of(desk.on(days)))
    SERVICE.carry_out(ask, "K28_expired")


def test_the_time_of_whoever_read_the_letter_goes_on_and_what_had_left_for_others_is_remembered(desk: Desk) -> None:
    complaint, limit, service = ran_out(desk, waiting, "K02")
    (left,) = papers.alerts_of(desk.session, service.id)
    left.sent_at, service.opened_at = desk.now, desk.on(7)
    by_silence(desk, told_of(desk, "D01", "complaint", complaint.id), 6)  # of which no time of the person hangs
    said: dict[str, Any] = {"why": "本人来电更正", "actor": desk.intake, "now": desk.on(9)}
    putting_right.person(desk.session, complaint, **said, contact=MAIL)
    assert limit.day0 == day_of(desk.on(5))
    assert desk.session.scalars(select(Mail.to)).all() == ["other@example.invalid"]


@pytest.mark.parametrize("name", ["", "李四"])
def test_of_whoever_is_reached_no_more_and_gave_no_name_companies_learn_nothing(desk: Desk, name: str) -> None:
    complaint, _code = sent(desk, name=name, share_identity=True)
    said: dict[str, Any] = {"why": "号码是他人的", "actor": desk.intake, "now": desk.now}
    putting_right.person(desk.session, complaint, **said, unreached=True)
    assert complaint.complainant.share_identity is bool(name)


def test_nothing_more_goes_to_a_contact_that_is_somebody_elses_and_letters_stay_on_the_page(desk: Desk) -> None:
    complaint, service = waiting(desk, "other@example.invalid")
    messages.write(desk.session, complaint, "请补充流水", actor=desk.intake, now=desk.now)
    said: dict[str, Any] = {"why": "收件人来电称不认识投诉人", "unreached": True, "actor": desk.intake, "now": desk.now}
    with pytest.raises(BadInput):
        putting_right.person(desk.session, complaint, **said, contact=MAIL)
    putting_right.person(desk.session, complaint, **said)
    person = complaint.complainant
    assert (person.contact, person.contact_hash) == (None, None)
    assert service.state == "NOTICE_POSTED"
    assert not desk.session.scalars(select(Mail.key)).all(), "what had not left yet stays here"
    messages.write(desk.session, complaint, "请补充合同", actor=desk.intake, now=desk.now)
    assert not desk.session.scalars(select(Mail.key).where(Mail.key.startswith("message:"))).all()
    with pytest.raises(BadInput):
        putting_right.person(desk.session, complaint, **said)

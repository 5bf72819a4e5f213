"""Receipt codes: derived, found by a keyed hash, stored nowhere, renewed where lost."""

import logging
import os
import re
from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from casework import intake, noting, putting_right, receipts, rehashing
from casework.models import Complaint
from core import outbox, texts, valkey
from core.actors import NOBODY
from core.characters import LETTERS
from core.crypto import keyed_hash
from core.db import transaction
from core.errors import Changed, NotAllowed, NotNow
from core.journal import JournalEntry
from core.mail import Mail
from core.outbox import Outbox
from core.texts import TextMessage
from core.throttle import limiter
from registry import settings
from tests.builders import MAIL, Desk, person_of, submission
from tests.canary import holding
from tests.casework.test_stop_contacts import relayed
from tests.conftest import NOW

FORM_KEY = re.compile(r'name="key"[^>]* value="[0-9a-f]{32}"')


@pytest.fixture
def desk(session: Session, now: datetime) -> Desk:
    return Desk(session, now)


def sent(desk: Desk, key: str = "form", **changed: Any) -> tuple[Complaint, str]:
    return intake.submit(desk.session, submission(**changed), key=key, actor=NOBODY, now=desk.now)


def test_a_code_is_six_groups_of_four_without_look_alikes(app: Flask) -> None:
    code = receipts.code("some form")
    assert re.fullmatch(r"[2-9A-HJ-NP-Z]{4}(-[2-9A-HJ-NP-Z]{4}){5}", code)
    assert len(set(LETTERS)) == 32
    assert not set("01IO") & set(LETTERS)


def test_the_same_form_gives_the_same_code_and_another_form_another(app: Flask) -> None:
    assert receipts.code("a") == receipts.code("a") != receipts.code("b")


def test_a_code_is_found_however_it_is_typed(desk: Desk) -> None:
    complaint, code = sent(desk)
    for typed in (code, code.lower(), code.replace("-", ""), code.replace("-", " "), f"  {code}　"):
        assert receipts.find(desk.session, typed) == complaint.id


def test_a_wrong_code_finds_nothing(desk: Desk) -> None:
    _complaint, code = sent(desk)
    for typed in ("", "x", code[:-1], code + "A", code[:-1] + ("A" if code[-1] != "A" else "B"), "A" * 10_000):
        assert receipts.find(desk.session, typed) is None


def test_a_code_close_to_a_right_one_is_answered_like_any_other_by_one_hash(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    with app.app_context(), transaction() as at:
        _complaint, code = sent(Desk(at, NOW))
    hashed = list[str]()

    def counted(purpose: str, value: str) -> bytes:
        hashed.append(purpose)
        return keyed_hash(purpose, value)

    monkeypatch.setattr(receipts, "keyed_hash", counted)
    close = code[:-1] + ("A" if code[-1] != "A" else "B")
    answers = set[tuple[int, str]]()
    for typed in (close, receipts.code("of no form"), code + "A", code[:-1], "-".join(["AAAA"] * 6), "x"):
        said = client.post("/track/?lang=en", data={"code": typed})
        answers.add((said.status_code, FORM_KEY.sub("", said.text.replace(f'value="{typed}"', ""))))
        assert hashed == ["receipt"], typed
        hashed.clear()
    assert [status for status, _said in answers] == [422]


def test_no_log_no_address_and_no_other_store_holds_a_code_that_was_entered(
    app: Flask, client: FlaskClient, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    with app.app_context(), transaction() as at:
        _complaint, code = sent(Desk(at, NOW))
    caplog.set_level(logging.DEBUG)
    monkeypatch.setattr(limiter, "enabled", True)
    entered = [client.post("/track/", data={"code": code})]
    entered.append(client.get(entered[0].location))
    wrong = code.replace(code[0], "A" if code[0] != "A" else "B")
    entered += [client.post("/track/", data={"code": typed}) for typed in [code, *[wrong] * 11]]
    monkeypatch.setattr(limiter, "enabled", False)
    monkeypatch.setattr(receipts, "mark", lambda known: known.missing)
    monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)
    entered.append(app.test_client().post("/track/", data={"code": code}))
    assert {each.status_code for each in entered} == {200, 303, 422, 429, 500}
    kept = valkey.connected(app, os.environ["REDIS_URL"])
    with client.session_transaction() as cookie:
        told = [caplog.text, repr(dict(cookie)), *(str(each.headers) for each in entered)]
    told += [repr((name, kept.dump(name))) for name in kept.scan_iter()]
    assert "Fault" in caplog.text
    assert len(told) > 2 + len(entered), "the throttle counts there"
    assert not any(typed in each for each in told for typed in (code, code.replace("-", ""), code[:14]))


def test_the_code_is_stored_nowhere(desk: Desk) -> None:
    _complaint, code = sent(desk)
    desk.session.flush()
    assert holding(desk.session, code, code.replace("-", "")) == set()


def test_staff_renew_a_lost_code_and_the_old_one_opens_nothing(desk: Desk) -> None:
    complaint, old = sent(desk)
    for stranger in (NOBODY, desk.lead):
        with pytest.raises(NotAllowed):
            receipts.renew(desk.session, complaint, "k", actor=stranger, now=desk.now)
    fresh = receipts.renew(desk.session, complaint, "k", actor=desk.intake, now=desk.now)
    assert receipts.find(desk.session, old) is None
    assert receipts.find(desk.session, fresh) == complaint.id


def test_whoever_came_by_the_code_may_change_it(desk: Desk) -> None:
    complaint, _old = sent(desk)
    with pytest.raises(NotAllowed):
        receipts.renew(desk.session, complaint, "k", actor=person_of(sent(desk, "another")[0]), now=desk.now)
    fresh = receipts.renew(desk.session, complaint, "k", actor=person_of(complaint), now=desk.now)
    assert receipts.find(desk.session, fresh) == complaint.id


def link(desk: Desk, complaint: Complaint, contact: str = MAIL) -> str | None:
    known = receipts.contact_hash(contact)
    receipts.send_links(desk.session, complaint.ref, known, url="https://x.invalid/track/renew", now=desk.now)
    mails = desk.session.scalars(select(Mail).order_by(Mail.id)).all()
    assert all(each.body.endswith(settings.association(desk.session)["name_zh"]) for each in mails)
    return re.search(r"/track/renew/(\S+)", mails[-1].body)[1] if mails else None


def looked_up() -> None:
    """The job of every request that waits."""
    with transaction() as at:
        waiting = at.scalars(select(Outbox.args).where(Outbox.job == receipts.LINKS)).all()
    for asked in waiting:
        outbox.JOBS[receipts.LINKS](**asked)
    with transaction() as at:
        assert not any(at.scalars(select(Outbox.args).where(Outbox.job == receipts.LINKS))), "no hash stays there"


def test_a_lost_code_is_renewed_once_by_a_link_to_the_contact_on_file(desk: Desk) -> None:
    complaint, old = sent(desk, contact=MAIL)
    token = link(desk, complaint)
    found, fresh = receipts.by_link(desk.session, token, "k", now=desk.now)
    assert found.id == receipts.find(desk.session, fresh)
    assert receipts.find(desk.session, old) is None
    assert complaint.complainant.contact_verified_at == desk.now
    with pytest.raises(NotNow):
        receipts.by_link(desk.session, token, "k2", now=desk.now)


def test_a_link_that_went_to_a_contact_that_was_misheard_opens_nothing(desk: Desk) -> None:
    complaint, code = sent(desk, contact="other@example.invalid")
    token = link(desk, complaint, "other@example.invalid")
    why = {"why": "本人来电更正", "contact": MAIL, "actor": desk.intake, "now": desk.now}
    texts.send_later(desk.session, "news:1:x", "13800000000", "有新消息")
    putting_right.person(desk.session, complaint, **why)
    assert desk.session.scalars(select(TextMessage.key)).all() == ["news:1:x"], "what others are told stays"
    with pytest.raises(NotNow, match="链接"):
        receipts.by_link(desk.session, token, "k", now=desk.now)
    assert receipts.find(desk.session, code) == complaint.id
    assert complaint.complainant.contact_verified_at is None
    assert receipts.by_link(desk.session, link(desk, complaint), "k", now=desk.now)[0] is complaint


def test_of_a_person_that_was_put_right_since_nothing_is_verified_changed_or_given_a_code(desk: Desk) -> None:
    complaint, code = sent(desk, contact="other@example.invalid")
    seen: dict[str, Any] = {"actor": desk.intake, "version": complaint.version, "now": desk.now}
    putting_right.person(desk.session, complaint, why="本人来电更正", contact=MAIL, **seen)
    for deed in (
        lambda: intake.verify_contact(desk.session, complaint, **seen),
        lambda: putting_right.person(desk.session, complaint, why="本人来电", contact="13900001111", **seen),
        lambda: receipts.renew(desk.session, complaint, "k", **seen),
    ):
        with pytest.raises(Changed):
            deed()
    assert complaint.complainant.contact == MAIL
    assert complaint.complainant.contact_verified_at is None
    assert receipts.find(desk.session, code) == complaint.id


def test_a_code_that_a_misheard_contact_was_given_opens_nothing_once_the_contact_is_put_right(
    app: Flask, now: datetime
) -> None:
    with app.app_context(), transaction() as at:
        desk = Desk(at, now)
        complaint, _old = sent(desk, contact="other@example.invalid")
        token, number = link(desk, complaint, "other@example.invalid"), complaint.id
        another = sent(desk, "another")[0].id
    with app.app_context(), transaction() as at:
        _found, strangers = receipts.by_link(at, token, "k", now=now)
    with app.app_context(), transaction() as at:
        for each in range(9):
            receipts.renew(at, at.get_one(Complaint, another), str(each), actor=desk.intake, now=now)
    with time_machine.travel(now):
        stranger = entered_by(app, strangers)
        assert stranger.get("/track/complaint").status_code == 200
        with app.app_context(), transaction() as at:
            said = {"why": "本人来电更正", "contact": MAIL, "actor": desk.intake, "now": now}
            putting_right.person(at, at.get_one(Complaint, number), **said)
        assert stranger.get("/track/complaint").status_code == 302
    with app.app_context(), transaction() as at:
        complaint = at.get_one(Complaint, number)
        assert receipts.find(at, strangers) is None
        mine = receipts.renew(at, complaint, "m", actor=desk.intake, now=now)
        noted = at.scalars(select(JournalEntry.row).where(JournalEntry.subject_id == number))
        assert "receipt.ended" in noted.all()
    with app.app_context(), transaction() as at:
        complaint = at.get_one(Complaint, number)
        noting.of_complaint(at, complaint, "message", person_of(complaint), now, by_anybody=True)
    with app.app_context(), transaction() as at:
        again = {"why": "本人来电", "contact": "third@example.invalid", "actor": desk.intake, "now": now}
        putting_right.person(at, at.get_one(Complaint, number), **again)
        assert receipts.find(at, mine) == number, "staff gave it to the person"


def entered_by(app: Flask, code: str) -> FlaskClient:
    person = app.test_client()
    assert person.post("/track/", data={"code": code}).status_code == 303
    return person


def test_a_link_stands_nowhere_in_clear(desk: Desk) -> None:
    complaint, _code = sent(desk, contact=MAIL)
    token = link(desk, complaint)
    assert holding(desk.session, token.rpartition(".")[2]) <= {"mail.body"}


def test_whoever_sends_the_form_of_the_link_again_since_its_answer_was_lost_gets_the_same_code(
    app: Flask, client: FlaskClient, now: datetime
) -> None:
    with app.app_context(), transaction() as at, time_machine.travel(now):
        complaint, _old = sent(Desk(at, now), contact=MAIL)
        token, number = link(Desk(at, now), complaint), complaint.id

    def codes(key: str, status: int) -> set[str]:
        answer = client.post(f"/track/lost/{token}", data={"key": key})
        assert answer.status_code == status
        return set(re.findall(r"(?:[0-9A-Z]{4}-){5}[0-9A-Z]{4}", answer.text))

    with time_machine.travel(now):
        (first,) = codes("k" * 32, 200)
        assert codes("k" * 32, 200) == {first}
        assert codes("", 409) == codes("x" * 32, 409) == set()
        with app.app_context(), transaction() as at:
            assert receipts.find(at, first) == number
            noted = select(JournalEntry.row).where(JournalEntry.subject_id == number)
            assert list(at.scalars(noted)).count("receipt.renewed") == 1


def test_a_link_that_somebody_else_uses_at_the_same_moment_is_worth_nothing(desk: Desk) -> None:
    complaint, _old = sent(desk, contact=MAIL)
    token = link(desk, complaint)
    meanwhile = update(Complaint).values(receipt_hash=receipts.digest("another code"))
    desk.session.execute(meanwhile.execution_options(synchronize_session=False))
    with pytest.raises(NotNow):
        receipts.by_link(desk.session, token, "k", now=desk.now)
    assert receipts.find(desk.session, "another code") == complaint.id


def test_without_the_number_the_contact_on_file_gets_a_link_for_each_of_its_latest_complaints(
    app: Flask, client: FlaskClient, now: datetime
) -> None:
    with app.app_context(), transaction() as at, time_machine.travel(now):
        days = [now - timedelta(days=7), now, now, now]
        made = [sent(Desk(at, day), f"form{each}", contact=MAIL)[0].id for each, day in enumerate(days)]
    with time_machine.travel(now):
        asked = [client.post("/track/lost", data={"contact": to, "key": to}) for to in ("a@example.invalid", MAIL)]
        with app.app_context():
            looked_up()
    assert [each.status_code for each in asked] == [303, 303]
    with app.app_context(), transaction() as at:
        bodies = at.scalars(select(Mail.body).where(Mail.key.startswith("receipt-link:"))).all()
    assert {int(re.search(r"/track/lost/(\d+)", body)[1]) for body in bodies} == set(made[1:])
    assert all("2026年" in body for body in bodies)


def test_whoever_asks_pesters_nobody_with_links(desk: Desk) -> None:
    made = [sent(desk, f"form{each}", contact=MAIL)[0] for each in range(2)]
    known = receipts.contact_hash(MAIL)

    def asked(ref: str, hours: float) -> int:
        now = desk.now + timedelta(hours=hours)
        receipts.send_links(desk.session, ref, known, url="https://x.invalid/track/renew", now=now)
        return len(desk.session.scalars(select(Mail.id).where(Mail.key.startswith("receipt-link:"))).all())

    assert [asked("", 0), asked("", 0.9), asked(made[0].ref, 0.9)] == [2, 2, 2], "one an hour"
    assert [asked(made[0].ref, hours) for hours in (2, 4, 6, 8, 10)] == [3, 4, 5, 6, 6], "five times a day"
    other, theirs = sent(desk, "another", contact="other@example.invalid")[0], "other@example.invalid"
    at = desk.now + timedelta(hours=10)
    receipts.send_links(desk.session, other.ref, receipts.contact_hash(theirs), url="https://x.invalid", now=at)
    assert asked("", 25) == 9, "nobody waits for what others asked"


def test_a_request_for_a_link_does_the_same_for_every_contact(app: Flask, client: FlaskClient, now: datetime) -> None:
    with app.app_context(), transaction() as at, time_machine.travel(now):
        sent(Desk(at, now), contact=MAIL)
    for place, contact in enumerate((MAIL, "other@example.invalid")):
        client.post("/track/lost", data={"contact": contact, "ref": "沈若禾 13800138000", "key": str(place)})
    with app.app_context(), transaction() as at:
        asked = at.scalars(select(Outbox.args).where(Outbox.job == receipts.LINKS)).all()
        assert len(asked) == 2
        assert not any(said in str(asked) for said in ("example.invalid", "沈若禾", "13800138000"))
        assert at.scalars(select(Mail.id).where(Mail.key.startswith("receipt-link:"))).all() == []


def test_a_stranger_gets_no_link_and_an_old_or_forged_one_is_worth_nothing(desk: Desk) -> None:
    complaint, _code = sent(desk, contact=MAIL)
    assert link(desk, complaint, "other@example.invalid") is None
    token = link(desk, complaint)
    said, until, mac = token.split(".")
    longer = f"{said}.{int(until) + 86400}.{mac}"
    for bad in ("", "x", "1.2", f"{said}.9999999999.é", longer, token[:-1] + ("0" if token[-1] != "0" else "1")):
        with pytest.raises(NotNow):
            receipts.by_link(desk.session, bad, "k", now=desk.now)
    with pytest.raises(NotNow):
        receipts.by_link(desk.session, token, "k", now=desk.now + timedelta(hours=3))


def test_the_page_of_a_new_code_says_so_and_not_that_something_arrived(
    app: Flask, client: FlaskClient, now: datetime
) -> None:
    with app.app_context(), transaction() as at, time_machine.travel(now):
        complaint, _code = sent(Desk(at, now), contact=MAIL)
        token, ref = link(Desk(at, now), complaint), complaint.ref
    with time_machine.travel(now):
        page = client.post(f"/track/lost/{token}?lang=en", data={"key": "k"}).text
    assert f"The new code of your complaint {ref}" in page
    assert "What happens now" not in page
    assert "has arrived" not in page


def test_the_link_in_the_mail_leads_to_this_site_by_whatever_name_it_was_asked(
    app: Flask, client: FlaskClient, now: datetime
) -> None:
    with app.app_context(), transaction() as at, time_machine.travel(now):
        complaint, _code = sent(Desk(at, now), contact=MAIL)
        ref = complaint.ref
    asked = {"ref": ref, "contact": MAIL, "key": "k"}
    client.post("/track/lost", data=asked, headers={"Host": "evil.example", "X-Forwarded-Host": "evil.example"})
    with app.app_context():
        looked_up()
    with app.app_context(), transaction() as at:
        body = at.scalars(select(Mail).order_by(Mail.id.desc())).first().body
    assert "evil.example" not in body
    assert f"{app.config['BASE_URL']}/track/lost/" in body


def test_codes_are_tried_from_one_address_at_a_measured_pace(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limiter, "enabled", True)
    tries = {"data": {"code": "AAAA-BBBB-CCCC-DDDD-EEEE-FFFF"}}
    with time_machine.travel(NOW, tick=False):  # all within the minute that is measured
        asked = [client.post("/track/", **tries, environ_base={"REMOTE_ADDR": "192.0.2.78"}) for _time in range(11)]
        elsewhere = client.post("/track/", **tries, environ_base={"REMOTE_ADDR": "192.0.2.79"})
    assert [each.status_code for each in (*asked[::10], elsewhere)] == [422, 429, 422]
    assert asked[-1].text.count("<h1") == 1, "said on a page"


def test_one_mobile_number_is_one_person_however_it_is_written() -> None:
    ways = ("13800138000", "+86 138 0013 8000", "0086 138-0013-8000", "86 13800138000", "１３８００１３８０００")
    assert {receipts.contact_hash(way) for way in ways} == {keyed_hash("contact", "13800138000")}, (
        "as it was kept before"
    )
    assert receipts.contact_hash("0085261234567") == receipts.contact_hash("+852 6123 4567")
    assert receipts.contact_hash("0592 5550123") != receipts.contact_hash("5550123")
    for ways in (
        ("0592 5550123", "+86 592 5550123", "0086 592 5550123", "+86 0592-5550123", "86 592 5550123"),
        ("010-12345678", "+86 10 12345678"),
        ("400 123 4567", "+86 400 123 4567"),
    ):
        assert len({receipts.contact_hash(way) for way in ways}) == 1
    assert receipts.contact_hash("0852 6123 4567") != receipts.contact_hash("+852 6123 4567"), "Zunyi is not Hong Kong"


def test_a_number_kept_with_00_before_it_is_found_by_the_others_once_its_hash_was_made_anew(desk: Desk) -> None:
    session = desk.session
    old, other, stopped = desk.received(contact="0086 13800138000"), desk.received(contact="13800138000"), relayed(desk)
    old.complainant.contact_hash = keyed_hash("contact", "008613800138000")
    known, stopped.number_hash = other.complainant.contact_hash, b"as it was"
    session.flush()
    last = rehashing.rehash(session, 0)
    session.expire_all()
    assert old.complainant.contact_hash == other.complainant.contact_hash == known
    assert stopped.number_hash == receipts.contact_hash(stopped.number)
    assert rehashing.rehash(session, last) == 0

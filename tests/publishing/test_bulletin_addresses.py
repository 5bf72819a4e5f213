"""Addresses to which bulletins are mailed: links, refusals and unsubscribing."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from admin import forgetting
from core import clock, mail, outbox
from core.errors import NotNow
from core.mail import Mail
from core.throttle import limiter
from publishing import jobs_subscriptions, subscriptions
from publishing.models_subscriptions import BulletinSubscription
from tests.core.catching_mail import mail_server
from tests.proceedings.test_pages import House, house, today
from tests.publishing.test_bulletin_pages import _published
from tests.publishing.test_public_site import ADDRESS, _count, _links, _run
from tests.two_at_once import at_once

__all__ = ["house", "today"]


def test_an_address_gets_three_mails_with_a_link_in_a_week_at_most_whoever_asks(session: Session) -> None:
    asked = select(func.count()).where(outbox.Outbox.job == "sanctions.mail_confirmation")
    hour, day = timedelta(hours=1), timedelta(days=1)
    for after, mails in (
        (0 * hour, 1),
        (0.9 * hour, 1),
        (hour, 2),
        (day, 2),
        (day + hour, 3),
        (3 * day, 3),
        (8 * day, 3),
    ):
        subscriptions.ask(session, ADDRESS, lang="zh", now=clock.now() + after)
        session.flush()
        assert session.scalar(asked) == mails, after
    subscriptions.forget_unconfirmed(session, clock.now() + 9 * day)
    subscriptions.ask(session, ADDRESS, lang="zh", now=clock.now() + 9 * day)
    assert session.scalar(asked) == mails + 1, "who did not find the mail is not kept out for good"


def test_a_link_is_good_for_what_it_was_sent_for_only(session: Session) -> None:
    subscriptions.ask(session, ADDRESS, lang="zh", now=clock.now())
    it = session.scalars(select(BulletinSubscription)).one()
    subscriptions.end(session, subscriptions.token_of(it, "confirm"))
    assert session.scalars(select(BulletinSubscription)).all() == [it]
    with pytest.raises(NotNow):
        subscriptions.confirm(session, subscriptions.token_of(it, "end"), now=clock.now())


def test_who_opens_the_link_again_is_told_that_it_is_done(house: House) -> None:
    anybody = house.enter(lang="zh")
    anybody.post("/bulletins/subscribe", mail=ADDRESS)
    token = house.read(lambda at: subscriptions.token_of(at.scalars(select(BulletinSubscription)).one(), "confirm"))
    assert anybody.client.get(f"/bulletins/subscribe/{token}").status_code == 200
    anybody.post(f"/bulletins/subscribe/{token}")
    again = anybody.client.get(f"/bulletins/subscribe/{token}", follow_redirects=True)
    assert "该邮箱已确认订阅" in again.text
    house.read(lambda at: at.execute(delete(BulletinSubscription)))
    over = anybody.client.get(f"/bulletins/subscribe/{token}", follow_redirects=True)
    assert "该链接已失效" in over.text, "no button is offered that can only be refused"
    assert 'name="mail"' in over.text


def test_whoever_gets_the_mails_changes_their_language_on_the_page_to_which_each_leads(house: House) -> None:
    anybody = house.enter(lang="en")
    anybody.post("/bulletins/subscribe", mail=ADDRESS)
    token = house.read(lambda at: subscriptions.token_of(at.scalars(select(BulletinSubscription)).one(), "end"))
    page = f"/bulletins/unsubscribe/{token}"
    assert "Language of these emails" in anybody.client.get(page).text
    anybody.post(f"{page}/language", 422, language="fr")
    anybody.post(f"{page}/language", language="zh")
    assert house.read(lambda at: at.scalars(select(BulletinSubscription.lang)).one()) == "zh"
    anybody.post("/bulletins/unsubscribe/1.0/language", 409, language="en")
    assert "Language of these emails" not in anybody.client.get("/bulletins/unsubscribe/1.0").text
    anybody.post(page, 200)
    assert _count(house) == 0


def test_a_made_up_link_confirms_and_ends_nothing(house: House) -> None:
    anybody = house.enter(lang="zh")
    anybody.post("/bulletins/subscribe", mail=ADDRESS)
    anybody.post("/bulletins/subscribe", 422, mail="nobody")
    for token in ("1.0", "1.é", "x", "1", f"{'9' * 40}.a"):
        anybody.post(f"/bulletins/subscribe/{token}", 409)
        anybody.post(f"/bulletins/unsubscribe/{token}", 200)
    assert _count(house) == 1
    for days, left in ((6, 1), (8, 0)):
        house.read(lambda at, days=days: forgetting.forget_old(at, clock.now() + timedelta(days=days)))
        assert _count(house) == left, days


def test_who_mistypes_an_address_still_gets_the_link_and_nobody_sends_links_without_end(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limiter, "enabled", True)
    anybody = house.enter(lang="zh").client
    sent = [anybody.post("/bulletins/subscribe", data={"mail": typed}) for typed in ["", "abc"] * 5]
    assert {each.status_code for each in sent} == {422}
    sent = [anybody.post("/bulletins/subscribe", data={"mail": f"{number}@example.com"}) for number in range(6)]
    assert [each.status_code for each in sent] == [303] * 5 + [429]
    assert _count(house) == 5


def test_an_address_is_forgotten_when_mails_of_two_days_come_back_not_on_a_day_on_which_all_are_refused(
    session: Session,
) -> None:
    now = clock.now()
    subscriptions.ask(session, ADDRESS, lang="zh", now=now)
    it = session.scalars(select(BulletinSubscription)).one()
    subscriptions.confirm(session, subscriptions.token_of(it, "confirm"), now=now)
    number = it.id

    def comes_back(bulletin: int, days: int, *, taken: bool = False) -> int:
        at = now + timedelta(days=days)
        said = {"to": ADDRESS, "subject": "x", "body": "x", "language": "zh", "message_id": str(bulletin)}
        letter = Mail(key=f"bulletin:{bulletin}:published:1:{number}", queued_at=at, **said)
        letter.sent_at, letter.bounced_at = (at, None) if taken else (None, at)
        session.add(letter)
        session.flush()
        if not taken:
            subscriptions._never_arrives(session, letter)
            session.flush()
        return len(session.scalars(select(BulletinSubscription)).all())

    assert comes_back(1, 0) == 1
    assert comes_back(2, 0) == 1, "on one day a server may refuse all of them"
    assert comes_back(3, 1, taken=True) == 1
    assert comes_back(4, 2) == 1, "one was taken since"
    assert comes_back(5, 3) == 0
    assert session.scalars(select(Mail)).all() == [], "nor does the address stay in what was sent to it"


def test_an_address_that_does_not_exist_is_forgotten_with_the_mail_that_came_back(house: House) -> None:
    kept = house.app.extensions["zilu"]
    house.enter(lang="zh").post("/bulletins/subscribe", mail=ADDRESS)
    with mail_server() as caught:
        caught.reply = "550 5.1.1 no such mailbox"
        mail.init(replace(kept, smtp_url=f"smtp://127.0.0.1:{caught.port}"))
        _run(house)
        mail.init(kept)
    assert (len(caught.recipients), _count(house), _links(house)) == (1, 0, [])
    states = house.read(lambda at: {each.state for each in at.scalars(select(outbox.Outbox))})
    assert states == {"DONE"}


def test_an_address_that_is_confirmed_while_the_others_are_forgotten_is_kept(house: House) -> None:
    def late(at: Session) -> str:
        subscriptions.ask(at, ADDRESS, lang="zh", now=clock.now())
        return subscriptions.token_of(at.scalars(select(BulletinSubscription)).one(), "confirm")

    token, later = str(house.read(late)), clock.now() + timedelta(days=8)
    with house.app.app_context():
        confirmed = at_once(
            house.app,
            lambda at: subscriptions.confirm(at, token, now=later),
            lambda at: subscriptions.forget_unconfirmed(at, later),
        )
    assert (confirmed, _count(house)) == (None, 1)


def test_who_unsubscribes_while_the_mails_are_asked_for_gets_none_and_no_address_is_left(house: House) -> None:
    """Whoever comes first: the lot that asks for the mails, or the click."""

    def subscribe(at: Session) -> str:
        subscriptions.ask(at, ADDRESS, lang="zh", now=clock.now())
        it = at.scalars(select(BulletinSubscription)).one()
        subscriptions.confirm(at, subscriptions.token_of(it, "confirm"), now=clock.now())
        return subscriptions.token_of(it, "end")

    house.fill(_published)
    token = str(house.read(subscribe))

    def lot(at: Session) -> None:
        asked = select(outbox.Outbox.args).where(outbox.Outbox.job == "sanctions.tell_subscribers")
        jobs_subscriptions.ask_for_mails(at, **at.scalars(asked).one())

    with house.app.app_context():
        assert at_once(house.app, lot, lambda at: subscriptions.end(at, token)) is None
    assert (_count(house), _links(house)) == (0, [])

"""Who is told of what by mail, once each however many there are; and what is over is announced and listed nowhere."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from casework.models_cases import CaseTrack
from core import clock
from core.mail import Mail
from publishing import jobs_subscriptions, queries_public, subscriptions
from publishing.models_subscriptions import BulletinSubscription
from sanctions import bulletins
from sanctions.models_publications import Publication, PublicationText
from tests.builders_cases import actor
from tests.proceedings.test_pages import House, house, today
from tests.publishing.test_bulletin_pages import _drafted, _published
from tests.publishing.test_public_site import _run, _withdraw
from tests.sanctions.chain import Chain

__all__ = ["house", "today"]


def subscribed(at: Session, many: int = 1) -> None:
    """So many addresses, all confirmed."""
    for number in range(many):
        subscriptions.ask(at, f"reader{number}@reader.example", lang="zh", now=clock.now())
    for it in at.scalars(select(BulletinSubscription)).all():
        subscriptions.confirm(at, subscriptions.token_of(it, "confirm"), now=clock.now())


def circulated(chain: Chain) -> CaseTrack:
    """A circular to members is out."""
    track = _drafted(chain, level=4)
    it = chain.session.scalars(select(Publication)).one()
    said = {"version": None, "now": chain.later(10)}
    bulletins.submit(chain.session, it, actor=actor(chain.publisher), **said)  # type: ignore[arg-type]
    bulletins.approve(chain.session, it, actor=actor(chain.other_publisher), **said)  # type: ignore[arg-type]
    bulletins.publish(chain.session, it, actor=actor(chain.publisher), **said)  # type: ignore[arg-type]
    return track


def told(house: House) -> list[tuple[str, str]]:
    """Whom mails about bulletins went to, and what they say."""

    def mails(at: Session) -> list[tuple[str, str]]:
        found = at.scalars(select(Mail).where(Mail.key.startswith(f"{subscriptions.MAILS}:")))
        return sorted((each.to, each.subject) for each in found)

    return list(house.read(mails))


def test_a_circular_to_members_is_announced_to_no_reader_outside(house: House) -> None:
    house.read(subscribed)
    house.fill(circulated)
    assert house.read(lambda at: at.scalars(select(Publication.state)).one()) == "PUBLISHED"
    _run(house)
    assert told(house) == []


def test_every_reader_is_told_once_however_many_there_are(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs_subscriptions, "AT_ONCE", 2)
    house.read(lambda at: subscribed(at, 5))
    house.fill(_published)
    _run(house)
    assert told(house) == [(f"reader{number}@reader.example", "新公告发布提醒") for number in range(5)]
    bodies = house.read(lambda at: {each.body for each in at.scalars(select(Mail))})
    assert all("新公告（蓝互金协公〔2026〕1号）已发布" in each for each in bodies), "which of many it is"


def test_a_withdrawal_whose_time_is_over_is_told_and_listed_no_more(house: House) -> None:
    house.read(subscribed)
    house.fill(_published)
    _run(house)
    _withdraw(house)
    before = told(house)

    def over(at: Session) -> None:
        it = at.scalars(select(Publication)).one()
        bulletins.end_withdrawal(at, it, clock.now() + timedelta(days=40))

    house.read(over)
    _run(house)
    assert told(house) == before
    assert house.read(queries_public.withdrawals) == []
    anybody = house.enter(lang="zh")
    assert house.slug not in anybody.get("/bulletins/withdrawals")


def test_of_what_was_withdrawn_meanwhile_no_mail_says_that_it_is_out_or_corrected(house: House) -> None:
    house.read(subscribed)
    house.fill(_published)
    _withdraw(house)

    def late(at: Session) -> None:
        number = at.scalars(select(Publication.id)).one()
        for what in ("published", "corrected"):
            jobs_subscriptions.ask_for_mails(at, number, what, 0, 9)

    house.read(late)
    assert told(house) == []


def test_an_address_is_one_however_it_is_written_and_is_written_to_in_the_language_asked_for_last(
    session: Session,
) -> None:
    for hours, address, lang in ((0, "Reader@reader.example", "zh"), (2, " reader@READER.example", "en")):
        subscriptions.ask(session, address, lang=lang, now=clock.now() + timedelta(hours=hours))
    assert [(it.lang, it.sent) for it in session.scalars(select(BulletinSubscription))] == [("en", 2)]


def test_the_link_that_confirms_leads_to_a_page_in_the_language_of_its_mail(house: House) -> None:
    for lang, ends in (("en", "?lang=en"), ("zh", "")):
        address = f"{lang}@reader.example"
        house.read(lambda at, to=address, lang=lang: subscriptions.ask(at, to, lang=lang, now=clock.now()))
        _run(house)
        body = house.read(lambda at: at.scalars(select(Mail.body).order_by(Mail.id.desc())).first())
        link = next(word for word in body.split() if "/bulletins/subscribe/" in word)
        assert link.endswith(ends), link
        assert ("lang=" in link) == bool(ends), link


def test_a_link_that_was_confirmed_meanwhile_is_sent_no_more(house: House) -> None:
    house.read(subscribed)
    _run(house)
    assert house.read(lambda at: list(at.scalars(select(Mail.id)))) == []


def test_a_machine_reads_no_day_of_a_text_that_is_not_shown(house: House) -> None:
    house.fill(_published)
    (before,) = house.read(lambda at: queries_public.addresses(at, 9))

    def proposed(at: Session) -> None:
        last = at.scalars(select(PublicationText).order_by(PublicationText.no.desc())).first()
        assert last is not None
        said = {name: getattr(last, name) for name in ("publication_id", "title", "summary", "body")}
        at.add(PublicationText(**said, no=last.no + 1, at=last.at + timedelta(days=9)))

    house.read(proposed)
    assert house.read(lambda at: queries_public.addresses(at, 9)) == [before]


def test_feeds_say_when_a_bulletin_was_corrected_and_when_withdrawn(house: House) -> None:
    house.fill(_published)
    anybody = house.enter(lang="zh").client

    def modified() -> list[tuple[str, str]]:
        return [
            (each["date_published"], each["date_modified"]) for each in anybody.get("/bulletins.json").json["items"]
        ]

    ((out, changed),) = modified()
    assert out == changed
    later = clock.now() + timedelta(hours=3)
    house.read(lambda at: at.execute(update(PublicationText).values(at=later)))
    assert modified() == [(out, clock.local(later).isoformat())]
    _withdraw(house)
    ((gone, told_on),) = modified()
    assert gone == told_on > out


def test_searching_is_for_no_search_engine(house: House) -> None:
    house.fill(_published)
    anybody = house.enter(lang="zh").client
    assert "noindex" in anybody.get("/bulletins?text=x").headers["X-Robots-Tag"]
    assert "X-Robots-Tag" not in anybody.get("/bulletins?kind=INSTITUTION").headers

"""Who was invited and has not accepted is no colleague yet; a session says plainly which browser it is."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.actors import SYSTEM, Actor
from core.errors import NotNow
from registry import accounts, browsers, links, notifications, queries
from registry.models import Party
from registry.models_accounts import Account, AccountLink, Audience
from registry.models_notifications import Notification
from tests import builders

NOW = datetime(2026, 3, 4, 2, 0, tzinfo=UTC)


@pytest.fixture
def party(session: Session) -> Party:
    return builders.party(session, "澜桥消费金融有限公司")


@pytest.fixture
def invited(session: Session, party: Party) -> Account:
    return accounts.invite(
        session, actor=SYSTEM, mail="new@example.com", name="新人", audience=Audience.PARTY, party=party,
        roles=["lead"], now=NOW,
    )  # fmt: skip


def _accept(session: Session, account: Account) -> None:
    mine = select(AccountLink).where(AccountLink.account_id == account.id).order_by(AccountLink.id)
    link = session.scalars(mine).all()[-1]
    links.accept(session, links.token_of(link), password="long enough for anybody 1", now=NOW)


def _told(session: Session, account: Account) -> int:
    return len(session.scalars(select(Notification).where(Notification.account_id == account.id)).all())


def test_nobody_is_told_of_a_companys_matters_before_accepting(
    session: Session, party: Party, invited: Account
) -> None:
    notifications.tell_party(session, party.id, "terms", key="terms:1", now=NOW)
    assert _told(session, invited) == 0
    assert session.scalars(notifications.who_wants("party_dates")).all() == []
    _accept(session, invited)
    notifications.tell_party(session, party.id, "terms", key="terms:2", now=NOW)
    assert _told(session, invited) == 1


def test_a_lead_is_told_of_deadlines_by_mail_unless_another_way_was_chosen(
    session: Session, party: Party, invited: Account
) -> None:
    _accept(session, invited)
    assert notifications.ways(session, invited)["party_dates"] == "MAIL"
    assert session.scalars(notifications.who_wants("party_dates")).all() == [invited.id]
    notifications.choose(session, invited, {})
    assert session.scalars(notifications.who_wants("party_dates")).all() == []


def test_a_company_whose_lead_has_not_come_yet_sends_on_paper(session: Session, party: Party, invited: Account) -> None:
    builders.address(session, party, invited)
    assert queries.sends_on_paper(session, party)
    _accept(session, invited)
    assert not queries.sends_on_paper(session, party)


def test_nobody_is_made_a_lead_before_accepting(session: Session, party: Party) -> None:
    member = accounts.invite(
        session, actor=SYSTEM, mail="m@example.com", name="成员", audience=Audience.PARTY, party=party, now=NOW
    )
    with pytest.raises(NotNow):
        accounts.give_role(session, member, "lead", actor=SYSTEM, now=NOW)
    _accept(session, member)
    accounts.give_role(session, member, "lead", actor=SYSTEM, now=NOW)


def test_an_invitation_is_withdrawn_and_sent_again(session: Session, party: Party, invited: Account) -> None:
    accounts.withdraw_invitation(session, invited, actor=SYSTEM, now=NOW)
    assert invited.invited
    with pytest.raises(NotNow):
        _accept(session, invited)
    accounts.invite_again(session, invited, actor=SYSTEM, now=NOW + timedelta(hours=1))
    _accept(session, invited)
    assert not invited.invited
    with pytest.raises(NotNow):
        accounts.withdraw_invitation(session, invited, actor=SYSTEM, now=NOW)


def test_the_system_administrator_sends_a_withdrawn_invitation_again(session: Session, invited: Account) -> None:
    accounts.withdraw_invitation(session, invited, actor=SYSTEM, now=NOW)
    inviting = Actor(None, frozenset({"system_admin"}), audience="admin")
    accounts.invite_again(session, invited, actor=inviting, now=NOW + timedelta(hours=1))
    [waiting] = queries.waiting_renewals(session)
    second = Actor(builders.account(session, "安全员", "officer").id, frozenset({"security_admin"}))
    links.confirm_renewal(session, waiting, actor=second, now=NOW)
    _accept(session, invited)
    assert invited.locked_at is None


WEBKIT = "AppleWebKit/537.36 (KHTML, like Gecko)"


@pytest.mark.parametrize(
    ("said", "plain"),
    [
        (f"Mozilla/5.0 (X11; Linux x86_64) {WEBKIT} Chrome/130.0 Safari/537.36", "Chrome · Linux"),
        (f"Mozilla/5.0 (Windows NT 10.0) {WEBKIT} Chrome/130.0 Safari/537.36 Edg/130.0", "Microsoft Edge · Windows"),
        (f"Mozilla/5.0 (iPhone; CPU iPhone OS 17_0) {WEBKIT} Mobile MicroMessenger/8.0", "WeChat · iPhone"),
        ("curl/8", "Unknown browser"),
    ],
)
def test_a_session_is_named_by_browser_and_system(said: str, plain: str) -> None:
    assert browsers.words(said) == plain

"""What accounts, their roles and links promise."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core import outbox
from core.actors import SYSTEM, Actor
from core.db import PUBLIC, Reader, read_as, transaction
from core.db import session as current
from core.errors import BadInput, Changed, NotAllowed, NotNow
from core.mail import Mail
from registry import accounts, credentials, links, parties, queries, sessions, signin
from registry.jobs import address_of
from registry.models import Party, PartyKind
from registry.models_accounts import Account, AccountLink, AccountSecret, Audience, LinkPurpose, WebSession
from tests.admin.office import Office
from tests.statements import counted
from tests.two_at_once import at_once

NOW = datetime(2026, 11, 25, 2, 0, tzinfo=UTC)
GOOD = "four words in a row"
Settle = Callable[..., None]
TWO = (("security_admin",), ("system_admin", "security_admin"))
SECURITY = Actor(None, frozenset({"security_admin"}), audience="admin")


def member(session: Session, mail: str = "li@example.com") -> Account:
    """Make an account of staff, with a password."""
    account = accounts.invite(
        session, actor=SYSTEM, mail=mail, name="李青", audience=Audience.STAFF, roles=["intake"], now=NOW
    )
    credentials.set_password(session, account, password=GOOD, actor=SYSTEM, now=NOW)
    return account


def somebody(session: Session, *roles: str, audience: Audience = Audience.ADMIN, party: Party | None = None) -> Actor:
    """Make an actor with an account of his own."""
    account = accounts.invite(
        session,
        actor=SYSTEM,
        mail=f"{'-'.join(roles).replace(' ', '')}{party.id if party else ''}@example.com",
        name="某人",
        audience=audience,
        roles=roles,
        party=party,
        now=NOW,
    )
    area = sessions.AREA[audience]
    return Actor(account.id, frozenset(roles), party.id if party else None, "某人", area)


def company(session: Session) -> Party:
    """Enter an institution."""
    return parties.create(
        session, actor=SYSTEM, kind=PartyKind.INSTITUTION, name_zh="云帆", uscc="91110000600037341L", now=NOW
    )


def _of_two(session: Session, account: Account) -> bool:
    """Whether somebody else has to confirm the invitation."""
    return session.scalars(select(AccountLink.of_two).where(AccountLink.account_id == account.id)).one()


def token_for(session: Session, account: Account) -> str:
    """Read the open link of an account, as its mail does."""
    return links.token_of(session.scalars(select(AccountLink).where(AccountLink.account_id == account.id)).one())


def test_an_invitation_is_accepted_once(session: Session) -> None:
    account = accounts.invite(
        session, actor=SYSTEM, mail="Wang@Example.com", name="王", audience=Audience.STAFF, now=NOW
    )
    token = token_for(session, account)
    assert links.accept(session, token, password=GOOD, now=NOW) == account
    with pytest.raises(NotNow):
        links.accept(session, token, password=GOOD, now=NOW)
    assert accounts.by_mail(session, "wang@example.COM ") == account


def test_an_invitation_grows_old_and_a_new_one_replaces_it(session: Session) -> None:
    account = accounts.invite(session, actor=SYSTEM, mail="w@example.com", name="王", audience=Audience.STAFF, now=NOW)
    first = token_for(session, account)
    assert links.find(session, first, NOW + timedelta(days=8)) is None
    accounts.invite_again(session, account, actor=SYSTEM, now=NOW + timedelta(hours=1))
    assert links.find(session, first, NOW + timedelta(hours=1)) is None


def test_the_mail_of_an_invitation_holds_the_link_and_the_tables_do_not(app: Flask) -> None:
    with app.app_context():
        with transaction() as session:
            account = accounts.invite(
                session, actor=SYSTEM, mail="w@example.com", name="王", audience=Audience.STAFF, now=NOW
            )
            token = token_for(session, account)
        outbox.run_all()
        with transaction() as session:
            mail = session.scalars(select(Mail)).one()
            assert address_of(token) in mail.body
            assert mail.to == "w@example.com"
            assert "王" not in mail.body
            link = session.scalars(select(AccountLink)).one()
            assert token.encode() not in (link.digest or b"")


@pytest.mark.parametrize("password", ["short", "zhao@example.com", "aaaaaaaaaaaaaaa", "zhao@example.com!!", "x" * 300])
def test_a_weak_password_is_refused_at_the_field(session: Session, password: str) -> None:
    account = member(session, "zhao@example.com")
    with pytest.raises(BadInput) as refused:
        credentials.set_password(session, account, password=password, actor=SYSTEM, now=NOW)
    assert refused.value.field == "password"


def test_a_password_is_kept_as_argon2_and_no_reader_selects_it(app: Flask) -> None:
    with app.app_context():
        with transaction() as session:
            account = member(session)
            number = account.id
            assert str(session.get_one(AccountSecret, number).password_hash).startswith("$argon2id$")
        reading = current()
        reading.expunge_all()
        for role in ("zilu_staff", "zilu_admin", "zilu_public"):
            read_as(reading, Reader(role))
            with pytest.raises(Exception, match="permission denied"):
                reading.get(AccountSecret, number)
            reading.rollback()
        read_as(reading, PUBLIC)


def test_one_address_has_one_account(session: Session) -> None:
    member(session)
    with pytest.raises(BadInput):
        member(session, "LI@example.com")


def test_the_system_administrator_makes_accounts_but_gives_no_roles(session: Session) -> None:
    admin = somebody(session, "system_admin")
    with pytest.raises(NotAllowed):
        accounts.invite(
            session, actor=admin, mail="a@example.com", name="甲", audience=Audience.STAFF, roles=["head"], now=NOW
        )
    made = accounts.invite(session, actor=admin, mail="b@example.com", name="乙", audience=Audience.STAFF, now=NOW)
    assert made.role_words == frozenset()
    assert not _of_two(session, made)
    with pytest.raises(NotAllowed):
        accounts.give_role(session, made, "head", actor=admin, now=NOW)
    accounts.give_role(session, made, "head", actor=somebody(session, "security_admin"), now=NOW)
    assert made.role_words == {"head"}


def test_nobody_gives_himself_a_role(session: Session) -> None:
    security = somebody(session, "security_admin")
    with pytest.raises(NotAllowed):
        accounts.give_role(session, session.get_one(Account, security.id), "system_admin", actor=security, now=NOW)


def test_nobody_locks_himself_out_and_no_lead_opens_what_somebody_of_the_association_locked(session: Session) -> None:
    one, security = company(session), somebody(session, "security_admin")
    lead = somebody(session, "lead", audience=Audience.PARTY, party=one)
    for each in (security, lead):
        with pytest.raises(NotAllowed):
            accounts.lock(session, session.get_one(Account, each.id), actor=each, why="x", now=NOW)
    said = {"mail": "m@example.com", "name": "成员", "audience": Audience.PARTY, "party": one, "now": NOW}
    made = accounts.invite(session, actor=lead, **said)  # type: ignore[arg-type]
    accounts.lock(session, made, actor=lead, why="离职", now=NOW)
    accounts.unlock(session, made, actor=lead, now=NOW)
    accounts.lock(session, made, actor=security, why="滥用", now=NOW)
    with pytest.raises(NotAllowed):
        accounts.unlock(session, made, actor=lead, now=NOW)
    with pytest.raises(NotNow):
        accounts.lock(session, made, actor=security, why="滥用", now=NOW)


def test_a_name_is_put_right_by_neither_its_bearer_nor_whoever_invited(session: Session) -> None:
    both = somebody(session, "security_admin", "system_admin")
    own = accounts.invite(session, actor=both, mail="li@example.com", name="李清", audience=Audience.STAFF, now=NOW)
    with pytest.raises(NotAllowed, match="姓名应由另一名安全管理员更正"):
        accounts.put_name_right(session, own, "李青", actor=both, now=NOW)
    with pytest.raises(NotAllowed):
        accounts.put_name_right(session, session.get_one(Account, both.id), "李青", actor=both, now=NOW)
    accounts.put_name_right(session, own, " 李青 ", actor=SECURITY, now=NOW)
    assert own.name == "李青"


def test_a_role_belongs_to_one_kind_of_account(session: Session) -> None:
    with pytest.raises(BadInput):
        accounts.give_role(session, member(session), "system_admin", actor=SYSTEM, now=NOW)


@pytest.mark.parametrize("deed", ["take", "lock"])
@pytest.mark.parametrize("role", ["lead", "security_admin"])
def test_of_two_who_take_the_same_right_from_each_other_at_once_one_keeps_it(app: Flask, deed: str, role: str) -> None:
    with app.app_context(), transaction() as at:
        place = {"audience": Audience.PARTY, "party": company(at)} if role == "lead" else {}
        one, two = (somebody(at, *roles, **place) for roles in ((role,), (role, *SECOND[role])))
    begun = Barrier(2)
    with ThreadPoolExecutor(2) as both:
        asked = [both.submit(_takes, app, begun, deed, role, *who) for who in ((one, two), (two, one))]
    assert sorted(type(each.exception()).__name__ for each in asked) == ["NoneType", "NotAllowed"]


SECOND = {"lead": ("respondent",), "security_admin": ("system_admin",)}


def _takes(app: Flask, begun: Barrier, deed: str, role: str, actor: Actor, other: Actor) -> None:
    with app.app_context(), transaction() as at:
        theirs = at.get_one(Account, other.id)
        assert theirs.role_words
        begun.wait()
        if deed == "take":
            accounts.take_role(at, theirs, role, actor=actor, now=NOW)
        else:
            accounts.lock(at, theirs, actor=actor, why="left", now=NOW)


def test_a_lead_invites_people_of_his_own_party_only(session: Session) -> None:
    one = company(session)
    lead = somebody(session, "lead", audience=Audience.PARTY, party=one)
    made = accounts.invite(
        session,
        actor=lead,
        mail="m@example.com",
        name="成员",
        audience=Audience.PARTY,
        party=one,
        roles=["member"],
        now=NOW,
    )
    assert made.role_words == {"respondent", "member"}
    assert not _of_two(session, made)
    links.accept(session, token_for(session, made), password=GOOD, now=NOW)
    accounts.give_role(session, made, "lead", actor=lead, now=NOW)
    for stranger in (replace(lead, party_id=one.id + 1), replace(lead, roles=frozenset({"member"}))):
        said = {"mail": "x@example.com", "name": "某人", "audience": Audience.PARTY, "party": one, "now": NOW}
        with pytest.raises(NotAllowed):
            accounts.invite(session, actor=stranger, **said)  # type: ignore[arg-type]
    with pytest.raises(NotAllowed):
        accounts.invite(session, actor=lead, mail="s@example.com", name="职员", audience=Audience.STAFF, now=NOW)
    with pytest.raises(NotAllowed):
        accounts.lock(session, member(session), actor=lead, why="x", now=NOW)


@pytest.mark.parametrize("how", ["lock", "give", "take", "password", "factor"])
def test_whatever_changes_what_one_may_do_ends_the_sessions_at_once(session: Session, how: str) -> None:
    account = member(session)
    token, waits = (sessions.begin(session, account, passed=passed, client="", now=NOW) for passed in (True, False))
    assert sessions.seen(session, token, NOW) is not None
    assert sessions.pending(session, waits, NOW) is not None
    if how == "lock":
        accounts.lock(session, account, actor=SECURITY, why="left", now=NOW)
    elif how == "give":
        accounts.give_role(session, account, "head", actor=SECURITY, now=NOW)
    elif how == "take":
        accounts.take_role(session, account, "intake", actor=SECURITY, now=NOW)
    elif how == "password":
        credentials.set_password(session, account, password="another long one", actor=SYSTEM, now=NOW)
    else:
        credentials.forget_factor(session, account, actor=SYSTEM, now=NOW)
    assert sessions.seen(session, token, NOW) is None
    assert sessions.pending(session, waits, NOW) is None, "nor does a code, or a new second factor, complete a sign-in"


def test_an_idle_or_old_session_opens_nothing(session: Session) -> None:
    account = member(session)
    token = sessions.begin(session, account, passed=True, client="", now=NOW)
    number = session.scalars(select(WebSession.id)).one()
    assert sessions.seen(session, token, NOW + sessions.IDLE) is None
    for minutes in range(0, 12 * 60, 50):
        sessions.touch(session, number, NOW + timedelta(minutes=minutes))
    assert sessions.seen(session, token, NOW + timedelta(hours=11, minutes=59)) is not None
    sessions.touch(session, number, NOW + sessions.ABSOLUTE)
    assert sessions.seen(session, token, NOW + sessions.ABSOLUTE) is None


@pytest.mark.parametrize(
    ("audience", "roles", "role"),
    [
        (Audience.STAFF, {"intake"}, "zilu_staff"),
        (Audience.STAFF, {"panel"}, "zilu_panel"),
        (Audience.STAFF, {"panel", "officer"}, "zilu_staff"),
        (Audience.ADMIN, {"system_admin"}, "zilu_admin"),
        (Audience.PARTY, {"respondent", "lead"}, "zilu_party"),
    ],
)
def test_the_reader_follows_from_audience_and_roles(audience: Audience, roles: set[str], role: str) -> None:
    seen = sessions.Seen(
        1, 7, "x", audience, 3 if audience is Audience.PARTY else None, frozenset(roles), "zh", NOW, NOW
    )
    assert seen.reader.role == role
    assert dict(seen.reader.settings)["zilu.account"] == "7"
    assert (dict(seen.reader.settings).get("zilu.party") == "3") == (audience is Audience.PARTY)


def test_a_renewal_needs_a_second_person_and_the_mailbox(session: Session) -> None:
    account, security = member(session), somebody(session, "security_admin")
    signin.forgot(session, mail=account.mail, purpose=LinkPurpose.PASSWORD, address="a", now=NOW)
    waiting = queries.waiting_renewals(session)
    assert [link.account_id for link in waiting] == [account.id]
    with pytest.raises(NotAllowed):
        links.confirm_renewal(session, waiting[0], actor=Actor(account.id, frozenset({"security_admin"})), now=NOW)
    with pytest.raises(NotAllowed):
        links.confirm_renewal(session, waiting[0], actor=somebody(session, "system_admin"), now=NOW)
    links.confirm_renewal(session, waiting[0], actor=security, now=NOW)
    links.accept(session, links.token_of(waiting[0]), password="quite another one", now=NOW)
    assert credentials.check_password("quite another one", session.get_one(AccountSecret, account.id).password_hash)


def test_of_one_account_one_renewal_waits_and_none_where_no_invitation_was_confirmed(session: Session) -> None:
    account, security = member(session), somebody(session, "security_admin")

    def asked(who: Account, after: timedelta) -> list[int]:
        links.ask_renewal(session, who, LinkPurpose.PASSWORD, now=NOW + after)
        session.flush()
        return [link.id for link in queries.waiting_renewals(session) if link.purpose is LinkPurpose.PASSWORD]

    (first,) = asked(account, timedelta())
    assert asked(account, timedelta(hours=1)) == [first]
    links.confirm_renewal(session, session.get_one(AccountLink, first), actor=security, now=NOW)
    assert asked(account, timedelta(hours=4) - timedelta(seconds=1)) == [], "the one that was sent is still good"
    assert asked(account, timedelta(hours=4)) != []
    party = company(session)
    new = {"mail": "wu@example.com", "name": "吴", "audience": Audience.PARTY, "party": party, "roles": ["lead"]}
    stranger = accounts.invite(session, actor=somebody(session, "system_admin"), now=NOW, **new)  # type: ignore[arg-type]
    before = asked(account, timedelta(hours=4))
    assert asked(stranger, timedelta(hours=4)) == before, "nobody gets in past the second person of the invitation"


def test_among_ones_browsers_stand_those_that_still_open_something(session: Session) -> None:
    account, old = member(session), NOW - sessions.ABSOLUTE
    used, idle, grown_old, ended = (
        sessions.begin(session, account, passed=True, client=name, now=at)
        for name, at in (("used", NOW), ("idle", NOW - sessions.IDLE), ("old", old), ("ended", NOW))
    )
    sessions.begin(session, account, passed=False, client="waits for its code", now=NOW)
    session.scalars(select(WebSession).where(WebSession.client == "old")).one().last_seen_at = NOW
    sessions.end(session, ended, now=NOW)
    assert [each.client for each in sessions.open_of(session, account.id, NOW)] == ["used"]
    assert [sessions.seen(session, each, NOW) is None for each in (used, idle, grown_old)] == [False, True, True]


def test_a_link_from_before_the_lock_opens_nothing_once_the_account_is_open_again(app: Flask) -> None:
    with app.app_context():
        with transaction() as at:
            account, security = member(at), somebody(at, "security_admin")
            signin.forgot(at, mail=account.mail, purpose=LinkPurpose.PASSWORD, address="a", now=NOW)
            (link,) = queries.waiting_renewals(at)
            links.confirm_renewal(at, link, actor=security, now=NOW)
            number, token = account.id, links.token_of(link)
        with transaction() as at:
            signin.forgot(at, mail=account.mail, purpose=LinkPurpose.SECOND_FACTOR, address="a", now=NOW)
            account = at.get_one(Account, number)
            accounts.lock(at, account, actor=SECURITY, why="邮箱被他人控制", now=NOW)
            assert not queries.waiting_renewals(at)
            accounts.unlock(at, account, actor=SECURITY, now=NOW)
        outbox.run_all()
        assert current().scalar(select(func.count()).select_from(Mail).where(Mail.key == f"link:{link.id}")) == 0
        with pytest.raises(NotNow), transaction() as at:
            links.accept(at, token, password="whoever has the mailbox", now=NOW)


def test_of_two_who_look_at_an_account_the_second_locks_and_opens_nothing(session: Session) -> None:
    account, who = member(session), somebody(session, "security_admin")
    with pytest.raises(Changed):
        accounts.lock(session, account, actor=who, why="离任", version=account.version - 1, now=NOW)
    accounts.lock(session, account, actor=who, why="离任", version=account.version, now=NOW)
    with pytest.raises(Changed):
        accounts.unlock(session, account, actor=who, version=account.version - 1, now=NOW)
    assert account.locked_at is not None


@pytest.mark.parametrize("deeds", [(links.confirm_renewal, links.refuse_renewal), (links.refuse_renewal,) * 2])
def test_of_two_who_settle_a_renewal_at_once_the_second_is_told_so(app: Flask, deeds: tuple[Settle, Settle]) -> None:
    with app.app_context():
        with transaction() as at:
            signin.forgot(at, mail=member(at).mail, purpose=LinkPurpose.PASSWORD, address="a", now=NOW)
            first, second = (Actor(somebody(at, *roles).id, frozenset({"security_admin"})) for roles in TWO)
        did = [
            lambda at, deed=deed, who=who: deed(at, queries.waiting_renewals(at)[0], actor=who, now=NOW)
            for deed, who in zip(deeds, (first, second), strict=True)
        ]
        said = at_once(app, *did)
        assert isinstance(said, NotNow)
        with transaction() as at:
            link = at.scalars(select(AccountLink).where(AccountLink.purpose == LinkPurpose.PASSWORD)).one()
            assert (link.digest is None) == (link.refused_at is not None)


def test_a_lost_second_factor_is_renewed_with_the_password_and_enrolled_anew(session: Session) -> None:
    account, security = member(session), somebody(session, "security_admin")
    secret = session.get_one(AccountSecret, account.id)
    secret.totp_secret, secret.totp_at = "JBSWY3DPEHPK3PXP", NOW
    signin.forgot(session, mail=account.mail, purpose=LinkPurpose.SECOND_FACTOR, address="a", now=NOW)
    link = queries.waiting_renewals(session)[0]
    links.confirm_renewal(session, link, actor=security, now=NOW)
    with pytest.raises(BadInput):
        links.accept(session, links.token_of(link), password="not the password", now=NOW)
    links.accept(session, links.token_of(link), password=GOOD, now=NOW)
    assert signin.after_link(session, account, client="", now=NOW).step == "ENROL"


def test_every_page_of_a_second_person_asks_as_often_however_many_wait(app: Flask) -> None:
    security, asked = Office(app, "security_admin"), []
    for mails in (("a@example.com",), ("b@example.com", "c@example.com")):
        with app.app_context(), transaction() as at:
            for mail in mails:
                signin.forgot(
                    at, mail=member(at, mail).mail, purpose=LinkPurpose.PASSWORD, address="a", now=NOW
                )  # fmt: skip
        security.client.get("/account/renewals")
        with counted(app) as said:
            assert security.client.get("/account/renewals").status_code == 200
        asked.append(len(said))
    assert asked[0] == asked[1]


def test_asking_for_an_unknown_mail_leaves_no_request_and_asking_often_stops(session: Session) -> None:
    signin.forgot(session, mail="nobody@example.com", purpose=LinkPurpose.PASSWORD, address="a", now=NOW)
    assert not queries.waiting_renewals(session)
    account, security = member(session), somebody(session, "security_admin")
    for number in range(signin.RENEWALS_A_DAY + 3):
        signin.forgot(session, mail=account.mail, purpose=LinkPurpose.PASSWORD, address=f"b{number}", now=NOW)
        for link in queries.waiting_renewals(session):
            links.refuse_renewal(session, link, actor=security, now=NOW)
    asked = select(func.count()).where(AccountLink.account_id == account.id, AccountLink.refused_at.is_not(None))
    assert session.scalar(asked) == signin.RENEWALS_A_DAY


def test_for_somebody_who_is_locked_out_no_renewal_is_asked_that_could_be_used_once_the_account_is_open_again(
    session: Session,
) -> None:
    account = member(session)
    accounts.lock(session, account, actor=SECURITY, why="left", now=NOW)
    signin.forgot(session, mail=account.mail, purpose=LinkPurpose.PASSWORD, address="a", now=NOW)
    assert not queries.waiting_renewals(session)


def test_a_request_that_was_not_passed_on_keeps_nobody_waiting(session: Session) -> None:
    account, security = member(session), somebody(session, "security_admin")

    def passed_on(after: timedelta) -> int:
        for _each in range(signin.RENEWALS_A_DAY):
            now = NOW + after
            signin.forgot(session, mail=account.mail, purpose=LinkPurpose.PASSWORD, address="b", now=now)
            for link in queries.waiting_renewals(session):
                links.refuse_renewal(session, link, actor=security, now=now)
        asked = select(func.count()).where(AccountLink.account_id == account.id, AccountLink.refused_at == now)
        return session.scalar(asked) or 0

    hours = (0, 12, 25)
    assert [passed_on(timedelta(hours=each)) for each in hours] == [signin.RENEWALS_A_DAY, 0, signin.RENEWALS_A_DAY]


def test_a_colleague_behind_the_same_address_is_passed_on_and_told_where_no_more_are(session: Session) -> None:
    account = member(session)
    for number in range(signin.RENEWALS_A_DAY + 1):
        signin.forgot(session, mail=f"x{number}@example.com", purpose=LinkPurpose.PASSWORD, address="b", now=NOW)
    signin.forgot(session, mail=account.mail, purpose=LinkPurpose.PASSWORD, address="b", now=NOW)
    assert [link.account_id for link in queries.waiting_renewals(session)] == [account.id]
    for number in range(signin.RENEWALS_FROM_ADDRESS - signin.RENEWALS_A_DAY - 2):
        signin.forgot(session, mail=f"y{number}@example.com", purpose=LinkPurpose.PASSWORD, address="b", now=NOW)
    with pytest.raises(signin.AskedOften, match="未转交"):
        signin.forgot(session, mail="z@example.com", purpose=LinkPurpose.PASSWORD, address="b", now=NOW)
    signin.forgot(session, mail="z@example.com", purpose=LinkPurpose.PASSWORD, address="c", now=NOW)
    later = NOW + timedelta(days=1, seconds=1)
    signin.forgot(session, mail="z@example.com", purpose=LinkPurpose.PASSWORD, address="b", now=later)


def test_accounts_of_the_demonstration_are_no_table_that_a_phone_cuts_off(app: Flask) -> None:
    with app.app_context(), transaction() as at:
        told = {"mail": "demo@example.com", "name": "演示", "audience": Audience.STAFF, "roles": ["intake"]}
        accounts.enter_demonstration(at, **told, now=NOW)  # type: ignore[arg-type]
    page = app.test_client().get("/sign-in/?lang=en", follow_redirects=True).text
    assert "<li><b>demo@example.com</b><br>演示 · Intake officer</li>" in page
    assert "<table" not in page


def test_demonstration_accounts_are_listed_with_their_next_code(session: Session) -> None:
    account = accounts.enter_demonstration(
        session, mail="demo@example.com", name="演示", audience=Audience.STAFF, roles=["intake"], now=NOW
    )
    assert accounts.demonstration_accounts(session) == [account]
    outcome = signin.password(
        session,
        mail="demo@example.com",
        password=accounts.DEMONSTRATION_PASSWORD,
        address="a",
        client="",
        now=NOW,
    )
    assert outcome.step == "CODE"
    shown = signin.demonstration_code(session, outcome.token, NOW)
    assert shown is not None
    assert signin.code(session, token=outcome.token, code=shown, address="a", client="", now=NOW).step == "OPEN"

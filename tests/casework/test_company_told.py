"""What a company's people are told of: each as chosen, beside what the rules send anyway."""

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import forwardings
from casework.models import Forwarding
from core.mail import Mail
from core.planned import PARTY
from core.site import outside
from notices import queries, serving
from portal import queries_portal
from registry import notifications, settings, text_numbers
from registry.models_accounts import Account
from registry.models_notifications import NONE, TEXT, Notification
from tests.builders import MAIL, Desk, account, rendered, told_of
from tests.conftest import NOW
from tests.notices.test_serving_ways import alerted


def chose(session: Session, number: int, **ways: str) -> None:
    person = session.get_one(Account, number)
    notifications.choose(session, person, notifications.ways(session, person) | ways)


def test_a_refusal_of_more_time_is_told(session: Session) -> None:
    desk = Desk(session, NOW)
    it = desk.forwarded()
    forwardings.ask_time(session, it, why="资料较多", actor=desk.lead, now=NOW)
    assert told_of(session, "time_refused:") == set()
    forwardings.refuse_time(session, it, why="期限足够", actor=desk.head, now=NOW)
    assert told_of(session, "time_refused:") == {desk.lead.id}


def test_who_switched_it_off_is_not_told(session: Session) -> None:
    desk = Desk(session, NOW)
    it = desk.forwarded()
    chose(session, desk.lead.id, requests=NONE)
    forwardings.ask_time(session, it, why="资料较多", actor=desk.lead, now=NOW)
    forwardings.refuse_time(session, it, why="期限足够", actor=desk.head, now=NOW + timedelta(hours=1))
    assert told_of(session, "time_refused:") == set()


def test_a_notice_is_mailed_to_whoever_switched_it_off_and_told_by_text_to_whoever_wants_it(session: Session) -> None:
    desk = Desk(session, NOW)
    chose(session, desk.lead.id, notices=NONE)
    alerted(desk)
    mails = session.scalars(select(Mail).where(Mail.key.startswith("alert:"))).all()
    assert session.get_one(Account, desk.lead.id).mail in {mail.to for mail in mails}
    assert told_of(session, "alert:") == set()
    subject = ("account", desk.lead.id)
    text_numbers.ask(session, subject, "13800138000", language="zh", now=NOW)
    session.get_one(text_numbers.TextNumber, subject).confirmed_at = NOW
    session.flush()
    chose(session, desk.lead.id, notices=TEXT)
    alerted(desk)
    assert told_of(session, "alert:") == {desk.lead.id}
    assert {each.way for each in session.scalars(select(Notification))} == {TEXT}


def test_the_mail_that_may_start_a_time_limit_says_who_writes_where_to_look_and_that_time_may_count(
    session: Session,
) -> None:
    desk = Desk(session, NOW)
    alerted(desk)
    receipt = queries.last_document(session, ["D01"], "complaint", desk.received(contact=MAIL).id)
    assert receipt is not None
    serving.onward(session, rendered(session, receipt, NOW)[0], NOW)
    mails = {mail.to: mail.body for mail in session.scalars(select(Mail).where(Mail.key.startswith("alert:")))}
    name = settings.association(session)["name_zh"]
    assert name
    for to, page in ((session.get_one(Account, desk.lead.id).mail, "/portal/notices/"), (MAIL, "/track")):
        assert f"{outside(page)}\n" in mails[to]
        assert "期限内答复" in mails[to]
        assert name in mails[to]
        assert desk.lender.name("zh") not in mails[to]


def test_everybody_of_a_company_is_told_of_a_notice_in_his_own_language(session: Session) -> None:
    desk = Desk(session, NOW)
    chinese, english = (account(session, name, "respondent", party=desk.lender) for name in ("林一", "Kim"))
    english.language = "en"
    alerted(desk)
    mails = {mail.to: mail for mail in session.scalars(select(Mail).where(Mail.key.startswith("alert:")))}
    assert (mails[english.mail].language, mails[english.mail].subject) == ("en", "A document is waiting for you")
    assert (mails[chinese.mail].language, mails[chinese.mail].subject) == ("zh", "您有一份文书待查收")


def test_the_bar_counts_what_is_not_opened_and_not_answered_and_counts_no_other_company_s(session: Session) -> None:
    desk = Desk(session, NOW)
    service = alerted(desk)
    mine, other = desk.lender.id, desk.firm.id

    def waits() -> list[int]:
        both = select(queries.unopened(), queries_portal.unanswered())
        return [number for whose in (mine, other) for number in session.execute(both, {PARTY.key: whose}).one()]

    assert waits() == [1, 1, 0, 0]
    serving.open_(session, service.id, actor=desk.lead, now=NOW)
    assert waits() == [0, 1, 0, 0]
    desk.answer(session.get_one(Forwarding, service.document.subject_id))
    assert waits() == [0, 0, 0, 0]

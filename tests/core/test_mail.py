"""Mail: asked for once, sent at least once, and without a word about anybody."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace

import pytest
from flask import Flask
from sqlalchemy import select, text, update
from wtforms.validators import ValidationError

from casework.form_checks import mail_or_mobile
from casework.models import Task
from core import clock, left_alone, mail
from core.db import PUBLIC, SYSTEM_READER, read_as, transaction
from core.db import session as current_session
from core.errors import BadInput
from core.mail_addresses import spelled
from core.outbox import Outbox, run, run_all
from tests.core.catching_mail import Caught, mail_server

WORDS = "请登录协会网站查看。\nhttps://zilu.example/portal"


@pytest.fixture
def server(app: Flask) -> Iterator[Caught]:
    settings = app.extensions["zilu"]
    with mail_server() as caught:
        mail.init(
            replace(settings, smtp_url=f"smtp://127.0.0.1:{caught.port}", mail_from="Zilü <noreply@zilu.example>")
        )
        yield caught
    mail.init(settings)


def ask(key: str = "invited:1", to: str = "lead@bank.example", body: str = WORDS) -> None:
    with transaction() as session:
        mail.send_later(session, key, to, "自律协会：有新的通知", body)


def only_mail() -> mail.Mail:
    with transaction() as session:
        (found,) = session.scalars(select(mail.Mail))
        session.expunge(found)
    return found


def test_a_mail_asked_for_twice_is_sent_once(app: Flask, server: Caught) -> None:
    with app.app_context():
        ask()
        ask()
        run_all()
        run_all()
        assert only_mail().sent_at is not None
    (message,) = server.messages
    assert message["To"] == "lead@bank.example"
    assert message["Subject"] == "自律协会：有新的通知"
    assert message.get_content().strip() == WORDS


@pytest.mark.parametrize("leave", ["421 too busy", "250 fine", "500 what?"])
def test_a_mail_that_was_taken_is_not_sent_again_however_its_server_takes_leave(
    app: Flask, server: Caught, leave: str
) -> None:
    server.leave = leave
    with app.app_context():
        ask()
        run_all()
        run_all()
        assert only_mail().sent_at is not None
    assert len(server.messages) == 1


def test_a_mail_sent_again_after_a_crash_bears_the_same_message_id(app: Flask, server: Caught) -> None:
    with app.app_context():
        ask()
        run_all()
        with transaction() as session:
            session.scalars(select(mail.Mail)).one().sent_at = None
        mail.send(only_mail().id)
    first, second = server.messages
    assert first["Message-ID"] == second["Message-ID"]
    assert first["Message-ID"].endswith("@zilu.example>")


def test_what_is_written_to_another_address_is_another_mail(app: Flask) -> None:
    with app.app_context(), transaction() as at:
        for to in ("lead@bank.example", "other@bank.example"):
            mail.send_later(at, "news:1", to, "通知", "请登录。")
            at.execute(update(mail.Mail).where(mail.Mail.key == "news:1").values(key=to))
        assert len({*at.scalars(select(mail.Mail.message_id))}) == 2


def test_without_a_server_a_mail_stays_in_the_outbox(app: Flask) -> None:
    with app.app_context():
        ask()
        run_all()
        found = only_mail()
    assert not mail.leaves_the_house()
    assert (found.to, found.body, found.sent_at) == ("lead@bank.example", WORDS, None)


@pytest.fixture
def no_server(app: Flask) -> Iterator[None]:
    settings = app.extensions["zilu"]
    mail.init(replace(settings, smtp_url="", mode="production"))
    yield
    mail.init(settings)


def test_outside_a_demonstration_a_mail_waits_for_a_server_and_is_sent_once_there_is_one(
    app: Flask, no_server: None
) -> None:
    with app.app_context(), mail_server() as caught:
        ask()
        run([1])
        with transaction() as session:
            assert (session.get_one(Outbox, 1).state, session.get_one(Outbox, 1).tries) == ("WAITING", 1)
        mail.init(replace(app.extensions["zilu"], smtp_url=f"smtp://127.0.0.1:{caught.port}"))
        run_all()
        assert only_mail().sent_at is not None
        assert len(caught.messages) == 1


def test_a_mail_that_no_server_took_in_time_is_given_up_and_is_nobodys_task(
    app: Flask, no_server: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    with app.app_context():
        ask()
        later = clock.now() + mail.AWAY
        monkeypatch.setattr(clock, "now", lambda: later)
        run_all()
        with transaction() as session:
            assert session.get_one(Outbox, 1).state == "GAVE_UP"
            assert session.scalars(select(Task)).all() == []


def test_a_link_that_ended_while_its_mail_waited_is_not_sent(
    app: Flask, server: Caught, monkeypatch: pytest.MonkeyPatch
) -> None:
    with app.app_context():
        with transaction() as session:
            mail.send_later(
                session, "link:1", "lead@bank.example", "链接", WORDS, until=clock.now() + timedelta(hours=4)
            )
        later = clock.now() + timedelta(hours=5)
        monkeypatch.setattr(clock, "now", lambda: later)
        run_all()
        assert only_mail().sent_at is None
    assert server.messages == []


def test_an_address_that_does_not_exist_bounces_and_is_not_tried_again(app: Flask, server: Caught) -> None:
    server.reply = "550 5.1.1 no such mailbox"
    with app.app_context():
        ask()
        run_all()
        assert only_mail().bounced_at is not None
    assert server.messages == []
    assert len(server.recipients) == 1


def test_a_server_that_is_busy_is_tried_again(app: Flask, server: Caught) -> None:
    server.reply = "451 later"
    with app.app_context():
        ask()
        mail_id = only_mail().id
        read_as(current_session(), SYSTEM_READER)
        with pytest.raises(Exception, match="451"):
            mail.send(mail_id)
        server.reply = "250 taken"
        run_all()
        found = only_mail()
    assert found.sent_at is not None
    assert found.queued_at <= clock.now()


def test_a_server_that_lets_the_worker_wait_in_vain_is_left_alone_for_a_minute(
    app: Flask, server: Caught, monkeypatch: pytest.MonkeyPatch
) -> None:
    seconds, asked = [1000.0], []
    monkeypatch.setattr(left_alone, "time", SimpleNamespace(monotonic=lambda: seconds[0]))

    def silent(*_given: object) -> bool:
        asked.append(seconds[0])
        seconds[0] += mail.TIMEOUT
        raise TimeoutError

    with app.app_context():
        for number in range(3):
            ask(f"invited:{number}")
        with monkeypatch.context() as away:
            away.setattr(mail, "_hand_over", silent)
            run([1, 2, 3])
        assert asked == [1000.0]
        with transaction() as session:
            assert [session.get_one(Outbox, number).tries for number in (1, 2, 3)] == [1, 0, 0], "two were not tried"
        seconds[0] += left_alone.ALONE_FOR
        run_all()
    assert len(server.messages) == 3


@pytest.mark.parametrize("reply", ["554 5.7.1 <lead@bank.example>: Relay access denied", "550 refused", "550 5.1.8 us"])
def test_a_refusal_that_is_not_about_the_address_is_tried_again_and_told_without_it(
    app: Flask, server: Caught, reply: str
) -> None:
    server.reply = reply
    with app.app_context():
        ask()
        run([1])
        assert only_mail().bounced_at is None
        with transaction() as session:
            row = session.get_one(Outbox, 1)
            assert (row.state, row.tries, "bank" in (row.trouble or "")) == ("WAITING", 1, False)
        server.reply = "250 taken"
        run_all()
        assert only_mail().sent_at is not None


@pytest.mark.parametrize(
    "words",
    [
        "回执号 7K3M-9QWX-2PTR-8HJN-4VCD-6FGB",
        "回执号：7k3m-9qwx-2ptr-8hjn-4vcd-6fgb。",
        "7K3M9QWX2PTR8HJN4VCD6FGB",
        "https://zilu.example/track?c=7K3M-9QWX-2PTR-8HJN-4VCD-6FGB",
        "电话13812345678",
        "电话 138-1234-5678",
        "电话+8613812345678",
        "电话１３８１２３４５６７８",
        "身份证11010519491231002X",
        "卡号 6222 0202 0011 2233 445",
    ],
)
def test_what_looks_like_personal_data_is_not_mailed(app: Flask, words: str) -> None:
    with app.app_context(), pytest.raises(BadInput):
        ask(body=words)
    assert not mail.may_be_mailed(words)


@pytest.mark.parametrize(
    "words",
    [
        "编号 蓝湾自律〔2026〕12号，请于 2026-12-03 前回复。",
        "https://zilu.example/invited/x13812345678abcdefABCDEFGHJKLMNPQRSTUVWX",
        "协会电话 021-55550123",
        "Please SIGN-IN AND LOOK: THIS PAGE TELLS MORE.",
    ],
)
def test_numbers_of_notices_and_links_are_mailed(words: str) -> None:
    assert mail.may_be_mailed(words)


def test_address_and_text_are_unreadable_in_the_database(app: Flask) -> None:
    with app.app_context():
        ask()
        with transaction() as session:
            stored = session.execute(text("SELECT mail::text FROM mail")).scalar_one()
        assert "lead@bank" not in stored
        assert WORDS.encode().hex() not in stored


def test_the_public_reads_no_mail(app: Flask) -> None:
    with app.app_context():
        ask()
        at = current_session()
        read_as(at, PUBLIC)
        with pytest.raises(Exception, match="permission denied"):
            at.scalars(select(mail.Mail)).all()


LONG = "https://zilu.association-of-consumer-finance.example/bulletins/unsubscribe/123456." + "a" * 32


def test_a_mail_program_finds_the_whole_address_by_which_no_more_come(app: Flask, server: Caught) -> None:
    """On one line and as it stands: RFC 8058 knows no encoded one, and ours is longer than a line usually is."""
    with app.app_context():
        with transaction() as session:
            mail.send_later(session, "bulletin:1:published:1:1", "a@b.example", "公告", WORDS, leave_url=LONG)
        run_all()
    assert f"List-Unsubscribe: <{LONG}>\r\n".encode() in server.raw[0]


def test_an_address_of_a_host_in_chinese_is_written_so_that_every_server_takes_it(app: Flask, server: Caught) -> None:
    with app.app_context():
        ask(to="lead@例子.中国")
        run_all()
        assert only_mail().sent_at is not None
    assert server.messages[0]["To"] == "lead@xn--fsqu00a.xn--fiqs8s"
    assert server.recipients == ["rcpt TO:<lead@xn--fsqu00a.xn--fiqs8s>"]


UNDELIVERABLE = [
    "nobody",
    "chen..li@bank.example",
    "陈立@bank.example",
    "<lead@bank.example>",
    "lead@bank.example,",
    "a@b.example, c@d.example",
    "a@b.example\r\nBcc: c@d.example",
]


@pytest.mark.parametrize("to", UNDELIVERABLE)
def test_an_address_that_no_server_can_take_stops_nothing_and_its_mail_has_come_back(
    app: Flask, server: Caught, to: str
) -> None:
    with app.app_context():
        ask(to=to)
        run_all()
        assert only_mail().bounced_at is not None
    assert (server.messages, server.recipients) == ([], [])


@pytest.mark.parametrize("to", UNDELIVERABLE)
def test_no_form_takes_an_address_to_which_no_mail_gets(app: Flask, to: str) -> None:
    with app.test_request_context(), pytest.raises(ValidationError):
        mail_or_mobile(None, SimpleNamespace(data=to))
    assert spelled(to) is None
    assert spelled("o'neil+zilu@mail.bank.example") == "o'neil+zilu@mail.bank.example"

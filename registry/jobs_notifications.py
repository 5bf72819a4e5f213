"""Later work of notifications: one mail and one text message to a person for all that is to be told by now."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta

from flask_babel import force_locale
from sqlalchemy.orm import Session

from core import clock, mail, plainly, texts
from core.db import transaction
from core.outbox import job
from core.site import outside
from core.words import LOCALES, _
from registry import notifications, settings, text_numbers
from registry.events import CHOICES, EVENTS
from registry.models_accounts import Account
from registry.models_notifications import TEXT, Notification

PATH = "/account/notifications"


@dataclass(frozen=True)
class Line:
    """One sentence, how often it is true, and where to look."""

    words: str
    many: int
    url: str


@job(notifications.JOB)
def tell(account_id: int, by: str = "") -> None:
    """Compose what one person is told by then or now; a second time nothing is left to tell."""
    now = clock.now()
    now = max(now, datetime.fromisoformat(by)) if by else now
    with transaction() as session:
        account = session.get_one(Account, account_id)
        found = notifications.waiting_for(session, account_id, now)
        for each in found:
            each.told_at = now
        if account.locked_at is not None:
            return
        found = notifications.still_so(session, account, found, now)
        with force_locale(LOCALES.get(account.language, LOCALES["zh"])):
            number = text_numbers.confirmed(session, ("account", account_id))
            by_text = [each for each in found if each.way == TEXT and number is not None]
            by_mail = [each for each in found if each not in by_text and not _goes_by_mail_anyway(each)]
            if by_text and number is not None:
                key = f"told:{account_id}:{by_text[-1].id}"
                due, until = notifications.awake(session, now), _until(by_text, now)
                words, language = _short(_lines(by_text)), account.language
                texts.send_later(session, key, number, words, language=language, due_at=due, until=until)
            if by_mail:
                _mail(session, account, by_mail, now)


def _goes_by_mail_anyway(found: Notification) -> bool:
    """A text message beside a mail of the rules is not made up for by a second mail."""
    return CHOICES[EVENTS[found.event].choice].fixed


def _until(found: list[Notification], now: datetime) -> datetime | None:
    """The end of the day, where nothing of it holds longer; what is told beside other things names its day instead."""
    if not all(EVENTS[each.event].of_the_day for each in found):
        return None
    return clock.local(now).replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)


def _mail(session: Session, account: Account, found: list[Notification], now: datetime) -> None:
    lines = _lines(found)
    body = mail.written(
        "mail/notification.txt",
        lines=lines,
        day=plainly.day(clock.day_of(now), "long"),
        settings_url=outside(PATH),
        association=settings.association(session)[f"name_{'en' if account.language == 'en' else 'zh'}"],
    )
    key = f"told:{account.id}:{found[-1].id}"
    mail.send_later(
        session, key, account.mail, _subject(lines), body, language=account.language, until=_until(found, now)
    )


def _lines(found: list[Notification]) -> list[Line]:
    many = Counter(each.event for each in found)
    return [Line(str(EVENTS[event].words), number, outside(EVENTS[event].path)) for event, number in many.items()]


def _subject(lines: list[Line]) -> str:
    if len(lines) == 1 and lines[0].many == 1:
        return lines[0].words
    return str(_("%(many)s things wait for you", many=sum(each.many for each in lines)))


def _short(lines: list[Line]) -> str:
    """One sentence, and one address."""
    url = lines[0].url if len(lines) == 1 else outside("/account/home")
    return str(_("%(what)s. Please sign in: %(url)s", what=_subject(lines), url=url))

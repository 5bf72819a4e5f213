"""Later work of this room: mailing a one-time link, counting again after the calendar changed."""

from datetime import date, timedelta
from time import monotonic, sleep
from uuid import uuid4

from flask_babel import force_locale
from sqlalchemy import text

from core import clock, mail
from core.actors import SYSTEM
from core.db import SYSTEM_READER, read_as, session, transaction
from core.outbox import job, later
from core.site import outside
from core.words import LOCALES, _
from registry import addresses, calendar, links, settings
from registry.models_accounts import Account, AccountLink, LinkPurpose

PATH = "/sign-in/link/"
READING = text(
    "SELECT DISTINCT l.virtualtransaction FROM pg_locks l JOIN pg_stat_activity a USING (pid) "
    "WHERE a.datname = current_database() AND a.usename IS NOT NULL AND l.pid <> pg_backend_pid() "
    "AND l.locktype = 'relation' AND l.relation >= 16384"
)
"""The transactions of this database that have read or written a table of ours and still go on: who has read may write.

Tables of PostgreSQL itself, which have lower numbers, are not asked: there two who count again would see each other.
"""
PATIENCE, LONGER = timedelta(seconds=30), timedelta(minutes=2)
"""So long it waits, and so long the second time, of the three minutes that a job has."""


def address_of(token: str) -> str:
    """Write the address under which a link is used."""
    return outside(f"{PATH}{token}")


@job(links.MAIL_JOB)
def mail_link(link_id: int) -> None:
    """Mail a link to the address of its account; the second time nothing happens, for the mail's key is the link's.

    Where the address is another account's for good, its person is told, and no link is.
    """
    at = session()
    read_as(at, SYSTEM_READER)
    link = at.get_one(AccountLink, link_id)
    if link.digest is None or link.used_at is not None or link.refused_at is not None:
        at.rollback()
        return
    account = at.get_one(Account, link.account_id)
    party = account.party.name(account.language) if account.party is not None else ""
    taken = link.purpose is LinkPurpose.INVITATION and addresses.is_taken(at, account.mail, but=account)
    words = {
        "party": party,
        "link": address_of(links.token_of(link)),
        "until": link.expires_at,
        "purpose": link.purpose.value,
        "association": settings.association(at)[f"name_{'en' if account.language == 'en' else 'zh'}"],
    }
    to, language, until = link.new_mail or account.mail, account.language, link.expires_at
    at.rollback()
    with force_locale(LOCALES.get(language, LOCALES["zh"])):
        subject = str(_("Invited to act for %(party)s", party=party)) if taken else _subject(link.purpose)
        body = mail.written("mail/taken.txt" if taken else "mail/link.txt", **words)
    with transaction() as after:
        mail.send_later(after, f"link:{link_id}", to, subject, body, language=language, until=until)


def _subject(purpose: LinkPurpose) -> str:
    if purpose is LinkPurpose.INVITATION:
        return str(_("Your account for self-discipline complaints and notices"))
    if purpose is LinkPurpose.PASSWORD:
        return str(_("Set a new password"))
    if purpose is LinkPurpose.MAIL:
        return str(_("Confirm your new email address"))
    return str(_("Set up your second factor again"))


@job(calendar.AGAIN_JOB)
def count_again(first: str, last: str, *, by_notice: bool, again: bool = False) -> None:
    """Count again what touches days that were changed, once everybody is done who had read the calendar of before.

    Whoever changed them saw nothing of what others were just writing, and those still counted by what they had read.
    Where somebody goes on for longer than it waits, it counts, and counts once more after a second, longer wait.
    """
    with transaction() as at:
        before, until = set(at.scalars(READING)), monotonic() + (LONGER if again else PATIENCE).total_seconds()
        while (left := before & set(at.scalars(READING))) and monotonic() < until:
            sleep(0.1)
        if left and not again:
            said = {"first": first, "last": last, "by_notice": by_notice}
            later(at, calendar.AGAIN_JOB, f"{calendar.AGAIN_JOB}:{uuid4()}", **said, again=True)
        days = date.fromisoformat(first), date.fromisoformat(last)
        calendar.recount(at, *days, SYSTEM, clock.now(), by_notice=by_notice)

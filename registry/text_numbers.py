"""Mobile numbers of accounts and complainants: a code goes there first, and nothing else before it was entered."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from hmac import compare_digest

from sqlalchemy import delete, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from core import texts
from core.clock import day_of
from core.crypto import keyed_hash
from core.errors import NotNow
from core.registered import Registered
from core.texts import TextMessage
from core.words import _l
from registry.models_accounts import Account
from registry.models_notifications import TextNumber

Subject = tuple[str, int]
"""account or complaint, and its number."""
CODE_FOR = timedelta(minutes=15)
WRITTEN_TO = {"told": "account", "news": "complaint"}
"""How the keys of text messages begin, before the number of whoever gets them."""
_told_of_taking_back = Registered[Callable[[Session, TextMessage], None]]()
on_taken_back = _told_of_taking_back.add
"""Register who is told, in the same transaction, that a message waited for a number that was given up."""
MOST_TRIES = 5
"""So often one code may be entered wrongly."""
MOST_CODES = 5
"""So many codes go to one number in a day, whoever asks, and to one person until one of them is entered."""
SPELLED = {
    "zh": "验证码{code}，{minutes}分钟内有效。如非本人申请，请忽略。",
    "en": "Your code is {code}, valid for {minutes} minutes. If you did not ask for it, ignore this.",
}


@dataclass(frozen=True)
class Standing:
    """How a person's number stands, as far as the person may read it."""

    number: str = ""
    """With its middle hidden; empty where there is none."""
    confirmed: bool = False
    waits: bool = False
    """A code is on its way that was not entered yet."""


def ask(session: Session, subject: Subject, typed: str, *, language: str, now: datetime) -> None:
    """Send a code to this number; until it is entered nothing else goes there."""
    number = texts.number_of(typed)
    if not texts.offered():
        raise NotNow(_l("The association does not send text messages."))
    mark = _mark(number)
    session.execute(select(func.pg_advisory_xact_lock(int(mark[:14], 16))))
    today = f"code:{mark}:{day_of(now)}:"
    sent = session.scalar(select(func.count(TextMessage.id)).where(TextMessage.key.startswith(today))) or 0
    held = session.get(TextNumber, subject, with_for_update=True)
    before = held.codes if held is not None and held.asked_at > now - timedelta(days=1) else 0
    if max(sent, before) >= MOST_CODES:
        raise NotNow(_l("Enough codes were sent for today. Try again tomorrow."))
    code = f"{secrets.randbelow(1_000_000):06d}"
    same = held is not None and held.number == number
    said = {
        "number": number,
        "language": language,
        "asked_at": now,
        "code_hash": _hash(subject, number, code),
        "code_until": now + CODE_FOR,
        "tries": 0,
        "codes": before + 1,
        "confirmed_at": held.confirmed_at if held is not None and same else None,
    }
    session.execute(
        insert(TextNumber)
        .values(subject_kind=subject[0], subject_id=subject[1], **said)
        .on_conflict_do_update(index_elements=["subject_kind", "subject_id"], set_=said)
    )
    if held is not None:
        session.expire(held)
        if not same:
            _take_back(session, subject)
    words = SPELLED["en" if language == "en" else "zh"].format(code=code, minutes=CODE_FOR.seconds // 60)
    texts.send_later(session, f"{today}{sent}", number, words, kind=texts.CODE, language=language, until=now + CODE_FOR)


def confirm(session: Session, subject: Subject, code: str, *, now: datetime) -> bool:
    """Whether the code is right; a wrong one counts, and too many of them end it.

    Where the number was confirmed a moment ago it is so still: the form was sent twice.
    """
    held = session.get(TextNumber, subject, with_for_update=True, populate_existing=True)
    if held is not None and held.code_hash is None and held.confirmed_at and held.confirmed_at > now - CODE_FOR:
        return True
    if held is None or held.code_hash is None or held.code_until is None or held.code_until < now:
        raise NotNow(_l("This code is not valid any more. Ask for a new one."))
    if held.tries >= MOST_TRIES:
        raise NotNow(_l("The code was entered wrongly too often. Ask for a new one."))
    digits = "".join(sign for sign in code if sign.isdigit())
    if not compare_digest(held.code_hash, _hash(subject, held.number, digits)):
        held.tries += 1
        return False
    held.confirmed_at, held.code_hash, held.code_until, held.tries, held.codes = now, None, None, 0, 0
    return True


def end(session: Session, subject: Subject) -> None:
    """No text messages any more; the number is forgotten, also by what waits for the morning or for the gateway.

    How many codes an account had sent stays: whoever gives a number up has no more of them sent to others.
    """
    mine = (TextNumber.subject_kind == subject[0], TextNumber.subject_id == subject[1])
    if subject[0] == "account":
        nothing = {"number": "", "code_hash": None, "code_until": None, "confirmed_at": None}
        session.execute(update(TextNumber).where(*mine).values(nothing))
    else:
        session.execute(delete(TextNumber).where(*mine))
    _take_back(session, subject)


def left(session: Session, account: Account, _now: datetime) -> None:
    """Whoever is locked out is told nothing more; the number stays for whoever is let in again."""
    if account.locked_at is not None:
        _take_back(session, ("account", account.id))


def _take_back(session: Session, subject: Subject) -> None:
    """News that has not gone out does not come to a number that was given up."""
    begins = [f"{told}:{subject[1]}:" for told, kind in WRITTEN_TO.items() if kind == subject[0]]
    for each in texts.waiting(session, begins):
        for tell in _told_of_taking_back:
            tell(session, each)
        session.delete(each)
    session.flush()


def erase(session: Session, subject: Subject, contact: str | None) -> None:
    """The number is forgotten, and every text message that went to whoever left it, with its code."""
    held = session.get(TextNumber, subject)
    for number in {held.number if held is not None else None, contact}:
        forget_codes(session, number)
    begins = [f"{told}:{subject[1]}:" for told, kind in WRITTEN_TO.items() if kind == subject[0]]
    session.execute(delete(TextMessage).where(or_(*(TextMessage.key.startswith(each) for each in begins))))
    end(session, subject)


def forget_codes(session: Session, contact: str | None) -> None:
    """Every code that went to a number, if it is one: nobody knows afterwards whose it was."""
    if contact and texts.is_mobile(contact):
        mine = f"code:{_mark(texts.number_of(contact))}:"
        session.execute(delete(TextMessage).where(TextMessage.key.startswith(mine)))


def confirmed(session: Session, subject: Subject) -> str | None:
    """The number to which text messages may go."""
    held = session.get(TextNumber, subject)
    return held.number if held is not None and held.confirmed_at is not None and texts.offered() else None


def standing(session: Session, subject: Subject, now: datetime) -> Standing:
    """What the person reads about it; asked as the system, for no reader selects it."""
    held = session.get(TextNumber, subject)
    if held is None or not held.number:
        return Standing()
    waits = held.code_until is not None and held.code_until > now
    return Standing(texts.masked(held.number), held.confirmed_at is not None, waits)


def seen(session: Session, complaint_id: int, contact: str, now: datetime) -> Standing:
    """What the person of a complaint reads about the number that was left with it."""
    asked = select(TextNumber.confirmed_at, TextNumber.code_until)
    asked = asked.where(TextNumber.subject_kind == "complaint", TextNumber.subject_id == complaint_id)
    found = session.execute(asked).first()
    if found is None:
        return Standing()
    waits = found.code_until is not None and found.code_until > now
    return Standing(texts.masked(texts.number_of(contact)), found.confirmed_at is not None, waits)


def takes_none(session: Session, refused: TextMessage) -> None:
    """A number that the gateway will never reach is not written to again until it is confirmed anew; nor what waits."""
    told, _colon, rest = refused.key.partition(":")
    number = rest.partition(":")[0]
    if told in WRITTEN_TO and number.isdecimal():
        subject = WRITTEN_TO[told], int(number)
        held = session.get(TextNumber, subject, with_for_update=True, populate_existing=True)
        if held is not None and held.number == refused.to:
            held.confirmed_at = None
            session.flush()
            _take_back(session, subject)


def _mark(number: str) -> str:
    """Under which the codes to a number are counted."""
    return keyed_hash("text.number", number).hex()[:24]


def _hash(subject: Subject, number: str, code: str) -> bytes:
    return keyed_hash("text.code", f"{subject[0]}:{subject[1]}:{number}:{code}")

"""Receipt codes: derived from the form that was sent, shown once, found by a keyed hash and stored nowhere."""

import re
import secrets
from datetime import datetime, timedelta
from hmac import compare_digest
from typing import Any, Final

from sqlalchemy import String, cast, delete, func, select
from sqlalchemy.orm import Session

from casework import holds, noting
from casework.documents import mail_body
from casework.models import Complainant, Complaint
from casework.phrases import phrase
from core import drafts, mail, outbox, texts
from core.actors import Actor
from core.characters import LETTERS, levelled, signs_of
from core.crypto import derived, keyed_hash
from core.errors import NotAllowed, NotNow
from core.journal import JournalEntry
from core.keyset import number_of
from core.mail import Mail
from core.planned import PLANNED
from core.texts import TextMessage
from core.words import _l
from notices.papers import day_text
from registry import text_numbers

SIZE = 24
GROUP = 4
SHORT_CODES = 16
"""Letters of the codes by which documents are verified and unsent complaints are taken up again."""
COMPLAINT = re.compile(r"TS20[0-9]{2}[0-9A-Z]{6}")
_PURPOSE = "receipt"
_BYTES = SIZE * 5 // 8
SENT = "zilu_sent(%(place)s, %(receipt)s)"
"""Looks after it has waited (migration 0080), as one column of any question."""
LINK_FOR = timedelta(hours=2)
"""How long the link by which a lost code is renewed may be used."""
MOST_LINKS = 3
"""To so many complaints of one contact a link is sent where none is named."""
MOST_ASKED = 5
"""How many times a day links go to one contact, whoever asks; the same as for codes to a number."""
LINK_AGAIN, DAY = timedelta(hours=1), timedelta(days=1)
LINKS = "casework.receipt_links"
"""The job that looks whether there is anybody to whom a link goes."""
NOT_LOOKED_FOR = _l(
    "This was a receipt code, which opens its complaint to whoever has it: it is not looked for, and was taken out of "
    "the address. Look for the number of the complaint."
)
REF = re.compile(r"TS20[0-9]{2}-[0-9A-Z]{6}")
SHOWN: Final = "receipt"
SHOWN_FOR: Final = timedelta(minutes=15)
"""So long staff see a code again that they have just been shown, as the person who sends a complaint does."""
RENEWED = "receipt.renewed"
LINK_OVER = _l("This link is not valid any more. Ask for a new one.")


def code(form_key: str) -> str:
    """The 120-bit code of one sent form: the same form sent again gives the same code."""
    number = int.from_bytes(derived(_PURPOSE, form_key, _BYTES))
    letters = "".join(LETTERS[number >> shift & 31] for shift in range(5 * (SIZE - 1), -1, -5))
    return "-".join(letters[at : at + GROUP] for at in range(0, SIZE, GROUP))


def typed_instead(typed: str) -> str:
    """What was typed instead of a receipt code, by its shape alone, whether or not it opens anything."""
    signs = signs_of(typed)
    if COMPLAINT.fullmatch(signs):
        return "complaint"
    return "short" if len(signs) == SHORT_CODES else "signs" if strange_signs(typed) else ""


def strange_signs(typed: str) -> bool:
    """Whether a sign was typed that is in no code: it was misread, most often as I, O, 1 or 0."""
    return bool(set(signs_of(typed)) - set(LETTERS))


def is_code(typed: str) -> bool:
    """Whether it has the shape of a receipt code, and is no word: such a one stands in no address and in no list."""
    signs = signs_of(typed)
    return len(signs) == SIZE and set(signs) <= set(LETTERS) and not signs.isalpha() and not signs.isdigit()


def digest(typed: str) -> bytes:
    """The keyed hash by which a code is found."""
    return keyed_hash(_PURPOSE, signs_of(typed)[: 2 * SIZE])


def find(session: Session, typed: str) -> int | None:
    """The complaint that a code opens: one hash and one look-up, whether the code is right or wrong."""
    return session.scalar(select(Complaint.id).where(Complaint.receipt_hash == digest(typed)))


def mark(known: bytes) -> str:
    """What a browser keeps of the code that opened the complaint: derived from the hash, and leading to neither."""
    return keyed_hash("receipt-mark", known.hex()).hex()[:32]


def mark_now(session: Session, complaint_id: int) -> str | None:
    """The mark of the code that opens a complaint now."""
    known = session.scalar(select(Complaint.receipt_hash).where(Complaint.id == complaint_id))
    return mark(known) if known is not None else None


def sent_before(session: Session, typed: str) -> Complaint | None:
    """The complaint this form made already; if it is sent twice at once, the second waits for the first."""
    sent = session.connection().exec_driver_sql(f"SELECT {SENT}", held(typed), PLANNED).scalar()
    return session.get_one(Complaint, sent) if sent is not None else None


def held(typed: str) -> dict[str, Any]:
    """The parameters of that question: the lock on which the second waits, and the hash."""
    known = digest(typed)
    return {"place": int.from_bytes(known[:7]), "receipt": known}


def renew(
    session: Session, complaint: Complaint, key: str, *, actor: Actor, version: int | None = None, now: datetime
) -> str:
    """Give a new code for a lost one, by staff or whoever holds the verified contact; the old one is void."""
    own = actor.subject_id == complaint.id and actor.has("complainant")
    if not (actor.has("intake", "officer", "head") or own):
        raise NotAllowed
    holds.hold_ours(session, complaint, version)
    fresh = _fresh(complaint, key)
    complaint.receipt_hash = digest(fresh)
    noting.of_complaint(session, complaint, RENEWED, actor, now)
    return fresh


def keep_shown(session: Session, ref: str, key: str, *, actor: Actor, now: datetime) -> None:
    """Keep for whoever hands a code over that from which it is made, for a page loaded anew; the last one alone."""
    drafts.save(session, f"receipt:{actor.id}", SHOWN, {"ref": ref, "key": key}, now)


def shown_again(session: Session, *, actor: Actor, now: datetime) -> tuple[str, str] | None:
    """The complaint and the code that this person handed over a moment ago, while the code still opens it."""
    kept = drafts.find(session, f"receipt:{actor.id}", SHOWN, now - SHOWN_FOR)
    sent = sent_before(session, shown) if kept and (shown := code(kept["key"])) else None
    return (sent.ref, shown) if sent is not None and sent.ref == kept["ref"] else None


def forget_shown(session: Session, now: datetime) -> None:
    """The sweep: ways to codes that nobody can look at again."""
    drafts.forget_old(session, SHOWN, now - SHOWN_FOR)


def end_given(session: Session, complaint: Complaint, *, actor: Actor, now: datetime) -> None:
    """End a code that was given by a link to this contact: whoever read the link could open the person's complaint.

    A code that staff gave since, or that was never renewed, is the person's own and stays.
    """
    mine = select(JournalEntry.actor).where(JournalEntry.subject_kind == "complaint", JournalEntry.row == RENEWED)
    mine = mine.where(JournalEntry.subject_id == complaint.id).order_by(JournalEntry.seq.desc()).limit(1)
    if complaint.receipt_hash is None or session.scalar(mine) != _holder(complaint).who:
        return
    complaint.receipt_hash = None
    noting.of_complaint(session, complaint, "receipt.ended", actor, now)


def _holder(complaint: Complaint) -> Actor:
    """Whoever holds the receipt code, or the contact on file."""
    return Actor(None, frozenset({"complainant"}), subject_id=complaint.id)


def renewing(complaint: Complaint, key: str) -> str:
    """From what the form with this key makes the complaint's new code: another than the one of its first form."""
    return f"{key}:{complaint.id}"


def _fresh(complaint: Complaint, key: str) -> str:
    return code(renewing(complaint, key))


def _gave(complaint: Complaint, key: str) -> bool:
    """Whether the form with this key, which only its sender knows, gave the code that opens the complaint now."""
    return bool(key) and compare_digest(digest(_fresh(complaint, key)), complaint.receipt_hash or b"")


def ask_link(session: Session, ref: str, contact: str, *, url: str) -> None:
    """Ask for links to be sent. Every contact gets the same treatment, so that neither words nor time tell a stranger.

    `url` is the page that takes the token; the token is added after a `/`.
    """
    number, known = ref.strip().upper(), contact_hash(contact).hex()
    if number and not REF.fullmatch(number):
        number = "?"  # about no complaint; whatever was typed is kept nowhere
    key = f"{LINKS}:{secrets.token_hex(16)}"
    outbox.later(session, LINKS, key=key, asked=key, contact=known, ref=number, url=url)


def send_links(session: Session, ref: str, known: bytes, *, url: str, now: datetime) -> None:
    """Send a link to the contact on file, if this is its hash: one an hour for each complaint.

    A mobile number gets it if its code was entered before. Without the number of a complaint there is a link for each
    of the latest of that contact. One contact gets only so many a day, whoever asks.
    """
    session.execute(select(func.pg_advisory_xact_lock(int.from_bytes(known[:7]))))
    before = _links_before(session, known, now)
    if len({until for _number, until in before}) >= MOST_ASKED:
        return
    lately = {number for number, until in before if until > (now + LINK_FOR - LINK_AGAIN).timestamp()}
    asked = select(Complaint, Complainant).join(Complainant).where(Complainant.contact_hash == known)
    asked = asked.where(Complaint.ref == ref) if ref else asked.order_by(Complaint.id.desc()).limit(MOST_LINKS)
    for complaint, person in session.execute(asked).all():
        if person.contact and complaint.id not in lately:
            _send_link(session, complaint, person.contact, url=url, now=now)


def _links_before(session: Session, known: bytes, now: datetime) -> set[tuple[int, int]]:
    """The complaints of a contact to which links went within a day, with the time until which each can be used."""
    mine = select(cast(Complainant.complaint_id, String)).where(Complainant.contact_hash == known)
    found: set[tuple[int, int]] = set()
    for sent in (Mail, TextMessage):
        token = func.split_part(sent.key, ":", 2)
        whose, until = (func.split_part(token, ".", place) for place in (1, 2))
        asked = select(whose, until).where(sent.key.startswith("receipt-link:"), sent.queued_at > now - DAY)
        found |= {(int(number), int(last)) for number, last in session.execute(asked.where(whose.in_(mine)))}
    return {(number, last) for number, last in found if last > (now + LINK_FOR - DAY).timestamp()}


def _send_link(session: Session, complaint: Complaint, contact: str, *, url: str, now: datetime) -> None:
    until = int((now + LINK_FOR).timestamp())
    key = f"receipt-link:{complaint.id}.{until}"  # in clear, since nothing in it opens anything
    token = f"{complaint.id}.{until}.{_mac(complaint, until)}"
    if "@" not in contact:
        number = text_numbers.confirmed(session, ("complaint", complaint.id))
        if number is not None and texts.is_mobile(contact) and number == texts.number_of(contact):
            words = phrase("text.renew", complaint.lang, url=f"{url.rstrip('/')}/{token}")
            ends = now + LINK_FOR
            texts.send_later(session, key, number, words, kind=texts.CODE, language=complaint.lang, until=ends)
        return
    day = day_text(complaint.received_on, "en" if complaint.lang == "en" else "zh")
    mail.send_later(
        session,
        key=key,
        to=contact,
        subject=phrase("mail.renew.subject", complaint.lang),
        body=mail_body(session, "mail.renew.body", complaint.lang, url=f"{url.rstrip('/')}/{token}", day=day),
        language=complaint.lang,
        until=now + LINK_FOR,
    )


def forget_links(session: Session, complaint: Complaint) -> None:
    """Forget the links sent to a contact that was not the person's, so that the right one can ask at once."""
    mail.forget(session, f"receipt-link:{complaint.id}.%")
    mine = TextMessage.key.startswith(f"receipt-link:{complaint.id}.")
    session.execute(delete(TextMessage).where(mine))


def by_link(session: Session, token: str, key: str, *, now: datetime) -> tuple[Complaint, str]:
    """Redeem a link, once: the contact counts as verified, and there is a new code.

    The same form, sent again because its answer was lost, gives the same code: the code before is no longer valid.
    """
    complaint, until, mac = _linked(session, token)
    if complaint is None or until is None or now.timestamp() > until:
        raise NotNow(LINK_OVER)
    if not (_gave(complaint, key) or _fits(complaint, until, mac)):
        raise NotNow(LINK_OVER)
    holds.hold(session, complaint)
    if _gave(complaint, key):
        return complaint, _fresh(complaint, key)
    if complaint.complainant is not None:
        session.refresh(complaint.complainant)
    if not _fits(complaint, until, mac):  # used meanwhile, or the contact was put right
        raise NotNow(LINK_OVER)
    if complaint.complainant is not None:
        complaint.complainant.contact_verified_at = now
    return complaint, renew(session, complaint, key, actor=_holder(complaint), now=now)


def stands(session: Session, token: str, *, now: datetime) -> bool:
    """Whether this link can still be redeemed; a look uses nothing up."""
    complaint, until, mac = _linked(session, token)
    return complaint is not None and until is not None and now.timestamp() <= until and _fits(complaint, until, mac)


def _linked(session: Session, token: str) -> tuple[Complaint | None, int | None, str]:
    """What a link names: its complaint, until when it can be used, and what proves it."""
    said, _, rest = token.partition(".")
    ends, _, mac = rest.partition(".")
    number = number_of(said)
    return session.get(Complaint, number) if number is not None else None, number_of(ends), mac


LANDLINE: Final = re.compile(r"(?!400|800)(?:10|2\d|[3-9]\d{2})\d{7,8}")
"""A number of the mainland with its area code, as it is written behind +86: at home a 0 stands before it."""


def contact_hash(contact: str) -> bytes:
    """The keyed hash by which complaints of one person are found."""
    plain = levelled(contact).strip().casefold()
    known = texts.number_of(plain) if texts.is_mobile(plain) else plain  # the same number with +86, 0086 or neither
    digits = "".join(sign for sign in known if sign.isdigit())
    if "@" in plain or not digits:
        return keyed_hash("contact", plain)
    number = digits.removeprefix("00")  # 00 is dialled for +, whatever the country
    home = number.removeprefix("86")
    fixed = home != number and LANDLINE.fullmatch(home) is not None
    return keyed_hash("contact", f"0{home}" if fixed else home)


def _fits(complaint: Complaint, until: int, mac: str) -> bool:
    return compare_digest(_mac(complaint, until).encode(), mac.encode())


def _mac(complaint: Complaint, until: int) -> str:
    """The check value of a link: it binds it to the present code, so that it works once, and to the contact.

    If staff have put the contact right since, whoever was written to by mistake opens nothing.
    """
    person = complaint.complainant
    present, contact = complaint.receipt_hash or b"", (person.contact_hash if person else None) or b""
    return keyed_hash("receipt-link", f"{complaint.id}:{until}:{present.hex()}:{contact.hex()}").hex()[:32]

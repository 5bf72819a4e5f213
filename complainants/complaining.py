"""The complaint form, one topic per page: what was answered so far, and the submission made of it."""

import json
from datetime import date, datetime
from typing import Any

from flask import flash, g, request
from flask import session as cookie
from limits import parse
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage, MultiDict

from casework import receipts
from casework.models import Complaint
from complainants import resume_codes
from core import clock, drafts, throttle
from core.actors import Actor
from core.crypto import keyed_hash
from core.errors import BadInput, Changed
from core.words import _, _l
from filestore import files, rationing, uploading, uploads
from filestore.file_checks import MIB
from filestore.uploading import Uploaded

STEPS = ("who", "company", "conduct", "evidence", "contact", "send")
TYPED, SENT = "typed:", "sent:"
"""Before the name of a step: what was typed there and not sent, and the key of the page that was sent last."""
TURN = "turn:"
"""Before the name of a step: how often it was changed, and by which page last; a page says which turn it has seen."""
DRAWN = "drawn"
"""Pictures of characters of a name that came with a page that was kept and not sent: nobody chooses them twice."""
OF_THE_PAGE = {"csrf_token", "key", "version", "before", "place", "once", "had", "empty", "of", "stop"}
"""What a form holds beside the answers."""
MOST_TYPED = 40_000
MOST_HELD, MOST_SENT = uploads.OF_STRANGERS.own, uploads.OF_STRANGERS.address
"""So many bytes of files a draft holds, and a complaint that was sent."""
OFTEN = parse("60 per hour")
"""So many complaints are sent from one address; many people may share it."""
PAGES = "600 per minute; 3000 per hour"
"""So many pages of the form all browsers of one address send; each draft a tenth in a minute, a fifth in an hour."""
MOST_MARKS = 10
TOKEN = "draft"  # noqa: S105 - the name of a cookie's entry
LAST = "last"
TODAY = "today"
"""A day, and a mark of the contact of each complaint that this browser sent on it: it tells nothing of them."""
CONSENT = "2026-11-28"
"""Version of the text about the use of data that the last page shows."""


ANOTHER = _l(
    "This page belongs to another complaint than the one that is open in this browser now. Nothing was changed; "
    "the other one comes back with its own resume code."
)
UNSEEN = _l(
    "Your answers were changed in another window or on another device since this page was opened, so nothing was sent. "
    "This page now shows them as they are: look at them, then send."
)
SOMEBODY = Actor(None, frozenset({"complainant"}), name="complainant")
"""Who sends a complaint: a person without an account."""


def owner() -> str:
    """Whose draft it is: whoever holds its resume code; nobody's where this browser has none."""
    return resume_codes.owner(cookie[TOKEN]) if TOKEN in cookie else ""


def counted_as() -> str:
    """Many people share an address of a telephone network: what is typed is counted by draft, once there is one."""
    return f"draft:{owner()}" if owner() else throttle.address()


def page_of() -> str:
    """Of which draft a page is: a browser may have another one open by the time it is sent."""
    return owner()[:16]


def of_another() -> bool:
    """Whether what is sent comes from a page of another draft than the one that is open now."""
    return bool(owner()) and request.form.get("of", page_of()) != page_of()


def refuse_another() -> None:
    """Two complaints are never mixed, nor is one sent in the place of the other."""
    if of_another() and g.get("refused") is None:
        raise Changed(ANOTHER)


def mark_of(said: dict[str, Any]) -> str:
    """By which a page says which answers it showed."""
    shown = json.dumps([said.get(step) for step in STEPS], sort_keys=True)
    return keyed_hash("last-look", shown).hex()[:32]


def refuse_unseen(said: dict[str, Any], shown: str) -> None:
    """Nobody sends what the last look did not show; a page that does not say what it showed is believed."""
    if shown and shown != mark_of(said):
        raise Changed(UNSEEN)


def answers(at: Session, *, hold: bool = False) -> dict[str, Any]:
    """What was answered so far, by step; nothing of what is older than a draft may be."""
    return drafts.find(at, owner(), resume_codes.PLACE, resume_codes.since(clock.now()), hold=hold) if owner() else {}


def held(at: Session) -> dict[str, Any]:
    """The answers so far, locked to be changed: what is saved meanwhile waits, and neither overwrites the other."""
    if owner():
        drafts.held(at, owner(), resume_codes.PLACE)
    return answers(at)


def resume_code() -> str:
    """The code that brings this browser's draft back, as people read it."""
    return resume_codes.grouped(cookie[TOKEN]) if TOKEN in cookie else ""


def kept_until(at: Session) -> date:
    """The last day of this browser's draft, counted from when it was saved last: looking at it saves nothing."""
    saved_at = drafts.saved_at(at, owner(), resume_codes.PLACE) if owner() else None
    return resume_codes.last_day(saved_at or clock.now())


def resume(at: Session, typed: str) -> bool:
    """Bring a draft back into this browser; False where no draft has this code."""
    found = resume_codes.find(at, typed, clock.now())
    if found:
        cookie[TOKEN] = found
    return bool(found)


def keep(at: Session, step: str, fields: dict[str, Any], key: str, seen: int | None = None) -> None:
    """Keep the answers of one step, and the files that they name; what was typed on the way to them is done with.

    Refused where another page of the draft was first, and this one (`key`, `seen`) would overwrite what it never saw.
    """
    found = held(at)
    if _is_outrun(found, step, key, seen) and (TYPED + step in found or found.get(step) != fields):
        raise Changed(
            _l(
                "These answers were changed in another window or on another device since this page was opened. "
                "Nothing is lost: choose below which of the two versions stays."
            )
        )
    found.pop(TYPED + step, None)
    if "pictures" in fields:
        found.pop(DRAWN, None)
    found[step], found[SENT + step] = fields, key
    _turn(found, step, key)
    _save(at, found)


def sent_fields() -> dict[str, list[str]]:
    """The answers as they were typed on the page that is sent now."""
    return {name: request.form.getlist(name) for name in request.form if name not in OF_THE_PAGE}


def keep_typed(
    at: Session,
    step: str,
    fields: dict[str, list[str]],
    key: str,
    seen: int | None = None,
    *,
    by_itself: bool = True,
    drawn: dict[str, str] | None = None,
) -> bool:
    """Keep what is typed on a page while it is typed; of what is kept `by_itself` not what comes after the page.

    False where another page of the draft was first: what it holds stays, until the person has seen both. Refused where
    it is longer than anything that is kept.
    """
    found = held(at)
    if _is_outrun(found, step, key, seen):
        return False
    if sum(len(value) for values in fields.values() for value in values) >= MOST_TYPED:
        raise BadInput("typed", _l("This is too long to be kept: shorten it, nothing that you typed since was saved."))
    if not by_itself:
        found.pop(SENT + step, None)  # whoever went back to a page that was sent goes on with it
    if found.get(SENT + step) != key:
        found[TYPED + step] = fields
        if drawn:
            found[DRAWN] = drawn
        _turn(found, step, key)
        _save(at, found)
    return True


def untyped(at: Session, step: str, key: str, seen: int | None = None) -> None:
    """What was typed on a page was taken out again."""
    found = held(at)
    if not _is_outrun(found, step, key, seen) and found.pop(TYPED + step, None) is not None:
        _turn(found, step, key)
        _save(at, found)


def turn(said: dict[str, Any], step: str) -> int:
    """How often the answers of a step were changed: what a page of it has seen."""
    number: int = (said.get(TURN + step) or (0, ""))[0]
    return number


def changed_by(said: dict[str, Any], step: str) -> str:
    """The key of the page that changed them last."""
    return str((said.get(TURN + step) or (0, ""))[1])


def sent_by(said: dict[str, Any], step: str) -> str:
    """The key of the page that was sent last."""
    return str(said.get(SENT + step) or "")


def _turn(found: dict[str, Any], step: str, key: str) -> None:
    found[TURN + step] = [turn(found, step) + 1, key]


def _is_outrun(found: dict[str, Any], step: str, key: str, seen: int | None) -> bool:
    """Whether another page changed the step since this one was loaded; who does not say what it saw is believed."""
    stands = step in found or TYPED + step in found
    return stands and seen is not None and seen != turn(found, step) and changed_by(found, step) != key


def half_typed(said: dict[str, Any], step: str) -> MultiDict[str, str] | None:
    """What was typed on a page that was never sent."""
    fields = said.get(TYPED + step)
    return MultiDict((name, value) for name, values in fields.items() for value in values) if fields else None


def drawn(said: dict[str, Any]) -> dict[str, str]:
    """The characters of which a picture is here, sent or not."""
    return {**(said.get("contact", {}).get("pictures") or {}), **said.get(DRAWN, {})}


def _save(at: Session, found: dict[str, Any]) -> None:
    if TOKEN not in cookie:
        cookie[TOKEN] = resume_codes.fresh()
    drafts.save(at, owner(), resume_codes.PLACE, found, clock.now())
    drafts.hold(at, owner(), resume_codes.PLACE, [one["sha256"] for one in found.get("evidence", {}).get("files", [])])


def forget(at: Session) -> None:
    """The complaint was sent, or given up: nothing of the draft stays."""
    if owner():
        drafts.drop(at, owner(), resume_codes.PLACE)
    cookie.pop(TOKEN, None)


def leave() -> None:
    """Nothing of it opens in this browser any more; the draft itself waits for its resume code."""
    for kept in (TOKEN, LAST, TODAY):
        cookie.pop(kept, None)
    uploading.leave()


def remember(at: Session, key: str, now: datetime) -> None:
    """The draft was sent: its receipt can be looked at again for a little while, in this browser alone.

    Its cookie says so, and where that never arrived, what is kept under the draft's owner, whom it still names.
    """
    if owner():
        drafts.save(at, owner(), resume_codes.WAY, {"key": key}, now)
    forget(at)
    cookie[LAST] = [key, now.isoformat()]


def sent_here(contact: str) -> int:
    """How many complaints with this contact this browser has sent today."""
    return _sent_today().count(_mark(contact))


def count_sent(contact: str) -> None:
    """One more."""
    cookie[TODAY] = [clock.today().isoformat(), [*_sent_today(), _mark(contact)][-MOST_MARKS:]]


def _sent_today() -> list[str]:
    day, marks = cookie.get(TODAY) or ("", [])
    return list(marks) if day == clock.today().isoformat() else []


def _mark(contact: str) -> str:
    return keyed_hash("sent-today", receipts.contact_hash(contact).hex()).hex()[:12]


def sent_last(at: Session, now: datetime) -> tuple[Complaint, str] | None:
    """The complaint and the receipt code of what was sent from this browser a moment ago."""
    key, sent_at = cookie.get(LAST) or ("", "")
    if key and now - datetime.fromisoformat(sent_at) > resume_codes.RECEIPT_STAYS:
        key = ""
    lost = drafts.find(at, owner(), resume_codes.WAY, now - resume_codes.RECEIPT_STAYS) if owner() else {}
    key = lost.get("key", key)
    if not key:
        return None
    code = receipts.code(key)
    sent = receipts.sent_before(at, code)
    return (sent, code) if sent is not None else None


def first_open(said: dict[str, Any]) -> str:
    """The first step without an answer; the evidence step may stay empty."""
    return next((step for step in STEPS if step not in said and step != "evidence"), "send")


def room(at: Session, brought: list[FileStorage], *, most: int, held: int = 0, sent: bool = False) -> None:
    """Refuse files where this person, the address they come from, or all who have no account bring too much.

    To a complaint that was `sent` they come whatever drafts of strangers hold: a time limit may run against its person.
    """
    if not brought:
        return
    size = sum(files.size_of(each) for each in brought)
    if held + size > most:
        raise BadInput(
            "files", _l("All files of one complaint together may have %(most)s MB: send fewer.", most=most // MIB)
        )
    whole = [each for each in brought if not isinstance(each, Uploaded)]  # pieces were counted when they came
    if whole:
        rationing.megabytes(sum(files.size_of(each) for each in whole))
    if not sent:
        uploads.room_for_strangers(at, size)


def kept_files(at: Session, brought: list[FileStorage], *, shared: bool = False) -> list[dict[str, Any]]:
    """Uploads checked and kept, as the draft remembers them; of shared ones the copy is made as well."""
    found = []
    for upload in brought:
        kept = files.keep(at, upload.stream, upload.filename, passed_on=shared)
        found.append(
            {
                "sha256": kept.sha256,
                "name": kept.name,
                "media_type": kept.media_type,
                "size": kept.size,
                "shared": shared,
            },
        )
    return found


def kept_singly(
    at: Session, brought: list[FileStorage], *, shared: bool = False
) -> tuple[list[dict[str, Any]], list[str]]:
    """Keep uploads each by itself: those kept, and what is wrong with the others."""
    found: list[dict[str, Any]] = []
    wrong: list[str] = []
    for upload in brought:
        try:
            found += kept_files(at, [upload], shared=shared)
            uploading.kept(upload)
        except BadInput as refused:
            wrong.append(str(refused))
    if found and wrong:
        flash(_("The other files you chose are kept: do not choose them again."))
    return found, wrong


def share(at: Session, one: dict[str, Any], *, shared: bool) -> list[str]:
    """Whether the institution sees a file of the draft: what is wrong where no copy for it can be made."""
    one["shared"] = False
    try:
        if shared:
            files.stripped(at, one["sha256"], one["name"])
    except BadInput as refused:
        return [str(refused)]
    one["shared"] = shared
    return []


def plain(data: dict[str, Any]) -> dict[str, Any]:
    """Form data as JSON: days become text, the form's own fields are left out."""
    own = {"csrf_token", "key", "version", "files", "drawn"}
    return {
        name: value.isoformat() if isinstance(value, date) else value for name, value in data.items() if name not in own
    }


def typed(said: dict[str, Any]) -> dict[str, Any]:
    """Turn what `plain` made back into form data."""
    days = {"conduct_from", "conduct_to"}
    return {name: date.fromisoformat(value) if name in days and value else value for name, value in said.items()}

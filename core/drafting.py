"""Text that is not sent yet: drafts while it is written, and what was posted when the sign-in had run out."""

import hashlib
import re
import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlencode, urlsplit

from flask import current_app, g, has_request_context, request
from flask import session as cookie
from itsdangerous import BadSignature, URLSafeSerializer
from sqlalchemy import BigInteger, Row, String, bindparam, case, select
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from core import clock, drafts, journal, throttle
from core.actors import Actor
from core.db import SPENT, before_the_end, is_done, session, transaction
from core.drafts import Draft
from core.errors import NotNow
from core.planned import PLANNED
from core.words import _, _l

Fields = dict[str, list[str]]
Subject = tuple[str, int, str]
"""The kind of a thing, its number, and how people call it."""

SAFE = {"GET", "HEAD", "OPTIONS"}
SECRETS = ("csrf_token", "password", "passphrase", "otp", "receipt", "code")
ALLEGED: Final = re.compile(r"V-[A-Z][0-9]{2}")
OWN: Final = frozenset({"csrf_token", "key", "version", "before", "shown", "turn"})
"""What a form says of itself and its page: none of it was written by anybody."""
CHOSEN: Final = re.compile(r"[A-Z0-9_.-]+")
"""What a choice sends: nobody wrote it."""
BUTTONS: Final = frozenset({"act", "do", "look", "more", "step"})
"""Names of buttons that send a form: nor was which of them was pressed."""
PICK: Final = "pick-"
"""How the choice between two versions of a field begins."""
WRITER: Final = "once"
"""Under this name a draft holds the key of the page that saved it."""
KEPT = "zilu-kept"
KEPT_FOR = 60 * 60
LONGEST_PLACE = 300
LONGEST_KEPT = 200_000
"""So many characters of a form are kept while its author signs in."""
MOST_NAMED = 20
"""Of so many files the names."""


def _ready() -> bool:
    """Whether text can be kept now: there is a database, and no transaction is open."""
    return "sqlalchemy" in current_app.extensions and not session().info.get("open")


def secure() -> dict[str, Any]:
    """The attributes of every cookie that we set."""
    return {"secure": bool(current_app.config["SESSION_COOKIE_SECURE"]), "httponly": True, "samesite": "Lax"}


def posted() -> Fields:
    """The posted fields that may be kept: no tokens, no passwords, no codes."""
    fields = {name: request.form.getlist(name) for name in request.form if name != "key"}
    return {name: values for name, values in fields.items() if not _is_secret(name, values)}


def _is_secret(name: str, values: list[str]) -> bool:
    """Whether a field asks for what opens something; codes of what is alleged (`codes`, V-C01) open nothing."""
    last = name.rpartition("-")[2]
    if last == "codes" or (last == "code" and all(map(ALLEGED.fullmatch, values))):
        return False
    return any(word in name.lower() for word in SECRETS)


def _owner(token: str) -> str:
    return "posted:" + hashlib.sha256(token.encode()).hexdigest()


def keep(answer: Response, back: str) -> bool:
    """Keep what a stranger posted, for the page it stood on; only this browser holds the key to it.

    Of files the names alone, so that the page can say which have to be chosen again. Says whether there was anything
    to keep, and it is kept.
    """
    fields = posted()
    if not fields or not _ready() or not _few(fields) or not throttle.counted(throttle.KEPT, "kept"):
        return False
    token = secrets.token_hex(16)
    path = urlsplit(back).path
    with transaction() as at:
        kept = {"path": path, "whose": cookie.get("whose"), "fields": fields, "files": _chosen()}
        drafts.save(at, _owner(token), drafts.POSTED, kept, clock.now())
    answer.set_cookie(KEPT, token, max_age=KEPT_FOR, path=path, **secure())
    return any(map(written, fields))


def _chosen() -> list[str]:
    """The names of the files that came along."""
    every = (each.filename or "" for values in request.files.listvalues() for each in values)
    return [name[:LONGEST_PLACE] for name in every if name][:MOST_NAMED]


def _few(fields: Fields) -> bool:
    """Whether it is no more than a person can type: anybody may post here."""
    return sum(len(name) + len(value) for name, values in fields.items() for value in values) <= LONGEST_KEPT


def kept() -> Fields:
    """The text that was kept for this page while its author signed in; empty where there is none."""
    if "kept" not in g:
        g.kept = _fetch() if request.method in SAFE else {}
    found: Fields = g.kept
    return found


def written(name: str) -> bool:
    """Whether a posted field is something that somebody wrote or chose in a form, whatever its prefix."""
    return name.rpartition("-")[2] not in OWN and name not in BUTTONS and not name.startswith(PICK)


def words() -> list[str]:
    """The posted fields as their author knows them: without those that a form adds."""
    every = (values for name, values in kept().items() if written(name))
    return [value for values in every for value in values if value.strip()]


def _fetch() -> Fields:
    token = request.cookies.get(KEPT)
    if not token or g.me.id is None or not _ready():
        return {}
    with transaction() as at:
        found = drafts.find(at, _owner(token), drafts.POSTED)
        mine = found.get("whose") in (None, g.me.id)
        if not mine or found.get("path") != request.path:
            return {}
        drafts.drop(at, _owner(token), drafts.POSTED)
    g.kept_seen, g.kept_files = True, found.get("files", [])
    fields: Fields = found["fields"]
    return fields


@dataclass(frozen=True)
class Place:
    """Where the draft of a form is kept, on which page it stands, and what it is about, if colleagues may go on."""

    name: str
    path: str
    subject: Subject | None = None

    @property
    def page(self) -> str:
        """The page to which it belongs."""
        return self.name.partition("#")[0]


def here(leading: int = 0, named: Sequence[str] = ()) -> str:
    """The address of this page, or of the one that its first parts name, with what of its query names the thing."""
    path = "/".join(request.path.split("/")[:leading]) if leading else request.path
    said = {name: request.args[name] for name in named if name in request.args}
    return (f"{path}?{urlencode(said)}" if said else path)[:LONGEST_PLACE]


def place_of(form: str, page: str) -> str:
    """Where the draft of a form of a page is kept; only people with an account have drafts here."""
    return f"{page}#{form}"[:LONGEST_PLACE] if g.me.id is not None and _ready() else ""


def signed(name: str, subject: Subject | None, stands: str) -> str:
    """A place as a page carries it: whoever was offered the form may keep its draft, and nobody else's."""
    readable = request.method in SAFE or (request.url_rule is not None and "GET" in (request.url_rule.methods or ()))
    path = stands if readable else name.partition("#")[0]
    return str(_signer().dumps([g.me.id, name, path, subject]))


def placed(said: str, of: Actor | None = None) -> Place | None:
    """The place that a page carried, if it was signed for this person, or for somebody in whose name a job works."""
    try:
        whose, name, path, subject = _signer().loads(said)
    except BadSignature:
        return None
    return Place(name, path, tuple(subject) if subject else None) if whose == (of or g.me).id else None


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(str(current_app.secret_key), salt="draft")


def save(
    place: Place, fields: Fields, *, key: str = "", had: bool = False, turn: str = "", gone: Sequence[str] | None = None
) -> str:
    """Keep a draft of the person who is signed in; says so where it is none of this page's (`key`) any more.

    A colleague took it over since the page `had` it, or another window of this person wrote what it never saw (`turn`).
    With `gone` the fields are those that changed since the page's last saving, beside those that are no longer there.
    """
    with transaction() as at:
        if key and is_done(at, key):
            return ""  # it was handed in while this was on its way
        it = at.get(Draft, (_mine(), place.name), with_for_update=True)
        if had and it is None and (by := drafts.taken_by(at, place.name, g.me.id)):
            return str(_("%(who)s has taken this text over. What you type here is not saved any more.", who=by))
        if _is_anothers(it, key, turn):
            return str(
                _(
                    "Another window of yours holds a newer text for this place. What you type here is not saved: "
                    "hand it in, or copy it and load the page anew."
                )
            )
        if gone is not None:
            if it is None or it.fields.get(WRITER) != [key]:
                return ""  # nothing to which it could be added
            fields = {name: values for name, values in it.fields.items() if name not in gone} | fields
        kind, number, _ref = place.subject or (None, None, "")
        about = drafts.About(g.me.id, g.me.name, place.page, place.path, kind, number)
        drafts.save(at, _mine(), place.name, {**fields, **({WRITER: [key]} if key else {})}, clock.now(), about)
    return ""


def keep_refused(place: Place, *, key: str, turn: str) -> str:
    """Keep what was sent and refused, for whoever leaves its page without a word more; says when.

    Nothing is kept over a newer text of another window.
    """
    fields = {name: values for name, values in posted().items() if name not in BUTTONS}
    if save(place, fields, key=key, turn=turn):
        return ""
    g.get("drafts", {}).pop(place.page, None)
    return f"{clock.local(clock.now()):%H:%M}"


def give_back(at: Session, said: str, fields: Iterable[tuple[str, str]], whose: Actor) -> bool:
    """Keep what was sent and is not done, in the place that its page carried; not over a text begun since."""
    place, found, owner = placed(said, whose), MultiDict(fields), f"account:{whose.id}"
    if place is None or at.get(Draft, (owner, place.name)) is not None:
        return False
    kind, number, _ref = place.subject or (None, None, "")
    about = drafts.About(whose.id or 0, whose.name, place.page, place.path, kind, number)
    written = {name: values for name, values in found.to_dict(flat=False).items() if name not in BUTTONS}
    drafts.save(at, owner, place.name, written, clock.now(), about)
    return True


def _is_anothers(it: Draft | None, key: str, turn: str) -> bool:
    """Whether another page wrote it after this one was loaded; a page that does not say what it saw is believed."""
    if it is None or not key or WRITER not in it.fields:
        return False
    return it.fields[WRITER] != [key] and turn != _turn(it.saved_at)


def _turn(saved_at: datetime) -> str:
    return f"{saved_at.timestamp():.6f}"


def turn(place: str, key: str | None = None, seen: str = "") -> str:
    """Which draft a page of this place has seen: the one of now, or where it was sent (`key`) no other than it knew."""
    for each in of_page(place.partition("#")[0]) if place else ():
        if each.mine and each.place == place and (key is None or each.mine.get(WRITER) == [key]):
            return _turn(each.saved_at)
    return seen


def of_page(page: str) -> Sequence[Row[Any]]:
    """All drafts of this page that its reader may know of, in one look; what stands in them only of his own."""
    found: dict[str, Sequence[Row[Any]]] = g.setdefault("drafts", {})
    if page not in found:
        known = g.me.id is not None and _ready()
        found[page] = session().execute(_OF_PAGE, {"me": g.me.id, "page": page}).all() if known else ()
    return found[page]


_OF_PAGE: Final = (
    select(Draft.place, Draft.account_id, Draft.author, Draft.page, Draft.path, Draft.saved_at)
    .add_columns(case((Draft.account_id == bindparam("me", None, BigInteger()), Draft.fields)).label("mine"))
    .where(Draft.page == bindparam("page", None, String()), Draft.account_id.is_not(None))
    .order_by(Draft.saved_at)
    .execution_options(**PLANNED)
)


def of_others(page: str, place: str = "") -> list[Row[Any]]:
    """The drafts of colleagues on a page, or in one place of it."""
    others = (each for each in of_page(page) if each.account_id != g.me.id)
    return [each for each in others if each.place == place or not place]


@dataclass(frozen=True)
class Over:
    """A text of the reader's own whose form can no longer be used: what it says, and its place, to drop it."""

    saved_at: datetime
    words: tuple[str, ...]
    place: str


def over(drafts: Iterable[Row[Any]]) -> list[Over]:
    """Those of these that are the reader's own, each with its words: nobody else finds them any more."""
    return [
        Over(each.saved_at, _words_of(each.mine), signed(each.place, None, each.page))
        for each in drafts
        if each.account_id == g.me.id
    ]


def _words_of(fields: Fields) -> tuple[str, ...]:
    every = (value for name, values in fields.items() if name != WRITER and written(name) for value in values)
    return tuple(value for value in every if value.strip() and not CHOSEN.fullmatch(value))


def recall(place: str) -> tuple[list[tuple[str, str]], datetime | None]:
    """The draft kept in a place, as the pairs a form reads, and when it was saved."""
    for each in of_page(place.partition("#")[0]):
        if each.mine and each.place == place:
            written = (pair for pair in each.mine.items() if pair[0] != WRITER)
            return [(name, value) for name, values in written for value in values], each.saved_at
    return [], None


def forget(place: str, *, key: str = "", turn: str = "") -> None:
    """Drop a draft: its form was sent, or its author wants to begin anew; not what another window wrote meanwhile."""
    if _ready():
        with transaction() as at:
            _drop(at, place, key, turn)


def _drop(at: Session, place: str, key: str, turn: str) -> None:
    it = at.get(Draft, (_mine(), place), with_for_update=True)
    if it is not None and not _is_anothers(it, key, turn):
        drafts.drop(at, _mine(), place)


@before_the_end
def with_its_deed(at: Session) -> None:
    """Drop the draft of the form that this transaction carries out; if that is rolled back, the draft stays."""
    form = g.get("checked_form") if SPENT in at.info and has_request_context() else None
    if form is not None and g.checked_place and at.info[SPENT] == form.key.data:
        _drop(at, g.checked_place, form.key.data, request.form.get(form.turn_name, ""))


def take_over(place: Place, whose: int) -> None:
    """Go on with a colleague's text, which the journal notes; only about what this reader may see."""
    theirs = (Draft.owner == f"account:{whose}", Draft.place == place.name, Draft.subject_id.is_not(None))
    seen = session().scalar(select(Draft.place).where(*theirs))
    with transaction() as at:
        it = at.scalar(select(Draft).where(*theirs).with_for_update()) if seen else None
        if it is None or place.subject is None:
            raise NotNow(_l("This text is not there any more: it was handed in, dropped or taken over."))
        if at.get(Draft, (_mine(), place.name)) is not None:
            raise NotNow(_l("You have a text of your own here. Hand it in or drop it first; nothing is lost."))
        now, (kind, number, ref) = clock.now(), place.subject
        it.owner, it.account_id, it.author, it.taken_from = _mine(), g.me.id, g.me.name, whose
        journal.write(at, subject=(kind, number), row="draft.taken_over", ref=ref, actor=g.me, now=now, states=("", ""))


def _mine() -> str:
    return f"account:{g.me.id}"


def stays(left: object) -> None:
    """Keep the draft of a form although its key is spent, if part of what was sent is still to be written."""
    if left:
        g.checked_place = ""


def leave(answer: Response) -> None:
    """After a page: a form that was carried out needs no draft; text that was shown needs no cookie.

    Its draft went with its deed: here goes what the page saved while that was under way.
    """
    form = g.get("checked_form") if answer.status_code in {302, 303} and "refused" not in g else None
    if form is not None and form.place:
        forget(form.place, key=form.key.data or "", turn=request.form.get(form.turn_name, ""))
    if g.get("kept_seen"):
        answer.delete_cookie(KEPT, path=request.path, **secure())

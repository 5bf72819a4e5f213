"""Web furniture: blueprints with one audience each, the door, navigation, labels, headers and the kept text."""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeAlias
from urllib.parse import urlencode, urlsplit

from flask import Blueprint, Flask, abort, current_app, g, redirect, request, url_for
from flask import session as cookie
from flask.wrappers import Response
from flask_wtf import CSRFProtect
from werkzeug.routing import BuildError
from werkzeug.wrappers import Response as AnyResponse

from core import clock, drafting, faults, i18n, show
from core.actors import NOBODY, Actor
from core.assets import init_app as serve_assets
from core.db import PUBLIC, Reader, read_as, session
from core.words import LazyString

Words: TypeAlias = str | LazyString
Door = Callable[[], tuple[Actor | None, Reader]]

CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; "
    "connect-src 'self'; media-src 'self' blob:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": CSP,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
}
FORM_BYTES = 8 * 1024 * 1024
BODY_BYTES = 21 * 50 * 1024 * 1024

csrf = CSRFProtect()


@dataclass(frozen=True)
class Entry:
    """One entry of a navigation: shown to everybody of the area, or to some roles only."""

    label: Words
    endpoint: str
    roles: frozenset[str]
    order: int
    count: Callable[[], int] | None

    @property
    def url(self) -> str:
        """The address it leads to."""
        return url_for(self.endpoint)


class Label(NamedTuple):
    """What people read for a state, and the colour of its tag."""

    text: Words
    colour: str


class _Registered:
    """What rooms have told the furniture; filled once, at start-up."""

    def __init__(self) -> None:
        self.door: Door = lambda: (None, PUBLIC)
        self.entries: dict[tuple[str, str], Entry] = {}
        self.places: dict[str, str] = {}
        self.labels: dict[str, dict[str, Label]] = {}
        self.audiences: dict[str, str | None] = {}


_told = _Registered()


def blueprint(name: str, import_name: str, *, audience: str | None, prefix: str = "") -> Blueprint:
    """A blueprint with its one audience: None is public, "account" anybody signed in, else that audience only."""
    _told.audiences[name] = audience
    return Blueprint(name, import_name, url_prefix=prefix or None)


def gate(blueprint_name: str, audience: str | None) -> None:
    """Name the audience of a blueprint made elsewhere (Flask-Admin); one that nobody named is for administrators."""
    _told.audiences[blueprint_name] = audience


def audience_of(blueprint_name: str | None) -> str | None:
    """The audience of a blueprint; a stranger is for administrators."""
    return _told.audiences.get(blueprint_name or "", "admin")


def door(func: Door) -> Door:
    """Register who fills `g.me` and `g.reader` before every request."""
    _told.door = func
    return func


def nav(
    area: str,
    label: Words,
    endpoint: str,
    *,
    roles: tuple[str, ...] = (),
    order: int = 50,
    count: Callable[[], int] | None = None,
) -> None:
    """Add an entry to a navigation: "public", "staff", "portal", "admin" or "account" (the menu of one's name)."""
    _told.entries[area, endpoint] = Entry(label, endpoint, frozenset(roles), order, count)


def place(name: str, endpoint: str) -> None:
    """Say where something lives that layouts link to: sign_in, sign_out, inbox, search.staff, search.portal."""
    _told.places[name] = endpoint


def label(machine: str, table: Mapping[Any, tuple[Words, str]]) -> None:
    """Say what people read for each state of a machine, and its colour."""
    rows = _told.labels.setdefault(machine, {})
    rows.update({_plain(state): Label(*row) for state, row in table.items()})


def _plain(thing: object) -> str:
    return str(getattr(thing, "value", thing))


def state_label(machine: object, state: object) -> Label:
    """The words and colour of a state; an unnamed one shows its code in grey."""
    rows = _told.labels.get(str(getattr(machine, "name", machine)), {})
    return rows.get(_plain(state), Label(_plain(state), "grey"))


def labels(machine: str) -> dict[str, Label]:
    """All labels of a machine, for filters and tests."""
    return dict(_told.labels.get(machine, {}))


def entries(area: str) -> list[Entry]:
    """The navigation of an area as this person sees it."""
    mine = [entry for (where, _), entry in _told.entries.items() if where == area and _may_see(entry)]
    return sorted(mine, key=lambda entry: entry.order)


def _may_see(entry: Entry) -> bool:
    return not entry.roles or g.me.has(*entry.roles)


def current(area: str) -> Entry | None:
    """The entry of the page we are on: the one whose address is the longest beginning of ours."""
    path = request.path
    under = [e for e in entries(area) if path == e.url or (e.url != "/" and path.startswith(e.url.rstrip("/") + "/"))]
    return max(under, key=lambda entry: len(entry.url), default=None)


def place_url(name: str) -> str | None:
    """The address of a registered place, if there is one."""
    try:
        return url_for(_told.places[name])
    except (KeyError, BuildError):
        return None


def local(target: str | None) -> str | None:
    """The address, when it stays within this site; None for anything that leaves it."""
    if not target or not target.startswith("/") or target.startswith("//") or "\\" in target:
        return None
    if any(ord(letter) <= ord(" ") for letter in target):
        return None
    parts = urlsplit(target)
    return None if parts.scheme or parts.netloc else target


def other_language() -> str:
    """The address of this page in the other language."""
    args = [(key, value) for key, value in request.args.items(multi=True) if key != "lang"]
    args.append(("lang", "zh" if i18n.language() == "en" else "en"))
    return f"{request.path}?{urlencode(args)}"


def page_before() -> str:
    """The page of this site a form stood on; the start page where the browser does not say."""
    parts = urlsplit(request.headers.get("Referer", ""))
    if parts.netloc == request.host:
        return local(parts.path + (f"?{parts.query}" if parts.query else "")) or "/"
    return "/"


def _enter() -> AnyResponse | None:
    """The door, the gate and the token, in this order, before every request."""
    g.me, g.reader = NOBODY, PUBLIC
    actor, reader = _told.door()
    g.me, g.reader = actor or NOBODY, reader
    if g.me.id is not None and cookie.get("whose") != g.me.id:
        cookie["whose"] = g.me.id
    if "sqlalchemy" in current_app.extensions:
        read_as(session(), reader)
    if request.endpoint is None:
        return None
    refused = _at_gate(audience_of(request.blueprint))
    if refused is None and current_app.config["WTF_CSRF_ENABLED"]:
        csrf.protect(apply_exemptions=True)
    return refused


def _at_gate(audience: str | None) -> AnyResponse | None:
    if audience is None:
        return None
    if g.me.id is None:
        return _to_sign_in()
    if audience not in {"account", g.me.audience}:
        abort(403)
    return None


def _to_sign_in() -> AnyResponse:
    """Send a stranger to the sign-in page and back; what was typed waits for them."""
    target = place_url("sign_in")
    if target is None or request.headers.get("HX-Request") or request.headers.get("X-Draft"):
        abort(401)
    reading = request.method in drafting.SAFE
    back = (request.full_path.rstrip("?") if request.method == "GET" else "/") if reading else page_before()
    answer = redirect(f"{target}?{urlencode({'next': back})}", 302 if reading else 303)
    if not reading and faults.from_here():
        drafting.keep(answer, back)
    return answer


def _leave(response: Response) -> Response:
    """Headers of every answer; a view may have set its own."""
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if request.is_secure:
        response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    private = request.method not in drafting.SAFE or audience_of(request.blueprint) is not None
    response.headers.setdefault("Cache-Control", "no-store" if private else "no-cache")
    response.vary.add("Cookie")
    drafting.leave(response)
    return response


def new_key() -> str:
    """A fresh idempotency key for one form: 128 random bits."""
    return secrets.token_hex(16)


_drafts = blueprint("drafts", __name__, audience="account")


@_drafts.post("/drafts")
def save_draft() -> tuple[str, int]:
    """Keep the long texts of a form while they are written; answers with the time."""
    name = request.form.get("place", "")
    if not name.startswith("/"):
        abort(400)
    fields = {key: values for key, values in drafting.posted().items() if key != "place"}
    drafting.save(name, fields)
    return f"{clock.local(clock.now()):%H:%M}", 200


def _configure(app: Flask) -> None:
    settings = app.extensions.get("zilu")
    secure = bool(app.config.get("SECURE_COOKIES", not app.testing and (settings is None or settings.secure_cookies)))
    app.config.update(
        SESSION_COOKIE_NAME="__Host-zilu" if secure else "zilu",
        SESSION_COOKIE_SECURE=secure,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_PATH="/",
        WTF_CSRF_CHECK_DEFAULT=False,  # the door checks it, after the gate
        WTF_CSRF_TIME_LIMIT=None,  # as long as the session
        MAX_FORM_MEMORY_SIZE=FORM_BYTES,
        MAX_CONTENT_LENGTH=app.config.get("MAX_CONTENT_LENGTH") or BODY_BYTES,
    )


def init_app(app: Flask) -> None:
    """Furnish the application."""
    _configure(app)
    show.init_app(app)
    i18n.init_app(app)
    serve_assets(app)
    csrf.init_app(app)
    faults.init_app(app)
    app.register_blueprint(_drafts)
    place("drafts", "drafts.save_draft")
    app.before_request(_enter)
    app.after_request(_leave)
    app.jinja_env.globals.update(
        nav_entries=entries,
        nav_current=current,
        place_url=place_url,
        state_label=state_label,
        other_language=other_language,
        kept_text=drafting.kept,
        new_key=new_key,
    )
    demonstration = bool(app.config.get("DEMONSTRATION", False))
    app.context_processor(lambda: {"association": None, "demonstration": demonstration})

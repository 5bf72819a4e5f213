"""The web furniture: the door, the gate and the headers of every page; what rooms use of it by one import."""

import secrets
from urllib.parse import urlencode, urlsplit

from flask import Flask, abort, current_app, flash, g, redirect, request
from flask import session as cookie
from flask.wrappers import Response
from flask_wtf import CSRFProtect
from werkzeug.wrappers import Response as AnyResponse

from core import draft_pages, drafting, faults, furniture, i18n, labels, pages_faster, show
from core.actors import NOBODY
from core.assets import asset
from core.assets import init_app as serve_assets
from core.db import PUBLIC, read_as, session
from core.furniture import (
    asks_a_front,
    audience_of,
    blueprint,
    counts,
    current,
    door,
    entries,
    first_entry,
    front,
    gate,
    in_line,
    left_quickly,
    nav,
    place,
    place_url,
    waiting_behind,
    way_out,
)
from core.incoming import Incoming, may_bring_files, takes_files
from core.words import _, language

HERE = ("localhost", "127.0.0.1", "[::1]")
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
ELSEWHERE = "https://www.baidu.com/"
"""Where somebody goes who leaves quickly: the page that many browsers here open with."""
FORM_BYTES = 8 * 1024 * 1024
BODY_BYTES = 21 * 50 * 1024 * 1024

csrf = CSRFProtect()


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
    args.append(("lang", "zh" if language() == "en" else "en"))
    return f"{request.path}?{urlencode(args)}"


def page_before() -> str:
    """The page of this site a form stood on; the start page where the browser does not say."""
    return local(faults.came_from()) or "/"


def come_in() -> None:
    """Ask the door who is there; once more where a request has just let somebody in."""
    g.me, g.reader = NOBODY, PUBLIC
    actor, reader = furniture.come_in()
    g.me, g.reader = actor or NOBODY, reader
    if g.me.id is not None and cookie.get("whose") != g.me.id:
        cookie["whose"] = g.me.id
    if "sqlalchemy" in current_app.extensions:
        read_as(session(), reader)


def _enter() -> AnyResponse | None:
    """The door, the gate and the token, in this order, before every request.

    The token stands in the body: of a stranger no more of it is taken before that than the page asked may have.
    """
    come_in()
    if g.me.id is None and not may_bring_files():
        request.max_content_length = min(FORM_BYTES, request.max_content_length or FORM_BYTES)
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
    if audience in {"account", g.me.audience}:
        return None
    home = place_url("home") if asks_a_front() else None
    return redirect(home) if home else abort(403)


def _to_sign_in() -> AnyResponse:
    """Send a stranger to the sign-in page and back; what was typed waits for them."""
    target = place_url("sign_in")
    if target is None or request.headers.get("HX-Request") or request.headers.get("X-Draft"):
        abort(401)
    reading = request.method in drafting.SAFE
    back = (request.full_path.rstrip("?") if request.method == "GET" else "/") if reading else page_before()
    answer = redirect(f"{target}?{urlencode({'next': back})}", 302 if reading else 303)
    if not reading and faults.from_here():
        few = (request.content_length or 0) <= FORM_BYTES
        flash(_away(kept=few and drafting.keep(answer, back), few=few), "warn")
    return answer


def _away(*, kept: bool, few: bool) -> str:
    """Tell somebody whose sign-in is gone what became of what was sent; asked before signing in again."""
    if kept:
        return str(
            _("You are not signed in any more. What you typed is kept: sign in, and it stands in its place again.")
        )
    if not few:
        return str(
            _(
                "You are not signed in any more, and what you sent is too large to be kept. "
                "Sign in in another window, then go back to the page and send it again."
            )
        )
    return str(_("You are not signed in any more, and this was not done. Sign in and do it again."))


def _leave(response: Response) -> Response:
    """Headers of every answer; a view may have set its own."""
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if request.is_secure:
        response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    private = request.method not in drafting.SAFE or audience_of(request.blueprint) is not None
    response.headers.setdefault("Cache-Control", "no-store" if private else "no-cache")
    response.vary.update(["Cookie", "Accept-Language"])
    drafting.leave(response)
    return response


def new_key() -> str:
    """A fresh idempotency key for one form: 128 random bits."""
    return secrets.token_hex(16)


_open = blueprint("furniture", __name__, audience=None)


@_open.get("/favicon.ico")
def favicon() -> AnyResponse:
    """The icon, for browsers that ask for it without having read a page."""
    return redirect(asset("img/favicon.svg") or "/")


def _names(app: Flask) -> list[str] | None:
    """The hosts by which a request may call this site: its own, and the machine's for those who run it.

    A demonstration and the tests are asked by whatever name their machine has.
    """
    if app.testing or app.config.get("DEMONSTRATION", True):
        return None
    return [urlsplit(app.config["BASE_URL"]).hostname or "", *HERE]


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
        TRUSTED_HOSTS=_names(app),
        MAX_FORM_MEMORY_SIZE=FORM_BYTES,
        MAX_CONTENT_LENGTH=app.config.get("MAX_CONTENT_LENGTH") or BODY_BYTES,
    )


def init_app(app: Flask) -> None:
    """Furnish the application."""
    _configure(app)
    app.request_class = Incoming
    pages_faster.furnish(app)
    furniture.begin(app)
    labels.begin(app.extensions)
    show.init_app(app)
    i18n.init_app(app)
    serve_assets(app)
    csrf.init_app(app)
    faults.init_app(app)
    draft_pages.init_app(app)
    app.register_blueprint(_open)
    app.before_request(_enter)
    app.after_request(_leave)
    app.jinja_env.globals.update(
        ELSEWHERE=ELSEWHERE,
        nav_counts=counts,
        nav_entries=entries,
        nav_in_line=in_line,
        nav_waiting=waiting_behind,
        nav_current=current,
        place_url=place_url,
        way_out=way_out,
        state_label=labels.state_label,
        other_language=other_language,
        page_before=page_before,
        kept_text=drafting.words,
        new_key=new_key,
    )
    demonstration = bool(app.config.get("DEMONSTRATION", False))
    app.context_processor(lambda: {"association": None, "demonstration": demonstration})


__all__ = [
    "asks_a_front",
    "audience_of",
    "blueprint",
    "csrf",
    "door",
    "first_entry",
    "front",
    "gate",
    "init_app",
    "left_quickly",
    "local",
    "nav",
    "new_key",
    "place",
    "takes_files",
]

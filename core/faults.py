"""Faults and refusals become pages: in the reader's language, with what was typed, without a trace."""

import errno
import secrets
from collections.abc import Callable
from functools import wraps
from typing import Any, TypeAlias
from urllib.parse import quote, urlsplit

from flask import Flask, current_app, flash, g, redirect, render_template, request
from flask_limiter import RateLimitExceeded
from flask_wtf.csrf import CSRFError
from psycopg.errors import InsufficientPrivilege
from sqlalchemy.exc import DataError, InterfaceError, OperationalError, ProgrammingError
from werkzeug.exceptions import Forbidden, HTTPException, MethodNotAllowed, NotFound, SecurityError
from werkzeug.routing import RequestRedirect
from werkzeug.wrappers import Response

from core import drafting, throttle
from core.db import session
from core.errors import AlreadyDone, Refused
from core.faults_told import placed, traced
from core.words import LazyString, _l, in_both

Pair: TypeAlias = tuple[LazyString, LazyString]

CALM = 503
TROUBLE = 500
FOR_NOW = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EINTR}
PAGES: dict[int, Pair] = {
    400: (_l("This request could not be understood"), _l("Go back to the page before and try again.")),
    401: (_l("Please sign in"), _l("This page is for people with an account. Sign in, and you will come back to it.")),
    403: (
        _l("This page is not for you"),
        _l("Your account does not open it. If you think it should, ask the person who manages accounts."),
    ),
    404: (_l("Page not found"), _l("The address may be mistyped, or the page may have been moved.")),
    405: (
        _l("This can't be done here"),
        _l("The page was called in a way it does not know. Go back and use its buttons."),
    ),
    409: (_l("This can't be done now"), _l("Go back to the page before: it shows how things stand.")),
    410: (_l("This page is gone"), _l("What stood here is no longer available.")),
    413: (
        _l("Too much was sent at once"),
        _l(
            "A single file may have at most 50 MB. Go back: what you typed should still be there. "
            "Send fewer or smaller files."
        ),
    ),
    414: (_l("This address is too long"), _l("Go back to the page before, and search or choose by fewer words.")),
    422: (_l("Something is missing or wrong"), _l("Go back and look at the fields again.")),
    429: (_l("Too many attempts"), _l("Please wait a few minutes and then try again.")),
    431: (
        _l("Your browser sent too much along"),
        _l("Delete what it keeps of this site (cookies), then open the page again."),
    ),
    500: (
        _l("Something went wrong on our side"),
        _l(
            "It was recorded and we will look at it. What you sent was not carried out. "
            "Please try again in a few minutes."
        ),
    ),
    503: (
        _l("We'll be back in a moment"),
        _l(
            "The system can't be reached at present. Nothing was lost that had been confirmed. "
            "Please try again in a few minutes."
        ),
    ),
}


def from_here() -> bool:
    """Whether a form was sent from a page of this site, as far as the browser says."""
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site == "same-origin"
    sender = request.headers.get("Origin") or request.headers.get("Referer") or ""
    return _is_ours(sender)


def _is_ours(said: str) -> bool:
    """Whether an address is one of this site; what cannot be read is none."""
    try:
        return urlsplit(said).netloc == request.host
    except ValueError:
        return False


def came_from() -> str | None:
    """The page of this site that the browser says it comes from, with its query; none where it says no such page."""
    said = request.headers.get("Referer", "")
    if not _is_ours(said):
        return None
    parts = urlsplit(said)
    return f"/{parts.path.lstrip('/')}" + (f"?{parts.query}" if parts.query else "")


def _to_go_back_to() -> str | None:
    """The page whose button or form was refused, where that is another one: it shows how things stand now."""
    back = came_from() if request.method == "POST" else None
    return back if back is not None and urlsplit(back).path != request.path else None


AREAS = ("staff", "portal", "admin")


def _area() -> str:
    """Whose head and menu an error page keeps: whose is signed in, at a private address, else the public's."""
    me = g.get("me")
    private = request.path.split("/")[1] in {*AREAS, "account", "first-run"}
    return me.audience if private and me is not None and me.id is not None and me.audience in AREAS else "public"


def _belongs_to() -> str | None:
    """The page above an address that only takes what is sent: whoever types it again, or comes back, finds that one."""
    addresses, path = current_app.create_url_adapter(request), request.path
    while addresses is not None and path.count("/") > 1:
        path = path.rpartition("/")[0]
        try:
            addresses.match(path, method="GET")
        except RequestRedirect as onward:
            return onward.new_url
        except HTTPException:
            continue
        return f"{quote(path)}?{request.query_string.decode()}".rstrip("?")
    return None


def _without_slash() -> str | None:
    """The address that was meant by one with a slash too many at its end, where there is a page."""
    path, addresses = request.path.rstrip("/"), current_app.create_url_adapter(request)
    superfluous = request.url_rule is None and request.method in {"GET", "HEAD"} and path != request.path
    if not superfluous or addresses is None or not path or path.startswith("//"):
        return None
    try:
        addresses.match(path, method="GET")
    except HTTPException:
        return None
    return f"{quote(path)}?{request.query_string.decode('ascii', 'replace')}".rstrip("?")


def page(status: int, message: str | LazyString | None = None, **extra: Any) -> Response:  # noqa: ANN401 - template values
    """An error page, or a fragment of one for a part of a page that asked."""
    title, advice = PAGES.get(status, PAGES[TROUBLE if status >= TROUBLE else 400])
    name = "core/fragment.html" if request.headers.get("HX-Request") else "core/error.html"
    where = _area()
    text = render_template(
        name,
        title=title,
        advice=message or advice,
        area=where,
        layout=f"layouts/{where}.html",
        back=_to_go_back_to(),
        **extra,
    )
    return current_app.make_response((text, status))


def _calm(status: int) -> Response:
    """A page that asks nothing of the database, not even the association's name.

    A fault of ours has a number, by which whoever reads what was recorded finds it.
    """
    title, advice = PAGES[status]
    number = secrets.token_hex(4) if status == TROUBLE else ""
    if number:
        current_app.logger.error("Fault %s at %s %s", number, request.method, request.endpoint)
    reads = request.method in {"GET", "HEAD"}
    template = current_app.jinja_env.get_template("core/calm.html")
    text = template.render(
        number=number,
        title=title,
        advice=advice,
        again=reads,
        fragment=_by_script(),
        **({"fields": {}} if reads else _to_send_again(_still_typed())),
    )
    response = current_app.make_response((text, status))
    if status == CALM:
        response.headers["Retry-After"] = "30"
    return response


def in_both_languages(app: Flask, status: int) -> str:
    """A page for whoever sent what could not be read: of a reader nothing is known, not even the language."""
    title, advice = PAGES.get(status, PAGES[400])
    with app.app_context():
        template = app.jinja_env.get_template("core/no_request.html")
        return template.render(title=in_both(title), advice=in_both(advice), home=in_both(_l("To the start page")))


def _http(error: HTTPException) -> Response:
    if error.response is not None or error.code is None or error.code < 400:  # noqa: PLR2004 - redirects are answers
        return current_app.make_response(error.get_response())
    if isinstance(error, MethodNotAllowed) and request.method == "GET" and (above := _belongs_to()):
        return redirect(above)
    if isinstance(error, NotFound) and (meant := _without_slash()):
        return redirect(meant, 308)
    answer = _calm(error.code) if error.code in {TROUBLE, CALM} else page(error.code)
    for name in ("Allow", "Content-Range", "Retry-After"):
        if value := dict(error.get_headers()).get(name):
            answer.headers[name] = value
    return answer


def _too_often(_error: RateLimitExceeded) -> Response:
    """How long one has to wait: "a few minutes" may be most of an hour; what was typed waits with its author."""
    seconds = throttle.seconds_left()
    minutes = -(-seconds // 60)
    title, advice = PAGES[429]
    advice = {0: advice, 1: _l("Please wait a minute and then try again.")}.get(
        minutes, _l("Please wait %(count)s minutes and then try again.", count=minutes)
    )
    fields = _typed()
    answer = _again(429, title, advice, fields) if fields and not _by_script() else page(429, advice)
    if seconds:
        answer.headers["Retry-After"] = str(seconds)
    return answer


def _too_long(_error: CSRFError) -> Response:
    """The page was open too long: show what was typed, and let its author send it again."""
    title = _l("This page was open too long")
    if _by_script():
        return page(400, title)
    return _again(400, title, _l("For your safety the page expired. Nothing was sent yet."), _typed())


def _by_script() -> bool:
    """Whether only a part of a page, or nothing but a line, is waited for."""
    return bool(request.headers.get("HX-Request") or request.headers.get("X-Draft"))


def _typed() -> dict[str, list[str]]:
    """What was sent, field by field; nothing of what came from elsewhere, or with a password."""
    fields = {name: request.form.getlist(name) for name in request.form if name != "csrf_token"}
    return fields if from_here() and not any("password" in name.lower() for name in fields) else {}


def _still_typed() -> dict[str, list[str]]:
    """What was sent, after a fault, which may have been in reading just that."""
    try:
        return _typed()
    except (HTTPException, OSError):
        return {}


def _again(status: int, title: LazyString, advice: LazyString, fields: dict[str, list[str]]) -> Response:
    text = render_template("core/again.html", title=title, advice=advice, **_to_send_again(fields))
    return current_app.make_response((text, status))


def _to_send_again(fields: dict[str, list[str]]) -> dict[str, Any]:
    """What was sent, which of it somebody wrote, and the files that have to be chosen anew."""
    names = [name for name, file in request.files.items() if file.filename]
    return {"fields": fields, "written": {name for name in fields if drafting.written(name)}, "files": names}


def _refused(error: Refused) -> Response:
    """A refusal: the page it came from shows it beside its form, with all that was typed; else a page of its own."""
    if "checked_form" not in g or "refused" in g:
        return page(error.status, error.message)
    g.refused = error
    view = current_app.view_functions[str(request.endpoint)]
    try:
        answer = current_app.make_response(current_app.ensure_sync(view)(**(request.view_args or {})))
    except HTTPException:  # what the form was about is not there any more
        return page(error.status, _l("Somebody else was quicker: what this form was about is not there any more."))
    if "Location" in answer.headers:  # a button without a page of its own: where it leads, the refusal is read
        flash(str(error.message), "warn")
    else:
        answer.status_code = error.status
    return answer


def _already(error: AlreadyDone) -> Response:
    """A form sent twice: back to its page, which shows what the first sending did."""
    back = came_from()
    if back is None or request.headers.get("HX-Request"):
        return page(error.status, error.message)
    flash(str(error.message), "info")
    return redirect(back, 303)


def _away(error: Exception) -> Response:
    current_app.logger.error("The database is away: %s", placed(error))
    return _calm(CALM)


def _no_room(error: OSError) -> Response:
    """The disk takes no more, or a program of ours was ended with the service: the same is asked again later."""
    if error.errno not in FOR_NOW:
        raise error
    current_app.logger.error("This machine can't go on: %s", placed(error))
    return _calm(CALM)


def _or_calm(handler: Callable[[Any], Response]) -> Callable[[Any], Response]:
    """Make a handler of errors give the calm page where the database went away before the error's own page was made."""

    @wraps(handler)
    def answer(error: Any) -> Response:  # noqa: ANN401 - any error
        try:
            return handler(error)
        except (OperationalError, InterfaceError) as away:
            return _away(away)

    return answer


def _no_such(_error: DataError) -> Response:
    """An address names a number or a text that no row can have."""
    session().rollback()
    return _http(NotFound())


def _not_our_name(error: SecurityError) -> Response:
    """Asked by a name that is not this site's: no page, for no address of a page is known by it."""
    return Response(f"{PAGES[400][0]}\n", error.code, content_type="text/plain; charset=utf-8")


def _hidden(error: ProgrammingError) -> Response:
    """The database itself refused this reader: the page is not for them."""
    if isinstance(error.orig, InsufficientPrivilege):
        session().rollback()
        return _http(Forbidden())
    raise error


def _note(fault: Any) -> None:  # noqa: ANN401 - as sys.exc_info
    """Flask's own would write the address, which may open something, and the fault's words, which a person may have."""
    current_app.logger.error("Exception at %s %s\nTraceback\n%s", request.method, request.endpoint, traced(fault[1]))


def init_app(app: Flask) -> None:
    """Register the pages."""
    app.log_exception = _note  # type: ignore[method-assign,assignment]
    app.register_error_handler(DataError, _no_such)
    app.register_error_handler(ProgrammingError, _hidden)
    app.register_error_handler(CSRFError, _or_calm(_too_long))
    app.register_error_handler(RateLimitExceeded, _or_calm(_too_often))
    app.register_error_handler(HTTPException, _or_calm(_http))
    app.register_error_handler(SecurityError, _not_our_name)
    app.register_error_handler(AlreadyDone, _or_calm(_already))
    app.register_error_handler(Refused, _or_calm(_refused))
    app.register_error_handler(OperationalError, _away)
    app.register_error_handler(InterfaceError, _away)
    app.register_error_handler(OSError, _no_room)

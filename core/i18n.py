"""Two languages: which one a reader gets, and the catalogues of all rooms as one."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from flask import Flask, g, has_request_context, request
from flask.wrappers import Response
from flask_babel import Babel
from jinja2 import pass_eval_context
from jinja2.nodes import EvalContext
from markupsafe import Markup
from werkzeug.datastructures import LanguageAccept
from werkzeug.http import parse_accept_header

from core.words import LOCALES, bracketed, catalogue, gap, language, one_stop

DEFAULT = "zh"
COOKIE = "lang"
YEAR = 365 * 24 * 60 * 60


def html_lang() -> str:
    """A language as the `lang` attribute of HTML writes it."""
    return "en" if language() == "en" else "zh-CN"


@pass_eval_context
def _in_page(page: EvalContext, text: str, /, **values: object) -> str:
    """A sentence of a template; its values are escaped like any other text."""
    return _filled(page, catalogue().ugettext(text), values)


@pass_eval_context
def _counted_in_page(page: EvalContext, one: str, many: str, num: int, /, **values: object) -> str:
    """A sentence of a template that counts."""
    return _filled(page, catalogue().ungettext(one, many, num), {"num": num, **values})


def _filled(page: EvalContext, found: str, values: dict[str, object]) -> str:
    """As Jinja does it, but without looking for values in every sentence and for the language each time."""
    found = Markup(found) if page.autoescape else found  # noqa: S704 - our own words
    return one_stop(found % values) if "%" in found else found


def _select() -> str:
    """The language asked for in the address, else the remembered one, else the browser's, else Chinese."""
    if not has_request_context():
        return LOCALES[DEFAULT]
    asked = request.args.get("lang", "")
    remembered = request.cookies.get(COOKIE, "")
    return LOCALES.get(asked) or LOCALES[preferred(remembered, request.headers.get("Accept-Language", ""))]


def preferred(remembered: str, accepted: str) -> str:
    """The language where the address asks for none: the remembered one, else the browser's first, else Chinese.

    `remembered` is what the cookie says, `accepted` the browser's header.
    """
    if remembered in LOCALES:
        return remembered
    for value in parse_accept_header(accepted, LanguageAccept).values():
        short = value.lower().partition("-")[0]
        if short in LOCALES:
            return short
    return DEFAULT


def _remember(response: Response) -> Response:
    """Keep the language chosen with `?lang=` for the next pages."""
    asked = request.args.get("lang", "")
    if asked in LOCALES and request.cookies.get(COOKIE) != asked:
        response.set_cookie(COOKIE, asked, max_age=YEAR, samesite="Lax", httponly=True, secure=request.is_secure)
    return response


def _compile(source: Path, target: Path, locale: str) -> None:
    """Write one catalogue's .mo beside its final name first: workers start together."""
    with source.open("rb") as file:
        catalog = read_po(file, locale=locale, domain=source.stem)
    target.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=target.parent)
    with os.fdopen(handle, "wb") as file:
        write_mo(file, catalog)
    Path(name).chmod(0o644)
    stamp = source.stat().st_mtime
    os.utime(name, (stamp, stamp))
    Path(name).replace(target)


def compile_catalogues(source: Path, target: Path) -> list[str]:
    """Bring every .mo up to its .po, and name the domains found."""
    domains: set[str] = set()
    for po in sorted(source.glob("*/LC_MESSAGES/*.po")):
        mo = (target / po.relative_to(source)).with_suffix(".mo")
        if not mo.exists() or mo.stat().st_mtime != po.stat().st_mtime:
            _compile(po, mo, po.parent.parent.name)
        domains.add(po.stem)
    return sorted(domains)


def _remove(folder: Path, made_by: int) -> None:
    """Remove the folder, but not in a process forked from the one that made it."""
    if os.getpid() == made_by:
        shutil.rmtree(folder, ignore_errors=True)


def init_app(app: Flask) -> None:
    """Merge the catalogues of all rooms and choose the language of each request."""
    source = Path(app.config.get("TRANSLATIONS", Path(app.root_path) / "translations"))
    target = Path(app.config.get("BUILT", Path(app.root_path) / "instance")) / "translations"
    try:
        domains = compile_catalogues(source, target)
    except OSError:  # a read-only installation
        target = Path(tempfile.mkdtemp(prefix="zilu-translations-"))
        atexit.register(_remove, target, os.getpid())
        domains = compile_catalogues(source, target)
    domains = domains or ["core"]
    # Flask-Babel pairs the n-th domain with the n-th directory.
    app.config["BABEL_DOMAIN"] = ";".join(domains)
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = ";".join([str(target)] * len(domains))
    app.config["BABEL_DEFAULT_LOCALE"] = LOCALES[DEFAULT]
    app.config["BABEL_DEFAULT_TIMEZONE"] = "Asia/Shanghai"
    Babel(app, locale_selector=_select)
    app.after_request(_remember)
    app.jinja_env.globals.update(language=language, html_lang=html_lang, gap=gap, bracketed=bracketed, g=g)
    app.jinja_env.globals.update({"_": _in_page, "gettext": _in_page, "ngettext": _counted_in_page})

"""Public pages: bulletins as a list, one by one at permanent addresses, as PDF and as a feed."""

from typing import Any
from urllib.parse import urlencode

from flask import abort, make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask.wrappers import Response

from core.db import session
from core.downloads import served
from core.i18n import language
from core.qr import qr_svg
from core.web import blueprint
from core.words import _
from notices import queries as notices
from registry import rulebook, settings
from sanctions import bulletin_page, feeds, labels, queries
from sanctions.bulletin_page import Read, printable
from sanctions.queries import Filters, Shown

bp = blueprint("sanctions_public", __name__, audience=None)

KINDS = ("INSTITUTION", "FIRM")
LEVELS = ("1", "2", "3", "5")
"""Measures that a public bulletin can show: L4 is for members only."""


@bp.get("/bulletins")
def listing() -> ResponseReturnValue:
    """What is published, newest first; searched, filtered, page by page."""
    at, asked = session(), _asked()
    found = queries.published(at, asked, after=request.args.get("after", ""), before=request.args.get("before", ""))
    chosen = _choices(asked)
    page = render_template(
        "sanctions/bulletins.html",
        lines=bulletin_page.listed(at, found.lines),
        count=found.count,
        most=queries.MOST,
        filters=chosen,
        chips=[
            (f"{label}: {_shown(answers, value)}", _address({name: ""}))
            for name, label, answers, value in chosen
            if value
        ],
        before=_address({"before": found.before}) if found.before else "",
        after=_address({"after": found.after}) if found.after else "",
    )
    return _conditional(page)


@bp.get("/bulletins/<slug>")
def show(slug: str) -> ResponseReturnValue:
    """One bulletin; a withdrawn one shows the notice of withdrawal, one whose time is over answers 410."""
    found = _found(slug)
    if found.gone or found.text is None:
        answer = make_response(render_template("sanctions/gone.html"), 410)
        answer.headers["X-Robots-Tag"] = "noindex"
        return answer
    it = bulletin_page.read(session(), found.publication, found.text, found.party)
    answer = _conditional(render_template("sanctions/bulletin.html", it=it, pdf=_pdf(it), preview=False))
    if found.publication.state == "WITHDRAWN":
        answer.headers["X-Robots-Tag"] = "noindex"
    return answer


@bp.get("/bulletins/<slug>.pdf")
def pdf(slug: str) -> ResponseReturnValue:
    """The sealed paper that stands: of what was corrected the corrected one, of what was withdrawn the withdrawal."""
    found = _found(slug)
    if found.gone or found.text is None:
        abort(410 if found.gone else 404)
    it = bulletin_page.read(session(), found.publication, found.text, found.party)
    document = _pdf(it) or abort(404)
    return served(document, f"{it.paper_number}.pdf", "application/pdf", inline=True)


@bp.get("/bulletins/<slug>/qr.svg")
def qr(slug: str) -> ResponseReturnValue:
    """The address where the paper is verified, to be scanned."""
    found = _found(slug)
    if found.gone or found.text is None:
        abort(410)
    code = bulletin_page.read(session(), found.publication, found.text, found.party).check_code or abort(404)
    return _conditional(qr_svg(bulletin_page.verify_address(code)), "image/svg+xml")


@bp.get("/bulletins.atom")
def atom() -> ResponseReturnValue:
    """The newest bulletins as an Atom feed."""
    at = session()
    names = settings.association(at)
    feed = feeds.atom(
        queries.newest_bulletins(at),
        title=_("Bulletins"),
        author=(names["name_en"] if language() == "en" else "") or names["name_zh"] or _("Bulletins"),
        home=url_for(".listing", _external=True),
        own=url_for(".atom", _external=True),
        lang=language(),
    )
    return _conditional(feed, "application/atom+xml; charset=utf-8")


def _found(slug: str) -> Shown:
    """Only what is or was public, whoever asks: a draft has no public address."""
    found = queries.publication_by_slug(session(), slug)
    if found is None or found.publication.scope != "PUBLIC" or found.publication.published_at is None:
        abort(404)
    return found if found.gone or (found.text and found.text.shown) else abort(404)


def _pdf(it: Read) -> str | None:
    """The digest of the paper, once it is rendered and while it is in force."""
    if not it.check_code:
        return None
    known = notices.verified(session(), it.check_code)
    return known.pdf_sha256 if known is not None and known.in_force else None


def _conditional(content: str | bytes, media_type: str = "text/html; charset=utf-8") -> Response:
    """An answer that whoever has it already need not fetch again."""
    answer = make_response(content)
    answer.content_type = media_type
    answer.add_etag()
    answer.make_conditional(request)
    return answer


def _asked() -> Filters:
    args = request.args
    kind, measure = args.get("kind", ""), args.get("measure", "")
    return Filters(
        scope="PUBLIC",
        text=printable(args.get("text", "")),
        kind=kind if kind in KINDS else "",
        measure=int(measure) if measure in LEVELS else None,
        code=printable(args.get("code", ""))[:10],
        year=args.get("year", type=int),
    )


def _choices(asked: Filters) -> list[tuple[str, str, list[tuple[str, Any]] | None, str]]:
    """The filters: name, label, answers, what is chosen."""
    at, every = session(), ("", _("All"))
    codes = [(code, _violation(code)) for code in queries.codes_shown(at)]
    years = [(str(year), str(year)) for year in queries.years(at)]
    measures = [(level, labels.LEVEL[int(level)][0]) for level in LEVELS]
    kinds = [("INSTITUTION", _("Institution")), ("FIRM", _("Collection firm"))]
    return [
        ("text", _("Name of the company"), None, asked.text),
        ("kind", _("Kind of company"), [every, *kinds], asked.kind),
        ("measure", _("Measure"), [every, *measures], str(asked.measure or "")),
        ("code", _("Kind of breach"), [every, *codes], asked.code),
        ("year", _("Year"), [every, *years], str(asked.year or "")),
    ]


def _violation(code: str) -> str:
    found = rulebook.violation(session(), code)
    return found.name(language()) if found else code


def _shown(answers: list[tuple[str, Any]] | None, value: str) -> str:
    return str(dict(answers).get(value, value)) if answers is not None else value


def _address(other: dict[str, str]) -> str:
    """The same list with something else in its address; any change but of the page begins at its first page."""
    said = {name: value for name, value in request.args.items() if name not in {"after", "before", "lang"}} | other
    return f"{url_for('.listing')}?{urlencode({name: value for name, value in said.items() if value})}"

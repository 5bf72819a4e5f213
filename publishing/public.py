"""Public pages: bulletins as a list and one by one at permanent addresses, as page and as PDF."""

from flask import abort, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from core.answers import conditional
from core.db import PUBLIC, read_as, session
from core.site import outside
from core.web import blueprint
from core.words import language
from filestore.downloads import served
from notices import queries as notices
from printing.qr import qr_svg
from proceedings import bulletin_page
from proceedings.bulletin_page import Read
from publishing import public_filters, queries_public
from sanctions import queries
from sanctions.queries import Shown

bp = blueprint("publishing_public", __name__, audience=None)


@bp.before_request
def as_everybody() -> None:
    """Whoever is signed in reads here what everybody does, no less: also who may read no publication at the desk."""
    read_as(session(), PUBLIC)


@bp.get("/bulletins")
def listing() -> ResponseReturnValue:
    """What is published, newest first; searched, filtered, page by page. Withdrawals stand on its first page."""
    at, asked = session(), public_filters.asked()
    found = queries.published(at, asked, after=request.args.get("after", ""), before=request.args.get("before", ""))
    first = not found.before and not request.args.get("after")
    if not found.lines and (request.args.get("after") or request.args.get("before")):
        return redirect(public_filters.address(_in_english()))  # what stood on this page stands there no more
    offered = public_filters.choices(asked)
    gone = queries_public.withdrawals(at, asked)
    withdrawn = queries_public.how_many_withdrawn(at, asked, gone)
    page = render_template(
        "publishing/bulletins.html",
        lines=bulletin_page.newest_first(
            bulletin_page.listed(at, found.lines), bulletin_page.listed(at, gone) if first else ()
        ),
        count=found.count + withdrawn,
        gone=(len(gone), withdrawn) if first else (0, 0),
        most=queries.MOST,
        filters=offered,
        chips=public_filters.chips(offered),
        before=public_filters.address({"before": found.before}) if found.before else "",
        after=public_filters.address({"after": found.after}) if found.after else "",
        atom=public_filters.address(_in_english(), "publishing_public.atom"),
        json=public_filters.address(_in_english(), "publishing_public.json_feed"),
        canonical=outside(public_filters.address(_in_english())),
        in_chinese=outside(public_filters.address({})),
        in_english=outside(public_filters.address({"lang": "en"})),
        withdrawn=bool(queries_public.withdrawals(at, limit=1)),
    )
    answer = conditional(page)
    if asked.text or request.args.get("after") or request.args.get("before"):
        answer.headers["X-Robots-Tag"] = "noindex, follow"
    return answer


def _in_english() -> dict[str, str]:
    return {"lang": "en"} if language() == "en" else {}


@bp.get("/bulletins/<slug>")
def show(slug: str) -> ResponseReturnValue:
    """One bulletin; 410 for one whose time is over, and for a withdrawn one, which shows the notice of withdrawal."""
    found = _found(slug)
    if found.gone or found.text is None:
        withdrawn = found.publication.withdrawn_at is not None
        answer = make_response(render_template("publishing/gone.html", withdrawn=withdrawn), 410)
        answer.headers["X-Robots-Tag"] = "noindex"
        return answer
    it = bulletin_page.read(session(), found.publication, found.text, found.party)
    stands = _standing(it)
    shown = {"pdf": stands and stands.pdf_sha256, "before": stands and stands.corrects, "preview": False}
    page = render_template("proceedings/bulletin.html", it=it, **shown)
    if found.publication.state != "WITHDRAWN":
        return conditional(page)
    answer = make_response(page, 410)
    answer.headers["X-Robots-Tag"] = "noindex"
    return answer


@bp.get("/bulletins/<slug>.pdf")
def pdf(slug: str) -> ResponseReturnValue:
    """The sealed paper that stands: of what was corrected the corrected one, of what was withdrawn the withdrawal."""
    found = _found(slug)
    if found.gone or found.text is None:
        abort(410 if found.gone else 404)
    it = bulletin_page.read(session(), found.publication, found.text, found.party)
    stands = _standing(it) or abort(404)
    answer = served(stands.pdf_sha256 or abort(404), f"{it.paper_number}.pdf", "application/pdf", inline=True)
    if found.publication.state == "WITHDRAWN":
        answer.headers["X-Robots-Tag"] = "noindex"
    return answer


@bp.get("/bulletins/<slug>/qr.svg")
def qr(slug: str) -> ResponseReturnValue:
    """The address where the paper is verified, to be scanned."""
    found = _found(slug)
    if found.gone or found.text is None:
        abort(410)
    code = bulletin_page.read(session(), found.publication, found.text, found.party).check_code or abort(404)
    return conditional(qr_svg(bulletin_page.verify_address(code)), "image/svg+xml")


def _found(slug: str) -> Shown:
    """Only what is or was public, whoever asks: a draft has no public address; one in capitals leads to its own."""
    if slug != slug.lower():
        abort(redirect(url_for(request.endpoint or ".show", slug=slug.lower()), 301))
    found = queries.publication_by_slug(session(), slug)
    if found is None or found.publication.scope != "PUBLIC" or found.publication.published_at is None:
        abort(404)
    return found if found.gone or (found.text and found.text.shown) else abort(404)


def _standing(it: Read) -> notices.Verified | None:
    """The paper as its code verifies it, while it is in force; it has a digest once it is rendered."""
    known = notices.verified(session(), it.check_code) if it.check_code else None
    return known if known is not None and known.in_force else None

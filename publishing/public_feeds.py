"""What machines read of the bulletins: feeds of any selection, the map of the site, and where robots may go."""

from xml.sax.saxutils import escape

from flask import make_response, render_template, request, url_for
from flask.typing import ResponseReturnValue

from core import keyset, plainly
from core.answers import conditional
from core.db import session
from core.i18n import html_lang
from core.site import outside
from core.words import _, language
from proceedings import bulletin_page
from proceedings.bulletin_page import Read
from publishing import feeds, public_filters, queries_public
from publishing.public import bp
from registry import settings
from sanctions import queries

PAGES = (
    "complainants_public.home",
    "complainants_public.begin",
    "publishing_public.listing",
    "notices_public.verify",
    "complainants_public.rights",
    "complainants_public.privacy",
    "publishing_procedure.show",
    "figures_public.show",
)
"""What everybody may find by searching, beside the bulletins."""
PRIVATE = (
    "/staff", "/portal", "/admin", "/account", "/first-run", "/sign-in", "/track", "/complain/", "/drafts", "/uploads",
    "/bulletins/subscribe/", "/bulletins/unsubscribe/",
)  # fmt: skip
"""Where robots find nothing."""
MOST_ADDRESSES = 20_000
"""Each stands there once in each language, and a map holds at most 50,000."""


@bp.get("/bulletins.atom")
def atom() -> ResponseReturnValue:
    """The newest bulletins of a selection as an Atom feed."""
    feed, entries = _feed("publishing_public.atom")
    return conditional(feeds.atom(feed, entries), "application/atom+xml; charset=utf-8")


@bp.get("/bulletins.json")
def json_feed() -> ResponseReturnValue:
    """The newest bulletins of a selection as a JSON feed."""
    feed, entries = _feed("publishing_public.json_feed")
    return conditional(feeds.as_json(feed, entries), "application/feed+json; charset=utf-8")


def _feed(endpoint: str) -> tuple[feeds.Feed, list[feeds.Entry]]:
    at, asked = session(), public_filters.asked()
    names = settings.association(at)
    chosen = [text for text, _url in public_filters.chips(public_filters.choices(asked))]
    lang = {"lang": "en"} if language() == "en" else {}
    feed = feeds.Feed(
        title=" · ".join([str(_("Bulletins")), *chosen]),
        author=(names["name_en"] if language() == "en" else "") or names["name_zh"] or str(_("Bulletins")),
        home=outside(public_filters.address(dict(lang))),
        own=outside(public_filters.address(dict(lang), endpoint)),
        lang=html_lang(),
    )
    gone = queries_public.withdrawals(at, asked, limit=feeds.MOST)
    found = bulletin_page.listed(at, [*queries.changed_last(at, asked, limit=feeds.MOST), *gone])
    entries = [_withdrawal(it) if it.withdrawn else _entry(it) for it in found]
    return feed, sorted(entries, key=lambda each: each.updated, reverse=True)[: feeds.MOST]


def _withdrawal(it: Read) -> feeds.Entry:
    """The notice alone, an entry of its own: under the bulletin's mark, readers would not show it as new."""
    day = plainly.day(it.out_since, "long")
    said = _(
        "Bulletin %(number)s was withdrawn on %(day)s. It has no effect any more; please do not quote or pass it on.",
        number=it.number,
        day=day,
    )
    return feeds.Entry(
        address=bulletin_page.address(it.publication),
        title=it.title,
        summary=str(said),
        published=it.out_since,
        updated=it.out_since,
        tags=(str(_("Notice of withdrawal")),),
        mark="#withdrawn",
        asked=_asked(),
    )


def _entry(it: Read) -> feeds.Entry:
    published = it.publication.published_at or it.text.at
    comma = "；" if language() == "zh" else "; "
    said = [it.company, comma.join(it.violations), it.text.summary.get("decision_number", ""), *_reviewed(it)]
    if it.corrected:
        said.insert(0, str(_("Corrected on %(day)s", day=plainly.day(it.text.at, "long"))))
    return feeds.Entry(
        address=bulletin_page.address(it.publication),
        title=it.title,
        summary=comma.join(each for each in said if each),
        published=published,
        updated=it.changed_at,
        tags=(*([str(_("Corrected"))] if it.corrected else []), *it.violations),
        asked=_asked(),
    )


def _reviewed(it: Read) -> list[str]:
    """What a review has to do with its decision, as the page says it: one that is open, else the one that it stood."""
    if it.publication.in_review:
        return [str(_("A review of the decision is open"))]
    upheld, varied = (
        {"number": number, "day": plainly.day(day, "long")} for number, day in map(it.reviewed, ("upheld", "varied"))
    )
    return [
        *([str(_("It was upheld on review by %(number)s of %(day)s.", **upheld))] if upheld["number"] else []),
        *([str(_("It was varied on review by %(number)s of %(day)s.", **varied))] if varied["number"] else []),
    ]


def _asked() -> str:
    """By which a reader of the English feed comes to the English page."""
    return "?lang=en" if language() == "en" else ""


@bp.get("/sitemap.xml")
def sitemap() -> ResponseReturnValue:
    """The pages of the public in both languages, and each bulletin that holds."""
    known = [(outside(url_for(name)), "") for name in PAGES]
    for slug, day in queries_public.addresses(session(), MOST_ADDRESSES):
        known.append((outside(url_for("publishing_public.show", slug=slug)), day.isoformat()))
    lines = [_location(address, day, lang) for address, day in known for lang in ("", "en")]
    head = '<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">'
    return conditional("\n".join([head, *lines, "</urlset>\n"]), "application/xml; charset=utf-8")


def _location(address: str, day: str, lang: str) -> str:
    changed = f"<lastmod>{day}</lastmod>" if day else ""
    return f"<url><loc>{escape(address)}{'?lang=en' if lang else ''}</loc>{changed}</url>"


@bp.get("/robots.txt")
def robots() -> ResponseReturnValue:
    """Where robots may go: not to forms, nor to what only some may see."""
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in PRIVATE)]
    return conditional("\n".join([*lines, "", f"Sitemap: {outside('/sitemap.xml')}", ""]), "text/plain; charset=utf-8")


@bp.get("/bulletins/withdrawals")
def withdrawals() -> ResponseReturnValue:
    """Notices of withdrawal, as long as the rules let them stay; nothing of it is for search engines."""
    at = session()
    found, part = queries_public.withdrawals_on(at, keyset.place_of(request.args))
    lines = bulletin_page.listed(at, found)
    answer = make_response(render_template("publishing/withdrawals.html", lines=lines, part=part))
    answer.headers["X-Robots-Tag"] = "noindex"
    return answer

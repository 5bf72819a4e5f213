"""Portal pages of the file: opened, each time as made for the company, and what was shown before."""

from collections.abc import Iterator
from typing import Any

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from casework.models_cases import CaseTrack
from casework.states import TRACK
from core import clock
from core.actors import Actor
from core.db import session, transaction
from core.errors import Erased
from core.web import blueprint
from core.words import LazyString, _, _l
from filestore import files
from filestore.downloads import served
from notices.models_bundles import SHOWN, Bundle
from notices.wording_lines import passage
from portal import portal_panels, portal_tracks
from portal.portal_panels import Happened
from proceedings import bundle_cards, queries_file_views
from registry.queries import account_names
from sanctions import bundles, file_views
from sanctions.files_made import SECTIONS

bp = blueprint("proceedings_portal_file", __name__, audience="portal", prefix="/portal/cases")

WORDS: dict[str, LazyString] = {
    "FORWARDING": _l("Complaints put before you, and your answers"),
    "FILING": _l("Filing"),
    "EVIDENCE": _l("Evidence"),
    "QUESTIONING": _l("Records of questioning"),
    "EXPLANATION": _l("Your explanation"),
    "NOTICE": _l("Advance notice"),
    "DEFENCE": _l("Statements and hearing"),
    "DECISION": _l("Decision"),
    "REVIEW": _l("Review"),
    "EXECUTION": _l("Measures carried out"),
}
"""What the parts of the file are called."""


@bp.get("/<int:number>/file")
def index(number: int) -> ResponseReturnValue:
    """What the file holds and leaves out, and the earlier views."""
    it = portal_tracks.own_track(number)
    found = queries_file_views.views(session(), it)
    return render_template(
        "proceedings/portal_file.html",
        it=it,
        views=found,
        names=account_names(session(), [each.made_for for each in found]),
        possible=TRACK.row(it.state, "view_file") is not None and it.case.erased_at is None,
        bundle=_bundle(it),
    )


@bp.post("/<int:number>/file")
def view(number: int) -> ResponseReturnValue:
    """Open the file as it is today; the view is journalled."""
    portal_tracks.own_track(number)
    with transaction(once=request.form.get("key")) as at:
        shown = file_views.view(at, at.get_one(CaseTrack, number), actor=g.me, now=clock.now()).id
    return redirect(url_for(".show", number=number, view=shown), 303)


@bp.post("/<int:number>/file/bundle")
def bundle(number: int) -> ResponseReturnValue:
    """Have the file made as one PDF, in the background; that is a view as well, journalled with what it shows."""
    portal_tracks.own_track(number)
    with transaction(once=request.form.get("key")) as at:
        it, now = at.get_one(CaseTrack, number), clock.now()
        file_views.view(at, it, actor=g.me, now=now)
        bundles.ask(at, it, ("track", number), SHOWN, actor=g.me, now=now)
    flash(_("The bundle was asked for; once it is made it can be downloaded here."))
    return redirect(url_for(".index", number=number, _anchor="bundle"), 303)


@bp.get("/<int:number>/file/bundle/card")
def bundle_card(number: int) -> ResponseReturnValue:
    """How far it is, for a page that waits."""
    it = portal_tracks.own_track(number)
    return render_template("proceedings/portal_bundle_part.html", it=it, each=_bundle(it))


@bp.get("/<int:number>/file/bundle/<int:made>.pdf")
def bundle_file(number: int, made: int) -> ResponseReturnValue:
    """The file; the download is journalled."""
    it = portal_tracks.own_track(number)
    found = queries_file_views.bundle(session(), it, made) or abort(404)
    with transaction() as at:
        kept = at.get_one(Bundle, made)
        bundles.download(at, at.get_one(CaseTrack, number), kept, actor=g.me, now=clock.now())
    return served(str(found.sha256), f"{bundle_cards.called(it, found)}.pdf", "application/pdf")


def _bundle(it: CaseTrack) -> bundle_cards.Shown:
    return bundle_cards.one_of(session(), it, ("track", it.id), SHOWN, counted=False)


@bp.get("/<int:number>/file/<int:view>")
def show(number: int, view: int) -> ResponseReturnValue:
    """The file as it was made."""
    it = portal_tracks.own_track(number)
    found = queries_file_views.view(session(), it, view) or abort(404)
    parts = [
        (WORDS[section], [(place, each) for place, each in enumerate(found.entries) if each["section"] == section])
        for section in SECTIONS
    ]
    return render_template(
        "proceedings/portal_file_view.html",
        it=it,
        view=found,
        parts=[part for part in parts if part[1]],
        passage=passage,
    )


@bp.get("/<int:number>/file/<int:view>/evidence/<int:place>")
def evidence(number: int, view: int, place: int) -> ResponseReturnValue:
    """A piece of evidence in that view, under a name that tells of nobody."""
    it = portal_tracks.own_track(number)
    found = queries_file_views.view(session(), it, view) or abort(404)
    if it.case.erased_at is not None:
        raise Erased
    if place >= len(found.entries) or not found.entries[place]["sha256"]:
        abort(404)
    entry = found.entries[place]
    name = files.neutral_name(entry["sha256"], entry["media_type"])
    return served(entry["sha256"], name, entry["media_type"], inline="inline" in request.args)


@portal_panels.offer
def looking(_session: Session, it: CaseTrack, _actor: Actor) -> Iterator[dict[str, Any]]:
    """The offer to open the file, while a row allows it."""
    if TRACK.row(it.state, "view_file") is not None:
        yield {
            "title": _("Look at the file"),
            "note": _("What the association has on your case; other people's identities are masked."),
            "url": url_for("proceedings_portal_file.index", number=it.id),
            "button": _("The file"),
            "refused": [],
        }


@portal_panels.teller
def looked(session: Session, it: CaseTrack) -> Iterator[Happened]:
    """When the company looked at its file."""
    for each in queries_file_views.views(session, it):
        url = url_for("proceedings_portal_file.show", number=it.id, view=each.id)
        yield Happened(each.made_at, _("Your company"), _("looked at the file"), own=True, url=url, link=_("as shown"))

"""Pages of bundles: made, watched while made, downloaded; for staff on the file and people drawn."""

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from casework.models_cases import CaseTrack
from core import clock
from core.actors import Actor
from core.db import session, transaction
from core.web import blueprint
from core.words import _
from desk import panels
from filestore.downloads import served, there
from notices import bundles as papers
from notices.models_bundles import Bundle
from proceedings import bundle_cards, queries_tracks
from proceedings.bundle_cards import Shown
from sanctions import bundles

bp = blueprint("proceedings_bundles", __name__, audience="staff", prefix="/staff/tracks/<int:number>/bundles")
Subject = tuple[str, int]


@bp.get("")
def listing(number: int) -> ResponseReturnValue:
    """Every bundle of the track."""
    it = _track(number, "main")
    return render_template("proceedings/bundles.html", track=it, shown=bundle_cards.of_track(session(), it))


@bp.post("/<kind>/<int:subject>/<variant>")
def make(number: int, kind: str, subject: int, variant: str) -> ResponseReturnValue:
    """Have one made; the page shows the progress."""
    _track(number, variant)
    with transaction(once=request.form.get("key")) as at:
        bundles.ask(at, at.get_one(CaseTrack, number), (kind, subject), variant, actor=g.me, now=clock.now())
    flash(_("The bundle was asked for; once it is made it can be downloaded here."))
    return redirect(_back(number, variant), 303)


@bp.get("/<kind>/<int:subject>/<variant>/card")
def card(number: int, kind: str, subject: int, variant: str) -> ResponseReturnValue:
    """Only the card, for a page that waits."""
    it = _track(number, variant)
    return render_template("proceedings/bundle_part.html", track=it, each=_shown(it, (kind, subject), variant))


@bp.get("/<int:bundle>.pdf")
def file(number: int, bundle: int) -> ResponseReturnValue:
    """The file; the download is journalled."""
    found = session().get(Bundle, bundle)
    if found is None or (found.sha256 is None and found.erased_at is None):
        abort(404)
    it = _track(number, found.variant)
    there(found.sha256)
    with transaction() as at:
        kept = at.get_one(Bundle, bundle)
        bundles.download(at, at.get_one(CaseTrack, number), kept, actor=g.me, now=clock.now())
    return served(found.sha256, f"{bundle_cards.called(it, found)}.pdf", "application/pdf")


def _track(number: int, variant: str) -> CaseTrack:
    it = queries_tracks.track(session(), number)
    if it is None or not bundles.may_have(session(), g.me, it, variant):
        abort(404)
    return it


def _shown(it: CaseTrack, subject: Subject, variant: str) -> Shown:
    if (subject[0], variant) not in papers.CONTENTS:
        abort(404)
    counted = bundles.may_have(session(), g.me, it, "main")
    return bundle_cards.one_of(session(), it, subject, variant, counted=counted)


def _back(number: int, variant: str) -> str:
    it = queries_tracks.track(session(), number)
    if it is not None and bundles.may_have(session(), g.me, it, "main"):
        return url_for(".listing", number=number, _anchor=f"bundle-{variant}")
    return url_for("proceedings_panel.show", number=number, _anchor="bundles")


@panels.panel
def on_the_case(at: Session, it: CaseTrack, me: Actor) -> panels.Shown | None:
    """On each track's card: its main volume as one file, and the way to the others."""
    if not bundles.may_have(at, me, it, "main"):
        return None
    shown = bundle_cards.one_of(at, it, ("track", it.id), "main", counted=False)
    return panels.Shown("proceedings/bundle_line.html", {"track": it, "each": shown})

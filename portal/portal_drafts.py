"""Portal pages of drafts that colleagues share: their files before they are sent, and drafts that nobody sends."""

from flask import abort, flash, g, redirect, request, url_for
from flask.typing import ResponseReturnValue

from casework import shared_drafts
from core.db import transaction
from core.web import blueprint
from core.words import _
from filestore.downloads import served
from portal import portal_writing

bp = blueprint("portal_drafts", __name__, audience="portal", prefix="/portal/drafts")
MATTERS = {"forwarding": "portal_forwardings.show", "material_request": "portal_materials.show"}
"""By table of the matter, its page; of all others it is the case."""
TABLES = {word: table for table, words in shared_drafts.KINDS.items() for word in words}


def _there(place: str) -> shared_drafts.SharedDraft:
    """The draft in this place of the reader's company; 404 for a place that keeps none."""
    word = place.partition(":")[0]
    draft = portal_writing.draft(place) if word in TABLES else shared_drafts.NONE
    return draft if draft.number else abort(404)


@bp.get("/<place>/files/<sha256>")
def file(place: str, sha256: str) -> ResponseReturnValue:
    """A file of a draft, for the people of the company that prepares it."""
    found = next((each for each in _there(place).files if each["sha256"] == sha256), None) or abort(404)
    return served(found["sha256"], found["name"], found["media_type"], inline=True)


@bp.post("/<place>/delete")
def delete(place: str) -> ResponseReturnValue:
    """Delete a draft with its files, as it stood when its reader opened it."""
    _there(place)
    word, number = place.split(":")[:2]
    with transaction(once=request.form.get("key")) as at:
        shared_drafts.held(at, place, seen=request.form.get("seen", 0, type=int), actor=g.me)
        shared_drafts.drop(at, place, actor=g.me)
    flash(_("The draft and its files are deleted."))
    return redirect(url_for(MATTERS.get(TABLES[word], "portal_tracks.show"), number=int(number)), 303)

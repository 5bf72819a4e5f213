"""Registers this room with the application, and what its pages say of each state."""

from collections.abc import Iterable
from typing import Any

from flask import Flask

from casework import receipts
from casework.labels import COMPLAINT
from casework.models import Message
from complainants import (
    public,
    public_resume,
    track,
    track_consents,
    track_files,
    track_more,
    track_recusals,
    track_stops,
    track_texts,
)
from core import web
from core.labels import label
from core.words import LazyString, _, _l
from registry import door

STANDING: dict[str, LazyString] = {
    "NEW": _l("Your complaint is being received."),
    "RECEIVED": _l("We are checking whether the association can take the complaint."),
    "NEED_INFO": _l("Something is missing before we can go on. Please answer below."),
    "FORWARDED": _l("The complaint was forwarded to the companies; we wait for their answers."),
    "ANSWERED": _l("The companies have answered. The association checks the answers before it passes them on."),
    "FURTHER": _l("The association asked for a further answer, and waits for it."),
    "RELEASED": _l("The answer is here. Please say whether it settles the matter."),
    "DISPUTED": _l("You disputed the answer. A person checks it."),
    "RECHECKED": _l("Somebody new looks at the complaint once more."),
    "ESCALATED": _l("The association looks into the matter itself. It tells you how it goes on."),
    "MERGED": _l("This complaint is handled together with an earlier one of yours."),
    "REJECTED": _l("The association could not take the complaint. The letter says why, and what you can still do."),
    "REFERRED_OUT": _l("Another authority is competent. The letter names it."),
    "CLOSED": _l("The complaint is closed. The letter says what was done."),
    "WITHDRAWN": _l("You withdrew the complaint."),
    "HISTORIC": _l("A complaint of an earlier register."),
}
OUTCOMES = {
    "REMEDY_MONEY": (_l("Remedied, with money"), "green"),
    "REMEDY_NONMONEY": (_l("Remedied: stopped, apologised, deleted"), "green"),
    "EXPLAINED": (_l("Explained: no breach found"), "blue"),
    "REJECTED_BY_INST": (_l("Complaint rejected by the company"), "orange"),
    "NOT_OURS": (_l("Not this company's matter"), "grey"),
    "DUPLICATE": (_l("Duplicate"), "grey"),
    "WITHDRAWN": (_l("Withdrawn"), "grey"),
    "NO_FEEDBACK": (_l("No feedback given"), "grey"),
    "REFERRED_OUT": (_l("Referred to another authority"), "purple"),
    "ESCALATED": (_l("Case opened"), "red"),
    "ACCEPTED": (_l("Answer accepted"), "green"),
    "SETTLED": (_l("Settled"), "green"),
}


def thread(messages: Iterable[Message]) -> list[dict[str, Any]]:
    """Messages as the person of the complaint sees them."""
    return [
        {
            "who": _("You") if one.from_complainant else _("The association"),
            "at": one.at,
            "text": one.body,
            "mine": one.from_complainant,
        }
        for one in messages
    ]


ROUTES = (public_resume, track_consents, track_files, track_more, track_recusals, track_stops, track_texts)
"""Imported for their routes on the pages of the form and of tracking."""


def init_app(app: Flask) -> None:
    """Set the room up."""
    app.register_blueprint(public.bp)
    app.register_blueprint(track.bp)
    door.counts_receipts_under("/track")
    door.receipts_are_known_by(receipts.mark_now)
    web.nav("public", _l("Home"), "complainants_public.home", order=0)
    web.nav("public", _l("Complain"), "complainants_public.begin", order=10)
    web.nav("public", _l("Track a complaint"), "complainants_track.enter", order=20)
    web.nav("public", _l("Rights and evidence"), "complainants_public.rights", order=50)
    web.nav("footer", _l("How your data is used"), "complainants_public.privacy", order=20)
    web.place("leave", "complainants_track.leave", roles=("complainant",))
    web.left_quickly("complainants_track.leave", "/complain", "/track")
    label("outcome", OUTCOMES)
    label("outcome_told", OUTCOMES | {"EXPLAINED": (_l("Explained: the company found no breach"), "blue")})
    own = {
        "RELEASED": (_l("Your feedback is awaited"), "turquoise"),
        "ANSWERED": (_l("Answers are checked"), "blue"),
        "FURTHER": (_l("A further answer is waited for"), "blue"),
        "RECHECKED": (_l("Looked at once more"), "orange"),
    }
    label("complaint_own", COMPLAINT | own)
    told = {
        "complaint_idle": door.COMPLAINT_IDLE,
        "complaint_longest": door.COMPLAINT_LONGEST,
        "complaint_warned_after": door.COMPLAINT_WARNED_AFTER,
    }
    app.jinja_env.globals.update(standing=lambda state: STANDING[state], thread=thread, **told)

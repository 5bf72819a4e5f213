"""What pages of panels and reviews have in common: following what is cited, voting, announcing a decision."""

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

from flask import flash, g, redirect, request
from flask.typing import ResponseReturnValue

from casework import evidence_looks
from casework.models_cases import Evidence
from core import clock
from core.db import transaction
from core.words import _
from desk import approving
from filestore import files
from filestore.downloads import served, there
from sanctions import bodies
from sanctions.models_decisions import Panel
from sanctions.models_reviews import Review


def proof(it: Evidence) -> ResponseReturnValue:
    """A file under a name that tells of nobody: the covered copy, or else the file itself, with a journal entry."""
    number, sha256, media_type = it.id, it.confirmed_sha256, it.confirmed_type
    if sha256 is None or media_type is None:
        sha256, media_type = there(it.sha256), it.media_type
        with transaction() as at:
            evidence_looks.look_as_drawn(at, number, actor=g.me, now=clock.now())
    return served(sha256, files.neutral_name(sha256, media_type), media_type, inline="inline" in request.args)


def free_seats(of: type[Panel | Review], numbers: Iterable[int]) -> dict[int, int]:
    """How many seats of each of these bodies are free; asked as the system, for members read only their own."""
    with transaction() as at:
        return bodies.vacant(at, of, numbers)


def vote(
    form: Any,  # noqa: ANN401 - of a panel or a review
    thing: Any,  # noqa: ANN401 - the track or the review
    verb: Callable[..., object],
    page: Callable[..., str],
    back: str,
) -> ResponseReturnValue:
    """The reader's vote; it cannot be changed."""
    if not form.validate_on_submit():
        return page(vote=form), 422
    with transaction(once=form.key.data) as at:
        said = {"choice": form.choice.data, "reasons": form.reasons.data, "measures": form.chosen}
        verb(at, thing, actor=g.me, now=clock.now(), **said)
    flash(_("Your vote is cast."))
    return redirect(back, 303)


def decide(
    form: Any,  # noqa: ANN401 - of a panel or a review
    thing: Any,  # noqa: ANN401 - the track or the review
    verb: Callable[..., object],
    page: Callable[..., str],
    back: str,
    *,
    approved_as: str,
) -> ResponseReturnValue:
    """Announce, as a member, what the votes come to; the decision goes out, or waits for its approval."""
    if not form.validate_on_submit():
        return page(decision=form), 422
    with transaction(once=form.key.data) as at:
        now = clock.now()
        deed = partial(verb, at, thing, form, g.me, now)
        waits = approving.carry_out(at, approved_as, thing.id, deed, actor=g.me, now=now)
    flash(str(waits or _("Decided; the decision goes out.")))
    return redirect(back, 303)

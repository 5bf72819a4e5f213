"""Portal pages of cases: a company's own track, its explanation, and what higher rooms add."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from functools import partial
from typing import Any

from flask import abort, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from casework import respondents_clocks, shared_drafts, tracks
from casework.models_cases import CaseTrack
from casework.showable import PASSED_ON
from casework.states import TRACK
from core import clock, keyset
from core.db import session, transaction
from core.web import blueprint
from core.words import LazyString, _, language
from notices.kinds import KINDS
from notices.papers import Block
from portal import (
    answer_points,
    places,
    portal_offers,
    portal_panels,
    portal_writing,
    queries_materials,
    queries_portal,
    queries_waiting,
)
from portal import forms_portal as forms
from portal import labels_portal as words
from portal.portal_panels import Happened
from portal.queries_portal import Notice
from registry import lineage

bp = blueprint("portal_tracks", __name__, audience="portal", prefix="/portal/cases")

SAYING = ("D11b", "D41", "D13a", "D13b", "D25", "D27", "D17", "D20", "D22", "D16a", "D16b")
"""Notices that say what is alleged or decided: the page quotes them and nothing else."""


@bp.get("/")
def index() -> ResponseReturnValue:
    """The company's cases, newest first."""
    waits = queries_waiting.first_by_ref(session(), g.me.party_id)
    page = session(), g.me.party_id, keyset.place_of(request.args)
    found, part = queries_portal.tracks(*page)
    stands, beside = portal_panels.stands(session(), found), portal_panels.told_beside(session(), found)
    if stands or beside:
        found, part = queries_portal.tracks(*page)  # either is read as the system, and all of it anew
    told = queries_portal.first_told(session(), found, g.me.party_id)
    return render_template(
        "portal/portal_tracks.html",
        found=found,
        told=told,
        part=part,
        now=words.now_of,
        posted=queries_portal.posted(session(), [each for each in found if each.state in words.TRACK_POSTED]),
        stands=stands,
        beside=beside,
        waits=waits,
        length=respondents_clocks.length,
        remaining=partial(respondents_clocks.left, session()),
    )


@bp.get("/<int:number>")
def show(number: int) -> ResponseReturnValue:
    """Where the case stands, what is alleged according to the notices, and what can be done now."""
    it = own_track(number)
    actions = list(
        _actions(it)
    )  # drafts are read in transactions, after which everything is read anew, so they come first
    stands, beside = portal_panels.stands(session(), [it]), portal_panels.told_beside(session(), [it])
    it = own_track(number) if stands or beside else it
    letters = queries_portal.notices_of(session(), "track", it.id)
    return render_template(
        "portal/portal_track.html",
        it=it,
        notices=letters,
        kinds=KINDS,
        now=next(filter(None, (each(it) for each in portal_panels.STANDINGS)), stands.get(it.id) or now_of(it)),
        beside=beside.get(it.id, []),
        investigator=next((each.name for each in reversed(queries_portal.told_of(session(), it, "reassign"))), None),
        said=[(each, blocks(each)) for each in letters if each.served and each.document.kind in SAYING],
        clocks=respondents_clocks.cards(session(), queries_portal.track_clocks(session(), it)),
        files=queries_portal.explanation_files(session(), it),
        actions=[*_to_open(letters), *actions],
        panels=[found for each in portal_panels.PANELS if (found := each(session(), it, g.me))],
        happened=_happened(it, letters),
    )


def own_track(number: int) -> CaseTrack:
    """The company's own track; 404 for any other."""
    return queries_portal.track(session(), number, g.me.party_id) or abort(404)


def now_of(it: CaseTrack) -> LazyString:
    """Where the case stands, for its company."""
    posted = queries_portal.posted(session(), [it] if it.state in words.TRACK_POSTED else [])
    return words.now_of(it.state, it.basis, posted.get(it.id, ()))


def blocks(notice: Notice) -> tuple[Block, ...]:
    """The text of a notice as it was frozen."""
    return notice.document.frozen.blocks


def _to_open(letters: list[Notice]) -> Iterator[dict[str, Any]]:
    """What has still to be opened comes before all else, since time counts from it."""
    for each in letters:
        if each.to_open and each.document.pdf_sha256:
            yield {
                "title": _("Open a notice"),
                "note": f"{KINDS[each.document.kind].name(language())} {each.document.number or ''}",
                "url": url_for("notices_portal.show", number=each.document.id),
                "button": _("Open"),
            }


def _actions(it: CaseTrack) -> list[dict[str, Any]]:
    offered = [action for each in portal_panels.OFFERS for action in each(session(), it, g.me)]
    return sorted(offered, key=lambda action: bool(action.get("seldom")))


def _happened(it: CaseTrack, letters: list[Notice]) -> list[Happened]:
    told = [line for each in portal_panels.TELLERS for line in each(session(), it)]
    told += [line for each in letters for line in _served(each)]
    taken = it.taken_over_on
    if taken is not None and lineage.holders(session(), PASSED_ON, it.id):
        told = [_by_whom(each, taken) for each in told]
    return sorted(told, key=lambda each: each.at, reverse=True)


def _by_whom(line: Happened, taken: date) -> Happened:
    """The line as a company reads it that took the case over on that day: what went before, it did not do itself."""
    before = line.own and clock.day_of(line.at) < taken
    return replace(line, who=_("The company that yours succeeded")) if before else line


def _served(notice: Notice) -> Iterator[Happened]:
    kind = KINDS[notice.document.kind].name(language())
    url = url_for("notices_portal.show", number=notice.document.id)
    number = notice.document.number or ""
    yield Happened(
        notice.document.issued_at, _("The Association"), _("issued: %(kind)s", kind=kind), False, url, number
    )
    if notice.service and notice.service.opened_at:
        yield Happened(notice.service.opened_at, _("Your company"), _("opened: %(kind)s", kind=kind), own=True)


@bp.route("/<int:number>/explanation", methods=["GET", "POST"])
def explain(number: int) -> ResponseReturnValue:
    """Write the explanation, together with colleagues."""
    it = own_track(number)
    points = _points(it)
    desk = portal_writing.desk(answer_points.explanation_form(points), places.explanation(it))
    answer_points.gather(desk.form, request.form)
    if act := portal_writing.kept(desk):
        portal_writing.say_kept(act)
        return redirect(url_for(".check" if act == portal_writing.LOOK else ".show", number=number), 303)
    named = [answer_points.name_of(code) for code, _words in points]
    return writing_page(it, desk, event="explain", title=_("Your explanation"), points=named)


def _points(it: CaseTrack) -> list[answer_points.Point]:
    """What the filing notice alleges, if several things are and nothing was explained yet; additions are one text."""
    if it.explained_at is not None:
        return []
    letters = queries_portal.notices_of(session(), "track", it.id)
    found = [blocks(each) for each in letters if each.served and each.document.kind == "D11b"][:1]
    points = [point for paper in found for point in answer_points.alleged(session(), paper)]
    return points if len(points) >= answer_points.SEVERAL else []


@bp.route("/<int:number>/explanation/check", methods=["GET", "POST"])
def check(number: int) -> ResponseReturnValue:
    """Look at the explanation, then send it."""
    it = own_track(number)
    draft = portal_writing.draft(places.explanation(it))
    points = _points(it)
    form = sending_form(draft, answer_points.sending_form(points, draft.fields, "text"))
    if not form.validate_on_submit():
        portal_writing.overtaken(places.explanation(it), form)
        write = url_for(".explain", number=number)
        text = answer_points.whole(points, draft.fields, "text")
        title = _("Your explanation")
        return check_page(it, draft, form, event="explain", title=title, write=write, fields=[("", text)])
    now = clock.now()
    with transaction(once=form.key.data) as at:
        mine = at.get_one(CaseTrack, number)
        said = shared_drafts.held(at, places.explanation(it), seen=form.seen.data or 0, actor=g.me)
        text = answer_points.sent(_points(it), said.fields, "text")
        tracks.explain(at, mine, text=text, actor=g.me, now=now)
        portal_writing.hand_in(at, mine, said, "EXPLANATION", now=now)
        shared_drafts.drop(at, places.explanation(it), actor=g.me)
    flash(_("The explanation is sent."))
    return redirect(url_for(".show", number=number), 303)


def sending_form(
    draft: shared_drafts.SharedDraft, kind: type[forms.SendWrittenForm] = forms.SendWrittenForm
) -> forms.SendWrittenForm:
    """The form that sends what was looked at."""
    form = kind(seen=draft.number)
    del form.warned
    return form


def writing_page(
    it: CaseTrack, desk: portal_writing.Desk, *, event: str, title: str, over: str = "", points: Sequence[str] = ()
) -> ResponseReturnValue:
    """The page on which a text of a case is written, or one text on each of several points.

    `over` says why it is no longer taken although the state is the same.
    """
    letters = queries_portal.notices_of(session(), "track", it.id)
    page = render_template(
        "portal/portal_write.html",
        it=it,
        desk=desk,
        form=desk.form,
        title=title,
        points=points,
        said=[(each, blocks(each)) for each in letters if each.served and each.document.kind in SAYING][:1],
        kinds=KINDS,
        possible=TRACK.row(it.state, event) is not None and not over,
        now=over or now_of(it),
        clocks=respondents_clocks.cards(session(), queries_portal.track_clocks(session(), it)),
        materials=queries_materials.of_matter(session(), it),
    )
    return page, desk.form.status_code


def check_page(  # noqa: PLR0913 - each value is named
    it: CaseTrack,
    draft: shared_drafts.SharedDraft,
    form: forms.SendWrittenForm,
    *,
    title: str,
    write: str,
    event: str | None = None,
    over: str = "",
    fields: Sequence[tuple[str, str]] = (),
    withdrawable: bool = False,
) -> ResponseReturnValue:
    """The page on which one or several texts are looked at before they are sent.

    Sending is possible unless `over` says why not, or, if there is a row of the track for it, the row refuses.
    What is `withdrawable` is not said to be out of reach once it is sent.
    """
    if not draft.number and not form.is_submitted():
        return redirect(write)
    form.seen.data = draft.number
    page = render_template(
        "portal/portal_check.html",
        it=it,
        draft=draft,
        form=form,
        title=title,
        write=write,
        fields=fields or [("", draft.fields.get("text", ""))],
        withdrawable=withdrawable,
        refused=[*portal_offers.only_lead(it, g.me, draft=True), *form.lacking],
        possible=not over and (event is None or TRACK.row(it.state, event) is not None),
        now=over or now_of(it),
        clocks=respondents_clocks.cards(session(), queries_portal.track_clocks(session(), it)),
        materials=queries_materials.of_matter(session(), it),
    )
    return page, form.status_code

"""What the staff's page of a track after its report consists of, and what its card on the case page shows."""

from functools import partial
from typing import Any

from flask import g, render_template, url_for
from sqlalchemy.orm import Session

from casework.models_cases import CaseFile, CaseTrack
from casework.policies_tracks import BEFORE_REPORT
from casework.queries_recusals import may_ask
from casework.stages import DRAWN_IN
from casework.states import TRACK
from core import clock, drafting
from core.actors import Actor
from core.db import session
from core.errors import NotAllowed
from core.words import _, _l, language
from desk import clock_cards, deeds, panels
from notices import circulars
from proceedings import (
    deeds_admissions,
    execution_page,
    queries_respondents,
    queries_tracks,
    showing,
    showing_ladder,
    showing_reviews,
    waited_for,
)
from proceedings.deeds_tracks import DEEDS, offered
from registry import queries as register
from sanctions import (
    ballots,
    bodies,
    introductions,
    on_paper,
    policies,
    policies_admissions,
    policies_corrections,
    policies_execution,
    policies_resolutions,
    queries_hearings,
    rounds,
)
from sanctions import panels as drawing
from sanctions.models_publications import Publication

BEFORE = ("NEW", "NOT_FILED", *BEFORE_REPORT)
"""There is nothing to show yet."""
CORRECTED_IN = TRACK.states_for("correct_text")
"""States in which a clerical error can be corrected (S77)."""
Facts = dict[str, Any]


def page(it: CaseTrack, *, unmasked: bool = False) -> str:
    """The whole page. `unmasked` says that the journal has noted the look."""
    begun = deeds.still_open(
        drafting.of_others(url_for("proceedings_staff.show", number=it.id)), TRACK, DEEDS, it, partial(_act_url, it)
    )
    hide, said = showing.veil(it, revealed=unmasked), facts(session(), it, g.me)
    said["findings"] = [each | {"hide": hide} for each in said["findings"]]
    gone = queries_respondents.set_aside(session(), it)
    return render_template("proceedings/track.html", begun=begun, hide=hide, unmasked=unmasked, set_aside=gone, **said)


def facts(at: Session, it: CaseTrack, me: Actor) -> Facts:
    """Everything that the page or the card shows."""
    panel, publication = rounds.panel(at, it), rounds.publication(at, it)
    proposal, decision = rounds.proposal(at, it), rounds.decision(at, it)
    papers = queries_tracks.papers(at, it)
    found = showing.suggestion(at, it, proposal)
    ordered = showing.measures(at, it, papers)
    admission = policies_admissions.admission(at, it)
    members = queries_tracks.members(at, panel)
    original = rounds.first_decision(at, it)
    reviewed = showing_reviews.facts(at, it, me)
    restoring = policies_resolutions.restoration(at, it)
    timed = [("track", it, ""), *(("review", each, "") for each in reviewed["beside"])]
    return {
        "track": it,
        "steps": steps(at, it, me),
        "waiting": waited_for.said(at, it, members),
        "suggestion": found,
        "compared": showing.compared(proposal, decision),
        "departures": showing_ladder.departures(at, it, found, proposal, decision),
        "rungs": showing.rungs(found, proposal, decision, [each["it"] for each in ordered]),
        "proposal": proposal,
        "proposed": showing.worded(at, proposal.measures, proposal.terms) if proposal else [],
        "hearing": queries_hearings.hearing(at, it),
        "restoration": restoring,
        "may_enter_restoration": it.state == "DELIBERATION"
        and not (restoring and restoring.waits)
        and on_paper.may_enter(at, me, it, "ask_restoration"),
        "resolutions": policies_resolutions.every(at, it),
        "admission": admission,
        "signatures": policies_admissions.signatures(at, admission) if admission else {},
        "statements": rounds.statements(at, it),
        "decision": decision,
        "original": original,
        "decided": showing.worded(at, original.measures, original.terms) if original else [],
        "members": members,
        "panel": panel,
        "vacant": waited_for.free_seats(at, panel) if it.state in DRAWN_IN else "",
        "later_draws": queries_tracks.later_draws(panel, members) if panel else [],
        "needed": ballots.needed(panel) if panel else None,
        "measures": ordered,
        "publication": publication,
        "read_by": _read_by(at, publication),
        "papers": papers,
        "clocks": clock_cards.cards(at, timed, clock.today(), language()),
        "findings": showing.findings(at, it),
        "name": lambda number: register.account_name(at, number),
        "may_verify": policies_execution.may_verify(me),
        "may_enrol": policies_execution.may_enrol(me, it),
        "may_hold": policies_execution.may_hold(me),
        **reviewed,
        "may_recuse": it.state in DRAWN_IN and may_ask(at, me, it.case_id),
    }


def _read_by(at: Session, it: Publication | None) -> tuple[int, int] | None:
    """How many members have read a circular, and how many it goes to."""
    paper = queries_tracks.paper_now(at, it) if it is not None and it.scope == "MEMBERS" else None
    return circulars.read_by(at, paper.id) if paper is not None else None


def _act_url(it: CaseTrack, event: str) -> str:
    return url_for("proceedings_staff.act", number=it.id, event=event)


def steps(at: Session, it: CaseTrack, me: Actor) -> list[dict[str, Any]]:
    """What this reader can do next with a track, and why some of it is impossible now."""
    found = deeds.steps(
        at,
        TRACK,
        offered(at, it, me),
        it,
        actor=me,
        now=clock.now(),
        url=partial(_act_url, it),
    )
    signing = deeds_admissions.signing(
        at, it, me, lambda role: url_for("proceedings_admissions.sign", number=it.id, role=role)
    )
    return [*execution_page.steps(at, it, me), *signing, *_correction(at, it, me), *found, *_of_panel(at, it, me)]


def _correction(at: Session, it: CaseTrack, me: Actor) -> list[dict[str, Any]]:
    """The way to a correction that is voted on, for those who vote and for who acts on the result."""
    put = policies_corrections.open_correction(at, it) if it.state in CORRECTED_IN else None
    if put is None:
        return []
    if not policies_corrections.may_settle(me) and me.id not in policies_corrections.body_now(at, put).people:
        return []
    return [
        {
            "title": _("A correction is before those who decided"),
            "note": _("%(cast)s of %(size)s members have voted", cast=put.cast, size=put.size),
            "button": _("Go to the correction"),
            "url": url_for("proceedings_corrections.show", number=put.id),
        }
    ]


def _of_panel(at: Session, it: CaseTrack, me: Actor) -> list[dict[str, Any]]:
    found = [_told(it)] if it.drawn_untold and not introductions.told_refusals(at, it, me) else []
    if it.state not in DRAWN_IN:
        return found
    panel = rounds.panel(at, it)
    if panel is not None and policies.may_draw(me) and bodies.missing(at, panel):
        refused = list(drawing.fill_refusals(at, it, me))
        if not any(isinstance(each, NotAllowed) for each in refused):
            found.append(_fill(it, refused, recused=panel.size > len(rounds.sitting(panel))))
    if panel is None:
        refused = list(drawing.draw_refusals(at, it, me))
        if not any(isinstance(each, NotAllowed) for each in refused):
            found.append(_draw(at, it, refused))
    elif policies.is_on(me, panel):
        found.append(
            {
                "title": _("Read the file, vote and decide"),
                "note": _("You were drawn for this panel."),
                "button": _("Go to the panel"),
                "url": url_for("proceedings_panel.show", number=it.id),
            },
        )
    return found


def _draw(at: Session, it: CaseTrack, refused: list[Any]) -> dict[str, Any]:
    return {
        "title": _("Draw the panel"),
        "note": _(
            "%(size)s members by lot, one at least from outside; the seed is kept.", size=drawing.size_for(at, it)
        ),
        "button": _("Draw"),
        "url": url_for("proceedings_panel.draw", number=it.id),
        "method": "post",
        "confirm": _l("The draw can't be repeated. Draw now?"),
        "refused": refused,
    }


def _told(it: CaseTrack) -> dict[str, Any]:
    return {
        "title": _("Enter that the respondent was told who was drawn"),
        "note": _(
            "The portal does not reach it, without electronic service or somebody who signs there: write to it who "
            "sits and that it can ask for a recusal."
        ),
        "button": _("Enter…"),
        "url": url_for("proceedings_panel.told", number=it.id),
        "method": "get",
    }


def _fill(it: CaseTrack, refused: list[Any], *, recused: bool) -> dict[str, Any]:
    return {
        "title": _("Draw somebody in the place of a recused member")
        if recused
        else _("Draw somebody in the place of a member who can't vote any more"),
        "note": _("By lot from the rest of the pool; this draw has a seed of its own."),
        "button": _("Draw"),
        "url": url_for("proceedings_panel.fill", number=it.id),
        "method": "post",
        "confirm": _l("The draw can't be repeated. Draw now?"),
        "refused": refused,
    }


@panels.panel
def card(at: Session, it: CaseTrack, me: Actor) -> panels.Shown | None:
    """A track's measures, for its card on the case page."""
    if it.state in BEFORE:
        return None
    return panels.Shown("proceedings/track_card.html", facts(at, it, me))


@panels.beside
def beside(at: Session, case: CaseFile, _me: Actor) -> panels.Shown | None:
    """The ladder of each track that has come so far, beside the case."""
    found = []
    for it in case.tracks:
        if it.state in BEFORE:
            continue
        proposal, decision = rounds.proposal(at, it), rounds.decision(at, it)
        suggested = showing.suggestion(at, it, proposal)
        rungs = showing.rungs(suggested, proposal, decision, rounds.measures(at, it))
        found.append({"track": it, "rungs": rungs})
    return panels.Shown("proceedings/ladder_card.html", {"ladders": found}) if found else None

"""Deciding in a simulation: proposed, defended against or admitted, heard, voted on, decided, and reviewed."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from admin import demo_arguments, demo_defence
from admin.demo_texts import DECIDED, STATED, VOTED
from bench.simulation.season import Life, Season
from casework import policies_recusals
from casework.models_cases import CaseTrack
from casework.models_recusals import Recusal
from casework.policies_tracks import has_run_out
from core.clock import day_of
from registry.models import VIA_PRINCIPAL
from sanctions import (
    admissions,
    bodies,
    decisions,
    file_views,
    hearings,
    introductions,
    ladder,
    letters,
    panels,
    policies,
    proposals,
    queries_hearings,
    review_bodies,
    reviews,
    rounds,
    statements,
    terms,
)
from sanctions.models_reviews import Review, ReviewMember, ReviewVote
from sanctions.sittings import Absence, HearingPlan

SHARES = (
    ((1,), 58), ((1, 2), 17), ((2,), 9), ((1, 3), 8), ((1, 2, 3), 4), ((1, 4), 2), ((1, 3, 4), 1), ((1, 5), 1),
)  # fmt: skip
"""Which measures are proposed how often."""
DEPARTURE = "评分未能完全反映受托管理责任和整改态度，综合全案予以调整。"
REVIEWED = ("VARY", "REMIT", "QUASH", "UPHOLD", "UPHOLD", "UPHOLD", "UPHOLD", "UPHOLD")
"""How one review after the other ends, so that few of them have ended in every way."""
ASKED, MOVED = (5, 3), (20, 7)
"""Of so many tracks this one asks for a review of a minor decision, or has one opened for it: chance would leave
a small association without."""
SAID = "复核成员认为，应当作出上述处理。"


def waiting(season: Season, life: Life, _it: CaseTrack) -> datetime:
    """Something is on its way, or others decide."""
    return season.in_working_days(life, 2, 4)


def reviewing(season: Season, life: Life, it: CaseTrack) -> datetime | None:
    """The adjudication unit returns the report, ends it without a measure, or proposes measures."""
    at, head, by = season.at, season.account("head"), season.by(life.dice.choice(("reviewer", "reviewer2")))
    if it.returned_on is None and life.once("returned", 0.06):
        letters.return_report(at, it, gaps=["未说明外呼名单来源"], version=None, **by)
        life.said[f"found {it.round}"] = False
        return season.in_working_days(life, 2, 6)
    if it.basis == VIA_PRINCIPAL and any(each.finding != "NOT_ESTABLISHED" for each in it.allegations):
        lender = it.engagement.institution if it.engagement else None
        letter = letters.ToPrincipal(lender, letters.DUTIES, letters.REPORTS)
        why = "该单位于行为发生时不受自律规则约束。"
        letters.write_to_principal(at, it, letter, reasons=why, approved_by=head, version=None, **by)
        return season.in_working_days(life, 2, 5)
    levels: list[int] = []
    if any(each.finding == "ESTABLISHED" for each in it.allegations):
        if not ladder.suggest(at, it).band:
            letters.remind(
                at, it, attention=["完善联系人管理"], reasons="情节轻微。", approved_by=head, version=None, **by
            )
            return season.in_working_days(life, 2, 5)
        levels = [1, 2] if is_one_of(life, ASKED) or is_one_of(life, MOVED) else _levels(life)
    said = terms.proposed(at, it, levels)
    proposals.propose(
        at, it, measures=levels, terms=said, reasons="结合违规情节和整改态度综合考虑。", version=None,
        departure=DEPARTURE if levels else "", approved_by=head, **by,
    )  # fmt: skip
    return season.in_working_days(life, 1, 4)


def is_one_of(life: Life, every: tuple[int, int]) -> bool:
    """Whether it is the one of so many."""
    return life.number % every[0] == every[1]


def _levels(life: Life) -> list[int]:
    if "levels" not in life.said:
        life.said["levels"] = life.dice.choices([each for each, _ in SHARES], [share for _, share in SHARES])[0]
    return list(life.said["levels"])


def defending(season: Season, life: Life, it: CaseTrack) -> datetime | None:
    """The respondent states its view, admits, asks to be heard, waives, or lets the time run."""
    at, speaks, done = season.at, season.leading(it), f"defended {it.round}"
    if life.said.get(done):
        return season.in_working_days(life, 2, 4)
    life.said[done] = True
    chance = life.dice.random()
    if life.chance(0.3):
        file_views.view(at, it, **speaks)
    if it.major and chance < 0.4 and not has_run_out(at, it, "K16", day_of(season.now)):
        hearings.ask_for(at, it, wishes=demo_arguments.about(it).wishes, **speaks)
    elif not it.major and chance < 0.25 and not list(_admissible(season, it)):
        admissions.admit(at, it, text=demo_defence.ADMITTED, signed_by=_executive(it), position=demo_defence.POSITION,
                         authorised=True, told=True, **speaks)  # fmt: skip
    elif chance < 0.75:
        statements.state(at, it, text=STATED[it.role], **speaks)
    elif chance < 0.82:
        statements.waive(at, it, confirmed=True, **speaks)
    return season.in_working_days(life, 2, 4)


def _admissible(season: Season, it: CaseTrack) -> Any:
    return admissions.policies.admissible(season.at, it)


def _executive(it: CaseTrack) -> str:
    return it.party.named_executive or "负责人"


def admitted(season: Season, life: Life, it: CaseTrack) -> datetime:
    """Taken back, refused, or decided upon three signatures."""
    if not has_run_out(season.at, it, "K31", day_of(season.now)):
        if life.once("taken back", 0.08) and not life.said.get("took"):
            life.said["took"] = True
            admissions.take_back(season.at, it, confirmed=True, **season.leading(it))
        return season.in_working_days(life, 1, 3)
    if life.once("refused", 0.05) and not life.said.get("refusal"):
        life.said["refusal"] = True
        admissions.refuse(season.at, it, reasons="事实复杂，应由审议小组审议。", version=None, **season.by("head"))
        return season.in_working_days(life, 2, 4)
    found = admissions.policies.admission(season.at, it)
    signed = admissions.policies.signatures(season.at, found) if found else {}
    if len(signed) < 2:
        role, key = ("officer", "officer") if "officer" not in signed else ("legal", "reviewer")
        admissions.sign(season.at, it, role=role, opinion="同意按告知的措施办理。", **season.by(key))
        return season.in_working_days(life, 1, 2)
    proposal = rounds.proposal(season.at, it)
    measures = list(proposal.measures) if proposal else []
    admissions.decide(
        season.at, it, measures=measures, reasons="当事单位自愿认可违规事实。", statement_dealt="已予考虑。",
        opinion="同意。", version=None, **season.by("head"),
    )  # fmt: skip
    return season.in_working_days(life, 2, 4)


def hearing_asked(season: Season, life: Life, it: CaseTrack) -> datetime:
    """Given up after all, or the panel is drawn and the day set."""
    if life.once("gives up", 0.1) and not life.said.get("gave up"):
        life.said["gave up"] = True
        hearings.waive(season.at, it, confirmed=True, **season.leading(it))
        return season.in_working_days(life, 2, 4)
    _draw(season, it)
    plan = HearingPlan(season.working(14, 9), demo_defence.PLACE, demo_defence.AGENDA)
    hearings.schedule(season.at, it, plan=plan, version=None, **season.by("secretary"))
    return max(plan.at + timedelta(hours=3), season.working(1))


def hearing_set(season: Season, life: Life, it: CaseTrack) -> datetime:
    """Held, missed, adjourned once, or set anew where the notice did not come in time."""
    at, found = season.at, queries_hearings.hearing(season.at, it)
    held = queries_hearings.held_on(found) if found else None
    if found is None or found.at is None or held is None:
        return season.in_working_days(life, 1, 2)
    if not queries_hearings.served_in_time(at, it, held):
        if queries_hearings.can_be_served_in_time(at, it, held, day_of(season.now)):
            return season.in_working_days(life, 1, 2)
        plan = HearingPlan(season.working(16, 9), demo_defence.PLACE, demo_defence.AGENDA)
        hearings.schedule(at, it, plan=plan, version=None, **season.by("secretary"))
        return plan.at + timedelta(hours=3)
    if found.at + timedelta(hours=2) > season.now:
        return found.at + timedelta(hours=3)
    _draw(season, it)
    by = {"actor": demo_defence.members(season, it)[0], "version": None, "now": season.now}
    if found.adjourned_at is None and life.once("adjourned", 0.1):
        hearings.adjourn(at, it, reasons="当事单位代理人因病不能到会。", **by)
    elif life.once("absent", 0.08) and queries_hearings.names_all(at, it):
        present = tuple(member.id for member in rounds.sitting(_panel(season, it)))
        absence = Absence(found.at, present, "当事单位无正当理由未到会。", good_reason=False)
        hearings.miss(at, it, absence=absence, **by)
    else:
        plan = HearingPlan(found.at, found.place, tuple(found.agenda))
        hearings.hold(at, it, record=demo_defence._record(season, it, plan), **by)  # noqa: SLF001 - one record for both
    return season.in_working_days(life, 1, 3)


def _panel(season: Season, it: CaseTrack) -> Any:
    return rounds.panel(season.at, it)


def _draw(season: Season, it: CaseTrack) -> None:
    """Draw the panel, or fill it."""
    said = {"seed": f"sim-{it.id}-{it.round}-{season.now:%Y%m%d}", **season.by("secretary")}
    found = _panel(season, it)
    if found is None:
        panels.draw(season.at, it, **said)
    elif len(rounds.sitting(found)) < found.size:
        panels.fill(season.at, it, **said)


def deliberating(season: Season, life: Life, it: CaseTrack) -> datetime:
    """The panel sits: minutes are signed, everybody votes, one announces the result."""
    at = season.at
    _draw(season, it)
    if life.once("stands down", 0.03) and not life.said.get("stood down"):
        life.said["stood down"] = True
        person = demo_defence.members(season, it)[-1]
        demo_defence.recusals.declare(at, it.case, ground="RELATIVE", facts="本人的胞弟在当事单位任职。", actor=person,
                                      now=season.now)  # fmt: skip
        return season.in_working_days(life, 1, 2)
    if not list(hearings.sign_refusals(at, it, season.leads[it.party_id])) and life.chance(0.8):
        hearings.sign(at, it, signed_by=_executive(it), corrections="", **season.leading(it))
    if _still_introduced(season, it):
        return season.in_working_days(life, 1, 2)
    if policies.outcome(at, it) is None:
        _vote(season, life, it)
        return season.in_working_days(life, 1, 3)
    decisions.decide(
        at, it, actor=demo_defence.members(season, it)[0], now=season.now, reasons=DECIDED[False],
        statement_dealt="已听取当事单位的陈述申辩并予考虑。",
    )  # fmt: skip
    return season.in_working_days(life, 2, 4)


def _vote(season: Season, life: Life, it: CaseTrack) -> None:
    """Everybody who sits and has not voted yet."""
    panel = _panel(season, it)
    done = {each.member_id for each in rounds.votes(season.at, panel)}
    seats = sorted(rounds.sitting(panel), key=lambda each: (not each.chair, each.id))
    for seat, choice in zip(seats, _votes(life, len(seats)), strict=True):
        if seat.id not in done:
            by = {"actor": season.person_of(seat.account_id), "now": season.now}
            lighter = _lighter(season, it) if choice == "LIGHTER" else ()
            panels.vote(season.at, it, choice=choice, reasons=VOTED[choice], measures=lighter, **by)


def _lighter(season: Season, it: CaseTrack) -> list[int]:
    proposal = rounds.proposal(season.at, it)
    return [min(proposal.measures)] if proposal and len(proposal.measures) > 1 else []


def _votes(life: Life, members: int) -> list[str]:
    """Mostly as proposed; sometimes none; somebody abstains or wants less."""
    if life.chance(0.08):
        return ["NONE"] * (members - 1) + ["PROPOSED"]
    votes = ["PROPOSED"] * members
    if life.chance(0.2):
        votes[-1] = "ABSTAIN"
    return votes


def served(season: Season, life: Life, it: CaseTrack) -> datetime:
    """A major decision: a review is asked for, waived, or its time runs out."""
    if life.said.get("decided on review") != it.round:
        life.said["decided on review"] = it.round
        chance = life.dice.random()
        if has_run_out(season.at, it, "K20", day_of(season.now)):
            return season.in_working_days(life, 2, 4)
        if chance < 0.4:
            reviews.ask_review(season.at, it, grounds="对次数的认定依据不足。", **season.leading(it))
        elif chance < 0.5:
            statements.waive(season.at, it, confirmed=True, **season.leading(it))
    return season.in_working_days(life, 3, 6)


def _still_introduced(season: Season, it: CaseTrack) -> bool:
    """Whether nobody votes yet, since the respondent can ask for a recusal; it is told of who was drawn."""
    if it.drawn_untold:
        introductions.note_told(season.at, it, told_on=day_of(season.now), version=None, **season.by("secretary"))
    return any(policies_recusals.not_introduced(it, day_of(season.now)))


def review_turn(season: Season, life: Life) -> datetime | None:
    """What happens next with a review."""
    it = season.at.get_one(Review, life.number, populate_existing=True)
    if it.ended_at is not None:
        return None
    if not it.own_motion and life.once("withdrawn", 0.06):
        reviews.withdraw(season.at, it, confirmed=True, **season.leading(it.track))
        return None
    if it.seed is None or bodies.missing(season.at, it):
        review_bodies.draw(season.at, it, seed=f"sim-review-{it.id}-{season.now:%Y%m%d}", **season.by("secretary"))
        return season.in_working_days(life, 2, 8)
    if _still_introduced(season, it.track):
        return season.in_working_days(life, 1, 2)
    if left := _without_vote(season, it):  # also who was drawn for one that left after the others had voted
        _vote_on_review(season, it, left)
        return season.in_working_days(life, 1, 4)
    by = season.person_of(next(each.account_id for each in it.members if each.recused_at is None))
    reviews.decide(season.at, it, reasons=SAID, questions="来电次数的统计口径", actor=by, version=None, now=season.now)
    return None


def _without_vote(season: Season, it: Review) -> list[ReviewMember]:
    voted = set(season.at.scalars(select(ReviewVote.member_id).where(ReviewVote.review_id == it.id)))
    return [each for each in it.members if each.recused_at is None and each.id not in voted]


def _vote_on_review(season: Season, it: Review, members: list[ReviewMember]) -> None:
    choice = REVIEWED[(it.id - 1) % len(REVIEWED)]
    fewer = [level for level in it.decision.measures if level < max(it.decision.measures)]
    choice = "QUASH" if choice == "VARY" and not fewer else choice
    choice = "VARY" if it.own_motion and choice == "UPHOLD" and fewer else choice
    for member in members:
        said = {"choice": choice, "reasons": SAID, "measures": fewer if choice == "VARY" else ()}
        review_bodies.vote(season.at, it, **said, actor=season.person_of(member.account_id), now=season.now)


def recusal_turn(season: Season, life: Life) -> datetime | None:
    """Somebody decides on a challenge."""
    it = season.at.get_one(Recusal, life.number, populate_existing=True)
    if it.state != "ASKED":
        return None
    if life.chance(0.25):
        demo_defence.recusals.grant(season.at, it, version=None, **season.by("head"))
    else:
        why = "曾依职责办理其他投诉，不影响公正办理。"
        demo_defence.recusals.refuse(season.at, it, reasons=why, version=None, **season.by("head"))
    return None

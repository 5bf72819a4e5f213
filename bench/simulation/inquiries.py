"""The inquiry in a simulation: screened, filed or not, explained, looked into, reported."""

from datetime import datetime, timedelta
from io import BytesIO

from sqlalchemy import select

from admin import demo_arguments, demo_files
from bench.simulation.season import Life, Season
from casework import cases, evidence, inquiries, recusals, tracks
from casework.models_cases import CaseTrack
from casework.models_recusals import Recusal
from casework.policies_recusals import barred
from casework.policies_tracks import conduct_day, has_run_out
from casework.questioning import Questioning
from casework.showable import is_showable
from core.actors import Actor
from core.clock import day_of
from registry import rulebook
from registry.models import VIA_PRINCIPAL
from sanctions import endings

INVESTIGATORS = ("investigator", "investigator2", "investigator3")
FACTS = "其催收人员在投诉期间多次致电与债务无关的单位和个人，要求代为催促还款"
CODES = ("V-C04", "V-I01", "V-C05", "V-M04", "V-B01")
"""What an officer names where what was complained about was no rule yet."""
LIMITATION = timedelta(days=700)


def screening(season: Season, life: Life, it: CaseTrack) -> datetime | None:
    """Signs of a breach, or not; the head files, asks an outsider, or declines."""
    _allege(season, life, it)
    day, by = conduct_day(it.case), season.by("head")
    stale = season.now.date() - day > LIMITATION
    unruled = any(not rulebook.provisions_for(season.at, each.code, day) for each in it.allegations)
    if not it.allegations or stale or unruled or life.once("declined", 0.35):
        why = "现有线索不足以表明该单位实施了所反映的行为。"
        tracks.decline(season.at, it, reasons=why, version=None, **by)
        return season.in_working_days(life, 2, 5)
    person = season.account(life.dice.choice(INVESTIGATORS))
    if it.basis == VIA_PRINCIPAL:
        asked = ["受托催收的委托机构、期间和范围", "已经采取的措施"]
        inquiries.ask_outsider(season.at, it, investigator=person, asked=asked, opinion="", version=None, **by)
    else:
        tracks.file(season.at, it, investigator=person, opinion="同意立案调查。", version=None, **by)
    return season.in_working_days(life, 3, 6)


def _allege(season: Season, life: Life, it: CaseTrack) -> None:
    day = conduct_day(it.case)
    if it.allegations:
        return
    fits = [code for code in CODES if rulebook.provisions_for(season.at, code, day)]
    for code in fits[:1]:
        cases.allege(season.at, it, code=code, facts=FACTS, persons=_persons(life), acts=_acts(life),
                     **season.by("officer"))  # fmt: skip
    season.at.expire(it, ["allegations"])


def _persons(life: Life) -> int:
    return life.dice.choice((1, 1, 1, 1, 1, 1, 2, 3, 12))


def _acts(life: Life) -> int:
    return life.dice.choice((2, 2, 3, 4, 6, 9, 14, 40))


def filed(season: Season, life: Life, _it: CaseTrack) -> datetime:
    """The notice is on its way."""
    return season.in_working_days(life, 2, 4)


def investigating(season: Season, life: Life, it: CaseTrack) -> datetime | None:
    """The respondent explains itself or stays silent; the investigator finds, and reports."""
    if _left(season, it):
        others = [each for each in map(season.account, INVESTIGATORS) if each.id not in barred(season.at, it.case_id)]
        tracks.reassign(season.at, it, life.dice.choice(others), version=None, **season.by("head"))
    who = season.person_of(it.investigator_id)
    if it.round == 0 and not life.said.get("special"):
        life.said["special"] = True
        if (when := _special(season, life, it)) is not None:
            return when
    if it.explained_at is None and not has_run_out(season.at, it, "K12", day_of(season.now)):
        if life.once("silent", 0.2) or it.party_id not in season.leads:
            return season.in_working_days(life, 3, 6)
        if it.basis == VIA_PRINCIPAL:
            return _outsider_answers(season, life, it)
        tracks.explain(season.at, it, text=demo_arguments.about(it).explained[it.role], **season.leading(it))
        return season.in_working_days(life, 2, 8)
    if not life.said.get(f"found {it.round}") or any(each.finding is None for each in it.allegations):
        _find(season, life, it, who)
        life.said[f"found {it.round}"] = True  # not where it was refused: there is no report without it
        return season.in_working_days(life, 1, 6)
    tracks.report(
        season.at, it, course="调取外呼系统日志和通话录音，核对委托合同。", conclusion="见各项认定。",
        proposal="建议按照自律规则处理。", handling="", actor=who, version=None, now=season.now,
    )  # fmt: skip
    return season.in_working_days(life, 1, 8)


def _left(season: Season, it: CaseTrack) -> bool:
    """Whether whoever investigates takes no part in the case any more."""
    gone = select(Recusal.id).where(Recusal.case_id == it.case_id, Recusal.account_id == it.investigator_id)
    return season.at.scalar(gone.where(Recusal.state == "GRANTED")) is not None


def _outsider_answers(season: Season, life: Life, it: CaseTrack) -> datetime:
    inquiries.enter_answer(
        season.at, it, text="我司系受委托机构委托开展催收。", signed_by="经理 顾某", received_on=day_of(season.now),
        scans=(), version=None, **season.by("officer"),
    )  # fmt: skip
    return season.in_working_days(life, 2, 5)


def _special(season: Season, life: Life, it: CaseTrack) -> datetime | None:
    """What happens in few investigations: waits for a court, goes to the police, was filed by mistake, takes longer."""
    chance, by = life.dice.random(), season.by("head")
    if chance < 0.03:
        why = "公安机关已就同一事实立案侦查。"
        inquiries.suspend(season.at, it, cause="CRIMINAL", reasons=why, version=None, **by)
        return season.later(life.dice.randint(20, 90))
    if chance < 0.05:
        referral = inquiries.Referral(
            authority="蓝湾市公安局", facts="采取威胁方式催收。", suspected="涉嫌违反治安管理规定"
        )
        inquiries.refer_all(season.at, it, referral, nothing_left=True, version=None, **by)
        return season.in_working_days(life, 2, 5)
    if chance < 0.065:
        endings.terminate(season.at, it, ground="MISTAKE", reasons="经核实系错误立案。", version=None, **by)
        return season.in_working_days(life, 2, 5)
    if chance < 0.11:
        inquiries.extend(season.at, it, reasons="需调取的录音数量较大。", version=None, **by)
    elif chance < 0.14 and it.party_id in season.leads:
        recusals.ask(season.at, it.case, it.investigator_id, ground="TOOK_PART", facts="该人员办理过另一件投诉。",
                     **season.leading(it))  # fmt: skip
        return season.in_working_days(life, 5, 8)
    elif chance < 0.24:
        _question(season, it)
    return None


def _question(season: Season, it: CaseTrack) -> None:
    began, who = season.now - timedelta(hours=2), it.investigator_id
    record = Questioning(
        started_at=began, ended_at=began + timedelta(hours=1), place="协会会议室",
        officers=(who, season.people["officer3"].id), person="顾某", position="经理", identity_checked="1234",
        rights_told=True, recusal="NONE", entries=({"question": "号码从何而来？", "answer": "由委托机构提供。"},),
        signed_by="顾某",
    )  # fmt: skip
    inquiries.question(season.at, it, record=record, actor=season.person_of(who), version=None, now=season.now)


def suspended(season: Season, life: Life, it: CaseTrack) -> datetime:
    """What it waited for is over."""
    inquiries.resume(season.at, it, ended=True, reasons="刑事案件已经审结。", version=None, **season.by("head"))
    return season.in_working_days(life, 2, 6)


def _find(season: Season, life: Life, it: CaseTrack, who: Actor) -> None:
    """Evidence that may be shown, and a finding on each allegation."""
    shown = [each for each in it.case.evidence if is_showable(each, it)]
    if not shown:
        picture = BytesIO(demo_files.call_log(it.id % 5))
        said = {"shows": "涉案号码的呼叫时间和次数", "track": it}
        shown = [evidence.add(season.at, it.case, picture, "外呼记录.png", actor=who, now=season.now, **said)]
    nothing = life.once("nothing", 0.4)
    for each in it.allegations:
        if each.facts and each.persons == 1 and not nothing and each.finding is None:
            cases.revise(season.at, each, facts=each.facts, persons=_persons(life), acts=_acts(life), actor=who,
                         now=season.now)  # fmt: skip
        finding = life.dice.choice(("NOT_ESTABLISHED", "UNPROVEN")) if nothing else "ESTABLISHED"
        cases.find(season.at, each, finding=finding, reason="录音、日志与投诉人提供的截图相互印证。",
                   evidence=shown[:2], actor=who, now=season.now)  # fmt: skip

"""What each measure orders: what must be said of it, what is proposed at first, and how documents word it."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy.orm import Session

from casework import clauses
from casework.models_cases import CaseTrack
from core.errors import BadInput, Refused
from core.words import _l
from notices.papers import period_text
from registry.clock_hooks import HOOKS
from registry.clock_kinds import KINDS as CLOCKS
from sanctions.levels import CIRCULAR, CRITICISM, INTERVIEW, LEVELS, RECTIFICATION, TRAINING

Terms = Mapping[str, Any]
"""What one measure orders."""
ITEM = ("problem", "correction", "proof")
WHO = "法定代表人或者负责催收工作的高级管理人员"


def of_level(terms: Mapping[str, Any], level: int) -> dict[str, Any]:
    """The part about one level; JSON keeps levels as words."""
    return dict(terms.get(str(level)) or terms.get(level) or {})  # type: ignore[call-overload]


def plain(terms: Mapping[Any, Any], measures: Sequence[int]) -> dict[str, Any]:
    """The terms of these measures alone, as they are kept."""
    return {str(level): of_level(terms, level) for level in measures}


def problems(level: int, terms: Terms) -> Iterator[Refused]:
    """What is missing before a measure can be proposed."""
    if level == RECTIFICATION:
        yield from _rectification(terms)
    elif level == INTERVIEW and not (terms.get("topics") and str(terms.get("purpose", "")).strip()):
        yield BadInput("terms", _l("Say what the interview is for and what will be talked about."))
    elif level == TRAINING:
        yield from _training(terms)


def _rectification(terms: Terms) -> Iterator[Refused]:
    shortest, longest = CLOCKS["K22"].between or (5, 90)
    items = terms.get("items") or []
    if not items:
        yield BadInput("terms", _l("A rectification order names at least one problem."))
    for item in items:
        if not all(str(item.get(name, "")).strip() for name in ITEM):
            yield BadInput("terms", _l("Each problem has its correction and the proof to file."))
            break
    days = [terms.get("days"), *(item.get("days") for item in items if item.get("days") is not None)]
    if any(not isinstance(each, int) or not shortest <= each <= longest for each in days):
        said = {"shortest": shortest, "longest": longest}
        yield BadInput("terms", _l("A rectification takes between %(shortest)s and %(longest)s days.", **said))


def _training(terms: Terms) -> Iterator[Refused]:
    if not str(terms.get("who", "")).strip() or not terms.get("subjects"):
        yield BadInput("terms", _l("Say who must be trained, and in what."))
    if not all(isinstance(terms.get(name), int) and terms[name] > 0 for name in ("minimum", "hours", "pass_mark")):
        yield BadInput("terms", _l("A training has a least number of people, hours and a pass mark."))


def proposed(session: Session, track: CaseTrack, measures: Sequence[int]) -> dict[str, Any]:
    """Terms to begin with, from what was established: the reviewer edits them."""
    found = clauses.established(track)
    names = [clauses.violation_names(session, [each.code])[0] for each in found]
    days = HOOKS.terms(session, "K22").length
    drafts: dict[int, dict[str, Any]] = {
        RECTIFICATION: {
            "days": days,
            "items": [
                {
                    "problem": each.facts,
                    "correction": f"停止有关行为，查明原因，完善制度和培训，防止“{name}”再次发生",
                    "days": days,
                    "proof": "整改后的制度文本、培训记录、抽查录音及处理结果",
                }
                for each, name in zip(found, names, strict=True)
            ],
            "remedies": ["停止对受影响人员的联系，书面致歉，删除不应留存的个人信息"],
            "firm_duty": "督促受托催收机构同步整改，并对整改情况进行检查" if _has_firm(track) else "",
        },
        INTERVIEW: {
            "purpose": "指出违规问题，提示风险，督促整改",
            "topics": names,
            "materials": ["身份证明和授权文件", "自查报告"],
            "must_attend": WHO,
        },
        TRAINING: {
            "who": "催收管理人员和一线催收人员",
            "minimum": 3,
            "subjects": ["催收自律规则", "个人信息保护", "投诉处理"],
            "hours": 8,
            "form": "线上学习并现场考核",
            "pass_mark": 80,
        },
        CIRCULAR: {},
        CRITICISM: {},
    }
    return plain(drafts, measures)


def _has_firm(track: CaseTrack) -> bool:
    return track.engagement_id is not None or any(each.engagement_id for each in track.case.tracks)


def worded(session: Session, level: int, terms: Terms) -> str:
    """One measure with its terms, as an advance notice and a decision say it."""
    name = LEVELS[level].zh
    if level == RECTIFICATION:
        corrections = "；".join(f"（{place}）{item['correction']}" for place, item in enumerate(terms["items"], 1))
        return f"{name}：自收到整改通知书之日起{terms['days']}日内完成下列整改并报告：{corrections}"
    if level == INTERVIEW:
        return f"{name}：由{terms.get('must_attend') or WHO}到会接受约谈"
    if level == TRAINING:
        hours = terms["hours"]
        return (
            f"{name}：组织{terms['who']}不少于{terms['minimum']}人参加{hours}学时的培训，考核{terms['pass_mark']}分合格"
        )
    return f"{name}：{scope_text(session, level)}"


def scope_text(session: Session, level: int) -> str:
    """How far and how long a measure is published, as documents say it."""
    if level == CIRCULAR:
        return f"在会员单位范围内通报{shown_for(session, level)}"
    if level == CRITICISM:
        return f"向社会公开{shown_for(session, level)}"
    return "不予公布"


def shown_for(session: Session, level: int) -> str:
    """How long a circular or bulletin is shown."""
    laid_down = HOOKS.terms(session, LEVELS[level].clock)
    return period_text(laid_down.length, laid_down.unit, "zh")

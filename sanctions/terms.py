"""What each measure orders: what must be said of it, what is proposed at first, and how documents word it."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import clauses
from casework.models_cases import Allegation, CaseTrack
from core.errors import BadInput, Refused
from core.words import _l
from notices.papers import Lang, period_text
from notices.sentences import Pair, counted, joined_up, say
from registry import settings
from registry.clock_hooks import HOOKS
from registry.models import PartyKind
from registry.models_rulebook import Violation
from sanctions.levels import CIRCULAR, CRITICISM, FIRST_MAJOR, INTERVIEW, LEVELS, RECTIFICATION, TRAINING, heaviest

Terms = Mapping[str, Any]
"""What one measure orders."""
TIERS = {"minor": "minor self-discipline measures", "major": "major self-discipline measures"}
ITEM = ("problem", "correction", "proof")
WHO: Pair = (
    "法定代表人或者负责催收工作的高级管理人员",
    "the legal representative or the senior executive responsible for collection",
)
CORRECTION: Pair = (
    "停止有关行为，查明原因，完善制度和培训，防止“{name}”再次发生",
    "stop the conduct, find its cause, improve rules and training, and prevent “{name}” from happening again",
)
PROOF: Pair = (
    "整改后的制度文本、培训记录、抽查录音及处理结果",
    "the rules as improved, records of training, recordings checked and what was done about them",
)
REMEDY: Pair = (
    "停止对受影响人员的联系，书面致歉，删除不应留存的个人信息",
    "stop contacting the persons affected, apologise to them in writing, and delete data that must not be kept",
)
STOP: Pair = ("停止有关行为", "stop the conduct")
FIRM_DUTY: Pair = (
    "督促受托催收机构同步整改，并对整改情况进行检查",
    "see to it that the collection firms rectify as well, and check that they did",
)
PURPOSE: Pair = (
    "指出违规问题，提示风险，督促整改",
    "to point out the violations and their risks, and to urge rectification",
)
TOPIC: Pair = ("违规问题及整改要求", "the violations, and what is to be rectified")
PAPERS: tuple[Pair, ...] = (
    ("身份证明和授权文件", "proof of identity and of authority"),
    ("自查报告", "a report on your own examination"),
)
TRAINED: Pair = ("催收管理人员和一线催收人员", "managers of collection and collectors")
SUBJECTS: tuple[Pair, ...] = (
    ("催收自律规则", "the self-discipline rules on collection"),
    ("个人信息保护", "protection of personal data"),
    ("投诉处理", "handling of complaints"),
)
FORM: Pair = ("线上学习并现场考核", "online learning and a test on site")
PROPOSED: tuple[Pair, ...] = (
    *(WHO, PROOF, REMEDY, STOP, FIRM_DUTY, PURPOSE, TOPIC, TRAINED, FORM),
    *PAPERS,
    *SUBJECTS,
)
"""What is proposed at first; where it was left as it was, an English document says it in English."""
ORDERED: Mapping[int, Pair] = {
    RECTIFICATION: (
        "{name}：自责令整改通知书送达之日起{days}日内完成下列整改并报告：{corrections}",
        (
            "{name}: make the following corrections and report on them within {days} days of service of the "
            "rectification order: {corrections}"
        ),
    ),
    INTERVIEW: ("{name}：由{who}到会接受约谈", "{name}: {who} attends an interview at the Association"),
    TRAINING: (
        "{name}：组织{who}不少于{minimum}人参加{hours}学时的培训，考核{pass_mark}分合格",
        ("{name}: of {who}, at least {persons} must attend training of {time} and pass its test with {marks}"),
    ),
}
COUNTED: Mapping[str, tuple[str, str]] = {
    "persons": ("minimum", "person"),
    "time": ("hours", "hour"),
    "marks": ("pass_mark", "mark"),
}
"""What an English document counts: of which term, and the word for one of them."""
SCOPE: Mapping[int, Pair] = {
    CIRCULAR: ("在会员单位范围内通报{period}", "circulated among the members for {period}"),
    CRITICISM: ("向社会公开{period}", "made public for {period}"),
}
NOT_PUBLISHED: Pair = ("不予公布", "none")


def of_level(terms: Mapping[str, Any], level: int) -> dict[str, Any]:
    """The part about one level; JSON turns levels into strings."""
    return dict(terms.get(str(level)) or terms.get(level) or {})  # type: ignore[call-overload]


def plain(terms: Mapping[Any, Any], measures: Sequence[int]) -> dict[str, Any]:
    """The terms of these measures only, as they are kept."""
    return {str(level): of_level(terms, level) for level in measures}


def lasting(session: Session, terms: Mapping[Any, Any], announced: Mapping[Any, Any] | None = None) -> dict[str, Any]:
    """The terms with how long a publication is shown, by the setting of the day on which it is first announced.

    One in place of what was `announced` stays no longer than that would have: nothing is harsher than the notice.
    """
    found = {str(level): dict(said) for level, said in terms.items()}
    most = [length for level in SCOPE if (length := of_level(announced or {}, level).get("shown"))]
    for level in SCOPE:
        if (said := found.get(str(level))) is not None:
            said.setdefault("shown", min([HOOKS.terms(session, LEVELS[level].clock).length, *most]))
    return found


def problems(session: Session, level: int, terms: Terms) -> Iterator[Refused]:
    """What is missing before a measure can be proposed."""
    if level == RECTIFICATION:
        yield from _rectification(session, terms)
    elif level == INTERVIEW and not (terms.get("topics") and str(terms.get("purpose", "")).strip()):
        yield BadInput("terms", _l("Say what the interview is for and what will be talked about."))
    elif level == TRAINING:
        yield from _training(terms)


def _rectification(session: Session, terms: Terms) -> Iterator[Refused]:
    shortest, longest = (settings.days(session, f"K22.{bound}") for bound in ("least", "most"))
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
    """Terms to begin with, made from what was established; the reviewer edits them."""
    found = clauses.established(track)
    names = [clauses.violation_names(session, [each.code])[0] for each in found]
    days = HOOKS.terms(session, "K22").length
    drafts: dict[int, dict[str, Any]] = {
        RECTIFICATION: {
            "days": days,
            "items": [_item(each.facts, name, days) for each, name in zip(found, names, strict=True)],
            "remedies": [REMEDY[0]],
            "firm_duty": FIRM_DUTY[0] if track.party.kind is not PartyKind.FIRM and _has_firm(track) else "",
        },
        INTERVIEW: {
            "purpose": PURPOSE[0],
            "topics": names,
            "materials": [each[0] for each in PAPERS],
            "must_attend": WHO[0],
        },
        TRAINING: {
            "who": TRAINED[0],
            "minimum": 3,
            "subjects": [each[0] for each in SUBJECTS],
            "hours": 8,
            "form": FORM[0],
            "pass_mark": 80,
        },
        CIRCULAR: {},
        CRITICISM: {},
    }
    return plain(drafts, measures)


def with_violation(session: Session, terms: Mapping[str, Any], found: Allegation, facts: str) -> dict[str, Any]:
    """Announced terms with what a violation adds that only new facts establish: its correction, its topic."""
    name, said = clauses.violation_names(session, [found.code])[0], {key: dict(each) for key, each in terms.items()}
    if (order := said.get(str(RECTIFICATION))) is not None:
        problem = f"{found.facts.strip().rstrip('。')}。{facts.strip()}"
        order["items"] = [*order["items"], _item(problem, name, order["days"])]
    if (talk := said.get(str(INTERVIEW))) is not None and name not in talk["topics"]:
        talk["topics"] = [*talk["topics"], name]
    return said


def _item(problem: str, name: str, days: int) -> dict[str, Any]:
    return {"problem": problem, "correction": say(CORRECTION, "zh", name=name), "days": days, "proof": PROOF[0]}


def _has_firm(track: CaseTrack) -> bool:
    return track.engagement_id is not None or any(each.engagement_id for each in track.case.tracks)


def spoken(session: Session, text: str, lang: Lang) -> str:
    """A term in a language: proposed words that nobody changed in that language, somebody's words as written."""
    if lang == "zh":
        return text
    before, after = CORRECTION[0].split("{name}")
    if text.startswith(before) and text.endswith(after):
        name = text.removeprefix(before).removesuffix(after)
        return say(CORRECTION, lang, name=_violation(session, name, lang))
    return dict(PROPOSED).get(text) or _violation(session, text, lang)


def _violation(session: Session, name: str, lang: Lang) -> str:
    found = session.scalar(select(Violation).where(Violation.zh == name).limit(1))
    return found.name(lang) if found else name


def worded(session: Session, level: int, terms: Terms, lang: Lang = "zh") -> str:
    """One measure with its terms, as an advance notice and a decision say it."""
    name = LEVELS[level].name(lang)
    if level not in ORDERED:
        return f"{name}{'：' if lang == 'zh' else ': '}{scope_text(session, level, terms, lang)}"
    place_of = "（{}）{}" if lang == "zh" else "({}) {}"
    corrections = joined_up(
        (
            place_of.format(place, spoken(session, item["correction"], lang).rstrip("。；;. "))
            for place, item in enumerate(terms.get("items", ()), 1)
        ),
        lang,
    )
    who = terms.get("who" if level == TRAINING else "must_attend") or WHO[0]
    count = {name: counted(terms[of], word) for name, (of, word) in COUNTED.items() if of in terms}
    said = {**terms, **count, "name": name, "corrections": corrections, "who": spoken(session, who, lang)}
    return say(ORDERED[level], lang, **said)


def scope_text(session: Session, level: int, terms: Terms, lang: Lang = "zh") -> str:
    """To whom and how long a measure is published, as documents say it."""
    if level not in SCOPE:
        return say(NOT_PUBLISHED, lang)
    return say(SCOPE[level], lang, period=shown_for(session, level, terms, lang))


def shown_for(session: Session, level: int, terms: Terms, lang: Lang = "zh") -> str:
    """How long a circular or bulletin is shown: as announced, or by the setting if the notice is older than that."""
    laid_down = HOOKS.terms(session, LEVELS[level].clock)
    return period_text(int(terms.get("shown") or laid_down.length), laid_down.unit, lang)


def tier_word(session: Session, measures: list[int], lang: Lang) -> str:
    """What measures of this tier are called in titles (association setting TIER_WORD)."""
    tier = "major" if heaviest(measures) >= FIRST_MAJOR else "minor"
    return str(settings.value(session, f"TIER_WORD.{tier}")) if lang == "zh" else TIERS[tier]

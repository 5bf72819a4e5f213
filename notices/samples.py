"""A believable, fictional document of every kind, for samples, previews and tests."""

import json
from datetime import date
from functools import cache
from typing import Any, Final, cast

from notices.kinds import KINDS
from notices.papers import Head, Lang, Paper, in_english, text_of, with_english
from notices.wording import paper_of
from notices.wording_fields import FIELDS
from notices.wording_lines import Value
from printing.templates import FOLDER

PREFIX: Final = "蓝金协"
NUMBER: Final = 7
ISSUED: Final = date(2026, 11, 5)
DATED: Final = {
    "D06a": date(2026, 10, 14),
    "D06b": date(2026, 10, 14),
    "D07a": date(2026, 10, 19),
    "D13a": date(2026, 10, 20),
    "D21": date(2026, 11, 6),
    "D13b": date(2026, 11, 20),
    "D23e": date(2026, 11, 30),
    "D23f": date(2026, 11, 30),
    "D23c": date(2026, 12, 2),
    "D07c": date(2026, 12, 9),
    "D38": date(2026, 12, 9),
    "D22": date(2026, 12, 10),
    "D36a": date(2026, 12, 10),
    "D36b": date(2026, 12, 10),
    "D24": date(2026, 12, 18),
    "D32": date(2026, 12, 20),
    "D35": date(2026, 12, 28),
}
"""When those are issued whose own days lie before or after: a correction is no older than what it corrects."""
CODE: Final = "K7M2-XQ4P-9TRW-H3DN"
VERIFY: Final = "https://zilu.example/verify"
PERSON: Final = {"zh": "林晚舟", "en": "Lin Wanzhou"}
AUTHORITY: Final = {"zh": "滨海市公安局蓝湾分局", "en": "Binhai Public Security Bureau, Lanwan Branch"}
MEMBERS: Final = {"zh": "各会员单位", "en": "All member institutions"}
OUTSIDE: Final = {"zh": "滨海远山信息咨询有限公司", "en": "Binhai Yuanshan Consulting Co., Ltd."}
COMPANY: Final = {"zh": "星湾消费金融有限公司", "en": "Xingwan Consumer Finance Co., Ltd."}
RECIPIENTS: Final = {"complainant": PERSON, "authority": AUTHORITY, "members": MEMBERS, "firm": OUTSIDE}
TO_A_COMPANY: Final = frozenset({"respondent", "principal", "firm", "person trained, respondent"})
TO_MANY: Final = frozenset({"members", "public", "public or members"})
CODED: Final = frozenset({"D21", "D37"})
"""What stays in the house or is public, and still names one company as its recipient."""
COPIED: Final = ("decision_text", "corrected_text")
LEFT_OUT: Final = "〔略〕"
"""What a publication shows in place of what is not published."""
TABLE_OF_FINDINGS: Final = [
    ["向第三人披露债务信息", "先后二十六次致电十二人的单位前台", "录音三段、系统日志", "GB/T 45251—2025第5.5条", "成立"]
]


def languages(kind: str) -> tuple[Lang, ...]:
    """In which languages a kind exists; internal documents only in the association's own."""
    return ("zh", "en") if KINDS[kind].outward else ("zh",)


@cache
def _told(lang: Lang) -> dict[str, Any]:
    return cast("dict[str, Any]", json.loads((FOLDER / "samples" / f"{lang}.json").read_text("utf-8")))


@cache
def _of_the_decision(lang: Lang) -> str:
    """What a publication contains, corrected or not: the text of the served decision without what is not published."""
    decision = paper_of("D20", head_for("D20", lang), values_for("D20", lang))
    return text_of(decision.blocks).replace(str(_told(lang)["values"]["case_no"]), LEFT_OUT)


def values_for(kind: str, lang: Lang = "zh") -> dict[str, Value]:
    """One value for each placeholder of the kind."""
    source: dict[str, Any] = _told(lang)["values"] | _told(lang)["own"].get(kind, {})
    values: dict[str, Value] = {}
    for spelled in FIELDS[kind]:
        name = spelled.strip("*#=?")
        value = _of_the_decision(lang) if name in COPIED else source[name]
        if spelled.startswith("#findings"):
            value = TABLE_OF_FINDINGS
        elif spelled[0] not in "*#=" and isinstance(value, list):
            value = str(value[0])
        elif spelled[0] == "*" and isinstance(value, str):
            value = [value]
        values[name] = value
    return values


def head_for(kind: str, lang: Lang = "zh") -> Head:
    """A head of the demonstration's association, numbered and dated if the kind is."""
    zh, about = lang == "zh", KINDS[kind]
    return Head(
        association_zh="蓝湾互联网金融自律协会",
        association_en="Lanwan Internet Finance Self-Discipline Association",
        lang=lang,
        address="滨海市蓝湾区观澜路66号" if zh else "66 Guanlan Road, Lanwan District, Binhai",
        telephone="0571-5550 0100",
        contact_person="林书遥" if zh else "Lin Shuyao",
        signatory="许明远" if zh else "Xu Mingyuan, Head of Department",
        number=f"{PREFIX}{about.series}〔{ISSUED.year}〕{NUMBER}号" if about.series else "",
        issue_date=DATED.get(kind, ISSUED),
        check_code=CODE if about.outward else "",
        verify_url=f"{VERIFY}?code={CODE}" if about.outward else "",
        recipient_name=RECIPIENTS.get(about.to, COMPANY)[lang],
        recipient_address=_address(kind, lang),
        recipient_uscc=_code(kind, lang) if kind in CODED or about.to in TO_A_COMPANY else "",
        demonstration=True,
    )


def _code(kind: str, lang: Lang) -> str:
    """That of the company that it reaches; a firm outside the rules has its own."""
    told = _told(lang)
    return str(told["own"]["D27"]["uscc"] if KINDS[kind].to == "firm" else told["values"]["uscc"])


def _address(kind: str, lang: Lang) -> str:
    """The address it is sent to; a document that many read shows nobody's."""
    if KINDS[kind].to in TO_MANY:
        return ""
    return "滨海市高新区云帆路18号" if lang == "zh" else "18 Yunfan Road, Binhai"


def paper_for(kind: str, lang: Lang = "zh") -> tuple[Paper, Head]:
    """A complete paper of a kind and its head, with the other language enclosed if it is issued like that."""
    head = head_for(kind, lang)
    paper = paper_of(kind, head, values_for(kind, lang))
    if lang == "en" and KINDS[kind].to in TO_A_COMPANY:
        paper = in_english(paper, paper_for(kind, "zh")[0])
    if lang == "zh" and KINDS[kind].to in TO_MANY:
        paper = with_english(paper, *paper_for(kind, "en"))
    return paper, head

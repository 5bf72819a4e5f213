"""Seeds of the settings of the domain model (6.10): key, value, unit, meaning in both languages, basis."""

from typing import Any, NamedTuple

from registry.clock_kinds import KINDS


class SettingSeed(NamedTuple):
    """A setting before the association has confirmed it."""

    key: str
    value: Any
    unit: str
    en: str
    zh: str
    basis: str = "[D]"


LADDER_FACTORS: dict[str, Any] = {
    "A1": [[2, 5], [10, 10], [50, 20]],
    "A2": [[1, 3], [3, 6]],
    "A3": [15, 25],
    "A4": 20,
    "A5": 20,
    "A6": 20,
    "A7": 10,
    "A8": 10,
    "A9": 10,
    "A10": [[10, 5], [50, 10]],
    "M1": -10,
    "M2": [-10, -5],
    "M3": -5,
    "M4": -5,
    "M5": -10,
}

LADDER_BANDS: list[list[Any]] = [
    [0, ["L0"]],
    [10, ["L1"]],
    [25, ["L1", "L2"]],
    [40, ["L1", "L2", "L3"]],
    [60, ["L4", "L1", "L3"]],
    [80, ["L5", "L1", "L3"]],
]

LADDER_FLOORS: dict[str, int] = {"S5": 4, "A4": 2, "A5": 2}
LADDER_REPEAT: dict[str, int] = {"measures": 2, "months": 12, "bands": 1}
LADDER_OTHERS: dict[str, int] = {"points": 3, "most": 5}

SERIES_WORDS = "受 转 移 督 立 告 听 决 结 整 约 训 通 公 复 函".split()  # noqa: SIM905 - reads as the model has it

# fmt: off
_LAID_DOWN = (
    SettingSeed("TIER_WORD.minor", "自律管理措施", "text", "what minor measures are called in the titles of documents",
                "轻类措施在文书标题中的称谓", "SAC [V]; NIFA says 自律惩戒 [M]"),
    SettingSeed("TIER_WORD.major", "纪律处分", "text", "what major measures are called in the titles of documents",
                "重类措施在文书标题中的称谓", "SAC [V]; NIFA says 自律惩戒 [M]"),
    SettingSeed("REAL_NAME_REQUIRED", value=False, unit="yes/no", en="a complaint needs a name", zh="投诉须实名",
                basis="[D]; the platform seen asks for it"),
    SettingSeed("COMPLAINTS_PER_PERSON_PER_DAY", 3, "complaints",
                "complaints that one person may send a day; beyond it one is told to add to the open one",
                "每人每日投诉件数上限，超出的引导补充至在办投诉", "69lv.com [V]"),
    SettingSeed("LIMITATION_YEARS", 2, "years", "conduct that ended longer ago is not filed as a case",
                "行为终了超过该年限的不予立案"),
    SettingSeed("RECHECK_DAYS", 30, "CD",
                "so long after its notice a rejected or closed complaint may be looked at again",
                "不予受理或者办结后，可在收到告知书之日起该期限内申请重新审查"),
    SettingSeed("SIMILAR_COUNT", 3, "complaints",
                "so many similar complaints of different, verified people suggest a case",
                "经核实、不同人、同类的投诉达到该件数时提示立案"),
    SettingSeed("SIMILAR_DAYS", 90, "days",
                "within so many days similar complaints are counted together", "同类投诉的统计期间"),
    SettingSeed("CALLS_INTERACTIVE_PER_DAY", 3, "calls",
                "most effective calls to one debtor a day, by an institution and all its firms together",
                "机构及其全部催收机构每日对同一债务人有效交互式语音催收的次数上限", "GB/T 45251-2025 5.3 [V]"),
    SettingSeed("CALLS_NOTICE_PER_DAY", 3, "calls",
                "most connected notice calls to one debtor a day, by an institution and all its firms together",
                "机构及其全部催收机构每日对同一债务人已接通告知式语音催收的次数上限", "GB/T 45251-2025 5.3 [V]"),
    SettingSeed("CALLS_UNANSWERED_PER_DAY", 6, "calls",
                "most unanswered calls of one company to one number a day; a should-not that an agreement may change",
                "同一单位每日对同一号码未接通拨打的次数上限（“不宜”性规定，另有约定的除外）", "CBA 2026 [V]"),
    SettingSeed("CALL_EFFECTIVE_SECONDS", 10, "seconds",
                "an answered call counts as effective when it lasted at least so long and nothing else is known",
                "已接通的通话达到该时长、且无相反证据的，按有效通话计算"),
    SettingSeed("PORTAL_SERVICE", "OPENED_OR_DEEMED", "OPENED_OR_DEEMED, ARRIVAL",
                "when an electronic notice counts as served", "电子送达的时点", "[D]; Civil Procedure Law Art. 90"),
    SettingSeed("PANEL_MINOR", 3, "members",
                "members of a panel that decides on minor measures", "审议小组人数（轻类措施）", "NFA 3-7 model [V]"),
    SettingSeed("PANEL_MAJOR", 5, "members",
                "members of a panel that decides on major measures", "审议小组人数（重类措施）"),
    SettingSeed("PANEL_OUTSIDE", 1, "members",
                "members of a panel who come from no member institution, at least",
                "审议小组中非会员单位委员的最少人数",
                "NFA 3-17 model [V]"),
    SettingSeed("QUORUM_LEAST", 3, "members", "a panel or a review body never decides with fewer votes",
                "审议小组、复核小组表决人数的下限"),
    SettingSeed("QUORUM_ABSENT", 1, "members", "so many of those drawn may be missing from a vote",
                "表决时可缺席的委员人数"),
    SettingSeed("MAJORITY_MINOR", "1/2", "share", "more than this share of those present carries a minor measure",
                "轻类措施及其他事项：赞成人数须超过到会委员的比例"),
    SettingSeed("MAJORITY_MAJOR", "2/3", "share", "at least this share of those present carries a major measure",
                "重类措施：赞成人数须达到到会委员的比例"),
    SettingSeed("RECUSAL_MONTHS", 24, "months", "for so long employment, shares or business bar a member from a case",
                "任职、持股或业务往来须回避的期间"),
    SettingSeed("RECUSAL_ASK_WD", 3, "WD",
                "so long a respondent, told who was drawn, can ask for a recusal before a panel or review body votes",
                "告知审议小组组成或者复核委员名单后，表决前留给当事单位申请回避的期间"),
    SettingSeed("HEARING_NOTICE_WD", 7, "WD",
                "time between service of the hearing notice (D18) and the hearing, at least",
                "听证通知送达至听证的最短间隔"),
    SettingSeed("INTERVIEW_NOTICE_WD", 3, "WD",
                "time between service of the summons (D23b) and the interview, at least",
                "约谈通知送达至约谈的最短间隔"),
    SettingSeed("HEARING_PERSONS", 3, "persons", "how many a company sends to a hearing at most",
                "当事单位出席听证的人数上限"),
    SettingSeed("INTERVIEW_HOURS", "08:00-18:00", "HH:MM-HH:MM", "an interview takes place between these hours",
                "约谈安排的时间范围"),
    SettingSeed("COLLECTION_HOURS", "09:00-17:00", "HH:MM-HH:MM",
                "on working days a document served by public notice is collected between these hours",
                "工作日领取公告送达文书的时间"),
    SettingSeed("RESTORATION_DAYS", 10, "CD",
                "after an obstacle ended, so long a time limit that was missed can be asked to run again",
                "障碍消除后申请恢复期限的期间", "[D]; Civil Procedure Law Art. 86 model"),
    SettingSeed("REPEAT_MONTHS", 24, "months",
                "so far back a breach of the same code, or of its family within one severity step, "
                "counts as repeated (factor A3)",
                "同一代码或同类且严重程度相差一级以内：从重情节A3的回溯期", "[D]; SAC 12 months [V]"),
    SettingSeed("SUCCESSOR_PRIORS", value=True, unit="yes/no",
                en="earlier measures of a predecessor count against its successor",
                zh="被承继单位此前受到的措施对承继单位计入"),
    SettingSeed("LADDER_BASE", {"1": 10, "2": 20, "3": 35, "4": 50, "5": 70}, "points",
                "points that a breach begins with, by its severity",
                "按严重程度的基础分"),
    SettingSeed("LADDER_FACTORS", LADDER_FACTORS, "points",
                "points of the aggravating (A1 to A10) and the mitigating factors (M1 to M5)",
                "从重情节A1至A10、从轻情节M1至M5"),
    SettingSeed("LADDER_BANDS", LADDER_BANDS, "points", "which score leads to which measures", "分值与措施的对应"),
    SettingSeed("LADDER_OTHERS", LADDER_OTHERS, "points",
                "points for each other established code, and how many count at most",
                "其他每一成立事项的加分及计入的最多项数"),
    SettingSeed("LADDER_FLOORS", LADDER_FLOORS, "level", "least measure where a code of severity 5, A4 or A5 counts",
                "五级违规及情节A4、A5的最低措施"),
    SettingSeed("LADDER_REPEAT", LADDER_REPEAT, "months",
                "so many earlier measures for the same code within so many months: so many bands up, in place of A3",
                "在若干月内因同一代码受到若干次措施的，替代A3提高若干档", "[D]; SAC model [V]"),
    SettingSeed("LADDER_CLOSE", 10, "points", "scores no further apart than this are close: similar decisions",
                "分值相差不超过该数的视为相近，列为类似决定"),
    SettingSeed("MEASURES_L6_L7", value=False, unit="on/off",
                en="whether membership may be suspended or lost (L6, L7): "
                   "refused until there is a procedure for the council's vote, end and restoration",
                zh="暂停或取消会员资格：理事会表决、终止、恢复程序未设置前不予适用"),
    SettingSeed("SMALL_CELL", 3, "persons", "cells of published figures with fewer people are suppressed",
                "公开统计中小于该数的不予显示"),
    SettingSeed("STATISTICS_CLOSE", 5, "days", "so many days after a month ends its figures are closed",
                "月末后经过该天数，该月统计截止，此后只能更正并留痕"),
    SettingSeed("RETENTION_YEARS.complaint", 5, "years",
                "how long complaints are kept after their end; then their personal data are erased, unless held back",
                "投诉办结后的保存年限，期满删除个人信息，决定保留的除外", "[D]; records of collection 5 years [V]"),
    SettingSeed("RETENTION_YEARS.case", 10, "years",
                "how long files of archived cases are kept; then what was told for them is erased, unless held back",
                "案件归档后案卷的保存年限，期满删除为办案提供和记录的内容，决定保留的除外"),
    SettingSeed("ERASE_EARLY_DAYS", 7, "CD",
                "so long a person can take it back that the data of a complaint are erased early; then they are",
                "同意提前删除个人信息后，本人可以撤回要求的期间，期满删除"),
    SettingSeed("APPROVAL_CHAIN", ["sign"], "steps", "steps of approval of every kind of document: the mover signs",
                "各类文书的审批步骤：经办人签发"),
    SettingSeed("SEAL_MODE", "electronic", "electronic, physical", "how documents are sealed, unless set per kind",
                "用印方式，可按文书种类另设"),
    SettingSeed("TEXT_QUIET", "21:00-08:00", "HH:MM-HH:MM", "no text message goes out between these hours of Shanghai",
                "在此时段（北京时间）内不发送短信"),
    SettingSeed("DIGEST_AT", "08:30", "HH:MM", "when the day's mail goes to whoever wants one mail a day",
                "每日汇总邮件的发送时间"),
    SettingSeed("IMPORT_FILE_DAYS", 180, "days",
                "so long a file that complaints were imported from is kept as it came; its digest stays",
                "导入文件原样保存的天数，期满删除，仅留校验值"),
    SettingSeed("UNDO_MINUTES", 5, "minutes",
                "so long a complaint that was closed, rejected or referred can be taken back by whoever did it; "
                "its letter goes out then",
                "办结、不予受理、移送后经办人可在该时间内撤回，文书期满后发出"),
    SettingSeed("SERIES.word", SERIES_WORDS, "text",
                "type words in the numbers of documents, one for each series", "发文字号的类别字"),
)
# fmt: on

MEANINGS = {each.key: (each.zh, each.en) for each in _LAID_DOWN}
"""What a key governs, in both languages: for pages of those who do not read the settings."""

BOUNDS = {
    "least": ("shortest length that an order may set", "责令时可定的最短长度"),
    "most": ("longest length that an order may set", "责令时可定的最长长度"),
}
_MEASURES = {
    "L1": "责令整改",
    "L2": "警示约谈",
    "L3": "强制培训教育",
    "L4": "行业内通报批评",
    "L5": "公开通报批评",
    "L6": "暂停会员权利",
    "L7": "取消会员资格",
}

ASSOCIATION = {
    "name_zh": ("the association's name in Chinese", "协会中文名称"),
    "name_en": ("the association's name in English", "协会英文名称"),
    "address": ("the association's postal address", "协会通信地址"),
    "address_en": ("the association's postal address in English", "协会通信地址（英文）"),
    "telephone": ("the association's telephone number for complaints", "协会投诉电话"),
    "seal_text": ("the text of the association's seal", "印文"),
    "prefix": ("the first word of document numbers", "发文字号的机关代字"),
    "signatory": ("the name under which documents are signed", "文书落款"),
}

LANWAN = {
    "name_zh": "蓝湾互联网金融自律协会",
    "name_en": "Lanwan Internet Finance Self-Discipline Association",
    "address": "蓝湾市海望区潮汐路18号",
    "address_en": "18 Chaoxi Road, Haiwang District, Lanwan",
    "telephone": "0100-5550188",
    "seal_text": "蓝湾互联网金融自律协会",
    "prefix": "蓝互金协",
    "signatory": "蓝湾互联网金融自律协会",
}
"""The association of the demonstration: fictional."""


_LICENCE = {
    "zh": "知识共享署名4.0国际许可协议（CC BY 4.0）：可自由复制、传播、演绎，须注明来源为“蓝湾互联网金融自律协会”。",
    "en": "Creative Commons Attribution 4.0 International (CC BY 4.0): copy, share and adapt freely; name the Lanwan "
    "Internet Finance Self-Discipline Association as the source.",
}


def _clock_lengths() -> list[SettingSeed]:
    seeds = []
    for kind in KINDS.values():
        called, called_zh = kind.name("en"), kind.name("zh")
        en, zh = f"{called}: length of the time limit", f"{called_zh}：期限长度"
        seeds.append(SettingSeed(kind.id, kind.length, kind.unit.value, en, zh, kind.basis))
        if kind.extend_to:
            en, zh = f"{called}: total length after each extension", f"{called_zh}：每次延长后的总长度"
            seeds.append(SettingSeed(f"{kind.id}.extend", list(kind.extend_to), kind.unit.value, en, zh, kind.basis))
        if kind.again is not None:
            en, zh = f"{called}: length when it starts anew", f"{called_zh}：重新起算时的长度"
            seeds.append(SettingSeed(f"{kind.id}.again", kind.again, kind.unit.value, en, zh, kind.basis))
        for bound, days in zip(BOUNDS, kind.between or (), strict=False):
            en, zh = f"{called}: {BOUNDS[bound][0]}", f"{called_zh}：{BOUNDS[bound][1]}"
            seeds.append(SettingSeed(f"{kind.id}.{bound}", days, kind.unit.value, en, zh))
    return seeds


def settings(mode: str) -> list[SettingSeed]:
    """Give every setting at first set-up; the demonstration comes with an association of its own."""
    demonstration = mode == "demonstration"
    bases = [
        SettingSeed(
            f"MEASURE_BASIS.{level}",
            f"《{LANWAN['name_zh']}章程》及会员大会决议（演示）" if demonstration else None,
            "text",
            f"charter article and meeting for measure {level}",
            f"{name}所依据的章程条款及会议",
            "association",
        )
        for level, name in _MEASURES.items()
    ]
    opened = [
        SettingSeed("OPEN_DATA", demonstration, "yes/no", "figures of closed months are published as open data",
                    "统计已截止的月份作为开放数据公布", "association"),
        *(SettingSeed(f"OPEN_DATA_LICENCE.{lang}", _LICENCE[lang] if demonstration else None, "text",
                      f"what others may do with the open data, in {en}", f"开放数据的使用许可（{zh}）", "association")
          for lang, en, zh in (("zh", "Chinese", "中文"), ("en", "English", "英文"))),
    ]  # fmt: skip
    own = [
        SettingSeed(f"ASSOCIATION.{key}", LANWAN[key] if demonstration else None, "text", en, zh, "first-run page")
        for key, (en, zh) in ASSOCIATION.items()
    ]
    return [*_clock_lengths(), *_LAID_DOWN, *bases, *opened, *own]

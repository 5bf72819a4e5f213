"""The factors of the ladder (domain 6.4): what each is called, and who says whether it is given; only data."""

from dataclasses import dataclass
from typing import Final

from core.words import LazyString, _l

NO, YES = "no", "yes"
BEFORE_FILING, BEFORE_NOTICE = "filing", "notice"


@dataclass(frozen=True, slots=True)
class Factor:
    """One part of a score, with its name in documents and on pages; `code` is the kind of breach that includes it."""

    name: str
    zh: str
    word: LazyString
    judged: bool = False
    code: str = ""
    mitigating: bool = False
    asks: LazyString | str = ""
    """The question that the adjudication unit answers, if the file alone does not say."""


_JUDGED: Final = (
    Factor("A4", "妨碍调查，提供虚假证据或者毁灭证据", _l("A4 Obstruction, false or destroyed evidence"), True, "V-P02",
           asks=_l("Was the investigation obstructed, or evidence falsified or destroyed?")),
    Factor("A5", "打击报复投诉人", _l("A5 Retaliation on the complainant"), True, "V-P04",
           asks=_l("Was there retaliation on the complainant?")),
    Factor("A6", "此前拒不整改或者虚假整改", _l("A6 Refused or sham rectification before"), True, "V-P03",
           asks=_l("Was an earlier rectification refused or only pretended?")),
    Factor("A7", "涉及未成年人、重病、怀孕或者丧亲人员",
           _l("A7 A minor, seriously ill, pregnant or bereaved person"), True,
           asks=_l("Was a minor, a seriously ill, pregnant or bereaved person affected?")),
    Factor("A8", "高级管理人员知情或者授意", _l("A8 Senior management knew or ordered"), True,
           asks=_l("Did senior management know of it, or order it?")),
    Factor("A9", "个人信息被公开", _l("A9 Personal information made public"), True, "V-I02",
           asks=_l("Was personal information made public?")),
    Factor("M1", "在收到任何投诉之前主动报告", _l("M1 Reported by itself before any complaint"), True, mitigating=True,
           asks=_l("Did the company report it by itself, before any complaint?")),
    Factor("M2", "主动停止并补救", _l("M2 Stopped and remedied"), True, mitigating=True,
           asks=_l("Did the company stop and remedy it?")),
    Factor("M3", "致歉或者赔偿获接受", _l("M3 Apology or compensation accepted"), True, mitigating=True,
           asks=_l("Did the people affected accept an apology or compensation?")),
    Factor("M4", "及早、全面配合", _l("M4 Full and early cooperation"), True, mitigating=True,
           asks=_l("Did the company cooperate fully and early?")),
    Factor("M5", "内控有效情况下的个别行为（已证明）", _l("M5 An isolated act against working controls, proved"), True,
           mitigating=True, asks=_l("Is it proved that this was an isolated act against working controls?")),
)  # fmt: skip

_READ: Final = (
    Factor("worst", "最严重的成立事项", _l("Most serious violation established")),
    Factor("raised", "委托方因受托机构行为提高的基础分", _l("Raised for what its firm did, one severity lower")),
    Factor("others", "其他成立事项", _l("Other violations established")),
    Factor("A1", "受影响人数", _l("A1 Persons affected")),
    Factor("A2", "持续时间", _l("A2 Duration")),
    Factor("A3", "此前因同类行为受到的措施", _l("A3 Earlier measures for the same")),
    Factor("A10", "行为次数", _l("A10 Number of acts")),
)

_MOVES: Final = (
    Factor("repeat", "短期内因同一事项再次违规，提高一档",
           _l("Same kind of breach again within a short time: one band up")),
    Factor("floor_S5", "五级违规的最低措施", _l("Floor: the gravest kind of breach is at least a circular")),
    Factor("floor_A4", "妨碍调查的最低措施", _l("Floor: obstruction is at least a warning interview")),
    Factor("floor_A5", "打击报复的最低措施", _l("Floor: retaliation is at least a warning interview")),
    Factor("cap", "当时不受自律规则约束：不采取措施", _l("Cap: a firm outside the rules gets no measure")),
)  # fmt: skip

JUDGED: Final = tuple(each.name for each in _JUDGED)
"""What the adjudication unit says with reasons; the rest is read from the file."""
FACTORS: Final = {each.name: each for each in (*_READ, *_JUDGED, *_MOVES)}
ENGLISH: Final = {
    "worst": "the most serious violation established",
    "raised": "base raised for what the collection firm did",
    "others": "other violations established",
    "A1": "persons affected",
    "A2": "duration",
    "A3": "earlier measures for conduct of the same kind",
    "A4": "obstruction of the investigation, false or destroyed evidence",
    "A5": "retaliation against the complainant",
    "A6": "an earlier rectification was refused or only pretended",
    "A7": "a minor, or a seriously ill, pregnant or bereaved person was concerned",
    "A8": "senior management knew of it or ordered it",
    "A9": "personal information was made public",
    "A10": "number of acts",
    "M1": "reported by the company itself before any complaint",
    "M2": "stopped and remedied by the company itself",
    "M3": "an apology or compensation was accepted",
    "M4": "full and early cooperation",
    "M5": "an isolated act against working controls (proved)",
    "repeat": "the same violation again within a short time: one band up",
}
"""What documents in English call those that they name."""
ANSWERS: Final = {
    "M2": {
        NO: _l("No"),
        BEFORE_NOTICE: _l("Yes, before the advance notice"),
        BEFORE_FILING: _l("Yes, before the case was filed"),
    },
}
"""The answers of factors for which yes and no are not enough."""
PLAIN_ANSWERS: Final = {NO: _l("No"), YES: _l("Yes")}


def answers(name: str) -> dict[str, LazyString]:
    """The possible answers about a factor."""
    return ANSWERS.get(name, PLAIN_ANSWERS)

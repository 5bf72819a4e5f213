"""The kinds of official documents: only data, one row each, equal to the domain model."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class Layout(StrEnum):
    """The page layout of a kind (GB/T 9704-2012 and its special formats)."""

    RED_HEAD = "文件式"
    LETTER = "信函式"
    FORM = "表格"
    MINUTES = "笔录"
    PUBLIC = "公告"
    REPORT = "报告"


class Volume(StrEnum):
    """Where a document is bound: 正卷, 副卷, or with the complaint (never shown to a respondent)."""

    MAIN = "main"
    INTERNAL = "internal"
    COMPLAINANT = "complainant"


PLAIN = {"D06a": "notice of extension", "D06b": "letter on an extension"}
"""English names that do not say to whom, for the pages of that one."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of document; an empty series means that it carries no number."""

    id: str
    zh: str
    en: str
    to: str
    layout: Layout
    outward: bool
    volume: Volume
    series: str

    @property
    def sealed(self) -> bool:
        """Whether a seal is put on it: on what leaves the house under a number."""
        return self.outward and bool(self.series)

    def name(self, lang: str) -> str:
        """The name of the kind in a language, without its remark in brackets."""
        english = PLAIN.get(self.id, self.en).partition(" (")[0]
        return self.zh if lang == "zh" else english[:1].upper() + english[1:]


_ROWS: Final = (
    Kind(
        "D01",
        "投诉收件回执",
        "acknowledgement of a complaint (number, never the receipt code)",
        "complainant",
        Layout.LETTER,
        True,
        Volume.COMPLAINANT,
        "受",
    ),
    Kind("D02", "补正通知书", "request to complete", "complainant", Layout.LETTER, True, Volume.COMPLAINANT, "受"),
    Kind("D03", "不予受理告知书", "non-acceptance", "complainant", Layout.LETTER, True, Volume.COMPLAINANT, "受"),
    Kind("D04a", "投诉移送函", "referral of a complaint", "authority", Layout.LETTER, True, Volume.COMPLAINANT, "移"),
    Kind("D04b", "移送告知书", "notice of the referral", "complainant", Layout.LETTER, True, Volume.COMPLAINANT, "受"),
    Kind("D05a", "受理告知书", "acceptance", "complainant", Layout.LETTER, True, Volume.COMPLAINANT, "受"),
    Kind("D05b", "转办函", "forwarding", "respondent", Layout.LETTER, True, Volume.MAIN, "转"),
    Kind("D06a", "延期通知书", "extension, to the respondent", "respondent", Layout.LETTER, True, Volume.MAIN, "转"),
    Kind(
        "D06b",
        "延期告知书",
        "extension, to the complainant",
        "complainant",
        Layout.LETTER,
        True,
        Volume.COMPLAINANT,
        "受",
    ),
    Kind("D07a", "催办函", "reminder to answer", "respondent", Layout.LETTER, True, Volume.MAIN, "转"),
    Kind(
        "D07b", "要求补充答复函", "request for a further answer", "respondent", Layout.LETTER, True, Volume.MAIN, "转"
    ),
    Kind(
        "D07c", "督促履行通知书", "demand to carry out a measure", "respondent", Layout.LETTER, True, Volume.MAIN, "督"
    ),
    Kind("D08", "办结告知书", "closing", "complainant", Layout.LETTER, True, Volume.COMPLAINANT, "受"),
    Kind("D09", "办理进展告知书", "progress", "complainant", Layout.LETTER, True, Volume.COMPLAINANT, "受"),
    Kind("D10", "线索登记表", "lead form", "file", Layout.FORM, False, Volume.INTERNAL, ""),
    Kind("D11a", "立案审批表", "filing approval", "file", Layout.FORM, False, Volume.INTERNAL, ""),
    Kind("D11b", "立案通知书", "filing notice", "respondent", Layout.RED_HEAD, True, Volume.MAIN, "立"),
    Kind("D12", "不予立案告知书", "decision not to file", "complainant", Layout.LETTER, True, Volume.COMPLAINANT, "受"),
    Kind("D13a", "中止调查通知书", "suspension", "respondent", Layout.LETTER, True, Volume.MAIN, "立"),
    Kind("D13b", "恢复调查通知书", "resumption", "respondent", Layout.LETTER, True, Volume.MAIN, "立"),
    Kind("D14", "移送函", "referral of a case or of facts", "authority", Layout.LETTER, True, Volume.MAIN, "移"),
    Kind("D15", "调查报告", "investigation report", "file", Layout.REPORT, False, Volume.INTERNAL, ""),
    Kind("D16a", "结案通知书", "closing without a breach", "respondent", Layout.LETTER, True, Volume.MAIN, "结"),
    Kind(
        "D16b",
        "不予采取自律措施决定书",
        "decision to take no measure",
        "respondent",
        Layout.RED_HEAD,
        True,
        Volume.MAIN,
        "决",
    ),
    Kind("D16c", "终止通知书", "termination", "respondent", Layout.LETTER, True, Volume.MAIN, "结"),
    Kind("D17", "自律措施事先告知书", "advance notice", "respondent", Layout.RED_HEAD, True, Volume.MAIN, "告"),
    Kind("D18", "听证通知书", "hearing notice", "respondent", Layout.RED_HEAD, True, Volume.MAIN, "听"),
    Kind("D19", "听证笔录", "hearing minutes", "file, respondent signs", Layout.MINUTES, False, Volume.MAIN, ""),
    Kind("D20", "自律措施决定书", "decision", "respondent", Layout.RED_HEAD, True, Volume.MAIN, "决"),
    Kind("D21", "送达回证", "proof of service", "file, recipient signs", Layout.FORM, False, Volume.MAIN, ""),
    Kind("D22", "复核决定书", "review decision", "respondent", Layout.RED_HEAD, True, Volume.MAIN, "复"),
    Kind("D23a", "责令整改通知书", "rectification order", "respondent", Layout.RED_HEAD, True, Volume.MAIN, "整"),
    Kind("D23b", "警示约谈通知书", "interview summons", "respondent", Layout.RED_HEAD, True, Volume.MAIN, "约"),
    Kind("D23c", "约谈笔录", "interview record", "file, respondent signs", Layout.MINUTES, False, Volume.MAIN, ""),
    Kind("D23d", "强制培训通知书", "training order", "respondent", Layout.RED_HEAD, True, Volume.MAIN, "训"),
    Kind("D23e", "行业内通报", "members' circular", "members", Layout.RED_HEAD, True, Volume.MAIN, "通"),
    Kind("D23f", "公开通报批评公告", "public bulletin", "public", Layout.PUBLIC, True, Volume.MAIN, "公"),
    Kind("D24", "整改验收通知书", "result of the verification", "respondent", Layout.LETTER, True, Volume.MAIN, "整"),
    Kind("D25", "提示函", "reminder without a finding", "respondent", Layout.LETTER, True, Volume.MAIN, "函"),
    Kind(
        "D26",
        "委托机构督促函",
        "letter to the principal of a firm",
        "principal",
        Layout.LETTER,
        True,
        Volume.MAIN,
        "函",
    ),
    Kind(
        "D27", "签署承诺书邀请函", "invitation to sign the undertaking", "firm", Layout.LETTER, True, Volume.MAIN, "函"
    ),
    Kind(
        "D28", "送达地址确认书", "confirmation of the service address", "respondent", Layout.FORM, True, Volume.MAIN, ""
    ),
    Kind("D29", "询问笔录", "questioning record", "file, the person signs", Layout.MINUTES, False, Volume.MAIN, ""),
    Kind("D30", "证据清单", "list of evidence", "file", Layout.FORM, False, Volume.MAIN, ""),
    Kind("D31", "审议记录", "record of deliberation and votes", "file", Layout.MINUTES, False, Volume.INTERNAL, ""),
    Kind("D32", "结案报告", "closing report", "file", Layout.REPORT, False, Volume.INTERNAL, ""),
    Kind(
        "D33",
        "停止联系转告函",
        "stop-contact letter (number only)",
        "respondent",
        Layout.LETTER,
        True,
        Volume.COMPLAINANT,
        "转",
    ),
    Kind("D34", "发文稿纸", "dispatch sheet", "file", Layout.FORM, False, Volume.INTERNAL, ""),
    Kind("D35", "案卷封面及卷内目录", "volume cover and index", "file", Layout.FORM, False, Volume.MAIN, ""),
    Kind(
        "D36a", "更正公告", "correction of a publication", "public or members", Layout.PUBLIC, True, Volume.MAIN, "公"
    ),
    Kind(
        "D36b", "撤回公告", "withdrawal of a publication", "public or members", Layout.PUBLIC, True, Volume.MAIN, "公"
    ),
    Kind("D37", "送达公告", "service by public notice", "public", Layout.PUBLIC, True, Volume.MAIN, "公"),
    Kind(
        "D38",
        "培训结业证明",
        "training certificate",
        "person trained, respondent",
        Layout.FORM,
        True,
        Volume.MAIN,
        "训",
    ),
    Kind("D39", "答复告知书", "the answer, as released", "complainant", Layout.LETTER, True, Volume.COMPLAINANT, "受"),
    Kind("D40", "更正通知书", "correction of a clerical error", "respondent", Layout.LETTER, True, Volume.MAIN, "决"),
    Kind("D41", "问询函", "question to a firm outside the rules", "firm", Layout.LETTER, True, Volume.MAIN, "函"),
    Kind("D42", "认可案件审批表", "approval of an admitted case", "file", Layout.FORM, False, Volume.INTERNAL, ""),
)

KINDS: Final = {kind.id: kind for kind in _ROWS}
OF_A_BODY: Final = frozenset({"D20", "D22"})
"""What a panel or a review body decided: those who approve it look only at its form."""

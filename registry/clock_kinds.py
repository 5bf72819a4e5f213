"""The kinds of clocks K01 to K36, as the domain model has them: data only. Lengths are defaults of settings (R10)."""

import re
from dataclasses import dataclass

from registry.counting import Unit

PLAIN = {
    "K14": ("轻类措施的陈述申辩", "statement before a minor measure"),
    "K15": ("重类措施的陈述申辩", "statement before a major measure"),
}


@dataclass(frozen=True)
class Kind:
    """One kind of clock: what starts it, how long it runs, whose it is, and what follows when it expires."""

    id: str
    zh: str
    en: str
    starts_on: str
    length: int
    unit: Unit
    owner: str
    on_expiry: str
    basis: str
    extend_to: tuple[int, ...] = ()
    """Total length after each extension (R6)."""
    again: int | None = None
    """Length when it starts anew after a return or a failure."""
    between: tuple[int, int] | None = None
    """Lengths that an order may set instead."""
    if_ordered: bool = False
    """It exists only where its document was made: one clock for each measure ordered."""
    rolls: bool = True
    """Whether the last day rolls to a workday; ends of publication do not (R9)."""

    def name(self, lang: str = "zh") -> str:
        """Give its name in the reader's language, in plain words where the model's own are short."""
        zh, en = PLAIN.get(self.id, (self.zh, self.en))
        return en if lang.startswith("en") else zh

    @property
    def documents(self) -> tuple[str, ...]:
        """The kinds of documents whose service starts it."""
        return tuple(re.findall(r"D\d\d[a-z]?", self.starts_on))

    @property
    def event(self) -> str:
        """What its expiry is called in the tables of states."""
        return f"{self.id}_expired"

    @property
    def alerts(self) -> str | None:
        """Whom its expiry only alerts, where no row follows."""
        return self.on_expiry.removeprefix("alert ") if self.on_expiry.startswith("alert ") else None

    @property
    def waives(self) -> bool:
        """Whether its expiry ends a right to speak."""
        return self.on_expiry.startswith("waive")


# fmt: off
_ALL = (
    Kind("K01", "受理审查", "acceptance", "receipt, added facts, return of all forwardings",
         5, Unit.WD, "intake", "alert head", "[D] (platform seen: 15 WD)"),
    Kind("K02", "补正", "supplement", "D02 served", 10, Unit.WD, "complainant", "C04", "[D]"),
    Kind("K03", "机构答复", "answer of the respondent", "D05b served",
         15, Unit.CD, "respondent", "F08", "CBIRC2020-3 [V]", extend_to=(30, 60)),
    Kind("K04", "催办", "reminder", "end of K03 or K30", 5, Unit.WD, "respondent", "F11", "[D]"),
    Kind("K05", "投诉人反馈", "feedback", "last D39 served", 10, Unit.CD, "complainant", "C12", "[D]"),
    Kind("K06", "争议复核", "check of a disputed answer", "dispute", 10, Unit.WD, "officer", "alert head", "[D]"),
    Kind("K07", "进展告知", "progress notice", "escalation, then each notice", 30, Unit.CD, "system", "C21", "[D]"),
    Kind("K08", "停止联系转告", "relay of a stop-contact request", "request",
         1, Unit.WD, "intake", "alert head", "[D]"),
    Kind("K09", "停止联系确认", "confirmation by the respondent", "D33 served",
         3, Unit.WD, "respondent", "P05", "[D]"),
    Kind("K10", "线索核查", "screening", "lead opened", 10, Unit.WD, "officer", "alert head", "[D]"),
    Kind("K11", "调查", "investigation", "filing; a return or remittal (again)",
         60, Unit.WD, "investigator", "alert head", "[D]", extend_to=(90,), again=20),
    Kind("K12", "书面说明", "explanation", "D11b or D41 served",
         10, Unit.WD, "respondent", "S07", "[D]; NFA 30 CD"),
    Kind("K13", "审理", "check by the adjudication unit", "report filed",
         15, Unit.WD, "reviewer", "alert head", "[D]"),
    Kind("K14", "陈述申辩(轻)", "statement, minor", "D17 served; an admission withdrawn or refused",
         3, Unit.WD, "respondent", "waive, S21", "[D]"),
    Kind("K15", "陈述申辩(重)", "statement, major", "D17 served", 5, Unit.WD, "respondent", "waive, S21", "SAC [M]"),
    Kind("K16", "听证申请", "hearing request", "D17 served", 5, Unit.WD, "respondent", "waive, S21", "[D]"),
    Kind("K17", "举行听证", "holding the hearing", "request, adjournment",
         20, Unit.WD, "secretary", "alert head", "[D]"),
    Kind("K18", "审议", "deliberation", "windows closed, hearing held, admission final",
         15, Unit.WD, "panel", "alert head", "[D]"),
    Kind("K19", "送达", "service", "document issued", 5, Unit.WD, "officer", "alert officer", "[D]"),
    Kind("K20", "复核申请", "review request", "D20 served",
         15, Unit.WD, "respondent", "S32 (a minor one lapses)", "CFA 15 WD [V]"),
    Kind("K21", "复核办理", "review decision", "request", 30, Unit.WD, "review body", "alert council", "[D]"),
    Kind("K22", "整改", "rectification", "D23a served (again: the second try)",
         30, Unit.CD, "respondent", "S39", "[D]; an order may set 5 to 90",
         extend_to=(90,), again=15, between=(5, 90), if_ordered=True),
    Kind("K23", "约谈", "interview held", "D23b served",
         15, Unit.WD, "officer", "alert head", "[D]", if_ordered=True),
    Kind("K24", "培训", "training done", "D23d served",
         60, Unit.CD, "respondent", "S44", "[D]", extend_to=(90,), again=30, if_ordered=True),
    Kind("K25", "发布", "publication", "execution begun", 7, Unit.WD, "publisher", "alert head", "[D]"),
    Kind("K26", "验收", "verification", "all measures reported", 15, Unit.WD, "officer", "alert head", "[D]"),
    Kind("K27", "归档", "archive", "end of the track", 10, Unit.WD, "officer", "alert head", "[D]"),
    Kind("K28", "推定送达", "deemed service", "alert sent",
         3, Unit.WD, "system", "V07", "[D]; Civil Procedure Law Art. 90 model"),
    Kind("K29", "公告送达", "service by notice or on the page", "notice posted",
         30, Unit.CD, "system", "V16", "[M]"),
    Kind("K30", "补充答复", "further answer", "D07b served", 5, Unit.WD, "respondent", "F09", "[D]"),
    Kind("K31", "撤回认可", "withdrawal of an admission", "admission",
         3, Unit.WD, "respondent", "S52", "[D]; FINRA AWC model"),
    Kind("K32", "行业内通报期", "a circular stays", "published", 12, Unit.MONTH, "system", "B08", "[D]"),
    Kind("K33", "撤回公告期", "a notice of withdrawal stays", "withdrawn",
         30, Unit.CD, "system", "taken down", "[D]", rolls=False),
    Kind("K34", "回避决定", "recusal decision", "request",
         5, Unit.WD, "panel", "alert head", "[D]; CFA 7 days [V]"),
    Kind("K35", "答复审核", "check of an answer or a return", "answer received",
         5, Unit.WD, "intake", "alert head", "[D]"),
    Kind("K36", "公示期", "a bulletin stays", "published",
         36, Unit.MONTH, "system", "B11", "[D]; SAC 3 years [V]"),
)
# fmt: on

KINDS = {kind.id: kind for kind in _ALL}

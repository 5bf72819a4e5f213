"""The complaints of the demonstration: each a life told by the verbs, as far as its end is wanted."""

import io
from dataclasses import dataclass, replace
from datetime import timedelta

from sqlalchemy import select

from admin import demo_files, demo_texts
from admin.demo_texts import Matter
from casework import complaints, forwardings, messages, notes
from casework.complaints import Company, EvidenceFile, Submission
from casework.models import Release
from core import files
from core.actors import NOBODY
from core.clock import day_of
from registry.models import AliasKind, PartyAlias

FILES = {
    "calls": ("通话记录截图.png", demo_files.call_log),
    "chat": ("聊天记录截图.png", demo_files.chat),
    "sound": ("通话录音.wav", demo_files.recording),
    "paper": ("收到的文书.pdf", lambda seed: demo_files.paper(f"NOTICE No. {seed}", ("To be shown to the Association.", "Copy."))),
}
HOW = {"APP": AliasKind.APP, "SMS_SIGNATURE": AliasKind.SMS_SIGNATURE, "NUMBER": AliasKind.NUMBER}
WAYS = {"zh": ["向金融监管部门投诉", "依法提起诉讼", "有新的事实时再次向本协会投诉"],
        "en": ["complain to the financial regulator", "bring an action in court", "complain again when there are new facts"]}  # fmt: skip


@dataclass(frozen=True)
class Life:
    """One complaint: what happened, about whom, and how far it has come."""

    no: int
    matter: Matter
    lender: str
    end: str
    firm: str = ""
    how: str = "NAME"
    channel: str = "WEB"
    share: bool = False
    verified: bool = False
    of: int = 0
    """The number of the person, where somebody complains twice."""

    @property
    def key(self):
        """The key of the form it was sent with: its receipt code is derived from it."""
        return f"demonstration:{self.no}"

    @property
    def name(self):
        """Who complains."""
        names = demo_texts.NAMES_EN if self.matter.lang == "en" else demo_texts.NAMES_ZH
        return names[(self.of or self.no) % len(names)]

    @property
    def contact(self):
        """How the person is reached: a telephone number, or a mail address."""
        person = self.of or self.no
        if self.matter.lang == "en" or person % 3 == 0:
            return f"person{person:02d}@mail.example"
        return f"1390100{2000 + person * 37:04d}"


def submit(stage, life, taken_from=None):
    """The complaint comes in."""
    matter = life.matter
    words = {"company": stage.parties[life.lender].name("zh" if matter.lang == "zh" else "en"), "app": _app(stage, life),
             "name": life.name, "phone": life.contact}  # fmt: skip
    last = day_of(stage.now) - timedelta(days=1 + life.no % 3)
    actor = stage.people["intake"] if life.channel != "WEB" else NOBODY
    said = Submission(
        channel=life.channel,
        lang=matter.lang,
        role=matter.role,
        name=life.name if life.no % 7 or "{name}" in matter.facts else None,
        contact=life.contact,
        share_identity=life.share,
        consent="2026-11" if life.share else "",
        companies=_companies(stage, life),
        product=matter.product,
        codes=list(matter.codes),
        facts=matter.facts.format(**words),
        request=matter.request,
        conduct_from=last - timedelta(days=4 + life.no % 9),
        conduct_to=last,
        files=[keep(stage, kind, life.no, shared=kind != "sound") for kind in matter.files],
    )
    if said.name is None and life.share:
        said = replace(said, name=life.name)
    complaint, _code = complaints.submit(stage.at, said, key=life.key, actor=actor, now=stage.now, taken_from=taken_from)
    return complaint


def keep(stage, kind, seed, *, shared=True):
    """Keep a generated file."""
    name, make = FILES[kind]
    kept = files.keep(stage.at, io.BytesIO(make(seed % 5)), name)
    return EvidenceFile(kept.sha256, kept.name, kept.media_type, kept.size, shared)


def _app(stage, life):
    found = select(PartyAlias.value).where(PartyAlias.party_id == stage.parties[life.lender].id, PartyAlias.kind == AliasKind.APP)
    return stage.at.scalar(found.limit(1)) or stage.parties[life.lender].name_zh


def _companies(stage, life):
    found = []
    for key, kind in ((life.lender, "INSTITUTION"), (life.firm, "FIRM")):
        if not key:
            continue
        party, value, how = stage.parties[key], None, "NAME"
        if life.how in HOW:
            mine = select(PartyAlias.value).where(PartyAlias.party_id == party.id, PartyAlias.kind == HOW[life.how])
            value, how = stage.at.scalar(mine.limit(1)), life.how
        name = party.name("en" if life.matter.lang == "en" else "zh")
        found.append(Company(kind, how, value, None) if value else Company(kind, "NAME", name, party.id))
    return found


def accept(stage, complaint, life, *, both=True):
    """Accepted, and put before the lender and the firm named."""
    wanted = [stage.parties[key].id for key in (life.lender, life.firm if both else "") if key]
    who = stage.people["officer2" if life.no % 4 == 0 else "intake"]
    masked = complaints.masked_draft(complaint)
    complaints.accept(stage.at, complaint, respondents=wanted, masked_facts=masked, actor=who, now=stage.now)
    stage.at.refresh(complaint, ["forwardings"])


def answer(stage, forwarding, no, *, files_too=False):
    """The respondent answers, in its own words."""
    lang = forwarding.complaint.lang
    texts = demo_texts.ANSWERS_EN if lang == "en" else demo_texts.ANSWERS_ZH
    outcome, inside, outside = texts[no % len(texts)]
    more = [keep(stage, "calls", no + 2)] if files_too else []
    forwardings.answer(
        stage.at, forwarding, outcome=outcome, to_association=inside, to_complainant=outside, files=more,
        actor=stage.leads[forwarding.party_id], now=stage.now,
    )  # fmt: skip


def release(stage, complaint):
    """Staff release every answer that waits."""
    for forwarding in complaint.forwardings:
        if forwarding.state == "ANSWERED":
            forwardings.release(stage.at, forwarding, read=True, warned=True, actor=stage.people["intake"], now=stage.now)


def read(stage, complaint):
    """The complainant opens what was released."""
    for forwarding in complaint.forwardings:
        stage.receive("forwarding", forwarding, "D39")


def dispute(stage, complaint):
    """The complainant does not accept it."""
    found = select(Release.id).where(Release.complaint_id == complaint.id).order_by(Release.id)
    mine = list(stage.at.scalars(found))
    why = demo_texts.DISPUTES[complaint.lang]
    complaints.dispute(stage.at, complaint, releases=mine, why=why, actor=stage.person(complaint), now=stage.now)


def to_forwarded(stage, life):
    """From receipt to the letters opened by the respondents."""
    complaint = submit(stage, life)
    yield stage.working(1 + life.no % 3)
    if life.verified:
        complaints.verify_contact(stage.at, complaint, actor=stage.people["intake"], now=stage.now)
        notes.write(stage.at, complaint, text=demo_texts.NOTES[life.no % 4], actor=stage.people["intake"], now=stage.now)
    accept(stage, complaint, life)
    yield stage.working(1)
    for forwarding in complaint.forwardings:
        stage.receive("forwarding", forwarding, "D05b")
    stage.receive("complaint", complaint, "D05a")
    return complaint


def to_released(stage, life):
    """From receipt to an answer that the complainant has read."""
    complaint = yield from to_forwarded(stage, life)
    for place, forwarding in enumerate(complaint.forwardings):
        yield stage.working(4 + place + life.no % 3)
        answer(stage, forwarding, life.no + place, files_too=life.no % 2 == 0)
    if life.no % 5 == 0:
        yield from _talk(stage, complaint)
    yield stage.working(2)
    release(stage, complaint)
    yield stage.later(1)
    read(stage, complaint)
    return complaint


def _talk(stage, complaint):
    asked, said = demo_texts.QUESTIONS[complaint.lang]
    messages.write(stage.at, complaint, asked, actor=stage.person(complaint), now=stage.now)
    yield stage.working(1)
    messages.write(stage.at, complaint, said, actor=stage.people["intake"], now=stage.now)


def tell(stage, life):
    """Tell a life as far as its end is wanted."""
    return ENDS[life.end](stage, life)


def _received(stage, life):
    complaint = submit(stage, life)
    yield stage.later(1)
    if life.no % 2:
        messages.write(stage.at, complaint, demo_texts.QUESTIONS[complaint.lang][0], actor=stage.person(complaint), now=stage.now)


def _asked(stage, life):
    complaint = submit(stage, life)
    yield stage.working(2)
    lang = life.matter.lang
    missing = (["来电号码及大致时间", "借款合同编号或者借款页面截图"] if lang == "zh"
               else ["the calling number and about when", "the number of the loan contract"])  # fmt: skip
    complaints.ask_info(stage.at, complaint, missing=missing, actor=stage.people["intake"], now=stage.now)
    yield stage.later(1)
    stage.receive("complaint", complaint, "D02")
    return complaint


def _completed(stage, life):
    complaint = yield from _asked(stage, life)
    yield stage.later(3)
    complaints.give_info(
        stage.at, complaint, text=demo_texts.MORE[complaint.lang], files=[keep(stage, "calls", life.no)],
        actor=stage.person(complaint), now=stage.now,
    )  # fmt: skip


def _rejected(stage, life):
    complaint = submit(stage, life)
    yield stage.working(3)
    reason = ("OUT_OF_SCOPE", "COURT_OR_AUTHORITY", "NO_FACTS")[life.no % 3]
    complaints.reject(
        stage.at, complaint, reason=reason, why="", ways=WAYS[complaint.lang], actor=stage.people["intake"], now=stage.now
    )
    return complaint


def _rechecked(stage, life):
    complaint = yield from _rejected(stage, life)
    yield stage.later(6)
    complaints.recheck(
        stage.at, complaint, why="投诉人补充了法院并未受理的证明，原不予受理理由不再成立。", asked_on=day_of(stage.now),
        actor=stage.people["deputy"], now=stage.now,
    )  # fmt: skip


def _referred(stage, life):
    complaint = submit(stage, life)
    yield stage.working(3)
    complaints.refer_out(
        stage.at, complaint, authority="蓝湾市地方金融管理局", authority_contact="蓝湾市海望区政务大道6号",
        why="被投诉单位未加入本协会，亦未签署自律公约或者作出承诺。", suspected="涉嫌违规催收", actor=stage.people["intake"],
        now=stage.now,
    )  # fmt: skip


def _sent(stage, life):
    complaint = submit(stage, life)
    yield stage.working(1)
    accept(stage, complaint, life)


def _opened(stage, life):
    yield from to_forwarded(stage, life)


def _time_asked(stage, life):
    complaint = yield from to_forwarded(stage, life)
    yield stage.working(5)
    forwarding = complaint.forwardings[0]
    forwardings.ask_time(
        stage.at, forwarding, why="需向受托机构调取六个月的通话录音，数据量较大。", actor=stage.leads[forwarding.party_id], now=stage.now
    )
    return forwarding


def _extended(stage, life):
    forwarding = yield from _time_asked(stage, life)
    yield stage.working(1)
    forwardings.extend(stage.at, forwarding, why="所述理由成立，同意延长。", actor=stage.people["head"], now=stage.now)


def _time_refused(stage, life):
    forwarding = yield from _time_asked(stage, life)
    yield stage.working(1)
    forwardings.refuse_time(stage.at, forwarding, why="录音可由系统直接导出，无需延长。", actor=stage.people["head"], now=stage.now)


def _returned(stage, life):
    complaint = yield from to_forwarded(stage, life)
    yield stage.working(3)
    forwarding = complaint.forwardings[0]
    forwardings.not_ours(
        stage.at, forwarding, why="经核对姓名和号码，我司无此客户，疑为他人冒用我司名义。", actor=stage.leads[forwarding.party_id],
        now=stage.now,
    )  # fmt: skip
    return complaint


def _insisted(stage, life):
    complaint = yield from _returned(stage, life)
    yield stage.working(2)
    forwardings.insist(
        stage.at, complaint.forwardings[0], why="短信签名和来电号码均在贵司登记名录之内。", actor=stage.people["intake"], now=stage.now
    )


def _all_returned(stage, life):
    complaint = yield from _returned(stage, life)
    yield stage.working(2)
    forwardings.accept_return(stage.at, complaint.forwardings[0], actor=stage.people["intake"], now=stage.now)


def _answered(stage, life):
    complaint = yield from to_forwarded(stage, life)
    yield stage.working(6)
    answer(stage, complaint.forwardings[0], life.no, files_too=True)
    return complaint


def _sent_back(stage, life):
    complaint = yield from _answered(stage, life)
    yield stage.working(2)
    gaps = ["未说明单位号码的来源", "未提供所称“停岗培训”的证明"]
    forwardings.send_back(stage.at, complaint.forwardings[0], gaps=gaps, actor=stage.people["intake"], now=stage.now)


def _overdue(stage, life):
    yield from to_forwarded(stage, life)


def _released(stage, life):
    yield from to_released(stage, life)


def _disputed(stage, life):
    complaint = yield from to_released(stage, life)
    yield stage.later(2)
    dispute(stage, complaint)
    return complaint


def _asked_again(stage, life):
    complaint = yield from _disputed(stage, life)
    yield stage.working(3)
    points = {forwarding.id: ["单位号码从何处取得", "答复当日仍有来电的原因"] for forwarding in complaint.forwardings}
    complaints.ask_again(stage.at, complaint, points=points, actor=stage.people["officer"], now=stage.now)


def _checked(stage, life):
    complaint = yield from _disputed(stage, life)
    yield stage.working(6)
    complaints.close(
        stage.at, complaint, why="经核对双方提供的通话记录，每日接通未超过规定次数，未发现违反自律规则的情形。",
        actor=stage.people["officer"], now=stage.now,
    )  # fmt: skip


def _accepted(stage, life):
    complaint = yield from to_released(stage, life)
    yield stage.later(2)
    complaints.accept_reply(stage.at, complaint, actor=stage.person(complaint), now=stage.now)


def _settled(stage, life):
    complaint = yield from to_released(stage, life)
    terms = "受托机构人员私自收取的费用全额退还；剩余欠款分六期偿还，期间不再另收费用；双方不再就此事互相追究。"
    for forwarding in complaint.forwardings:
        yield stage.later(2)
        lead = stage.leads[forwarding.party_id]
        if forwarding is complaint.forwardings[0]:
            complaints.settle_propose(stage.at, complaint, terms, actor=lead, now=stage.now)
        else:
            complaints.settle_confirm(stage.at, complaint, terms=terms, actor=lead, now=stage.now)
    yield stage.later(1)
    complaints.settle_confirm(
        stage.at, complaint, terms=terms, pressure=False, actor=stage.person(complaint), now=stage.now
    )


def _withdrawn(stage, life):
    complaint = yield from to_forwarded(stage, life)
    yield stage.later(4)
    complaints.withdraw(
        stage.at, complaint, pressure=life.no % 2 == 0, why="已与机构达成还款安排。" if life.no % 2 else "对方来电要求我撤诉。",
        actor=stage.person(complaint), now=stage.now,
    )  # fmt: skip


def _merged(stage, life):
    twin = replace(life, no=life.no - 1)
    first = yield from to_forwarded(stage, twin)
    yield stage.later(3)
    second = submit(stage, replace(life, of=twin.no))
    yield stage.working(1)
    complaints.merge(stage.at, second, lead=first, same_facts=True, actor=stage.people["intake"], now=stage.now)


ENDS = {
    "RECEIVED": _received,
    "NEED_INFO": _asked,
    "COMPLETED": _completed,
    "REJECTED": _rejected,
    "RECHECKED": _rechecked,
    "REFERRED_OUT": _referred,
    "SENT": _sent,
    "OPENED": _opened,
    "TIME_ASKED": _time_asked,
    "EXTENDED": _extended,
    "TIME_REFUSED": _time_refused,
    "RETURNED": _returned,
    "INSISTED": _insisted,
    "ALL_RETURNED": _all_returned,
    "ANSWERED": _answered,
    "SENT_BACK": _sent_back,
    "OVERDUE": _overdue,
    "RELEASED": _released,
    "DISPUTED": _disputed,
    "ASKED_AGAIN": _asked_again,
    "CHECKED": _checked,
    "ACCEPTED": _accepted,
    "NO_FEEDBACK": _released,
    "SETTLED": _settled,
    "WITHDRAWN": _withdrawn,
    "MERGED": _merged,
}

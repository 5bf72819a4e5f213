"""How the complaints of the demonstration end: one way for each state that a complaint or its forwarding can be in."""

from dataclasses import replace

from admin import demo_texts
from admin.demo_complaints import accept, answer, dispute, keep, submit, to_forwarded, to_released
from casework import complaints, forwardings, intake, messages, rechecks, settlements, shared_drafts, triage
from casework.policies_stop_contacts import OWN_DEBT
from core.clock import day_of
from portal.places import answer as answers

WAYS = {
    "zh": ["向金融监管部门投诉", "依法提起诉讼", "有新的事实时再次向本协会投诉"],
    "en": [
        "complain to the financial regulator",
        "bring an action in court",
        "complain again when there are new facts",
    ],
}

NOT_BOUND = {
    "zh": "被投诉单位未加入本协会，亦未签署自律公约或者作出承诺。",
    "en": "The company is not a member of the Association, and has neither signed its convention nor given an "
    "undertaking.",
}


def tell(stage, life):
    """Tell a life as far as its end is wanted."""
    return ENDS[life.end](stage, life)


def _received(stage, life):
    complaint = submit(stage, life)
    yield stage.later(1)
    if life.no % 2:
        messages.write(stage.at, complaint, demo_texts.QUESTIONS[complaint.lang][0], **stage.speaking(complaint))


def _asked(stage, life):
    complaint = submit(stage, life)
    yield stage.working(2)
    lang = life.matter.lang
    missing = [demo_texts.LACKS[lang][life.matter.files[0]][0], demo_texts.CONTRACT[lang][0]]
    triage.ask_info(stage.at, complaint, missing=missing, **stage.by("intake"))
    yield stage.later(1)
    stage.receive("complaint", complaint, "D02")
    return complaint


def _completed(stage, life):
    complaint = yield from _asked(stage, life)
    yield stage.later(3)
    lang, kind = life.matter.lang, life.matter.files[0]
    intake.give_info(
        stage.at,
        complaint,
        text=demo_texts.given(lang, kind),
        files=[keep(stage, kind, life.no + 1)],
        **stage.speaking(complaint),
    )


def _rejected(stage, life):
    complaint = submit(stage, life)
    yield stage.working(3)
    reason = ("OUT_OF_SCOPE", "COURT_OR_AUTHORITY", "NO_FACTS")[life.no % 3]
    triage.reject(stage.at, complaint, reason=reason, why="", ways=WAYS[complaint.lang], **stage.by("intake"))
    return complaint


def _rechecked(stage, life):
    complaint = yield from _rejected(stage, life)
    yield stage.later(6)
    rechecks.recheck(
        stage.at,
        complaint,
        why="投诉人补充了法院并未受理的证明，原不予受理理由不再成立。",
        asked_on=day_of(stage.now),
        **stage.by("deputy"),
    )


def _referred(stage, life):
    complaint = submit(stage, life)
    yield stage.working(3)
    referral = triage.Referral(
        authority="蓝湾市地方金融管理局",
        authority_contact="蓝湾市海望区政务大道6号",
        why=NOT_BOUND[complaint.lang],
        suspected="涉嫌违规催收",
    )
    triage.refer_out(stage.at, complaint, referral, **stage.by("intake"))


def _sent(stage, life):
    complaint = submit(stage, life)
    yield stage.working(1)
    accept(stage, complaint, life)


def _opened(stage, life):
    yield from to_forwarded(stage, life)


def _writing(stage, life):
    """The company has begun its answer; its last look shows what may tell of a debt."""
    complaint = yield from to_forwarded(stage, life)
    forwarding = complaint.forwardings[0]
    names = ("outcome", "to_association", "to_complainant")
    said = dict(zip(names, demo_texts.NAMES_A_DEBT[complaint.lang], strict=True))
    shared_drafts.keep(stage.at, answers(forwarding), fields=said, files=(), seen=0, **stage.leading(forwarding))


def _time_asked(stage, life):
    complaint = yield from to_forwarded(stage, life)
    yield stage.soon(5, 9)
    forwarding = complaint.forwardings[0]
    forwardings.ask_time(
        stage.at, forwarding, why="需向受托机构调取六个月的通话录音，数据量较大。", **stage.leading(forwarding)
    )
    return forwarding


def _extended(stage, life):
    forwarding = yield from _time_asked(stage, life)
    yield stage.working(1)
    forwardings.extend(stage.at, forwarding, why="所述理由成立，同意延长。", **stage.by("head"))


def _time_refused(stage, life):
    forwarding = yield from _time_asked(stage, life)
    yield stage.working(1)
    forwardings.refuse_time(stage.at, forwarding, why="录音可由系统直接导出，无需延长。", **stage.by("head"))


def _returned(stage, life):
    complaint = yield from to_forwarded(stage, life)
    yield stage.soon(3, 6)
    forwarding = complaint.forwardings[0]
    forwardings.not_ours(
        stage.at,
        forwarding,
        why="经核对姓名和号码，我司无此客户，疑为他人冒用我司名义。",
        **stage.leading(forwarding),
    )
    return complaint


def _insisted(stage, life):
    complaint = yield from _returned(stage, life)
    yield stage.working(2)
    forwardings.insist(
        stage.at, complaint.forwardings[0], why="短信签名和来电号码均在贵司登记名录之内。", **stage.by("intake")
    )


def _all_returned(stage, life):
    complaint = yield from _returned(stage, life)
    yield stage.working(2)
    forwardings.accept_return(stage.at, complaint.forwardings[0], **stage.by("intake"))


def _answered(stage, life):
    complaint = yield from to_forwarded(stage, life)
    yield stage.soon(6, 10)
    said = demo_texts.NAMES_A_DEBT[complaint.lang] if life.matter.role not in OWN_DEBT else None
    answer(stage, complaint.forwardings[0], life.no, files_too=True, said=said)
    return complaint


def _sent_back(stage, life):
    complaint = yield from _answered(stage, life)
    yield stage.working(2)
    gaps = ["未说明单位号码的来源", "未提供所称“停岗培训”的证明"]
    forwardings.send_back(stage.at, complaint.forwardings[0], gaps=gaps, **stage.by("intake"))


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
    complaints.ask_again(stage.at, complaint, points=points, **stage.by("officer"))


def _checked(stage, life):
    complaint = yield from _disputed(stage, life)
    yield stage.working(6)
    complaints.close(
        stage.at,
        complaint,
        why="经核对双方提供的通话记录，每日接通未超过规定次数，未发现违反自律规则的情形。",
        **stage.by("officer"),
    )


def _accepted(stage, life):
    complaint = yield from to_released(stage, life)
    yield stage.later(2)
    complaints.accept_reply(stage.at, complaint, **stage.speaking(complaint))


def _settled(stage, life):
    complaint = yield from to_released(stage, life)
    terms = "受托机构人员私自收取的费用全额退还；剩余欠款分六期偿还，期间不再另收费用；双方不再就此事互相追究。"
    for forwarding in complaint.forwardings:
        yield stage.later(2)
        lead = stage.leads[forwarding.party_id]
        if forwarding is complaint.forwardings[0]:
            settlements.propose(stage.at, complaint, terms, warned=True, actor=lead, now=stage.now)
        else:
            settlements.confirm(stage.at, complaint, terms=terms, actor=lead, now=stage.now)
    yield stage.later(1)
    settlements.confirm(stage.at, complaint, terms=terms, pressure=False, **stage.speaking(complaint))


def _withdrawn(stage, life):
    complaint = yield from to_forwarded(stage, life)
    yield stage.later(4)
    complaints.withdraw(
        stage.at,
        complaint,
        pressure=life.no % 2 == 0,
        why="已与机构达成还款安排。" if life.no % 2 else "对方来电要求我撤诉。",
        **stage.speaking(complaint),
    )


def _merged(stage, life):
    twin = replace(life, no=life.no - 1)
    first = yield from to_forwarded(stage, twin)
    yield stage.later(3)
    second = submit(stage, replace(life, of=twin.no))
    yield stage.working(1)
    triage.merge(stage.at, second, lead=first, same_facts=True, **stage.by("intake"))


ENDS = {
    "RECEIVED": _received,
    "NEED_INFO": _asked,
    "COMPLETED": _completed,
    "REJECTED": _rejected,
    "RECHECKED": _rechecked,
    "REFERRED_OUT": _referred,
    "SENT": _sent,
    "OPENED": _opened,
    "WRITING": _writing,
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

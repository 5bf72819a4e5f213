"""What this room's own documents say: the proof of service, the notice by publication, the dispatch sheet."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime

from sqlalchemy.orm import Session

from core.clock import local
from core.machine import Ask
from notices import queries, queries_approval, queries_serving
from notices.kinds import KINDS
from notices.making import Draft, makes
from notices.models import Document, Dossier, Service
from notices.papers import Lang, day_text, moment_text, period_text, time_text
from notices.sentences import Pair, say
from registry import clocks, settings
from registry.clock_hooks import HOOKS
from registry.clock_kinds import KINDS as CLOCKS
from registry.counting import Due
from registry.models import Party
from registry.models_accounts import Account

METHODS = {
    "PORTAL": "电子送达（在线平台）",
    "IN_PERSON": "直接送达",
    "POST": "邮寄送达",
    "LEFT": "留置送达",
    "NOTICE": "公告送达",
    "ACKNOWLEDGED": "受送达人确认收到",
}


Urgency = Callable[[Session, int], bool]
URGENT: dict[str, Urgency] = {}
"""By machine, whether the matter of one of its things is urgent; rooms register."""


def urgency_from(machine: str) -> Callable[[Urgency], Urgency]:
    """Register who knows whether the matter of a machine's thing is urgent."""

    def register(function: Urgency) -> Urgency:
        URGENT[machine] = function
        return function

    return register


def recipient_name(document: Document) -> str:
    """The addressee of the document, from its frozen head."""
    return document.head.recipient_name


def pictures(*documents: Document) -> dict[str, str]:
    """Pictures of the private characters in the addressees' names."""
    heads = [document.head for document in documents]
    return {character: picture for head in heads for character, picture in head.pictures}


def title(document: Document) -> str:
    """Its title on one line, from its frozen paper; an internal document's in Chinese, if it has one."""
    paper = document.frozen
    return (paper.authentic or paper).title


def _name(session: Session, account_id: int | None) -> str:
    account = session.get(Account, account_id) if account_id else None
    return account.name if account else ""


def recipient_of(session: Session, service: Service) -> str:
    """Whom a copy goes to; for what every member gets, the member."""
    document = service.document
    if document.party_id is None and service.party_id is not None:
        return session.get_one(Party, service.party_id).name_zh
    return recipient_name(document)


@makes("service", "D21")
def proof_of_service(ask: Ask) -> Iterator[Draft]:
    """The proof of service, with every field of domain 4.3."""
    service: Service = ask.it
    document = service.document
    to = recipient_of(ask.session, service)
    day: date = ask.facts["served_on"]
    left, told = service.served_how == "LEFT", service.proof or {}
    deemed = ask.row is not None and ask.row.id in DEEMED
    address = document.head.recipient_address
    moment = time_text(local(service.opened_at)) if service.opened_at else ""
    opener = _name(ask.session, service.opened_by)
    yield Draft(
        values={
            "case_no": queries.matter_of(ask.session, document),
            "documents": [(title(document), document.number or "", "1")],
            "begun": list(_periods(ask.session, document, day)),
            "recipient_position": told.get("position", ""),
            "method": METHODS[service.served_how or "PORTAL"],
            "place": _place(ask, service, told, address),
            "served_at": day_text(day, "zh") + moment,
            "received_by": "（拒收）" if left else NOBODY if deemed else service.receiver or opener or to,
            "relation": told.get("relation", "") or ("受送达人的经办人员" if opener else ""),
            "server": _name(ask.session, ask.root.actor.id if ask.root.by_staff else None) or "协会在线平台",
            "system_record": _record(ask.session, service, document),
            "refusal": (told.get("refusal") or "受送达人拒绝签收") if left else "",
            "witnesses": (service.receiver or "") if left else "",
            "remark": "；".join(_remarks(ask, service, told)),
        },
        to=to,
        to_address=address,
        pictures=pictures(document),
        party_id=service.party_id,
        complaint_id=service.complaint_id,
    )


DEEMED = frozenset({"V07", "V16"})
"""Rows by which a document counts as served, though nobody received it."""
NOBODY = "推定送达，无人签收"

STARTERS = frozenset(document for kind in CLOCKS.values() for document in kind.documents)
"""Documents whose service starts a period."""


def _periods(session: Session, document: Document, day: date) -> Iterator[tuple[str, str, str]]:
    """What begins with this service, how long it is, and its last day if that is certain (domain 7.3)."""
    for clock, counted in clocks.starting(session, document.id, day) if document.kind in STARTERS else ():
        certain = counted.due_on is not None and not counted.provisional
        last = f"{day_text(counted.due_on, 'zh')}24时" if counted.due_on and certain else NOT_CERTAIN
        yield CLOCKS[clock.key].name("zh"), period_text(clock.length, clock.unit.value, "zh"), last


NOT_CERTAIN = "待国务院办公厅公布该年度节假日安排后确定"


def _place(ask: Ask, service: Service, told: Mapping[str, str], address: str) -> str:
    acted = service.served_how == "ACKNOWLEDGED" and not ask.root.by_staff  # on our pages, wherever its letters go
    if service.served_how == "PORTAL" or acted:
        return "协会在线平台"
    if service.served_how == "NOTICE":
        return "公告刊登处"
    return told.get("place") or address or "受送达人地址"


def _record(session: Session, service: Service, document: Document) -> str:
    """What the platform recorded: alert and opening, with the code that verifies the document."""
    if service.served_how != "PORTAL":
        return ""
    said = [f"文书核验码 {document.check_code}"]
    alerted = service.alerted_at
    if alerted is not None and not settings.is_demonstration(session):
        alerted = queries.alert_left(session, service.id)
    if alerted is not None:
        said.append(f"{moment_text(local(alerted))}发出提醒")
    if service.opened_at is not None:
        said.append(f"{moment_text(local(service.opened_at))}打开")
    return "；".join(said)


REMARKS = {
    "V07": "提醒未被退回，期满未打开，推定送达",
    "V16": "公告期满，视为送达",
    "V18": "受送达人陈述收到日期，或者已作出答复",
    "V20": "到达受送达人系统之日为送达之日",
}
KEPT_ON_PAGE = "查询页面留存期满，视为送达"
"""For a complainant without a working contact, for whom nothing is published (V19)."""


def _remarks(ask: Ask, service: Service, told: Mapping[str, str]) -> Iterator[str]:
    """How the rule came to apply, and what is kept with the receipt."""
    if ask.row is not None and ask.row.id == "V16" and service.party_id is None:
        yield KEPT_ON_PAGE
    elif ask.row is not None and ask.row.id in REMARKS:
        yield REMARKS[ask.row.id]
    if service.served_how == "POST" and service.slip_no:
        yield f"邮寄单号 {service.slip_no}，以回执所载日期为准"
    if told.get("file"):
        yield f"附件 {told.get('file_name', '')}，SHA-256 {told['file'][:16]}"
    if service.paper_asked_at is not None:
        yield "受送达人另行索取纸质文书"
    if service.failed_ways:
        yield from _failed_before(ask.session, service)


FAILED = {"attempted": "直接送达未成", "returned": "邮件退回或者遗失", "bounce": "电子送达的提醒被退回"}
"""Steps by which a way failed."""


def _failed_before(session: Session, service: Service) -> Iterator[str]:
    """Each way that failed before, with its day, place and reason, and the file that proves it."""
    slip = ""
    for each in queries_serving.steps_of(session, service.id):
        told = each.said
        slip = told.get("slip_no", "") if each.event == "post" else slip
        if each.event not in FAILED:
            continue
        said = [f"邮寄单号{slip}"] if slip and each.event == "returned" else []
        said += [f"{name}{told[key]}" for key, name in (("place", "地点："), ("reason", "原因：")) if told.get(key)]
        if each.sha256:
            said.append(f"附件{told.get('file_name', '')}，SHA-256 {each.sha256[:16]}")
        yield f"{day_text(each.day, 'zh')}{FAILED[each.event]}" + (f"（{'，'.join(said)}）" if said else "")


HOURS: Pair = ("工作日 {begins}—{ends}", "Working days, {begins} to {ends}")


@makes("service", "D37")
def notice_by_publication(ask: Ask) -> Iterator[Draft]:
    """The recipient's name, that a document waits, and where; never the measure, facts or a complainant."""
    service: Service = ask.it
    party = ask.session.get_one(Party, service.party_id)
    terms, house = HOOKS.terms(ask.session, "K29"), settings.association(ask.session)
    begins, ends = (each.lstrip("0") for each in settings.value(ask.session, "COLLECTION_HOURS").split("-"))
    counted = clocks.if_started(ask.session, "K29", ask.on)

    def said(lang: Lang, place: str) -> Draft:
        values = {
            "collection_place": place,
            "collection_hours": say(HOURS, lang, begins=begins, ends=ends),
            "notice_period": period_text(terms.length, terms.unit, lang),
            "counts_on": _counts_on(counted, lang),
        }
        return Draft(values=values, to=party.name(lang), to_uscc=party.uscc)

    chinese, english = said("zh", house["address"]), said("en", house["address_en"] or house["address"])
    at_issue = tuple(str(each.values["counts_on"]) for each in (chinese, english))
    yield replace(chinese, english=english, at_issue=at_issue)


COUNTS: Pair = (
    "{day}（本公告在协会网站刊登的日期晚于落款日期的，以网站所载日期为准）",
    "{day} (a later day that the Association's website names, if the notice was posted there after its date)",
)
COUNTS_LATER: Pair = (
    "以协会网站“送达公告”页面所载日期为准",
    "the day that the Association's website names, under “Service by public notice”",
)
"""Where the last day rests on an estimate (domain 7.3)."""


def _counts_on(counted: Due, lang: Lang) -> str:
    """The day on which it counts as served: the last of the period (V16), which begins once everybody can read it."""
    if counted.due_on is None or counted.provisional:
        return say(COUNTS_LATER, lang)
    return say(COUNTS, lang, day=day_text(counted.due_on, lang))


SEALS = {"electronic": "电子印章", "physical": "实物印章（盖章后扫描归档）", "none": "不用印"}
"""How the dispatch sheet says in which way documents were sealed."""
STEPS = {"check": "核稿", "countersign": "会签", "sign": "签发"}
"""The dispatch sheet's words for the steps of approval."""


def _approved(session: Session, dossier: Dossier, signer: str, at: datetime) -> list[tuple[str, str, str, str]]:
    """Who approved, in which words and when; a mover who signs alone is the whole chain."""
    walked = queries_approval.steps_of(session, dossier.id) if dossier.deed else ()
    if not walked:
        return [("签发", signer, "同意", moment_text(local(at)))]
    return [
        (
            STEPS[each.step],
            _name(session, each.done_by) or "—",
            each.said or "同意",
            moment_text(local(each.done_at or at)),
        )
        for each in walked
    ]


@makes("approval", "D34")
def dispatch_sheet(ask: Ask) -> Iterator[Draft]:
    """The chain of approval of a dossier, as it was taken step by step."""
    dossier = ask.it
    session = ask.session
    outward = [document for document in queries.in_dossier(session, dossier.id) if document.outward]
    drafter = _name(session, dossier.drafted_by) or "系统"
    signer = _name(session, dossier.signed_by) or "系统"
    urgent = URGENT.get(dossier.subject_kind)
    yield Draft(
        values={
            "document_title": "；".join(title(document) for document in outward) or "（无对外文书）",
            "kind_name": "、".join(dict.fromkeys(KINDS[document.kind].zh for document in outward)) or "—",
            "document_number": "、".join(document.number for document in outward if document.number) or "—",
            "urgency": "加急" if urgent is not None and urgent(session, dossier.subject_id) else "平件",
            "recipients": [recipient_name(document) for document in outward] or ["—"],
            "copies": [],
            "copy_count": f"{len(outward)}份",
            "drafter": drafter,
            "drafted_on": day_text(local(dossier.drafted_at).date(), "zh"),
            "steps": [
                ("拟稿", drafter, "", moment_text(local(dossier.drafted_at))),
                *_approved(session, dossier, signer, ask.now),
            ],
            "sealed_by": "、".join(dict.fromkeys(SEALS[document.seal_mode] for document in outward)) or "—",
            "issued_on": day_text(local(ask.now).date(), "zh"),
        },
        to="发文稿纸",
        pictures=pictures(*outward),
    )

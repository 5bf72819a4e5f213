"""What the documents of this room say: the proof of service, the notice by publication, the dispatch sheet."""

from collections.abc import Iterator
from datetime import date, datetime

from sqlalchemy.orm import Session

from core.clock import local
from core.machine import Ask
from notices import queries, queries_approval
from notices.kinds import KINDS
from notices.making import Draft, makes
from notices.models import Document, Dossier, Service
from notices.papers import Head, Paper, day_text, period_text
from registry import settings
from registry.clock_hooks import HOOKS
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


def recipient_name(document: Document) -> str:
    """To whom the document is addressed, from its frozen head."""
    return Head.from_json(document.paper["head"]).recipient_name


def pictures(*documents: Document) -> dict[str, str]:
    """The pictures of private characters in the names of those to whom they are addressed."""
    heads = [Head.from_json(document.paper["head"]) for document in documents]
    return {character: picture for head in heads for character, picture in head.pictures}


def title(document: Document) -> str:
    """Its title on one line, from its frozen paper."""
    return Paper.from_json(document.paper["paper"]).title


def _name(session: Session, account_id: int | None) -> str:
    account = session.get(Account, account_id) if account_id else None
    return account.name if account else ""


def _recipient(session: Session, service: Service) -> str:
    """Whom a copy goes to: of what every member gets, the member."""
    document = service.document
    if document.party_id is None and service.party_id is not None:
        return session.get_one(Party, service.party_id).name_zh
    return recipient_name(document)


@makes("service", "D21")
def proof_of_service(ask: Ask) -> Iterator[Draft]:
    """The proof of service, with every field of domain 4.3."""
    service: Service = ask.it
    document = service.document
    to = _recipient(ask.session, service)
    day: date = ask.facts["served_on"]
    online = service.served_how == "PORTAL"
    moment = f"{local(service.opened_at):%H:%M}" if service.opened_at else ""
    yield Draft(
        values={
            "case_no": "",
            "documents": [(title(document), document.number or "", "1")],
            "recipient_position": "",
            "method": METHODS[service.served_how or "PORTAL"],
            "place": "协会在线平台" if online else (service.slip_no or "受送达人地址"),
            "served_at": f"{day_text(day, 'zh')} {moment}".strip(),
            "received_by": service.receiver or _name(ask.session, service.opened_by) or to,
            "relation": "",
            "server": _name(ask.session, ask.root.actor.id) or "协会在线平台",
            "system_record": f"文书核验码 {document.check_code}" if online else "",
            "refusal": "受送达人拒绝签收" if service.served_how == "LEFT" else "",
            "witnesses": service.receiver or "" if service.served_how == "LEFT" else "",
            "remark": "推定送达" if ask.row and ask.row.id == "V07" else "",
        },
        to=to,
        pictures=pictures(document),
        party_id=service.party_id,
        complaint_id=service.complaint_id,
    )


@makes("service", "D37")
def notice_by_publication(ask: Ask) -> Iterator[Draft]:
    """Names the recipient, that a document waits and where; never measure, facts or a complainant."""
    service: Service = ask.it
    party = ask.session.get_one(Party, service.party_id)
    terms = HOOKS.terms(ask.session, "K29")
    yield Draft(
        values={
            "collection_place": settings.value(ask.session, "ASSOCIATION.address"),
            "collection_hours": "工作日 9:00—17:00",
            "notice_period": period_text(terms.length, terms.unit, "zh"),
        },
        to=party.name_zh,
    )


SEALS = {"electronic": "电子印章", "physical": "实物印章（盖章后扫描归档）", "none": "不用印"}
"""As the dispatch sheet says how documents were sealed."""
STEPS = {"check": "核稿", "countersign": "会签", "sign": "签发"}
"""As the dispatch sheet calls the steps of approval."""


def _minute(at: datetime) -> str:
    return f"{local(at):%Y-%m-%d %H:%M}"


def _approved(session: Session, dossier: Dossier, signer: str, at: datetime) -> list[tuple[str, str, str, str]]:
    """Who approved, with what words, and when; a mover who signs alone is the whole chain."""
    walked = queries_approval.steps_of(session, dossier.id)
    if not walked:
        return [("签发", signer, "同意", _minute(at))]
    return [
        (STEPS[each.step], _name(session, each.done_by) or "—", each.said or "同意", _minute(each.done_at or at))
        for each in walked
    ]


@makes("approval", "D34")
def dispatch_sheet(ask: Ask) -> Iterator[Draft]:
    """The chain of approval of a dossier, as it was walked."""
    dossier = ask.it
    session = ask.session
    outward = [document for document in queries.in_dossier(session, dossier.id) if document.outward]
    drafter = _name(session, dossier.drafted_by) or "系统"
    signer = _name(session, dossier.signed_by) or "系统"
    yield Draft(
        values={
            "document_title": "；".join(title(document) for document in outward) or "（无对外文书）",
            "kind_name": "、".join(dict.fromkeys(KINDS[document.kind].zh for document in outward)) or "—",
            "document_number": "、".join(document.number for document in outward if document.number) or "—",
            "urgency": "平件",
            "recipients": [recipient_name(document) for document in outward] or ["—"],
            "copies": [],
            "copy_count": str(len(outward)),
            "drafter": drafter,
            "drafted_on": day_text(local(dossier.drafted_at).date(), "zh"),
            "steps": [
                ("拟稿", drafter, "", _minute(dossier.drafted_at)),
                *_approved(session, dossier, signer, ask.now),
            ],
            "sealed_by": "、".join(dict.fromkeys(SEALS[document.seal_mode] for document in outward)) or "—",
            "issued_on": day_text(local(ask.now).date(), "zh"),
        },
        to="发文稿纸",
        pictures=pictures(*outward),
    )

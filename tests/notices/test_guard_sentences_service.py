"""Each guard of a service refuses, with the sentence that the person reads, in both languages."""

from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from core.actors import SYSTEM, Actor
from core.machine import Ask
from notices import queries, serving
from notices.models import Service
from notices.states import SERVICE
from registry import clocks
from registry.models_accounts import Account
from registry.models_settings import Installation
from registry.queries import service_address
from tests.builders import MAIL, Desk, person_of, rendered
from tests.refusals import Refusal, Scene, all_refused, guarded, rows_of


class Stage(Desk):
    """Everybody, and the service that is to move."""

    it: Service


def issued(stage: Stage) -> Service:
    """The forwarding letter to the lender, not drawn yet."""
    forwarding = stage.accepted().forwardings[0]
    document = queries.last_document(stage.session, ["D05b"], "forwarding", forwarding.id)
    assert document is not None
    return document.services[0]


def ready(stage: Stage) -> Service:
    """Its PDF is there."""
    return rendered(stage.session, issued(stage).document, stage.now)[0]


def available(stage: Stage) -> Service:
    service = ready(stage)
    SERVICE.carry_out(Ask(stage.session, service, SYSTEM, {}, stage.now), "make_available")
    return service


def alerted(stage: Stage) -> Service:
    service = available(stage)
    SERVICE.carry_out(Ask(stage.session, service, SYSTEM, {}, stage.now), "alert_sent")
    return service


def posted(stage: Stage) -> Service:
    service = ready(stage)
    serving.step(stage.session, service.id, "post", actor=stage.officer, now=stage.now, slip_no="EX1")
    return service


def posted_two_days_later(stage: Stage) -> None:
    stage.it.proof = {"posted_on": stage.on(2).date().isoformat()}


def undelivered(stage: Stage) -> Service:
    service = posted(stage)
    serving.step(stage.session, service.id, "returned", actor=stage.officer, now=stage.now, reason="查无此人")
    return service


def receipt(stage: Stage) -> Service:
    """What a complainant is served: the receipt of the complaint."""
    complaint = stage.received(contact=MAIL)
    document = queries.last_document(stage.session, ["D01"], "complaint", complaint.id)
    assert document is not None
    return rendered(stage.session, document, stage.now)[0]


def bounced(stage: Stage) -> None:
    stage.it.bounced_at = stage.now


def on_paper_only(stage: Stage) -> None:
    address = service_address(stage.session, stage.lender.id)
    assert address is not None
    address.electronic = False


def by_an_estimate(stage: Stage) -> None:
    period = clocks.live(stage.session, "K28", ("service", stage.it.id))
    assert period is not None
    period.provisional = True
    stage.session.flush()


def never_alerted(stage: Stage) -> None:
    stage.it.alerted_at = None


def in_production(stage: Stage) -> None:
    stage.session.execute(update(Installation).values(mode="production"))


def out_of_reach(stage: Stage) -> None:
    """Nobody of the lender can be told."""
    for person in stage.session.query(Account).filter_by(party_id=stage.lender.id):
        person.locked_at = stage.now


def stranger(stage: Stage) -> Actor:
    return person_of(stage.received(contact="13900000009"))


def on(days: int, **said: str) -> Any:
    return lambda stage: {"served_on": stage.on(days).date(), **said}


TOO_EARLY_OR_LATE = "The day of receipt lies between the day of issue and today."
RETURNED_LATER = "The post came back on the day of the posting, *, or later."
POSTED_LATER = "The slip is signed on the day of the posting, *, or later."
NO_REASON, NO_RECEIVER = "Give the reason.", "Say who signed for it, or who witnessed the refusal."
SIGNED = {"receiver": "前台王某"}
WAITING = [
    Refusal("V02", "The PDF of the document does not exist yet."),
    Refusal("V03", NO_REASON),
    Refusal("V17", NO_REASON, "head"),
]
READY = [
    Refusal("V04", "An earlier message to this recipient came back; serve on paper.", before=bounced),
    Refusal(
        "V04",
        "This recipient has not confirmed an electronic service address; serve on paper.",
        before=on_paper_only,
    ),
    Refusal("V04", "Nobody of this recipient can sign in any more; serve on paper.", before=out_of_reach),
    Refusal("V10", NO_RECEIVER, "officer"),
    Refusal("V10", "Give the day on the receipt.", "officer", SIGNED),
    Refusal("V11", "Give the number of the postal slip.", "officer"),
    Refusal("V11", "The day of posting lies between the day of issue and today.", "officer", {"slip_no": "1"}, days=-1),
    Refusal("V14", NO_RECEIVER, "officer"),
    Refusal("V14", "Give the day on the receipt.", "officer", SIGNED),
    Refusal("V14", "Give the reason for which it was refused.", "officer", SIGNED),
    Refusal("V14", "Name two witnesses of the refusal, or hand in its recording.", "officer", SIGNED),
    *(Refusal("V10", TOO_EARLY_OR_LATE, "officer", on(days, receiver="前台王某")) for days in (-1, 1)),
    Refusal("V14", TOO_EARLY_OR_LATE, "officer", on(-1, receiver="王某、李某", reason="拒收")),
    Refusal("V18", TOO_EARLY_OR_LATE, "officer", on(1)),
    Refusal("V18", "Only the recipient can say that this document has arrived.", "firm_lead"),
    Refusal("V18", "Only the recipient can say that this document has arrived.", stranger),
    Refusal("V18", TOO_EARLY_OR_LATE, "lead", on(-1)),
    Refusal("V19", "Only a complainant's document is kept on the tracking page."),
]
AVAILABLE = [
    Refusal("V05", "This recipient has no working contact.", before=out_of_reach),
    Refusal("V06", "Only the recipient can open this document.", "firm_lead"),
    Refusal("V06", "Only the recipient can open this document.", stranger),
    Refusal("V09", "Only the recipient can ask for a paper copy.", "firm_lead"),
    Refusal("V20", "Here a document counts as served when it is opened, not when it arrives."),
]
ALERTED = [
    Refusal("V07", "The period after which the document counts as served is not over."),
    Refusal("V07", "The period after which the document counts as served is not over.", before=bounced, days=30),
    Refusal("V07", "The period after which the document counts as served is not over.", before=by_an_estimate, days=30),
    Refusal("V07", "No message to this recipient has left the house.", before=in_production, days=6),
    Refusal("V08", "No message was sent to this recipient.", before=never_alerted),
]
SCENES = [
    Scene("issued", issued, WAITING),
    Scene("ready", ready, READY),
    Scene("available", available, AVAILABLE),
    Scene("alerted", alerted, ALERTED),
    Scene(
        "posted",
        posted,
        [
            Refusal("V12", "Give the day on the slip.", "officer"),
            Refusal("V12", TOO_EARLY_OR_LATE, "officer", on(-1)),
            Refusal("V12", POSTED_LATER, "officer", on(1), posted_two_days_later, days=3),
            Refusal("V13", RETURNED_LATER, "officer", on(1, reason="查无此人"), posted_two_days_later, days=3),
            Refusal("V13", NO_REASON, "officer"),
        ],
    ),
    Scene("undelivered", undelivered, [Refusal("V15", "Two other ways must have failed first.", "head")]),
    Scene("receipt", receipt, [Refusal("V19", "This recipient has a working contact.")]),
    Scene(
        "receipt returned",
        lambda stage: in_state(receipt(stage), "UNDELIVERED"),
        [Refusal("V15", "Only a respondent can be served by public notice.", "head")],
    ),
]


def in_state(service: Service, state: str) -> Service:
    """As if it stood there already."""
    service.state = state
    return service


@pytest.mark.parametrize("scene", SCENES, ids=[each.name for each in SCENES])
def test_a_service_refuses_in_words(session: Session, now: datetime, scene: Scene) -> None:
    all_refused(SERVICE, Stage(session, now), scene)


def test_no_guard_of_the_model_is_left_out() -> None:
    assert rows_of(SCENES) == guarded("service")

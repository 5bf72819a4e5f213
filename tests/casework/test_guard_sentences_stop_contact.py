"""Each guard of a request to stop contact refuses, with the sentence that the person reads, in both languages."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from casework import stop_contacts
from casework.models_stop_contacts import StopContact
from casework.states import STOP_CONTACT
from core.actors import Actor
from registry import successions
from registry.models_lineage import SuccessionKind
from tests.builders import MAIL, Desk, person_of
from tests.refusals import Refusal, Scene, all_refused, guarded, rows_of

NUMBER = "13900005678"


class Stage(Desk):
    """Everybody, and the request that is to move."""

    it: StopContact

    @property
    def person(self) -> Actor:
        """Whose complaint it is."""
        return person_of(self.it.complaint)

    @property
    def stranger(self) -> Actor:
        """Whose complaint is another one."""
        return person_of(self.received(contact=MAIL))


def requested(stage: Stage, **changed: Any) -> StopContact:
    complaint = stage.received(role="UNRELATED", **changed)
    own = person_of(complaint)
    return stop_contacts.request(stage.session, complaint, number=NUMBER, own=True, actor=own, now=stage.now)[0]


def new(stage: Stage) -> StopContact:
    """The same once more."""
    first = requested(stage)
    return StopContact(
        ref="x",
        complaint_id=first.complaint_id,
        complaint=first.complaint,
        party_id=first.party_id,
        number=NUMBER,
        number_hash=first.number_hash,
        confirmed_own=True,
        state="NEW",
    )


def words(stage: Stage) -> None:
    stage.it.number = "13900005678 沈若禾"


def slipped(stage: Stage) -> None:
    stage.it.number = "1380013800"


def unconfirmed(stage: Stage) -> None:
    stage.it.confirmed_own = False


def not_received(stage: Stage) -> None:
    stage.it.complaint.state = "NEW"


def suspended(stage: Stage) -> None:
    stage.lender.suspended_at = stage.now


def succeeded(stage: Stage) -> None:
    said: dict[str, Any] = {"kind": SuccessionKind.ABSORBED, "from_on": stage.now.date(), "evidence": "协议"}
    who = {"matters": [], "actor": stage.head, "version": None, "now": stage.now}
    successions.record(stage.session, stage.lender, stage.firm, **said, **who)


def ceased(stage: Stage) -> None:
    said: dict[str, Any] = {"evidence": "准予注销登记通知书", "actor": stage.head, "version": None, "now": stage.now}
    successions.cease(stage.session, stage.lender, on=stage.now.date(), **said)


def nameless(stage: Stage) -> None:
    stage.it.party_id = None


def unserved(stage: Stage) -> StopContact:
    it = requested(stage)
    stop_contacts.relay(stage.session, it, actor=stage.intake, now=stage.now)
    return it


def relayed(stage: Stage) -> StopContact:
    it = unserved(stage)
    stage.serve("stop_contact", it.id, "D33")
    return it


def breached(stage: Stage) -> StopContact:
    it = relayed(stage)
    at = stage.on(1)
    said = {"at": at, "kind": "CALL_INTERACTIVE", "now": at + timedelta(hours=1)}
    stop_contacts.breach(stage.session, it, **said, actor=person_of(it.complaint))  # type: ignore[arg-type]
    return it


WENT_ON = "青屿消费金融有限公司 went on as 海石催收服务有限公司: pass the request on to it on the company's page."
CALLED = {"kind": "SMS"}
TOLD = {"why": "该单位已注销"}
NOT_YOURS = "This is not your complaint."
SCENES = [
    Scene(
        "new",
        new,
        [
            Refusal("P01", NOT_YOURS, "stranger"),
            Refusal(
                "P01",
                "A request to stop contact belongs to a complaint that was received.",
                "person",
                before=not_received,
            ),
            Refusal("P01", "This was already asked for this number.", "person"),
            Refusal(
                "P01",
                "Write one whole telephone number of 5 to 15 digits and nothing else, such as 13800138000.",
                "person",
                before=words,
            ),
            Refusal(
                "P01",
                "A mobile number has 11 digits: compare each with yours. A landline begins with its area code.",
                "person",
                before=slipped,
            ),
            Refusal("P01", "The holder of the number must confirm that it is theirs.", "person", before=unconfirmed),
        ],
    ),
    Scene(
        "requested",
        requested,
        [
            Refusal("P02", "* can't be sent anything at present.", "intake", before=suspended),
            Refusal("P02", WENT_ON, "intake", before=succeeded),
            Refusal("P02", "Say which company is asked to stop.", "intake", before=nameless),
            Refusal(
                "P02",
                "The letter would hold more than a number: note the request again with the number alone.",
                "intake",
                before=words,
            ),
            Refusal(
                "P02",
                "This mobile number has a digit too few or too many: note that the person takes the request back, and "
                "note it again with the right number.",
                "intake",
                before=slipped,
            ),
            Refusal(
                "P03", "Only a request of the debtor or a guarantor is declined.", "intake", {"holder": "UNRELATED"}
            ),
            Refusal(
                "P03",
                "This number was not passed on at another request of the complaint.",
                "intake",
                {"holder": "TWICE", "why": "重复"},
            ),
            Refusal("P03", "This company can be written to: pass the number on.", "intake", {"holder": "UNREACHABLE"}),
            Refusal("P03", "Tell the person why.", "intake", {"holder": "DEBTOR", "why": " "}),
            Refusal("P10", NOT_YOURS, "stranger"),
        ],
    ),
    Scene(
        "unserved",
        unserved,
        [
            Refusal(
                "P07", "The letter has not reached the company yet: only contacts after that count.", "person", CALLED
            ),
            Refusal("P07", "This time lies in the future.", "person", lambda s: {**CALLED, "at": s.on(2)}),
            Refusal("P11", "The company exists: its confirmation is waited for.", "intake", TOLD),
            Refusal("P11", WENT_ON, "intake", TOLD, before=succeeded),
            Refusal("P11", "Tell the person why.", "intake", {"why": " "}, before=ceased),
        ],
    ),
    Scene(
        "relayed",
        relayed,
        [
            Refusal("P04", "Only an authorised person of the company concerned can confirm this.", "member"),
            Refusal("P05", "This time limit has not ended."),
            Refusal("P07", NOT_YOURS, "stranger", CALLED),
            Refusal("P07", "Say how the number was contacted.", "person", lambda s: {"at": s.on(1)}, days=2),
            Refusal("P07", "Say on which day and at what time it was.", "officer", CALLED),
            Refusal("P07", "This time lies in the future.", "person", lambda s: {**CALLED, "at": s.on(2)}),
            Refusal(
                "P07",
                "The letter reached the company on 25 November 2026: only contacts after that day count.",
                "person",
                lambda s: {**CALLED, "at": s.now},
            ),
            Refusal("P09", "The document was not made void.", "intake"),
            Refusal("P09", WENT_ON, "intake", before=succeeded),
            Refusal(
                "P11", "The letter reached the company while it existed: that stands.", "intake", TOLD, before=ceased
            ),
        ],
    ),
    Scene(
        "breached",
        breached,
        [
            Refusal("P08", "This contact is already noted.", "person", lambda s: {**CALLED, "at": s.on(1)}),
            Refusal("P08", NOT_YOURS, "stranger", CALLED),
            Refusal("P08", "This time lies in the future.", "officer", lambda s: {**CALLED, "at": s.on(9)}),
        ],
        day=3,
    ),
]


@pytest.mark.parametrize("scene", SCENES, ids=[each.name for each in SCENES])
def test_a_request_to_stop_contact_refuses_in_words(session: Session, now: datetime, scene: Scene) -> None:
    all_refused(STOP_CONTACT, Stage(session, now), scene)


def test_no_guard_of_the_model_is_left_out() -> None:
    assert rows_of(SCENES) >= guarded("stop_contact")

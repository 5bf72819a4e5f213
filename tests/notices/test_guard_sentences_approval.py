"""Each guard of an approval refuses, with the sentence that the person reads, in both languages."""

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from casework.states import COMPLAINT
from core.actors import Actor
from core.machine import Ask
from notices.models import Document, Dossier
from notices.models_approval import DossierStep, DossierVersion
from notices.states import APPROVAL
from tests.builders import Desk, account, actor_of
from tests.refusals import Refusal, Scene, all_refused, guarded, rows_of


class Stage(Desk):
    """Everybody, and the dossier that is to move."""

    it: Dossier

    def __post_init__(self) -> None:
        """One more who approves."""
        super().__post_init__()
        self.reviewer = actor_of(account(self.session, "复核丁", "reviewer"))
        self.keeper = replace(self.officer, roles=frozenset({"seal keeper"}))


def drafted(stage: Stage) -> Dossier:
    """Somebody wants to ask for more; nobody is laid down who approves it."""
    it = dossier(stage, "DRAFTED")
    stage.session.add(it)
    stage.session.flush()
    return it


def dossier(stage: Stage, state: str) -> Dossier:
    said = {"subject_kind": "complaint", "subject_id": stage.received().id, "event": "ask_info"}
    return Dossier(state=state, **said, drafted_by=stage.intake.id, drafted_at=stage.now)


def in_approval(stage: Stage) -> Dossier:
    """The reviewer checks it, the head signs."""
    it = drafted(stage)
    it.state = "IN_APPROVAL"
    steps = enumerate((("check", "reviewer"), ("sign", "head")))
    stage.session.add_all(DossierStep(dossier_id=it.id, position=at, step=s, role=r) for at, (s, r) in steps)
    stage.session.add(version(stage, it, "D20"))
    stage.session.flush()
    return it


def version(stage: Stage, it: Dossier, kind: str) -> DossierVersion:
    said = {"sent": {"fields": [], "files": []}, "papers": [{"kind": kind}], "digest": "0" * 64}
    return DossierVersion(dossier_id=it.id, number=1, **said, made_by=stage.intake.id, made_at=stage.now)


def second(stage: Stage) -> Dossier:
    """A new one, while another waits."""
    first = in_approval(stage)
    return Dossier(
        state="NEW",
        subject_kind=first.subject_kind,
        subject_id=first.subject_id,
        event="reject",
        drafted_by=stage.intake.id,
        drafted_at=stage.now,
    )


def signed(stage: Stage) -> Dossier:
    it = in_approval(stage)
    it.state, it.signed_by = "SIGNED", stage.head.id
    return it


def issued(stage: Stage) -> Dossier:
    """Its letter is numbered, and not drawn."""
    forwarding = stage.accepted().forwardings[0]
    document = stage.session.query(Document).filter_by(kind="D05b", subject_id=forwarding.id).one()
    assert document.dossier is not None
    return document.dossier


def stamped(stage: Stage) -> None:
    """It is sealed by hand."""
    stage.session.execute(update(Document).where(Document.dossier_id == stage.it.id).values(seal_mode="physical"))
    stage.session.expire_all()


def checked(stage: Stage) -> None:
    step = stage.session.query(DossierStep).filter_by(dossier_id=stage.it.id, position=0).one()
    step.done_by, step.done_at, step.of_version = stage.reviewer.id, stage.now, 1


def approver(person: str, *roles: str) -> Any:
    """The one whose turn it is: the chain makes an approver."""

    def find(stage: Stage) -> Actor:
        who: Actor = getattr(stage, person)
        return replace(who, roles=who.roles | {"approver", *roles})

    return find


def by(person: str, *roles: str) -> Any:
    return lambda stage: {"person": approver(person, *roles)(stage)}


def impossible(stage: Stage) -> dict[str, Any]:
    """What it would do was done meanwhile."""
    complaint = stage.received(contact="13900000008")
    return {"move": Ask(stage.session, complaint, stage.intake, {"missing": [" "]}, stage.now), "machine": COMPLAINT}


SOMEBODY_ELSE = "The next step of the approval belongs to somebody else."
DRAFTER = "Whoever drafted these documents does not approve them."
TWICE = "You have taken an earlier step of this approval already; another person takes this one."
NO_REASON = "Give the reason."
WAITING = [
    Refusal("Q03", SOMEBODY_ELSE, approver("head"), by("head")),
    Refusal("Q03", DRAFTER, approver("intake"), by("intake", "reviewer")),
    Refusal("Q03", TWICE, approver("reviewer"), by("reviewer", "head"), checked),
    Refusal("Q03", "The next step is the signature.", approver("head"), by("head"), checked),
    Refusal("Q04", SOMEBODY_ELSE, approver("head"), by("head")),
    Refusal("Q04", "Write what has to be changed.", approver("reviewer"), by("reviewer")),
    Refusal("Q05", SOMEBODY_ELSE, approver("head"), by("head")),
    Refusal(
        "Q05",
        "The documents are not approved by everybody who comes before the signature.",
        approver("reviewer"),
        by("reviewer"),
    ),
    Refusal("Q08", NO_REASON, "officer"),
    Refusal(
        "Q08", "A body decided this: it is given up only when that body asks for it.", "officer", {"reason": "不再需要"}
    ),
]
SCENES = [
    Scene(
        "second",
        second,
        [Refusal("Q01", "Another set of documents for this matter is being drafted.", "officer")],
    ),
    Scene(
        "drafted",
        drafted,
        [Refusal("Q02", "Nobody is laid down who approves these documents.", "officer"), Refusal("Q08", NO_REASON)],
    ),
    Scene("in approval", in_approval, WAITING),
    Scene("signed", signed, [Refusal("Q06", "Say what is missing.", approver("head"), impossible)]),
    Scene(
        "issued",
        issued,
        [
            Refusal("Q07", "The PDF of a document is still missing."),
            Refusal(
                "Q07",
                "The scan of a stamped document is not back under its number, or the seal log lacks its line.",
                "keeper",
                before=stamped,
            ),
        ],
    ),
]


@pytest.mark.parametrize("scene", SCENES, ids=[each.name for each in SCENES])
def test_an_approval_refuses_in_words(session: Session, now: datetime, scene: Scene) -> None:
    all_refused(APPROVAL, Stage(session, now), scene)


def test_no_guard_of_the_model_is_left_out() -> None:
    assert rows_of(SCENES) == guarded("approval")

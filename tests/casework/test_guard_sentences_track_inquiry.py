"""Up to its report a track refuses each guarded row with the sentence that the person reads, in both languages."""

from datetime import date, datetime, timedelta
from io import BytesIO
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import cases, evidence, inquiries, leads, recusals, tracks
from casework.leads import Respondent
from casework.models_cases import CaseFile, CaseTrack
from casework.models_recusals import Interest
from casework.states import TRACK
from core.actors import Actor
from registry import clocks
from registry.models import Basis
from registry.models_accounts import AccountRole
from registry.models_rulebook import Provision
from tests.builders import account
from tests.builders_cases import DAY, World, actor
from tests.casework import test_contacts as counted
from tests.filestore import making_files as made
from tests.refusals import Refusal, Scene, all_refused


class Stage(World):
    """Everybody, and the track that is to move."""

    it: CaseTrack

    @property
    def colleague(self) -> Actor:
        """Investigates, but not this track."""
        return actor(account(self.session, "调查乙", "officer", "investigator"))


def new(stage: Stage) -> CaseTrack:
    """The lender once more, in a case that has a track on it."""
    return leads.new_track(stage.session, stage.case(), Respondent(stage.lender, "PRINCIPAL"), lead="线索")


def elsewhere(stage: Stage) -> None:
    """In a case of its own, over the complaint that another case covers."""
    complaint = stage.it.case_id and stage.case().complaints[0]
    case = leads.new_case(
        stage.session,
        title=leads.Title("另案"),
        source="MEDIA",
        day=stage.now.date(),
        conduct=(None, None),
        officer_id=stage.officer.id,
    )
    stage.it = leads.new_track(stage.session, case, Respondent(stage.lender, "PRINCIPAL"), lead="线索")
    stage.covered = [complaint]  # type: ignore[attr-defined]


def rumour(stage: Stage) -> None:
    stage.session.get_one(CaseFile, stage.it.case_id).source = "RUMOUR"


def followed(stage: Stage) -> None:
    """A lead of the same decision is there."""
    earlier, other = stage.case().tracks[:2]
    for track in (other, stage.it):
        track.earlier_id, track.earlier_round, track.lead_code = earlier.id, 1, "V-P03"


def screening(stage: Stage) -> CaseTrack:
    return stage.case().tracks[0]


def alleged(stage: Stage, code: str = "V-C04") -> None:
    facts = "10月7日至10日致电无关人员共六次"
    cases.allege(stage.session, stage.it, code=code, facts=facts, actor=actor(stage.officer), now=stage.now)


def unbound(stage: Stage) -> None:
    """Nothing bound the lender on the day of the conduct."""
    for basis in stage.session.scalars(select(Basis).where(Basis.party_id == stage.lender.id)):
        basis.from_on = date(2026, 11, 1)


def without_duty(stage: Stage) -> None:
    alleged(stage, "V-P02")
    unbound(stage)


def long_ago(stage: Stage) -> None:
    stage.it.case.conduct_from = stage.it.case.conduct_to = date(2020, 1, 2)


def before_rules(stage: Stage) -> None:
    """The rules that forbid it came into force later."""
    alleged(stage)
    for each in stage.session.scalars(select(Provision)):
        each.effective_from = stage.now.date()


def tied(stage: Stage) -> None:
    """The investigator declared an interest in the lender."""
    of = {"account_id": stage.investigator.id, "party_id": stage.lender.id}
    stage.session.add(Interest(**of, kind="SHARES", from_on=date(2025, 1, 1), declared_at=stage.now))


def unproven(stage: Stage) -> None:
    for each in stage.it.allegations:
        each.finding, each.reason = "ESTABLISHED", "记录"


def unruled(stage: Stage) -> None:
    """Since the finding the rules that forbid it were given another first day."""
    unproven(stage)
    for each in stage.session.scalars(select(Provision)):
        each.effective_from = stage.now.date()


def hidden(stage: Stage) -> None:
    """The finding cites a file that its giver did not share."""
    said = {"actor": actor(stage.officer), "now": stage.now}
    kept = evidence.take_in(stage.session, stage.it.case, BytesIO(made.picture()), "截图.png", **said)  # type: ignore[arg-type]
    unproven(stage)
    stage.it.allegations[0].evidence.append(kept)


def checked_by_investigator(stage: Stage) -> None:
    stage.it.reviewer_id = stage.investigator.id


def recused(stage: Stage) -> None:
    """The head declares a conflict of interest."""
    said = {"ground": "RELATIVE", "facts": "亲属", "now": stage.now}
    recusals.declare(stage.session, stage.it.case, **said, actor=actor(stage.head))  # type: ignore[arg-type]


def unnamed(stage: Stage) -> None:
    for each in list(stage.it.allegations):
        stage.session.delete(each)
    stage.session.flush()
    stage.session.expire(stage.it, ["allegations"])


def heading(stage: Stage) -> Any:
    """The head investigates as well."""
    stage.session.add(AccountRole(account_id=stage.head.id, role="investigator"))
    stage.session.flush()
    stage.session.expire(stage.head, ["roles"])
    return {"investigator": stage.head}


def investigating(stage: Stage) -> CaseTrack:
    track = stage.filed()
    stage.serve(track, "D11b")
    return track


def explained(stage: Stage) -> None:
    tracks.explain(stage.session, stage.it, text="情况说明", actor=actor(stage.lead), now=stage.now)


def extended(stage: Stage) -> None:
    stage.it.extended_on = stage.now.date()


def over(stage: Stage) -> None:
    """The last day of the investigation is the next one."""
    found = clocks.live(stage.session, "K11", ("track", stage.it.id))
    assert found is not None
    found.due_on, found.provisional = stage.now.date() + timedelta(days=1), False


def suspended(stage: Stage) -> CaseTrack:
    track = investigating(stage)
    said = {"cause": "CRIMINAL", "reasons": "公安机关已立案", "version": None, "now": stage.now}
    inquiries.suspend(stage.session, track, **said, actor=actor(stage.head))  # type: ignore[arg-type]
    return track


def named(stage: Stage) -> dict[str, Any]:
    return {**PART, "facts": "林晓芸反映有人上门威胁。"}


PART = {"scope": "上门威胁", "authority": "蓝湾市公安局", "facts": "10月7日有人上门。", "suspected": "涉嫌违法"}
OUTSIDE = "On the day of the conduct this company was bound by no membership, signature or undertaking."
LEFT = (
    "By the calls known this company was over the number allowed only after *, and it answers for nothing later: "
    "V-F01 is not established."
)
SUMMED = (
    "This company by itself was never over * calls a day; only the sum over * and all its firms was. "
    "V-F01 is the institution's breach and is established on its track."
)


def over_after_it_left(stage: Stage) -> CaseTrack:
    """Established before anybody counted: the lender left the association, and called too often on the next day."""
    counted.left(stage, DAY - timedelta(days=1))
    case = counted.case_of(stage)
    it = counted.investigated(stage, counted.track_on(case, stage.lender.id))
    counted.establish(stage, it, [counted.proof(stage, case)])
    counted.calls(stage, case, stage.lender.id, 4)
    return it.track


def over_by_the_sum(stage: Stage) -> CaseTrack:
    """Established on a firm's track before anybody counted: two calls of the lender, three of the firm."""
    case = counted.case_of(stage)
    it = counted.investigated(stage, counted.track_on(case, stage.firm.id))
    counted.establish(stage, it, [counted.proof(stage, case)])
    counted.calls(stage, case, stage.lender.id, 2)
    counted.calls(stage, case, stage.firm.id, 3)
    return it.track


SCENES = [
    Scene("over after it left", over_after_it_left, [Refusal("S12", LEFT, "investigator")], day=30),
    Scene("summed", over_by_the_sum, [Refusal("S12", SUMMED, "investigator")], day=30),
    Scene(
        "new",
        new,
        [
            Refusal("S01", "This case already has a track on this company."),
            Refusal(
                "S01",
                "* already covers these facts: add the complaint to it.",
                facts=lambda s: {"complaints": s.covered},
                before=elsewhere,
            ),
            Refusal("S01", "Say where the lead comes from.", before=rumour),
            Refusal("S01", "This decision has already given rise to a lead.", before=followed),
        ],
    ),
    Scene(
        "screening",
        screening,
        [
            Refusal("S02", "Name at least one kind of violation first.", "head"),
            Refusal("S02", OUTSIDE, "head", before=unbound),
            Refusal("S02", "The conduct ended more than * years ago.", "head", before=long_ago),
            Refusal("S02", "Name an investigator.", "head", lambda s: {"investigator": s.second}),
            Refusal("S02", "Whoever approves the filing does not investigate.", "head", heading),
            Refusal(
                "S02",
                "This person takes no part in the case: choose somebody else.",
                "head",
                lambda s: {"investigator": s.investigator},
                tied,
            ),
            Refusal(
                "S02", "No provision on V-C04 was in force on the day of the conduct.", "head", before=before_rules
            ),
            Refusal(
                "S02",
                "Whoever checks, decides or reviews a case does not investigate it.",
                "head",
                lambda s: {"investigator": s.investigator},
                checked_by_investigator,
            ),
            Refusal("S02", "You were recused: you take no part in this case.", "head", before=recused),
            Refusal("S03", "Give the reasons.", "head", {"reasons": " "}),
            Refusal("S04", "The rules bound this company on the day of the conduct: file the case.", "head"),
            Refusal("S04", "Name at least one kind of violation first.", "head", before=unbound),
            Refusal(
                "S04",
                "A company outside the rules has no duty to answer: not cooperating can't be alleged.",
                "head",
                before=without_duty,
            ),
            Refusal("S04", "Say what the company is asked.", "head", {"asked": []}),
            Refusal(
                "S11",
                "Confirm that nothing is left for the association; else refer a part.",
                "head",
                {"nothing_left": False},
            ),
            Refusal("S11", "Name the authority that is competent.", "head", {"authority": ""}),
            Refusal("S46", "Say which part is referred.", "head", {**PART, "scope": " "}),
            Refusal("S46", "Say which facts are passed on.", "head", {**PART, "facts": ""}),
            Refusal("S46", "Say what is suspected.", "head", {**PART, "suspected": " "}),
            Refusal("S46", "The text names the complainant of * without consent.", "head", named),
        ],
    ),
    Scene("filed", World.filed, [Refusal("S05", "This is not the document that the track waits for.")]),
    Scene(
        "investigating",
        investigating,
        [
            Refusal(
                "S06",
                "Only an authorised person of the company concerned can submit this.",
                "firm_lead",
                {"text": "说明"},
            ),
            Refusal("S06", "Write your explanation.", "lead", {"text": " "}),
            Refusal("S07", "The time to explain has not ended."),
            Refusal("S08", "Give the reasons.", "head", {"reasons": " "}),
            Refusal(
                "S08",
                "The investigation was given more time already; that is done once.",
                "head",
                before=extended,
            ),
            Refusal(
                "S08",
                "The time of the investigation has ended; it can only be extended before its end.",
                "head",
                before=over,
                days=2,
            ),
            Refusal(
                "S09",
                "Only a criminal or administrative case or force majeure suspends an investigation.",
                "head",
                {"cause": "HOLIDAY"},
            ),
            Refusal("S09", "Say which case or event it is.", "head", {"cause": "CRIMINAL", "reasons": " "}),
            Refusal("S12", "Only the investigator of this track reports.", "colleague"),
            Refusal("S12", "The respondent still has time to explain.", "investigator"),
            Refusal("S12", "V-C04 has no finding yet.", "investigator", before=explained),
            Refusal("S12", "The finding on V-C04 cites no evidence.", "investigator", before=unproven),
            Refusal(
                "S12",
                "The finding on V-C04 rests on evidence that the respondent may not see.",
                "investigator",
                before=hidden,
            ),
            Refusal(
                "S12", "No provision on V-C04 was in force on the day of the conduct.", "investigator", before=unruled
            ),
            Refusal("S12", "Name at least one kind of violation first.", "investigator", before=unnamed),
            Refusal(
                "S12",
                "You declared an interest in a company concerned: you take no part in this case.",
                "investigator",
                before=tied,
            ),
        ],
    ),
    Scene(
        "suspended",
        suspended,
        [
            Refusal("S10", "Confirm that the cause of the suspension has ended.", "head", {"ended": False}),
            Refusal("S10", "Say how the cause ended.", "head", {"ended": True, "reasons": " "}),
        ],
    ),
]


@pytest.mark.parametrize("scene", SCENES, ids=[each.name for each in SCENES])
def test_up_to_its_report_a_track_refuses_in_words(session: Session, now: datetime, scene: Scene) -> None:
    all_refused(TRACK, Stage(session, now), scene)

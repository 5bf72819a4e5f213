"""From its check to an admission a track refuses each guarded row with the sentence that is read, in both languages."""

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from casework import recusals
from casework.models_cases import CaseTrack
from casework.states import TRACK
from core.actors import Actor
from notices.models import Dossier
from notices.models_approval import DossierStep
from notices.states import APPROVAL
from registry.models import Basis
from sanctions import admissions, ladder, policies_admissions, statements, terms
from sanctions.files_made import made_for
from sanctions.ladder_scores import Judged
from sanctions.models_decisions import Panel, PanelMember
from tests.builders_cases import actor, party
from tests.refusals import Refusal, Scene, all_refused
from tests.sanctions.hearing_room import HearingRoom


class Stage(HearingRoom):
    """Everybody, and the track that is to move."""

    it: CaseTrack

    @property
    def both(self) -> Actor:
        """Investigated, and is of the adjudication unit as well."""
        person = actor(self.investigator)
        return replace(person, roles=person.roles | {"reviewer"})


def unbound(stage: Stage) -> None:
    stage.unbound()


def naming(stage: Stage) -> dict[str, Any]:
    """The firm that collected for it is named."""
    return {**proposing(1)(stage), "reasons": f"放任{stage.firm.name_zh}致电无关人员。"}


def firm_unbound(stage: Stage) -> None:
    for basis in stage.session.scalars(select(Basis).where(Basis.party_id == stage.firm.id)):
        basis.from_on = stage.now.date()


def returned(stage: Stage) -> None:
    stage.it.returned_on = stage.now.date()


def unfounded(stage: Stage) -> None:
    for each in stage.it.allegations:
        each.finding = "NOT_ESTABLISHED"


def suggested(stage: Stage) -> dict[str, Any]:
    """What the ladder comes to, with no factor judged."""
    return {"suggestion": ladder.suggest(stage.session, stage.it)}


def proposing(*levels: int, **changed: Any) -> Any:
    """With these measures and the terms to begin with."""

    def facts(stage: Stage) -> dict[str, Any]:
        wanted = [level for level in levels if level < 6]
        return {"measures": list(levels), "terms": terms.proposed(stage.session, stage.it, wanted), **changed}

    return facts


def empty(level: int) -> Any:
    """The measure alone, with nothing said of it."""
    return {"measures": [level], "terms": {}}


def rectifying(**changed: Any) -> Any:
    """A rectification, proposed so."""

    def facts(stage: Stage) -> dict[str, Any]:
        said = terms.of_level(terms.proposed(stage.session, stage.it, [1]), 1)
        return {"measures": [1], "terms": {1: {**said, **changed}}}

    return facts


def judging(**judged: Judged) -> Any:
    """With these factors of the ladder."""
    return {"judged": judged}


def another_file(stage: Stage) -> dict[str, Any]:
    return {"made": replace(made_for(stage.session, stage.it), party_id=stage.firm.id)}


def naming_file(stage: Stage) -> dict[str, Any]:
    made = made_for(stage.session, stage.it)
    return {"made": replace(made, hidden=(next(each.text[:4] for each in made.entries if each.inward),))}


def given_up(stage: Stage) -> None:
    found = policies_admissions.admission(stage.session, stage.it)
    assert found is not None
    found.withdrawn_at = stage.later(5)


def signed_by_head(stage: Stage) -> None:
    """The head is an officer as well, and has signed as one."""
    person = actor(stage.head)
    said = {"role": "officer", "opinion": "同意。", "now": stage.later(5)}
    signer = replace(person, roles=person.roles | {"officer"})
    admissions.sign(stage.session, stage.it, **said, actor=signer)  # type: ignore[arg-type]
    said = {"role": "legal", "opinion": "同意。", "now": stage.later(5)}
    admissions.sign(stage.session, stage.it, **said, actor=actor(stage.reviewer))  # type: ignore[arg-type]


def drawn_before(stage: Stage) -> None:
    """The head sat on a panel of the case."""
    panel = Panel(track_id=stage.it.id, round=stage.it.round, size=3, seed="一", drawn_at=stage.now, redraws=[])
    stage.session.add(panel)
    stage.session.flush()
    stage.session.add(
        PanelMember(track_id=stage.it.id, panel_id=panel.id, account_id=stage.head.id, chair=False, outside=True)
    )


def minor(stage: Stage) -> CaseTrack:
    return stage.noticed([1, 2], "V-C04")


def major(stage: Stage) -> CaseTrack:
    return stage.noticed()


def admitted(stage: Stage) -> CaseTrack:
    track = minor(stage)
    said = {"text": "无异议。", "signed_by": "周岚", "position": "副总经理", "authorised": True, "told": True}
    admissions.admit(stage.session, track, **said, actor=actor(stage.lead), now=stage.later(5))  # type: ignore[arg-type]
    return track


def taken_back(stage: Stage) -> CaseTrack:
    track = admitted(stage)
    admissions.take_back(stage.session, track, confirmed=True, actor=actor(stage.lead), now=stage.later(6))
    return track


def signed_by_officer(stage: Stage) -> None:
    said = {"role": "officer", "opinion": "同意。", "now": stage.later(5)}
    admissions.sign(stage.session, stage.it, **said, actor=actor(stage.second))  # type: ignore[arg-type]


def challenged(stage: Stage) -> None:
    said = {"ground": "EMPLOYED", "facts": "曾任职于当事单位。", "now": stage.later(5)}
    recusals.ask(stage.session, stage.it.case, stage.investigator.id, **said, actor=actor(stage.lead))  # type: ignore[arg-type]


def stated(stage: Stage) -> None:
    statements.state(stage.session, stage.it, text="次数有误。", actor=actor(stage.lead), now=stage.later(5))


def to_somebody_gone(stage: Stage) -> dict[str, Any]:
    """A letter to an institution that exists no more."""
    gone = party(stage.session, "汀洲消费金融有限公司")
    gone.ceased_on, gone.ceased_evidence = stage.now.date(), "注销登记"
    return {"principal": gone, "duties": ["管理"], "reports": ["结果"]}


NO_LETTER: dict[str, Any] = {"principal": None, "duties": [], "reports": []}
NOT_REVIEWED = "Whoever investigated a track does not review it."
ONLY_THE_LEAD = "Only an authorised person of the company concerned can submit this."
SIGNED = {"signed_by": "周岚", "position": "副总经理", "authorised": True, "told": True}
DECIDED = {"measures": [1, 2], "reasons": "当事单位认可事实。", "statement_dealt": ""}
CHECK = [
    Refusal("S13", NOT_REVIEWED, "both"),
    Refusal("S13", "Whoever investigates, decides or reviews a case does not check its report.", "both"),
    Refusal("S13", "The report was returned once already.", "reviewer", before=returned),
    Refusal("S13", "Name the gaps of the report.", "reviewer", {"gaps": []}),
    Refusal("S14", NOT_REVIEWED, "both"),
    Refusal("S14", "An allegation is established: propose a measure.", "reviewer"),
    Refusal("S14", "Name the head who has approved it.", "reviewer", lambda s: {"approved_by": s.second}),
    Refusal("S14", "Give the reasons.", "reviewer", {"reasons": ""}),
    Refusal("S47", NOT_REVIEWED, "both"),
    Refusal("S47", "Name the head who has approved it.", "reviewer", {"approved_by": None}),
    Refusal(
        "S47",
        "Nothing is established and nothing is left open: there is nothing to write about.",
        "reviewer",
        before=unfounded,
    ),
    Refusal(
        "S47", "The ladder suggests measures: a reminder is only for what ends without one.", "reviewer", suggested
    ),
    Refusal("S47", "Say what the company should look at.", "reviewer", {"attention": []}),
    Refusal("S48", NOT_REVIEWED, "both"),
    Refusal("S48", "The rules bound this company on the day of the conduct: it is dealt with itself.", "reviewer"),
    Refusal("S48", "The firm must have been asked first, and the question served.", "reviewer", before=unbound),
    Refusal(
        "S48",
        "Name the institution for which the firm collected.",
        "reviewer",
        {"principal": None, "duties": ["管理"], "reports": ["结果"]},
        before=unbound,
    ),
    Refusal("S48", "* has ceased to exist: name whoever goes on as it.", "reviewer", to_somebody_gone, unbound),
    Refusal("S48", "Say what the principal must see to.", "reviewer", NO_LETTER, unbound),
    Refusal("S48", "Say what the principal should report.", "reviewer", NO_LETTER, unbound),
    Refusal("S15", NOT_REVIEWED, "both"),
    Refusal(
        "S15",
        "No allegation is established: there is nothing to take a measure for.",
        "reviewer",
        before=unfounded,
    ),
    Refusal(
        "S15",
        "On the day of the conduct this company was bound by no membership, signature or undertaking.",
        "reviewer",
        before=unbound,
    ),
    Refusal(
        "S15",
        "* is named, whom the rules did not bind and who has not been asked: have the question served on it first, or "
        "leave its name out.",
        "reviewer",
        naming,
        firm_unbound,
    ),
    Refusal(
        "S15",
        "The decision that was not carried out was set aside by a review: send the report back, so that * is left "
        "unproven.",
        "reviewer",
        before=lambda s: s.quashed_before(s.it),
    ),
    Refusal("S15", "The heaviest measure decides the tier.", "reviewer", proposing(4)),
    Refusal("S15", "A rectification order names at least one problem.", "reviewer", empty(1)),
    Refusal("S15", "A rectification takes between * and * days.", "reviewer", rectifying(days=1)),
    Refusal(
        "S15",
        "Each problem has its correction and the proof to file.",
        "reviewer",
        rectifying(items=[{"problem": "致电无关人员"}]),
    ),
    Refusal("S15", "Say what the interview is for and what will be talked about.", "reviewer", empty(2)),
    Refusal("S15", "Say who must be trained, and in what.", "reviewer", empty(3)),
    Refusal("S15", "A training has a least number of people, hours and a pass mark.", "reviewer", empty(3)),
    Refusal("S15", "This is no factor of the ladder.", "reviewer", judging(A11=Judged("yes", "有"))),
    Refusal("S15", "Give the reasons: *.", "reviewer", judging(A8=Judged("yes", " "))),
    Refusal("S15", "Write a whole number in digits.", "reviewer", judging(A1=Judged("三", "更正"))),
    Refusal("S15", "Say why the number of the findings is corrected.", "reviewer", judging(A1=Judged("3", " "))),
    Refusal(
        "S16",
        "The ladder suggests *: a departure from it needs written reasons.",
        "reviewer",
        lambda s: {**proposing(4)(s), **suggested(s)},
    ),
    Refusal(
        "S16",
        "The ladder suggests *, and this skips *: give the reasons in writing.",
        "reviewer",
        lambda s: {**proposing(5)(s), **suggested(s)},
    ),
    Refusal("S16", NOT_REVIEWED, "both"),
    Refusal("S16", "The heaviest measure decides the tier.", "reviewer", proposing(1)),
    Refusal("S16", "Choose measures from L1 to L5; heavier ones can't be taken yet.", "reviewer", proposing(6)),
    Refusal("S16", "Only one of L4 and L5 is taken for one act.", "reviewer", proposing(4, 5)),
]
WINDOW = [
    Refusal("S19", ONLY_THE_LEAD, "firm_lead", {"text": "陈述"}),
    Refusal("S19", "Write your statement.", "lead", {"text": " "}),
    Refusal("S49", "Only people of the company concerned see its file.", "firm_lead"),
    Refusal("S49", "This file holds papers that are not this company's to see.", "lead", another_file),
    Refusal("S49", "This file still names somebody who did not consent; ask the case officer.", "lead", naming_file),
    Refusal("S69", ONLY_THE_LEAD, "firm_lead", {"confirmed": True}),
    Refusal("S69", "Confirm that nothing more will follow.", "lead", {"confirmed": False}),
    Refusal("S50", ONLY_THE_LEAD, "firm_lead"),
    Refusal(
        "S50",
        "A person authorised by the company signs, with name and position.",
        "lead",
        {**SIGNED, "signed_by": " "},
    ),
    Refusal("S50", "Confirm that the consequences were read.", "lead", {**SIGNED, "told": False}),
    Refusal("S20", "A hearing can be asked for only where a major measure is proposed.", "lead"),
    Refusal("S21", "The respondent still has time for a statement or for asking a hearing."),
]
WINDOW_OF_A_MAJOR_ONE = [
    Refusal("S50", "Facts can be admitted only where a minor measure is proposed.", "lead", SIGNED),
    Refusal("S50", "A violation of the heaviest severity is decided by a panel.", "lead", SIGNED),
    Refusal("S20", "Say what you want to be heard on.", "lead", {"wishes": " "}),
    Refusal("S20", "The time for asking for a hearing has ended.", "lead", {"wishes": "事实"}, days=20),
]
ADMITTED = [
    Refusal("S51", ONLY_THE_LEAD, "firm_lead"),
    Refusal("S51", "The time to take the admission back has ended.", "lead", days=20),
    Refusal("S53", "Say why the facts need a panel.", "head", {"reasons": " "}),
    Refusal("S54", "The respondent can still take its admission back.", "head"),
    Refusal("S54", "An officer who did not investigate the case has not signed yet.", "head", days=20),
    Refusal("S54", "No admission stands.", "head", before=given_up, days=20),
    Refusal(
        "S54",
        "The three signatures are those of three people, none of whom investigated the case.",
        "head",
        before=signed_by_head,
        days=20,
    ),
    Refusal("S54", "A legal reviewer has not signed yet.", "head", before=signed_by_officer, days=20),
    Refusal(
        "S54",
        "Whoever was drawn to decide or to review the case does not sign its admission.",
        "head",
        before=drawn_before,
        days=20,
    ),
    Refusal("S54", "A recusal has been asked and is not decided yet.", "head", before=challenged, days=20),
    Refusal("S54", "Choose at least one measure.", "head", {**DECIDED, "measures": []}, days=20),
    Refusal(
        "S54", "A decision is never harsher than the advance notice.", "head", {**DECIDED, "measures": [1, 3]}, days=20
    ),
    Refusal("S54", "Say how the respondent's statement was dealt with.", "head", DECIDED, before=stated, days=20),
    Refusal(
        "S54",
        "The decision that was not carried out was set aside by a review: refuse the admission, so that the panel "
        "returns the case and * is left unproven.",
        "head",
        before=lambda s: s.quashed_before(s.it),
        days=20,
    ),
    Refusal(
        "S54",
        "By now * cites other provisions than the advance notice named: refuse the admission, so that the panel "
        "returns the case and a new notice names them.",
        "head",
        before=lambda s: s.others_cited(s.it),
        days=20,
    ),
    Refusal(
        "S54",
        "On the day of the conduct this company was bound by no membership, signature or undertaking: refuse the "
        "admission, so that the panel returns the case.",
        "head",
        before=unbound,
        days=20,
    ),
    Refusal(
        "S54",
        "No provision on * was in force on the day of the conduct: refuse the admission, so that the panel returns "
        "the case and it is left unproven.",
        "head",
        before=lambda s: s.unruled(),
        days=20,
    ),
]
SCENES = [
    Scene(
        "screening",
        lambda stage: stage.case().tracks[0],
        [
            Refusal(
                "S02",
                "The decision that was not carried out was set aside by a review: this case can only be ended without "
                "a measure.",
                "head",
                before=lambda s: s.quashed_before(s.it),
            ),
        ],
    ),
    Scene("reviewing", HearingRoom.reported, CHECK, day=3),
    Scene(
        "notice issued",
        lambda stage: stage.proposed([1]),
        [Refusal("S17", "This is not the document that the track waits for.")],
        day=4,
    ),
    Scene("window", minor, WINDOW, day=5),
    Scene("window of a major one", major, WINDOW_OF_A_MAJOR_ONE, day=5),
    Scene("admitted", admitted, ADMITTED, day=5),
    Scene(
        "taken back",
        taken_back,
        [Refusal("S50", "The facts of this notice were admitted once already.", "lead", SIGNED)],
        day=6,
    ),
]


@pytest.mark.parametrize("scene", SCENES, ids=[each.name for each in SCENES])
def test_from_its_check_to_an_admission_a_track_refuses_in_words(session: Session, now: datetime, scene: Scene) -> None:
    all_refused(TRACK, Stage(session, now), scene)


class Drafted(Stage):
    """What is proposed waits for its approval."""

    it: Dossier  # type: ignore[assignment]


def waiting(stage: Drafted) -> Dossier:
    """An officer checks the advance notice."""
    said = {"subject_kind": "track", "subject_id": stage.reported().id, "event": "propose_minor"}
    it = Dossier(state="IN_APPROVAL", **said, drafted_by=stage.reviewer.id, drafted_at=stage.now)
    stage.session.add(it)
    stage.session.flush()
    stage.session.add(DossierStep(dossier_id=it.id, position=0, step="check", role="officer"))
    stage.session.flush()
    return it


def investigator(stage: Drafted) -> Actor:
    person = actor(stage.investigator)
    return replace(person, roles=person.roles | {"approver"})


def test_what_is_proposed_is_approved_by_nobody_who_investigated(session: Session, now: datetime) -> None:
    said = "Whoever investigated the case approves nothing that checks or decides it."
    refusal = Refusal("Q03", said, investigator, lambda stage: {"person": investigator(stage)})
    all_refused(APPROVAL, Drafted(session, now), Scene("waiting", waiting, [refusal]))

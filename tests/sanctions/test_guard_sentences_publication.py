"""Each guard of a publication refuses, with the sentence that the person reads, in both languages."""

from collections.abc import Callable
from datetime import date, datetime

import pytest
from sqlalchemy.orm import Session

from core.actors import SYSTEM
from core.machine import Ask
from notices import queries as notices
from registry import clocks
from sanctions import bulletin_corrections, bulletins, corrections, rounds
from sanctions.ladder_history import Earlier
from sanctions.models_publications import Publication
from sanctions.policies_publications import text_now
from sanctions.states import PUBLICATION
from tests.builders_cases import actor
from tests.refusals import Refusal, Scene, all_refused, guarded, rows_of
from tests.sanctions.reviewing import Reviewing

CIRCULAR, CRITICISM = 4, 5


class Stage(Reviewing):
    """Everybody, and the publication that is to move."""

    it: Publication


def drafted(stage: Stage, level: int = CRITICISM) -> Publication:
    """The system drafts it when the measures are ordered."""
    return stage.drafted(level)


def new(stage: Stage) -> Publication:
    """Somebody drafts one although the decision orders none and is not served."""
    track = stage.decided([1, 2])
    decision = rounds.decision(stage.session, track)
    assert decision is not None
    of = {"track_id": track.id, "decision_id": decision.id, "party_id": track.party_id}
    return Publication(**of, scope="MEMBERS", state="NEW", slug="x", level=2, codes=[])


def redacted(stage: Stage) -> Publication:
    it = drafted(stage)
    bulletins.redact(
        stage.session,
        it,
        passage="无关人员",
        instead="某人",
        reason="涉及个人信息",
        actor=actor(stage.publisher),
        version=None,
        now=stage.later(10),
    )
    return it


def submitted(stage: Stage) -> Publication:
    it = drafted(stage)
    bulletins.submit(stage.session, it, actor=actor(stage.publisher), version=None, now=stage.later(10))
    return it


def approved(level: int) -> Callable[[Stage], Publication]:
    def thing(stage: Stage) -> Publication:
        it = drafted(stage, level)
        said = {"version": None, "now": stage.later(10)}
        bulletins.submit(stage.session, it, **said, actor=actor(stage.publisher))  # type: ignore[arg-type]
        bulletins.approve(stage.session, it, **said, actor=actor(stage.other_publisher))  # type: ignore[arg-type]
        return it

    return thing


def published(level: int) -> Callable[[Stage], Publication]:
    def thing(stage: Stage) -> Publication:
        it = drafted(stage, level)
        stage.publish(it, stage.later(10))
        return it

    return thing


def without_reason(stage: Stage) -> None:
    stage.it.redactions[-1].reason = " "


def leak(stage: Stage) -> None:
    text = text_now(stage.it)
    assert text is not None
    text.body += "\n林晓芸"


def earlier(stage: Stage) -> None:
    """The company was ordered something before, and the text tells it."""
    proposal, text = rounds.proposal(stage.session, stage.it.track), text_now(stage.it)
    assert proposal is not None
    assert text is not None
    before = Earlier("AJ〔2026〕1-1", date(2026, 2, 1), ("V-I02",), (1, 2), same_code=True)
    proposal.score = {**(proposal.score or {}), "history": [before.to_json()]}
    text.body += "\n该单位曾被采取责令整改措施"


def more(stage: Stage) -> None:
    text = text_now(stage.it)
    assert text is not None
    text.body += "\n另外补充一句。"


def reviewed(stage: Stage) -> None:
    """The respondent says that a document the decision rests on was revoked."""
    stage.asked(stage.it.track, now=stage.later(10), revoked="某处罚决定已被撤销")


def upheld(stage: Stage) -> None:
    """A review was decided; its decision is on its way."""
    review = stage.asked(stage.it.track, now=stage.later(9), revoked="某处罚决定已被撤销")
    stage.reviewed(review, *["UPHOLD"] * 5)


def without_text(stage: Stage) -> None:
    """Only a proposal of a correction is there."""
    text = text_now(stage.it)
    assert text is not None
    text.summary = {**text.summary, "proposed_by": "1"}


def time_again(stage: Stage) -> None:
    """The time for a review runs again, and the publication was not dropped."""
    clocks.keeper.start(Ask(stage.session, stage.it, SYSTEM, {}, stage.later(10)), "K20", ("track", stage.it.track_id))


def not_executed(stage: Stage) -> None:
    stage.it.track.state = "EFFECTIVE"


def other_scope(stage: Stage) -> None:
    stage.it.scope = "MEMBERS" if stage.it.scope == "PUBLIC" else "PUBLIC"


def proposed(right: str) -> Callable[[Stage], None]:
    """A correction waits for a second person."""

    def before(stage: Stage) -> None:
        said = {"passage": "共六次", "instead": right, "reason": "笔误", "version": None, "now": stage.later(10)}
        bulletin_corrections.leave_out(stage.session, stage.it, **said, actor=actor(stage.publisher))  # type: ignore[arg-type]

    return before


def elsewhere(stage: Stage) -> None:
    """What was left out stands in the decision no more."""
    stage.it.redactions[-1].passage = "另有其人"


def put_right(stage: Stage, wrong: str, right: str) -> None:
    """A served notice corrects the decision."""
    document = notices.last_document(stage.session, ["D20"], "track", stage.it.track_id)
    words = {"document": document, "wrong": wrong, "right": right, "reason": "漏字"}
    by = {"actor": actor(stage.head), "version": None, "now": stage.later(10)}
    stage.corrected(corrections.put(stage.session, stage.it.track, **words, **by))  # type: ignore[arg-type]
    stage.serve(stage.it.track, "D40", stage.later(10))


def corrected_since(stage: Stage) -> None:
    """A served notice of correction changed what the draft says."""
    put_right(stage, "无关人员", "无关的人员")


def grown(stage: Stage) -> None:
    """A served notice of correction made longer what is left out."""
    put_right(stage, stage.it.redactions[-1].passage, f"{stage.it.redactions[-1].passage}等")


def tampered(stage: Stage) -> None:
    """Somebody who reaches the table wrote more into the correction that waits."""
    proposed("共某次")(stage)
    stage.it.texts[-1].body += "\n另外补充一句。"


EARLIER = "The text names a measure of an earlier case, which is not public: leave it out first."
FOUND = "The scan found personal data in the text; redact them first."
BEHIND = "The decision was corrected since: take the corrected text over into the draft first."
IN_FORCE = (
    "The decision that orders it is in force. A draft is given up only after a review has changed or set aside the "
    "decision; the head can have it reviewed."
)


def publishing(row: str) -> list[Refusal]:
    """What stands in the way of putting it before its readers."""
    return [
        Refusal(row, FOUND, "publisher", before=leak),
        Refusal(row, EARLIER, "publisher", before=earlier),
        Refusal(
            row, "The text differs from the served decision by more than the redactions.", "publisher", before=more
        ),
        Refusal(
            row,
            "A review of the decision is open: nothing is published before it is decided.",
            "publisher",
            before=reviewed,
        ),
        Refusal(row, "The decision orders another kind of publication.", "publisher", before=other_scope),
        Refusal(row, "The time for asking for a review has not ended.", "publisher", before=time_again),
        Refusal(row, "The decision is not being carried out.", "publisher", before=not_executed),
        Refusal(row, "The decision of the review has not been served.", "publisher", before=upheld),
        Refusal(row, "There is no text to publish.", "publisher", before=without_text),
    ]


SCENES = [
    Scene(
        "new",
        new,
        [
            Refusal("B01", "Only a circular or public criticism is published.", "publisher"),
            Refusal("B01", "The decision has not been served.", "publisher"),
        ],
        day=8,
    ),
    Scene(
        "redacted",
        redacted,
        [
            Refusal("B02", "A redaction has no reason.", "publisher", before=without_reason),
            Refusal(
                "B02",
                "“*” was left out and does not stand in the decision as it was corrected since: put it back, and look "
                "whether something else is to be left out.",
                "publisher",
                before=elsewhere,
            ),
            Refusal(
                "B02",
                "“*” was left out before the decision was corrected just there: put it back, and leave out what is to "
                "be left out now.",
                "publisher",
                before=grown,
            ),
            Refusal("B09", IN_FORCE, "head", {"reason": "不发了"}),
            Refusal("B09", "Give the reason.", "head", {"reason": " "}),
        ],
        day=10,
    ),
    Scene(
        "submitted",
        submitted,
        [
            Refusal("B03", "Say what is to be changed.", "other_publisher", {"comments": " "}),
            Refusal("B04", "Whoever made the redactions can't approve them.", "publisher"),
            Refusal("B04", FOUND, "other_publisher", before=leak),
            Refusal("B04", EARLIER, "other_publisher", before=earlier),
            Refusal("B04", BEHIND, "other_publisher", before=corrected_since),
        ],
        day=10,
    ),
    Scene("circular", approved(CIRCULAR), publishing("B05"), day=10),
    Scene("bulletin", approved(CRITICISM), publishing("B10"), day=10),
    Scene(
        "circular out",
        published(CIRCULAR),
        [
            Refusal("B06", "No correction has been proposed.", "publisher"),
            Refusal("B07", "Give the reason.", "head", {"reason": " "}),
            Refusal(
                "B07",
                "This looks like personal data: 13812345678. Put something else in its place.",
                "head",
                {"reason": "致电13812345678"},
            ),
            Refusal(
                "B07",
                "The number of a case is never public: leave * out.",
                "head",
                lambda s: {"reason": f"见{s.it.track.case.ref}"},
            ),
            Refusal("B08", "Its time has not ended."),
        ],
        day=11,
    ),
    Scene(
        "bulletin out",
        published(CRITICISM),
        [
            Refusal(
                "B06", "Whoever proposed the correction can't put it in place.", "publisher", before=proposed("共某次")
            ),
            Refusal(
                "B06",
                "What is published differs from the served decision only by what a served notice of correction changed "
                "and by what is left out.",
                "other_publisher",
                before=tampered,
            ),
            Refusal("B11", "Its time has not ended."),
        ],
        day=11,
    ),
]


@pytest.mark.parametrize("scene", SCENES, ids=[each.name for each in SCENES])
def test_a_publication_refuses_in_words(session: Session, now: datetime, scene: Scene) -> None:
    all_refused(PUBLICATION, Stage(session, now).fill_pool(), scene)  # type: ignore[arg-type]


def test_no_guard_of_the_model_is_left_out() -> None:
    assert rows_of(SCENES) == guarded("publication")

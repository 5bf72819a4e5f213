"""Forms of reviews: asked for, withdrawn, opened by the association, voted on, decided; and restoration."""

from casework.forms_outward import Outward
from casework.forms_staff import StaffForm
from core.fields import LongText
from core.fields_choice import OneOf, Tick
from core.fields_typed import PastDate
from core.forms import Form
from core.words import _l
from desk.forms_on_paper import ArrivedOnPaperForm
from filestore.fields_files import Files
from portal.forms_portal import WrittenForm
from proceedings.forms_ballots import ABSTAIN, MeasuresBallotForm
from sanctions import review_bodies
from sanctions.ballots import CHOOSE_VOTE
from sanctions.models_reviews import Review
from sanctions.policies_reviews import GIVE_GROUNDS, SAY_ITS_END, SAY_OBSTACLE, WITHDRAWS


def _revoked() -> LongText:
    """What the decision rests on, where a request says that it was revoked."""
    return LongText(
        _l("A document the decision rests on was revoked"),
        most=2000,
        rows=2,
        required=False,
        hint=_l("Which one, by whom and when; else leave it empty"),
    )


class AskReviewForm(WrittenForm):
    """Why a company asks for a review, with its evidence; the rest only if the time has ended."""

    grounds = LongText(
        _l("Grounds of the review"),
        most=20000,
        rows=10,
        missing=GIVE_GROUNDS,
        hint=_l("On the facts, the evidence, the rules or the measures. A review never makes the decision harsher."),
    )
    revoked = _revoked()
    revoked_on = PastDate(_l("It was revoked on"), required=False)
    obstacle = LongText(
        _l("What prevented you from asking in time"),
        most=2000,
        rows=2,
        required=False,
        hint=_l("Only where the time has ended: an obstacle that was not of your making"),
    )
    obstacle_ended = PastDate(_l("The obstacle ended on"), required=False)
    files = Files(_l("Files"), hint=_l("What supports your grounds; the members who review read it."))


class ReviewOnPaperForm(ArrivedOnPaperForm):
    """A request for a review of a decision in force, as it came on paper."""

    revoked = _revoked()
    revoked_on = PastDate(_l("It was revoked on"), required=False)
    obstacle = LongText(
        _l("What prevented it from asking in time"),
        most=2000,
        rows=2,
        required=False,
        hint=_l("Only where the time has ended: an obstacle that was not of its making"),
    )
    obstacle_ended = PastDate(_l("The obstacle ended on"), required=False)


class WithdrawForm(Form):
    """A review, withdrawn in writing."""

    confirmed = Tick(
        _l("I withdraw the review for my company, and know that it can't be asked for again"),
        required=True,
        missing=WITHDRAWS,
    )


class OwnMotionForm(StaffForm):
    """Why the head has a decision reviewed."""

    drafted = True
    basis = OneOf(
        _l("Occasion"),
        [("ERROR", _l("The decision contains an error")), ("NEW_EVIDENCE", _l("New evidence came up"))],
        missing=_l("Choose: an error, or new evidence."),
    )
    grounds = LongText(
        _l("Grounds of the review"),
        most=10000,
        rows=6,
        missing=GIVE_GROUNDS,
    )
    favour = Tick(
        _l("The review can only end in the respondent's favour"),
        required=True,
        missing=_l("Confirm that the review can only end in the respondent's favour."),
    )


class RestoreForm(StaffForm):
    """The time for a review runs again after an obstacle."""

    drafted = True
    obstacle = LongText(
        _l("What prevented the company"),
        most=3000,
        rows=3,
        missing=SAY_OBSTACLE,
    )
    obstacle_ended = PastDate(_l("The obstacle ended on"), missing=SAY_ITS_END)
    asked_on = PastDate(_l("Asked for on"), missing=_l("Say on which day it was asked for."))


class ReviewVoteForm(MeasuresBallotForm):
    """One member's secret vote on the decision reviewed."""

    lighter = review_bodies.QUESTION.lighter
    choice = OneOf(
        _l("How do you vote?"),
        [
            ("UPHOLD", _l("The decision stands")),
            ("VARY", _l("Fewer or lighter measures")),
            ("REMIT", _l("Remit it: something has to be found out")),
            ("QUASH", _l("Quash it: no measure")),
            ABSTAIN,
        ],
        missing=CHOOSE_VOTE,
    )


class DecideReviewForm(Outward, StaffForm):
    """The reasons of the decision on the review."""

    drafted, outward, of_body = True, ("reasons", "questions"), True
    alone = True
    about: Review | None
    reasons = LongText(
        _l("Reasons of the decision"),
        most=8000,
        rows=6,
        missing=_l("Give the reasons."),
        hint=_l("As they stand in it"),
    )
    questions = LongText(
        _l("What is to be found out"), most=3000, rows=3, required=False, hint=_l("Needed where the case is remitted")
    )

    def _language_of(self, _name: str) -> str:
        """The respondent's language, as the respondent reads it."""
        return self.about.track.party.lang if self.about is not None else ""

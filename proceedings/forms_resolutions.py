"""Forms of what a panel resolves besides its decision, and of a respondent who asks to have its time run again."""

from wtforms import HiddenField

from casework.forms_staff import StaffForm
from core.forms import Form, LongText, ManyOf, Moment, OneOf, PastDate, Tick
from core.words import _l
from desk.forms_on_paper import AnswerOnPaperForm
from proceedings.forms_ballots import ABSTAIN, BallotForm
from sanctions.ballots import CHOOSE_VOTE
from sanctions.levels import LEVELS
from sanctions.policies_reviews import SAY_ITS_END, SAY_OBSTACLE


class MotionForm(StaffForm):
    """What is put to the panel, and why: each member then votes on it."""

    drafted = True
    alone = True
    reasons = LongText(
        _l("Reasons"),
        most=5000,
        missing=_l("Give the reasons."),
        hint=_l("They become those of the panel if it is carried."),
    )


class MotionVoteForm(BallotForm):
    """One member's secret vote on a motion."""

    choice = OneOf(
        _l("How do you vote?"),
        [("FOR", _l("For the motion")), ("AGAINST", _l("Against the motion")), ABSTAIN],
        missing=CHOOSE_VOTE,
    )


class HarsherForm(MotionForm):
    """Which facts are new, on what they rest, and what is announced instead."""

    allegation = OneOf(
        _l("Violation to which the new facts belong"), (), look="select", missing=_l("Choose a violation.")
    )
    new_facts = LongText(
        _l("Facts that were not in the advance notice"),
        most=5000,
        missing=_l("Say which facts were not in the advance notice."),
        hint=_l("Nothing that the respondent said in its defence, and nothing said at the hearing."),
    )
    evidence = ManyOf(
        _l("Evidence that was not in the advance notice"),
        (),
        missing=_l("New facts rest on evidence that was not in the advance notice."),
        hint=_l("Officers add it to the case; what the notice named, or the respondent brought, is not offered."),
    )
    measures = ManyOf(_l("Measures to be announced"), [(str(number), level.word) for number, level in LEVELS.items()])


class ReturnForm(MotionForm):
    """The questions that the investigator has to answer."""

    questions = LongText(_l("Questions"), most=5000, hint=_l("One a line"), missing=_l("Name the questions."))


class RestorationForm(StaffForm):
    """A panel's answer to a request."""

    drafted = True
    seen = HiddenField()
    """Which request stood above it: it answers no other."""

    @property
    def request(self) -> int | None:
        """The number of the request that was shown, if there was one."""
        return int(self.seen.data) if str(self.seen.data or "").isdecimal() else None

    def stands_below(self, request: int | None) -> None:
        """Remember which request the page shows above the form."""
        self.seen.data = str(request or "")


class RestoreForm(RestorationForm):
    """Why the windows open again."""

    not_own = Tick(
        _l("The obstacle was not of the respondent's making"),
        required=True,
        missing=_l("An obstacle of the respondent's own making opens nothing again: refuse it."),
    )
    reasons = LongText(_l("Reasons"), most=3000, missing=_l("Give the reasons."))


class RefuseRestorationForm(RestorationForm):
    """Why they do not open again."""

    reasons = LongText(_l("Reasons"), most=3000, missing=_l("Give the reasons."))


class ObstacleOnPaperForm(AnswerOnPaperForm):
    """What kept the respondent from acting in time, as it wrote on paper."""

    obstacle_ended = PastDate(_l("The obstacle ended on"), missing=SAY_ITS_END)


class TimeOnPaperForm(AnswerOnPaperForm):
    """The other time for its interview that a company proposed on paper, and why."""

    at = Moment(_l("The time proposed"), missing=_l("Say which time the company proposes."))


class ObstacleForm(Form):
    """What kept the respondent from acting in time."""

    drafted = True
    obstacle = LongText(
        _l("What prevented your company, and why was it not of its making?"),
        most=5000,
        missing=SAY_OBSTACLE,
    )
    obstacle_ended = PastDate(_l("When did the obstacle end?"), missing=SAY_ITS_END)

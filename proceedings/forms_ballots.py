"""The form of a secret ballot, whatever is voted on."""

from collections.abc import Sequence

from wtforms import HiddenField

from casework.forms_staff import StaffForm
from core.fields import Anything
from core.forms import LongText, ManyOf
from core.words import _l
from sanctions.levels import CIRCULAR, LEVELS, heaviest

ABSTAIN = ("ABSTAIN", _l("I abstain"), {"hint": _l("You count as present, and not as a yes.")})
"""The answer that every ballot has."""


class BallotForm(StaffForm):
    """One member's secret vote; each kind of vote has its own answers."""

    drafted = True
    alone = True
    seen = HiddenField()
    """What its member read above it: a ballot can't be changed, and is cast on nothing else."""
    reasons = LongText(
        _l("Your reasons"),
        most=5000,
        missing=_l("Give your reasons; they are kept with the vote."),
        hint=_l("They are kept with your vote; no other member reads them."),
    )

    def __init__(self, *given: Anything, **data: Anything) -> None:
        """Its answers are fields of each kind of vote, and stand before the reasons: so what is wrong is told too."""
        super().__init__(*given, **data)
        self._fields["reasons"] = self._fields.pop("reasons")


class MeasuresBallotForm(BallotForm):
    """A vote on measures, which can be for fewer or lighter ones."""

    lighter: str
    """The answer that names measures of its own."""
    measures = ManyOf(
        _l("Which ones, if fewer or lighter"),
        (),
        required=False,
        hint=_l("Needed if you vote for fewer or lighter ones"),
    )

    def __init__(self, *given: Anything, **data: Anything) -> None:
        super().__init__(*given, **data)
        self.measures.flags.required = True  # unless something else is voted for, as its hint says

    def offer(self, before: Sequence[int]) -> None:
        """Offer the measures before the members; a circular may replace public criticism."""
        levels = sorted({*before, CIRCULAR}) if heaviest(list(before)) > CIRCULAR else list(before)
        self.measures.choices = [(str(level), LEVELS[level].word) for level in levels]

    @property
    def chosen(self) -> list[int]:
        """The measures that were ticked."""
        return [int(each) for each in self.measures.data or ()]

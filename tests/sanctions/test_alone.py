"""What members write before they have decided is nobody else's, not even as an unsent text."""

from collections.abc import Iterator

import pytest

from casework.forms_staff import StaffForm
from casework.models_cases import CaseTrack
from desk.forms_recusals import DecideForm as DecideRecusalForm
from proceedings.forms_admissions import DecideAdmittedForm
from proceedings.forms_ballots import BallotForm
from proceedings.forms_resolutions import HarsherForm, MotionForm
from proceedings.forms_reviews import DecideReviewForm
from proceedings.forms_staff import DecideForm


def _kinds(form: type[StaffForm]) -> Iterator[type[StaffForm]]:
    yield form
    for each in form.__subclasses__():
        yield from _kinds(each)


DELIBERATING = [DecideForm, DecideReviewForm, DecideAdmittedForm, DecideRecusalForm, MotionForm, HarsherForm]


@pytest.mark.parametrize("form", [*_kinds(BallotForm), *DELIBERATING])
def test_a_colleague_learns_nothing_of_it(form: type[StaffForm]) -> None:
    class Written(form):  # type: ignore[valid-type, misc]
        def __init__(self) -> None:
            self.about = CaseTrack(id=7, ref="AJ〔2026〕6-1")

    assert Written().subject is None
    Written.alone = False
    assert Written().subject == ("track", 7, "AJ〔2026〕6-1"), "what makes the difference is that it is alone"

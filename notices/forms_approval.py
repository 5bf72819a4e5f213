"""Forms of approval: a step with its opinion, a comment on a paragraph, sending back, dropping, asking for it."""

from core.forms import Form, LongText
from core.words import _l
from notices.policies_approval import SAY_CHANGES


class StepForm(Form):
    """A step: its form stands on the page of the draft, and is sent to an address below it."""

    drafted, leading = True, 4


class ApproveForm(StepForm):
    """The next step."""

    said = LongText(_l("Your opinion (printed on the dispatch sheet)"), required=False, most=500, rows=2)


class SendBackForm(StepForm):
    """Back to the drafter."""

    comment = LongText(_l("What has to be changed"), most=5000, rows=3, missing=SAY_CHANGES)


class SendBackCommentedForm(SendBackForm):
    """Back to the drafter, where comments on the newest version say what has to be changed."""

    comment = LongText(
        _l("What has to be changed"),
        most=5000,
        rows=3,
        required=False,
        hint=_l("The comments on this version are enough; write here what else has to be changed."),
    )


class CommentForm(Form):
    """A comment on the whole or on one paragraph."""

    drafted, named = True, ("paper", "block")
    body = LongText(_l("Comment"), most=5000, rows=3, missing=SAY_CHANGES)
    proposed = LongText(
        _l("Words you propose instead"), required=False, most=5000, rows=3, hint=_l("The drafter decides on them.")
    )


class DropForm(StepForm):
    """Give a draft up."""

    reason = LongText(_l("Why it is dropped"), most=1000, rows=2, missing=_l("Give the reason."))


class AskToDropForm(StepForm):
    """A member of the body that decided asks that a draft be given up."""

    reason = LongText(_l("Why it should be given up"), most=1000, rows=2, missing=_l("Give the reason."))

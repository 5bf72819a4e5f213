"""How far a track is: its stages in order, from which lists and stage bars take what they need."""

STEPS: dict[str, tuple[str, ...]] = {
    "screening": ("SCREENING",),
    "filing": ("FILED",),
    "investigation": ("INVESTIGATING", "SUSPENDED"),
    "check": ("REVIEWING",),
    "notice": ("NOTICE_ISSUED", "PRE_NOTICE", "ADMITTED"),
    "hearing": ("HEARING_ASKED", "HEARING_SET"),
    "deliberation": ("DELIBERATION",),
    "decision": ("DECIDED", "SERVED", "IN_REVIEW"),
    "order": ("EFFECTIVE",),
    "execution": ("EXECUTING",),
    "verification": ("VERIFYING",),
}
"""Each state between the lead and the end stands in one of them. A hearing belongs to the advance notice in the list of
cases and on a case's rungs, to the deliberation in the list of measures, whose panel is drawn by then."""
CARRIED_OUT = ("EXECUTING", "VERIFYING", "CLOSED", "ARCHIVED")
"""Measures were ordered."""
IN_FORCE = ("EFFECTIVE", *CARRIED_OUT)
"""The decision has taken effect, and was not set aside."""
DRAWN_IN = ("PRE_NOTICE", "HEARING_ASKED", "HEARING_SET", "DELIBERATION")
"""A panel is drawn, and free seats of it are filled."""


def joined(*steps: str) -> tuple[str, ...]:
    """All states of these stages."""
    return tuple(state for step in steps for state in STEPS[step])

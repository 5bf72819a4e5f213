"""What figures are called, and what each of them counts, for pages, exports and the printed report."""

from collections.abc import Mapping
from typing import Final

from casework import labels as casework_labels
from core.words import LazyString, _l

OUTCOME: Final[Mapping[str, LazyString]] = casework_labels.ENDING
"""How a complaint ended."""
CLOCK: Final[Mapping[str, LazyString]] = {
    "K01": _l("Acceptance check of a complaint"),
    "K06": _l("Check of a disputed answer"),
    "K08": _l("Passing on a number not to be contacted"),
    "K10": _l("Screening of a lead"),
    "K11": _l("Investigation"),
    "K13": _l("Review of a report"),
    "K17": _l("Holding a hearing"),
    "K18": _l("Deliberation of a panel"),
    "K21": _l("Decision on a review"),
    "K23": _l("Holding an interview"),
    "K25": _l("Publication of a decision"),
    "K26": _l("Verification of what was ordered"),
    "K27": _l("Archiving of a case"),
    "K34": _l("Decision on a recusal"),
    "K35": _l("Check of an answer"),
}
"""The association's own time limits, by what they limit."""
MACHINE: Final[Mapping[str, LazyString]] = {
    "complaint": _l("Complaint"),
    "forwarding": _l("Put before a company"),
    "track": _l("Case against a company"),
}
KIND: Final[Mapping[str, LazyString]] = {
    "INSTITUTION": _l("Institution"),
    "FIRM": _l("Collection firm"),
    "BOTH": _l("Institution and collection firm"),
    "NONE": _l("No company named"),
    "ALL": _l("All"),
}
AGE: Final[Mapping[str, LazyString]] = {
    "0-7": _l("up to 7 days"),
    "8-15": _l("8 to 15 days"),
    "16-30": _l("16 to 30 days"),
    "31-60": _l("31 to 60 days"),
    "61-90": _l("61 to 90 days"),
    "91+": _l("91 days and more"),
}
RECEIVED, ENDED = _l("Complaints received"), _l("Complaints ended")
FORWARDED = _l("Put before companies")
IN_TIME, LATE, MISSED = _l("Answered in time"), _l("Answered late"), _l("Time limits missed")
SHARE = _l("In time, per cent")
MEASURES, SET_ASIDE = _l("Measures"), _l("Set aside")
STAYS = _l("Time in each state")
WHAT: Final[Mapping[str, LazyString]] = {
    "RECEIVED": RECEIVED,
    "ENDED": ENDED,
    "FORWARDED": FORWARDED,
    "ANSWER": _l("Answers of companies"),
    "CLOCK": _l("The association's own time limits"),
    "DONE": _l("Complaints that the person ended"),
    "TRACK": MACHINE["track"],
    "FINDING": _l("Findings"),
    "MEASURE": MEASURES,
    "SET_ASIDE": SET_ASIDE,
    "STAY": STAYS,
}
"""What is counted, as the rows of a correction say it."""
OF_TRACK: Final[Mapping[str, LazyString]] = {
    "OPENED": _l("opened during the month"),
    "ENDED": _l("ended during the month"),
}
"""Counted by earlier versions, and shown in no table: their corrections still say it."""

OF_THE_PERIOD = _l("This table is narrowed by the period alone, not by what else was chosen.")
"""Said where something else was chosen: a printed report, and whoever chose nothing, has nothing else."""
OF_COMPANIES = _l(
    "A complaint counts for every company it names or was put before, once for each; the company itself sees only what "
    "was put before it."
)
MEANING: Final[Mapping[str, LazyString]] = {
    "months": _l(
        "Complaints received: those that came in during the month, on paper those that were entered, whatever became "
        "of them; those from earlier registers are not counted. Complaints ended: those that were closed, withdrawn, "
        "not accepted or referred during the month. One that was looked at again counts when it ends anew; a closed "
        "month keeps it as well."
    ),
    "channels": _l("How complaints came in, in the month in which they did."),
    "ages": _l(
        "Complaints that are open at this moment, by how long ago they came in; one that was merged stays open until "
        "the complaint ends that it was merged into."
    ),
    "answers": _l(
        "An answer counts in the month in which it was given. A missed limit counts on the day on which it was noted, "
        "and an answer that came after all counts as late in its own month. In time, per cent: answers in time "
        "out of answers in time and missed limits."
    ),
    "limits": _l(
        "The association's own time limits that ended in these months: kept where the work was done, or the limit "
        "fell away, before it was over; not kept where it was over first. Hearings and interviews count by the day on "
        "which they were entered."
    ),
    "outcomes": _l("Complaints that ended during the month, by how they ended."),
    "measures": _l(
        "Measures count in the month in which their decision took effect. One that is set aside later stays where it "
        "was counted, and counts as set aside in the month in which that happened. A lighter one in its place, and one "
        "that waits for a review after all, counts when it takes effect, also where an earlier month counted it."
    ),
    "measure_codes": _l(
        "A measure for several breaches stands in the row of each of them; one that had been set aside when its month "
        "was counted stands in none."
    ),
    "codes": _l(
        "A complaint that alleges several kinds of breach stands in the row of each of them. Findings count when a "
        "decision took effect, or when the case ended without a measure."
    ),
    "institutions": OF_COMPANIES,
    "firms": OF_COMPANIES,
    "stays": _l(
        "What left a state during these months, and how many days it had been there, from the journal: half of it no "
        "longer than the median, nine tenths no longer than the 90th percentile."
    ),
    "workload": _l(
        "Open work at this moment, and complaints that were ended in the period, by person. What was merged follows "
        "another complaint and is left out of the open work."
    ),
}

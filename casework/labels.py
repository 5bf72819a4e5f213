"""What staff read for states, roles, channels, reasons and findings of this room, and the colour of each tag."""

from typing import Any

from core.words import LazyString, _, _l, in_both

Rows = dict[Any, tuple[LazyString, str]]

COMPLAINT: Rows = {
    "NEW": (_l("Being entered"), "grey"),
    "RECEIVED": (_l("Acceptance check"), "blue"),
    "NEED_INFO": (_l("Waiting for more facts"), "yellow"),
    "FORWARDED": (_l("Waiting for the company"), "purple"),
    "RELEASED": (_l("Waiting for feedback"), "turquoise"),
    "DISPUTED": (_l("Answer disputed"), "orange"),
    "ESCALATED": (_l("Case opened"), "red"),
    "MERGED": (_l("Merged"), "grey"),
    "REJECTED": (_l("Not accepted"), "grey"),
    "REFERRED_OUT": (_l("Referred to an authority"), "grey"),
    "CLOSED": (_l("Closed"), "green"),
    "WITHDRAWN": (_l("Withdrawn"), "grey"),
    "HISTORIC": (_l("Historic"), "grey"),
}
FORWARDING: Rows = {
    "NEW": (_l("Being entered"), "grey"),
    "SENT": (_l("Answer awaited"), "purple"),
    "OVERDUE": (_l("No answer in time"), "red"),
    "ANSWERED": (_l("Answer to check"), "blue"),
    "RETURNED": (_l("Returned: not theirs"), "yellow"),
    "RELEASED": (_l("Answer released"), "green"),
    "CLOSED": (_l("Ended"), "grey"),
}
TRACK: Rows = {
    "NEW": (_l("Being entered"), "grey"),
    "SCREENING": (_l("Screening"), "blue"),
    "NOT_FILED": (_l("Not filed"), "grey"),
    "FILED": (_l("Filed, notice on its way"), "purple"),
    "INVESTIGATING": (_l("Investigation"), "turquoise"),
    "SUSPENDED": (_l("Investigation suspended"), "grey"),
    "REVIEWING": (_l("Review of the report"), "yellow"),
    "NO_MEASURE": (_l("Ended without a measure"), "grey"),
    "NOTICE_ISSUED": (_l("Advance notice issued"), "purple"),
    "PRE_NOTICE": (_l("Statement period"), "yellow"),
    "HEARING_ASKED": (_l("Hearing asked for"), "yellow"),
    "HEARING_SET": (_l("Hearing set"), "yellow"),
    "ADMITTED": (_l("Admitted"), "yellow"),
    "DELIBERATION": (_l("Deliberation"), "orange"),
    "DECIDED": (_l("Decided, decision on its way"), "purple"),
    "SERVED": (_l("Decision served"), "turquoise"),
    "IN_REVIEW": (_l("Review of the decision"), "yellow"),
    "EFFECTIVE": (_l("In effect"), "red"),
    "EXECUTING": (_l("Measures being carried out"), "orange"),
    "VERIFYING": (_l("Verification"), "blue"),
    "CLOSED": (_l("Closed"), "green"),
    "REFERRED": (_l("Referred to an authority"), "grey"),
    "ARCHIVED": (_l("Archived"), "grey"),
}
STOP_CONTACT: Rows = {
    "NEW": (_l("Being entered"), "grey"),
    "REQUESTED": (_l("To be passed on"), "blue"),
    "RELAYED": (_l("Passed on, confirmation awaited"), "purple"),
    "DECLINED": (_l("Not passed on"), "grey"),
    "CONFIRMED": (_l("Confirmed by the company"), "green"),
    "UNCONFIRMED": (_l("Not confirmed in time"), "orange"),
    "BREACHED": (_l("Contacted all the same"), "red"),
}
CONTACT: Rows = {
    "CALL_INTERACTIVE": (_l("A call that was answered"), "grey"),
    "CALL_NOTICE": (_l("A call with a recorded announcement"), "grey"),
    "CALL_ATTEMPT": (_l("A call that was not answered"), "grey"),
    "SMS": (_l("A text message"), "grey"),
    "IM": (_l("A message in an app"), "grey"),
    "LETTER": (_l("A letter"), "grey"),
    "VISIT": (_l("A visit"), "grey"),
}
ROLE: Rows = {
    "DEBTOR": (_l("Borrower"), "blue"),
    "AGREED_CONTACT": (_l("Agreed emergency contact"), "turquoise"),
    "GUARANTOR": (_l("Guarantor"), "turquoise"),
    "OTHER_CONTACT": (_l("Other contact"), "purple"),
    "UNRELATED": (_l("Unrelated person"), "purple"),
    "WRONG_NUMBER": (_l("Wrong number"), "purple"),
    "EMPLOYER": (_l("Employer"), "grey"),
    "AGENT": (_l("Agent"), "yellow"),
}
AGREED: Rows = {
    "WRITING": (_l("In writing"), "grey"),
    "TELEPHONE": (_l("By telephone"), "grey"),
    "IN_PERSON": (_l("In person"), "grey"),
}
"""How somebody agreed that an authority learns name and contact."""
CHANNEL: Rows = {
    "WEB": (_l("Public site"), "blue"),
    "PHONE": (_l("Telephone"), "grey"),
    "LETTER": (_l("Letter"), "grey"),
    "COUNTER": (_l("Counter"), "grey"),
    "IMPORT": (_l("Earlier register"), "grey"),
}
ENDING: dict[str, LazyString] = {
    "ACCEPTED": _l("Answer accepted"),
    "NO_FEEDBACK": _l("No feedback on the answer"),
    "SETTLED": _l("Settled between the parties"),
    "CHECKED": _l("Checked: no sign of a breach"),
    "ESCALATED": _l("Ended with the case"),
    "WITHDRAWN": _l("Withdrawn"),
    "REJECTED": _l("Not accepted"),
    "REFERRED_OUT": _l("Referred to an authority"),
    "DUPLICATE": _l("Ended with the complaint it was merged into"),
    "CLOSED": _l("Closed otherwise"),
}
"""How a complaint ended: the outcome of those that were closed, the state of all others."""
HOW: Rows = {
    "NAME": (_l("Company name"), "grey"),
    "APP": (_l("App"), "blue"),
    "SMS_SIGNATURE": (_l("Message signature"), "turquoise"),
    "NUMBER": (_l("Telephone number"), "purple"),
    "WEB": (_l("Website"), "green"),
    "ANY": (_l("Company name"), "grey"),
    "UNKNOWN": (_l("Not known"), "grey"),
}
REASON: Rows = {
    "DUPLICATE": (_l("Same person, same facts: is being handled or has ended"), "grey"),
    "NO_FACTS": (_l("No concrete facts that can be examined"), "grey"),
    "COURT_OR_AUTHORITY": (_l("A court, arbitration body or authority has the matter"), "grey"),
    "OUT_OF_SCOPE": (_l("Outside what the association may deal with"), "grey"),
    "ABUSIVE": (_l("Evident abuse of the right to complain"), "grey"),
    "CANNOT_IDENTIFY": (_l("The company cannot be identified"), "grey"),
    "UNAUTHORISED_AGENT": (_l("Agent without a written authorisation"), "grey"),
    "K02": (_l("What was asked for did not come in time"), "grey"),
}
FINDING: Rows = {
    "ESTABLISHED": (_l("Established"), "red"),
    "NOT_ESTABLISHED": (_l("Not established"), "green"),
    "UNPROVEN": (_l("Unproven"), "grey"),
    "": (_l("No finding yet"), "yellow"),
}
SIDE: Rows = {
    "PRINCIPAL": (_l("Lender"), "blue"),
    "COLLECTOR": (_l("Collection firm"), "orange"),
}
SOURCE: Rows = {
    "COMPLAINT": (_l("Complaint"), "blue"),
    "INSPECTION": (_l("Inspection or monitoring"), "grey"),
    "REGULATOR": (_l("Referral by the regulator"), "grey"),
    "MEDIA": (_l("Media report"), "grey"),
    "PEER": (_l("Report by a peer"), "grey"),
}
GIVEN_BY: Rows = {
    "COMPLAINANT": (_l("from the complainant"), "blue"),
    "STAFF": (_l("collected by the association"), "grey"),
    "RESPONDENT": (_l("from the respondent"), "orange"),
}
WAITING = {
    "NEED_INFO": _l("The person was asked for more; until then nothing is to be done."),
    "FORWARDED": _l("The respondents have time to answer; their answers appear below."),
    "RELEASED": _l("The person reads the answers and says whether they settle the matter."),
    "ESCALATED": _l("The matter goes on in the case."),
    "MERGED": _l("It ends together with the complaint it follows."),
    "REJECTED": _l("The complaint has ended."),
    "REFERRED_OUT": _l("The complaint has ended."),
    "CLOSED": _l("The complaint has ended."),
    "WITHDRAWN": _l("The complaint has ended."),
    "RECEIVED": _l("Intake checks whether the association can take it."),
    "DISPUTED": _l("An officer checks the disputed answer."),
}
"""What is waited for where this reader has nothing to do."""
ALL_LATE = _l("The time to answer is over; the respondents were reminded, and after that it goes on without an answer.")
"""Instead, where whoever has not answered is late."""
TRACK_WAITING = {
    "SCREENING": _l("The officer names what is alleged; then the head files it or does not."),
    "FILED": _l("The filing notice is on its way to the company; the investigation begins when it is served."),
    "INVESTIGATING": _l("The investigator makes the findings and files the report."),
    "SUSPENDED": _l("The time limits stand still until the head goes on with the investigation."),
    "REVIEWING": _l("The adjudication unit checks the report and proposes what follows."),
    "NOTICE_ISSUED": _l(
        "The advance notice is on its way to the company; the period for its statement begins when it is served."
    ),
    "PRE_NOTICE": _l("The company may state its case; the period ends by itself."),
    "HEARING_ASKED": _l("The company asked for a hearing; the secretary sets its day."),
    "HEARING_SET": _l("The hearing is set; afterwards a member of the panel enters its minutes."),
    "ADMITTED": _l(
        "The company admitted the facts; the admission becomes final when the period for withdrawing it ends."
    ),
    "DELIBERATION": _l("The panel deliberates and votes."),
    "DECIDED": _l("The decision is on its way to the company; the period for a review begins when it is served."),
    "SERVED": _l("The company may ask for a review; the period ends by itself."),
    "IN_REVIEW": _l("The review body looks at the decision."),
    "EFFECTIVE": _l("The decision is in effect; its measures are ordered next."),
    "EXECUTING": _l("The measures are being carried out; the company reports on them."),
    "VERIFYING": _l("The officer checks whether the measures were carried out."),
}
"""What a track waits for, and who acts next, where this reader has no next action."""
MAY_BE_HEARD = _l("The company may state its case and ask for a hearing; the period ends by itself.")
"""Instead, while a hearing can be asked for: not of a minor measure, nor once it was given up."""
UNHURRIED = ("FORWARDED", "RELEASED")
"""States in which others have the next step: what could be done all the same is secondary."""
TO_CHECK = ("ANSWERED", "RETURNED")
"""A respondent has acted, and staff look at it."""
TABLES: dict[str, Rows] = {
    "complaint": COMPLAINT,
    "forwarding": FORWARDING,
    "stop_contact": STOP_CONTACT,
    "contact": CONTACT,
    "track": TRACK,
    "complainant_role": ROLE,
    "channel": CHANNEL,
    "known_by": HOW,
    "rejection": REASON,
    "finding": FINDING,
    "side": SIDE,
    "source": SOURCE,
    "given_by": GIVEN_BY,
    "outcome": {"CHECKED": (_l("Checked: no sign of a breach"), "green")},
}


NOT_KNOWN = _l("not known to the person who complains")
ANOTHER = _l("another one, not known to the person who complains")


def told(how: str, value: str) -> str:
    """What a person said of a company that nobody was found to be; a number that called is no name of one.

    That the person knows none is kept as it was said in one language, and read in the reader's.
    """
    if how == "UNKNOWN":
        return next((str(words) for words in (NOT_KNOWN, ANOTHER) if value in in_both(words).values()), value)
    return _("number %(number)s", number=value) if how == "NUMBER" and value else value


def choices(rows: Rows, *keys: str) -> list[tuple[str, LazyString]]:
    """The rows as choices of a form: all of them, or only these."""
    return [(str(key), words) for key, (words, _colour) in rows.items() if not keys or key in keys]

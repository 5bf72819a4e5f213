"""What respondents read for the states of a forwarding and of a case: tags, and a plain sentence for each."""

from collections.abc import Collection
from typing import Any

from casework import party_requests
from casework.labels import Rows
from casework.models import Forwarding
from core.plainly import day
from core.words import LazyString, _, _l

FORWARDING: Rows = {
    "NEW": (_l("Being prepared"), "grey"),
    "SENT": (_l("Your answer is awaited"), "purple"),
    "OVERDUE": (_l("Overdue"), "red"),
    "ANSWERED": (_l("Answered"), "blue"),
    "RETURNED": (_l("Returned by you"), "yellow"),
    "RELEASED": (_l("Handed to the complainant"), "green"),
    "CLOSED": (_l("Ended"), "grey"),
}
FORWARDING_NOW: dict[str, LazyString] = {
    "NEW": _l("The association is preparing this."),
    "SENT": _l("The association waits for your answer."),
    "OVERDUE": _l("The answer period has ended without an answer. You can still answer: it is taken and marked late."),
    "ANSWERED": _l("The association checks your answer. You need not do anything."),
    "RETURNED": _l("You said that this does not concern you. The association decides about it."),
    "RELEASED": _l(
        "The association handed your text to the complainant. Where the complainant disputes it, the association "
        "decides what follows, and writes to you if it asks for more."
    ),
    "CLOSED": _l("This has ended. Nothing more is expected of you."),
}
MORE_OVERDUE = _l(
    "Your earlier answer is here. What more was asked has not come, and its time has ended. You can still send it: it "
    "is taken and marked late."
)


def forwarding_now(it: Forwarding) -> LazyString:
    """Where a forwarding stands; after a first answer only what more was asked can be late."""
    return MORE_OVERDUE if it.state == "OVERDUE" and it.round else FORWARDING_NOW[it.state]


STOP_CONTACT: Rows = {
    "RELAYED": (_l("Your confirmation is awaited"), "purple"),
    "CONFIRMED": (_l("Confirmed by you"), "green"),
    "UNCONFIRMED": (_l("Not confirmed in time"), "orange"),
    "BREACHED": (_l("Contact was reported all the same"), "red"),
}
STOP_CONTACT_NOW: dict[str, LazyString] = {
    "RELAYED": _l(
        "Do not contact this number any more, tell any firm that contacts people for you, and confirm it here."
    ),
    "CONFIRMED": _l("You confirmed that this number is not contacted any more. That still holds."),
    "UNCONFIRMED": _l("The time to confirm has ended. You can still confirm; the number must not be contacted."),
    "BREACHED": _l("After you received the letter somebody contacted this number. The association looks into it."),
}
TRACK: Rows = {
    "FILED": (_l("Case filed"), "purple"),
    "INVESTIGATING": (_l("Investigation"), "turquoise"),
    "SUSPENDED": (_l("Investigation suspended"), "grey"),
    "REVIEWING": (_l("Review of the report"), "yellow"),
    "NO_MEASURE": (_l("Ended without a measure"), "green"),
    "NOTICE_ISSUED": (_l("Advance notice"), "purple"),
    "PRE_NOTICE": (_l("Your statement"), "orange"),
    "HEARING_ASKED": (_l("Hearing asked for"), "orange"),
    "HEARING_SET": (_l("Hearing set"), "orange"),
    "ADMITTED": (_l("Facts admitted"), "blue"),
    "DELIBERATION": (_l("Deliberation"), "yellow"),
    "DECIDED": (_l("Decision on its way"), "purple"),
    "SERVED": (_l("Decision served"), "turquoise"),
    "IN_REVIEW": (_l("Review of the decision"), "yellow"),
    "EFFECTIVE": (_l("Decision in effect"), "red"),
    "EXECUTING": (_l("Measures to carry out"), "orange"),
    "VERIFYING": (_l("Verification"), "blue"),
    "CLOSED": (_l("Closed"), "green"),
    "REFERRED": (_l("Referred to an authority"), "grey"),
    "ARCHIVED": (_l("Closed and archived"), "grey"),
}
TRACK_NOW: dict[str, LazyString] = {
    "FILED": _l(
        "The association has opened a case. Open the filing notice: "
        "the time to explain counts from the day after its service."
    ),
    "INVESTIGATING": _l("The association investigates. You can explain what happened; a late one is taken too."),
    "SUSPENDED": _l("The investigation waits; its time limits stand still. You will be told when it goes on."),
    "REVIEWING": _l("The investigation is over. Another unit of the association checks the report."),
    "NO_MEASURE": _l("The case against you has ended without a measure."),
    "NOTICE_ISSUED": _l(
        "Measures are proposed. Open the advance notice: "
        "the time for your statement counts from the day after its service."
    ),
    "PRE_NOTICE": _l("You can state your view on the measures proposed, as often as you need, until the vote."),
    "HEARING_ASKED": _l("You asked for a hearing. The association sets the day and tells you by a notice."),
    "HEARING_SET": _l("A hearing is set. Open its notice; you can still add statements until the vote."),
    "ADMITTED": _l(
        "You admitted the facts. Once the time in which that can be taken back is over, it is decided without a panel."
    ),
    "DELIBERATION": _l(
        "A panel decides. Statements are taken until its vote begins; one that comes late is marked so."
    ),
    "DECIDED": _l("It has been decided. Open the decision: its periods count from the day after service."),
    "SERVED": _l("The decision is served. It takes effect when the review period ends, or when you waive it."),
    "IN_REVIEW": _l("You asked for a review. Other members decide it; until then the decision has no effect."),
    "EFFECTIVE": _l("The decision is in effect. The notice of each measure follows."),
    "EXECUTING": _l("The measures below are to be carried out."),
    "VERIFYING": _l("Two officers of the association check what was done."),
    "CLOSED": _l("The case is closed."),
    "REFERRED": _l("The matter was referred to the competent authority."),
    "ARCHIVED": _l("The case is closed and archived."),
}
TRACK_ASKED: dict[str, LazyString] = {
    "FILED": _l("The association asks you about something. You are under no duty to answer."),
    "INVESTIGATING": _l("The association asks you about something. You may answer here; you are under no duty to."),
    "CLOSED": _l("This has ended. No measure was taken against you."),
}
"""The same for a firm that the rules do not bind: it is asked, and owes nothing."""
TRACK_POSTED: dict[str, tuple[str, LazyString]] = {
    "FILED": (
        "D11b",
        _l(
            "The association has opened a case. Its filing notice comes by post: record its receipt here when it has "
            "arrived. The time to explain counts from the day after it is served."
        ),
    ),
    "NOTICE_ISSUED": (
        "D17",
        _l(
            "Measures are proposed. The advance notice comes by post: record its receipt here when it has arrived. "
            "The time for your statement counts from the day after it is served."
        ),
    ),
    "HEARING_SET": (
        "D18",
        _l(
            "A hearing is set. Its notice comes by post: record its receipt here when it has arrived. You can still "
            "add statements until the vote."
        ),
    ),
    "DECIDED": (
        "D20",
        _l(
            "It has been decided. The decision comes by post: record its receipt here when it has arrived. Its "
            "periods count from the day after it is served."
        ),
    ),
}
"""The same where the notice that the state speaks of goes on paper, so that nothing can be opened here."""


def now_of(state: str, basis: str, posted: Collection[str] = ()) -> LazyString:
    """Where a case stands, for this company; notices of these kinds go to it on paper."""
    asked = TRACK_ASKED if basis == "VIA_PRINCIPAL" else {}
    kind, on_paper = TRACK_POSTED.get(state, ("", TRACK_NOW[state]))
    return asked.get(state, on_paper if kind in posted else TRACK_NOW[state])


MATERIAL: Rows = {
    "OPEN": (_l("Waits for the firm"), "blue"),
    "ANSWERED": (_l("Answered by the firm"), "green"),
    "WITHDRAWN": (_l("Taken back"), "grey"),
}

ANSWERED: dict[str | None, LazyString] = {
    party_requests.GIVEN: _l("granted"),
    party_requests.REFUSED: _l("not granted"),
    party_requests.LAPSED: _l("needed no answer any more"),
    None: _l("not answered yet"),
}


def answered(it: party_requests.Request, style: str = "plain") -> str:
    """What became of a request, when, and the words of the answer."""
    ended = f" · {day(it.ended_at, style)}" if it.ended_at else ""
    return f"{ANSWERED[it.how]}{ended}" + (f"{_(': ')}{it.answer}" if it.answer else "")


def requests(kept: list[dict[str, Any]]) -> list[tuple[party_requests.Request, str]]:
    """Requests with their answers, the newest first."""
    return [(each, answered(each, "long")) for each in reversed(party_requests.told(kept))]

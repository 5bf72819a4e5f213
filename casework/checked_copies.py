"""The copy for the respondents, read to its end by somebody before it is decided to whom the complaint goes."""

from datetime import datetime

from sqlalchemy.orm import Session

from casework import holds, noting
from casework.models import Complaint
from casework.passing_on import people_in, shown_in, to_company
from casework.policies import DOCUMENTS_WAIT, may_receive, still_personal
from casework.policies_complaints import CHECK_COPY
from core.actors import Actor
from core.errors import BadInput, NotAllowed, NotNow
from core.words import _, _l
from notices import queries


def check(
    session: Session,
    complaint: Complaint,
    *,
    masked_facts: str,
    actor: Actor,
    version: int | None = None,
    now: datetime,
) -> None:
    """Keep the copy as somebody read it, and who did; respondents read this copy and no other (I-13)."""
    holds.hold(session, complaint, version)
    if not may_receive(actor):
        raise NotAllowed
    if complaint.state != "RECEIVED":
        raise NotNow(_l("This complaint is not in the acceptance check any more."))
    held = queries.open_dossier(session, "complaint", complaint.id)
    if held is not None and held.deed:
        raise NotNow(DOCUMENTS_WAIT)
    if not masked_facts.strip():
        raise BadInput("masked_facts", CHECK_COPY)
    for refusal in still_personal(complaint, masked_facts):
        raise refusal
    if there := to_company(masked_facts, people_in(complaint), shown_in(complaint)):
        raise BadInput(
            "masked_facts",
            _l(
                "%(ref)s: this looks like personal data: %(found)s. Take it out; where it must be sent, accept the "
                "complaint on its own page, which asks why.",
                ref=complaint.ref,
                found=str(_("; ")).join(dict.fromkeys(each.text for each in there)),
            ),
        )
    complaint.masked_facts, complaint.masked_by = masked_facts.strip(), actor.id
    noting.of_complaint(session, complaint, "copy_checked", actor, now)

"""This room's pages whose documents may need approval: their deeds, things and addresses."""

from flask import url_for

from casework.models import Complaint, Forwarding
from casework.models_cases import CaseFile, CaseTrack
from casework.models_stop_contacts import StopContact
from desk import deeds_cases, deeds_complaints, deeds_forwardings, deeds_stop_contacts
from desk.approving import Page

APPROVED = {
    "casework.complaint": Page(
        lambda: deeds_complaints.DEEDS,
        lambda at, number: at.get_one(Complaint, number),
        lambda it: url_for("desk_complaints.show", ref=it.ref),
        lambda it: str(it.ref),
    ),
    "casework.forwarding": Page(
        lambda: deeds_forwardings.DEEDS,
        lambda at, number: at.get_one(Forwarding, number),
        lambda it: url_for("desk_complaints.show", ref=it.complaint.ref, _anchor=f"forwarding-{it.id}"),
        lambda it: str(it.ref),
    ),
    "casework.stop_contact": Page(
        lambda: deeds_stop_contacts.DEEDS,
        lambda at, number: at.get_one(StopContact, number),
        lambda it: url_for("desk_complaints.show", ref=it.complaint.ref, _anchor="stop-contact"),
        lambda it: str(it.ref),
    ),
    "casework.case": Page(
        lambda: deeds_cases.CASES,
        lambda at, number: at.get_one(CaseFile, number),
        lambda it: url_for("desk_cases.show", number=it.id),
        lambda it: str(it.ref),
    ),
    "casework.track": Page(
        lambda: deeds_cases.TRACKS,
        lambda at, number: at.get_one(CaseTrack, number),
        lambda it: url_for("desk_cases.show", number=it.case_id),
        lambda it: str(it.ref),
    ),
}

"""What the page of a case loads together for each track: what was proposed, stated, decided, ordered, reviewed."""

from casework.models import Forwarding
from casework.models_cases import CaseTrack
from core.gathered import Rows
from desk.case_rows import CASE, OF_TRACK
from notices.models import Document, Service
from notices.models_archive import ArchiveVolume
from notices.models_bundles import Bundle
from registry.models_accounts import Account
from registry.models_clocks import Clock
from sanctions.models_admissions import Admission, AdmissionSignature
from sanctions.models_corrections import TextCorrection
from sanctions.models_decisions import Decision, Panel, PanelMember, Proposal, Statement, Vote
from sanctions.models_hearings import Hearing
from sanctions.models_measures import Interview, Measure, RectificationItem, Training, TrainingPerson
from sanctions.models_publications import Publication
from sanctions.models_resolutions import Motion, MotionVote, Resolution, Restoration
from sanctions.models_reviews import Review, ReviewMember, ReviewVote

TRACK = (CaseTrack, "id")
REVIEWED = Rows(Document, "subject_id", (Review, "id"), where=(("subject_kind", "review"),))
PUBLISHED = Rows(Document, "subject_id", (Publication, "id"), where=(("subject_kind", "publication"),))
FORWARDED = Rows(Document, "subject_id", (Forwarding, "id"), where=(("subject_kind", "forwarding"),))
APPROVED = Rows(Document, "subject_id", (Document, "dossier_id"), where=(("subject_kind", "approval"),))
PAPERS = (REVIEWED, PUBLISHED, FORWARDED, APPROVED)
"""Documents that belong to the file of a track beside those of its own rows."""
ROWS = (
    Rows(Proposal, "track_id", TRACK),
    Rows(Statement, "track_id", TRACK),
    Rows(Panel, "track_id", TRACK),
    Rows(PanelMember, "panel_id", (Panel, "id"), into="members"),
    Rows(Vote, "panel_id", (Panel, "id")),
    Rows(Decision, "track_id", TRACK),
    Rows(Measure, "track_id", TRACK, also=(("decision_id", (Decision, "id")),)),
    Rows(RectificationItem, "measure_id", (Measure, "id"), into="items"),
    Rows(Interview, "measure_id", (Measure, "id"), into="interview"),
    Rows(Training, "measure_id", (Measure, "id"), into="training"),
    Rows(TrainingPerson, "training_id", (Training, "id"), into="people"),
    Rows(Publication, "track_id", TRACK, also=(("decision_id", (Decision, "id")),)),
    Rows(Admission, "track_id", TRACK),
    Rows(AdmissionSignature, "admission_id", (Admission, "id")),
    Rows(Hearing, "track_id", TRACK),
    Rows(Resolution, "track_id", TRACK),
    Rows(Motion, "track_id", TRACK),
    Rows(MotionVote, "motion_id", (Motion, "id")),
    Rows(Restoration, "track_id", TRACK),
    Rows(TextCorrection, "track_id", TRACK),
    Rows(Review, "track_id", TRACK),
    Rows(ReviewVote, "review_id", (Review, "id")),
    Rows(ReviewMember, "review_id", (Review, "id"), into="members"),
    Rows(Clock, "subject_id", (Review, "id"), where=(("subject_type", "review"),)),
    Rows(Bundle, "subject_id", TRACK, where=OF_TRACK),
    *PAPERS,
    Rows(Service, "document_id", tuple((each, "id") for each in PAPERS), into="services"),
    Rows(Document, "subject_id", (Service, "id"), where=(("subject_kind", "service"),)),
    Rows(Clock, "subject_id", (Service, "id"), where=(("subject_type", "service"),)),
    Rows(ArchiveVolume, "subject_id", TRACK, where=OF_TRACK),
    Rows(Account, "id", ((PanelMember, "account_id"), (ReviewMember, "account_id"))),
)
CASE.add(*ROWS)

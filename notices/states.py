"""The lives of a dossier and of a service as tables: only data, equal to the domain model row by row."""

from core.machine import Machine, Row

APPROVAL = Machine(
    "approval",
    Row("Q01", "NEW", "draft", "DRAFTED", who="officer, system"),
    Row("Q02", "DRAFTED", "submit", "IN_APPROVAL", who="officer, system"),
    Row("Q03", "IN_APPROVAL", "approve_step", "IN_APPROVAL", who="approver"),
    Row("Q04", "IN_APPROVAL", "return_draft", "DRAFTED", who="approver"),
    Row("Q05", "IN_APPROVAL", "sign", "SIGNED", who="approver, system"),
    Row("Q06", "SIGNED", "issue", "ISSUED", who="approver, system", doc="D34", fires="service.issue"),
    Row("Q07", "ISSUED", "seal", "SEALED", who="seal keeper, system", fires="service.final_pdf"),
    Row("Q08", "DRAFTED, IN_APPROVAL, SIGNED", "drop", "DROPPED", who="officer, system"),
    ends=("SEALED", "DROPPED"),
)
OPEN = APPROVAL.states_for("drop")
"""A dossier that nobody has issued yet."""

SERVICE = Machine(
    "service",
    Row("V01", "NEW", "issue", "ISSUED", who="system", start="K19"),
    Row("V02", "ISSUED, FAILED", "final_pdf", "READY", who="system"),
    Row("V03", "ISSUED", "render_failed", "FAILED", who="system"),
    Row("V04", "READY", "make_available", "AVAILABLE", who="system"),
    Row("V05", "AVAILABLE", "alert_sent", "ALERTED", who="system", start="K28"),
    Row(
        "V06",
        "AVAILABLE, ALERTED, NOTICE_POSTED",
        "open",
        "SERVED",
        who="respondent, complainant, members",
        stop="K19+K28+K29",
        doc="D21",
        fires="*.served",
    ),
    Row("V07", "ALERTED", "K28_expired", "SERVED", who="system", stop="K19+K28", doc="D21", fires="*.served"),
    Row("V08", "ALERTED", "bounce", "READY", who="system", stop="K28"),
    Row("V09", "AVAILABLE, ALERTED", "ask_paper", "SAME", who="respondent, complainant"),
    Row(
        "V10",
        "READY, UNDELIVERED, NOTICE_POSTED",
        "hand_over",
        "SERVED",
        who="officer",
        stop="K19+K29",
        doc="D21",
        fires="*.served",
    ),
    Row("V11", "READY, UNDELIVERED", "post", "POSTED", who="officer"),
    Row("V12", "POSTED", "slip_signed", "SERVED", who="officer", stop="K19", doc="D21", fires="*.served"),
    Row("V13", "POSTED", "returned", "UNDELIVERED", who="officer"),
    Row("V14", "READY, UNDELIVERED", "leave", "SERVED", who="officer", stop="K19", doc="D21", fires="*.served"),
    Row("V15", "UNDELIVERED", "post_publicly", "NOTICE_POSTED", who="head", start="K29", doc="D37"),
    Row("V16", "NOTICE_POSTED", "K29_expired", "SERVED", who="system", stop="K19+K29", doc="D21", fires="*.served"),
    Row(
        "V17",
        "ISSUED, FAILED, READY, AVAILABLE, ALERTED, POSTED, UNDELIVERED, NOTICE_POSTED",
        "void",
        "VOID",
        who="head, system",
        stop="K19+K28+K29",
    ),
    Row(
        "V18",
        "READY, AVAILABLE, ALERTED, POSTED, UNDELIVERED, NOTICE_POSTED",
        "acknowledge",
        "SERVED",
        who="respondent, complainant, officer",
        stop="K19+K28+K29",
        doc="D21",
        fires="*.served",
    ),
    Row("V19", "READY, AVAILABLE, UNDELIVERED", "keep_on_page", "NOTICE_POSTED", who="system", start="K29"),
    Row("V20", "AVAILABLE", "arrive", "SERVED", who="system", stop="K19", doc="D21", fires="*.served"),
    ends=("SERVED", "VOID"),
)

ONLINE = SERVICE.states_for("open")
"""States in which a document waits to be opened."""
UNOPENED = SERVICE.states_for("acknowledge")
"""States in which it is on its way to its recipient, who may open it or say that it has arrived."""
ON_PAPER = tuple(state for state in UNOPENED if state not in ONLINE)
"""States in which it comes on paper: it cannot be opened, only confirmed as arrived."""
UNSERVED = SERVICE.states_for("void")
"""States in which it is not served, and may still be."""
ENDED = "ended"
"""Why a document is void that nobody declared so: what it was about ended or changed before it was served."""

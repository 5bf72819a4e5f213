"""The life of a recusal as a table: only data, equal to the domain model row by row."""

from core.machine import Machine, Row

RECUSAL = Machine(
    "recusal",
    Row("A01", "NEW", "ask", "ASKED", who="respondent, complainant, panel, review body, officer", start="K34"),
    Row(
        "A02",
        "NEW",
        "declare",
        "GRANTED",
        who="panel, review body, officer, reviewer, investigator, secretary, approver, publisher, intake, head, system",
    ),
    Row("A03", "ASKED", "grant", "GRANTED", who="panel, head, council", stop="K34"),
    Row("A04", "ASKED", "refuse", "REFUSED", who="panel, head, council", stop="K34"),
    ends=("GRANTED", "REFUSED"),
)

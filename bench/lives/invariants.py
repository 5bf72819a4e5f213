"""What must hold after every step, asked of the rows in SQL: each query finds what breaks it (domain 6.9)."""

from collections.abc import Iterator

from sqlalchemy import text
from sqlalchemy.orm import Session

from core.machine import Machine

TABLES = {
    "complaint": "complaint",
    "forwarding": "forwarding",
    "stop_contact": "stop_contact",
    "track": "case_track",
    "service": "service",
    "publication": "publication",
    "review": "review",
    "recusal": "recusal",
}
MAY_RUN = "'K20', 'K27', 'K33'"


def _ends(machine: str) -> str:
    return ", ".join(f"'{state}'" for state in sorted(Machine.all[machine].ends))


def _journal_says_the_state() -> Iterator[tuple[str, str]]:
    """I-15: the last entry of each thing that names a row of its machine leads to the state it is in."""
    for machine, table in TABLES.items():
        yield (
            f"I-15 the journal's last state of each {machine}",
            (
                f"SELECT '{machine} ' || t.id || ' is ' || t.state FROM {table} t "
                "WHERE t.state NOT IN ('NEW', 'HISTORIC') "
                f"AND t.state IS DISTINCT FROM (SELECT j.after FROM journal j WHERE j.subject_kind = '{machine}' "
                "AND j.subject_id = t.id AND j.row ~ '^[A-JL-Z][0-9]' ORDER BY j.seq DESC LIMIT 1)"
            ),
        )


def _no_clock_at_an_end() -> Iterator[tuple[str, str]]:
    """I-22."""
    for machine, table in TABLES.items():
        yield (
            f"I-22 no clock runs at an end of a {machine}",
            (
                f"SELECT c.key || ' on {machine} ' || t.id || ' ' || t.state FROM clock c JOIN {table} t "
                f"ON c.subject_type = '{machine}' AND c.subject_id = t.id WHERE c.state <> 'ENDED' "
                f"AND c.key NOT IN ({MAY_RUN}) AND t.state IN ({_ends(machine)})"
            ),
        )


FIXED = (
    (
        "I-01 no decision without an advance notice served, or an admission that is final",
        (
            "SELECT 'document ' || d.id FROM document d JOIN case_track t ON t.id = d.subject_id "
            "WHERE d.subject_kind = 'track' AND d.kind = 'D20' AND NOT EXISTS (SELECT 1 FROM document n "
            "JOIN service s ON s.document_id = n.id WHERE n.kind = 'D17' AND n.subject_kind = 'track' "
            "AND n.subject_id = d.subject_id AND n.round = d.round AND s.party_id = t.party_id AND s.state = 'SERVED' "
            "AND s.served_on <= d.issued_on)"
        ),
    ),
    (
        "I-01 no window is open when it is decided",
        (
            "SELECT c.key || ' on track ' || t.id FROM case_track t JOIN clock c ON c.subject_type = 'track' "
            "AND c.subject_id = t.id WHERE t.state IN ('DECIDED', 'SERVED', 'EFFECTIVE', 'EXECUTING', 'VERIFYING') "
            "AND c.key IN ('K14', 'K15', 'K16', 'K31') AND c.state <> 'ENDED'"
        ),
    ),
    (
        "I-02 no decision is harsher than what was proposed",
        (
            "SELECT 'track ' || x.track_id FROM decision x JOIN proposal p ON p.track_id = x.track_id "
            "AND p.round = x.round WHERE x.level > p.level"
        ),
    ),
    (
        "I-03 nobody has two parts in a case",
        (
            "SELECT account_id || ' in case ' || case_id FROM (SELECT case_id, "
            "investigator_id AS account_id, 'i' AS part "
            "FROM case_track WHERE investigator_id IS NOT NULL UNION SELECT case_id, reviewer_id, 'r' FROM case_track "
            "WHERE reviewer_id IS NOT NULL UNION SELECT t.case_id, m.account_id, 'p' FROM panel_member m "
            "JOIN case_track t ON t.id = m.track_id UNION SELECT t.case_id, m.account_id, 'b' FROM review_member m "
            "JOIN case_track t ON t.id = m.track_id) parts GROUP BY case_id, account_id HAVING count(DISTINCT part) > 1"
        ),
    ),
    (
        "I-04 a recused member does not vote afterwards",
        (
            "SELECT 'member ' || m.id FROM panel_member m JOIN vote v ON v.member_id = m.id "
            "WHERE m.recused_at < v.voted_at UNION ALL SELECT 'review member ' || m.id FROM review_member m "
            "JOIN review_vote v ON v.member_id = m.id WHERE m.recused_at < v.voted_at"
        ),
    ),
    (
        "I-05 nothing is published while a review is open or may be asked for",
        (
            "SELECT 'publication ' || p.id FROM publication p JOIN case_track t ON t.id = p.track_id "
            "WHERE p.state = 'PUBLISHED' AND (EXISTS (SELECT 1 FROM review r WHERE r.decision_id = p.decision_id "
            "AND r.asked_at < p.published_at AND (r.ended_at IS NULL OR r.ended_at > p.published_at)) "
            "OR EXISTS (SELECT 1 FROM review r WHERE r.decision_id = p.decision_id AND r.state = 'OPEN' "
            "AND NOT p.in_review))"
        ),
    ),
    (
        "I-07 numbers are gapless and counted",
        (
            "SELECT series || ' ' || year FROM (SELECT d.series, d.year, count(*) AS many, max(d.serial) AS most, "
            "max(s.last) AS last FROM document d LEFT JOIN series_counter s ON s.series = d.series AND s.year = d.year "
            "WHERE d.series IS NOT NULL GROUP BY d.series, d.year) found "
            "WHERE many <> most OR most IS DISTINCT FROM last"
        ),
    ),
    (
        "I-10 no clock ends earlier than was notified",
        "SELECT 'clock ' || id FROM clock WHERE due_on < notified_due_on",
    ),
    (
        "I-11 measures only against parties that were bound on the day of the conduct",
        (
            "SELECT 'measure ' || m.id FROM measure m JOIN case_track t ON t.id = m.track_id "
            "JOIN case_file c ON c.id = t.case_id WHERE t.basis <> 'VIA_PRINCIPAL' "
            "AND NOT EXISTS (SELECT 1 FROM basis b "
            "WHERE b.party_id = t.party_id AND b.from_on <= c.conduct_to AND (b.to_on IS NULL "
            "OR b.to_on >= c.conduct_from))"
        ),
    ),
    (
        "I-18 nothing is served before its PDF is final",
        (
            "SELECT 'service ' || s.id FROM service s JOIN document d ON d.id = s.document_id WHERE "
            "s.state NOT IN ('NEW', 'ISSUED', 'FAILED', 'VOID') AND d.pdf_sha256 IS NULL"
        ),
    ),
    (
        "I-18 nothing is served twice",
        (
            "SELECT 'service ' || subject_id FROM journal WHERE subject_kind = 'service' AND after = 'SERVED' "
            "AND before <> 'SERVED' GROUP BY subject_id HAVING count(*) > 1"
        ),
    ),
    ("I-19 no provisional clock expires", "SELECT 'clock ' || id FROM clock WHERE how = 'expired' AND provisional"),
    (
        "I-24 documents of one move are issued together",
        (
            "SELECT 'dossier ' || x.id FROM dossier x WHERE x.state NOT IN ('ISSUED', 'SEALED', 'DROPPED') "
            "UNION ALL SELECT 'dossier ' || x.id FROM dossier x JOIN document d ON d.dossier_id = x.id "
            "WHERE d.issued_at IS DISTINCT FROM x.issued_at "
            "OR (x.state = 'SEALED' AND d.outward AND d.pdf_sha256 IS NULL)"
        ),
    ),
    (
        "a clock is consistent: one that runs is not over, one that waits waits for a document that can arrive",
        (
            "SELECT 'clock ' || c.id FROM clock c WHERE c.state = 'ARMED' AND NOT EXISTS (SELECT 1 FROM service s "
            "WHERE s.document_id = ANY(c.awaits) AND s.state <> 'SERVED')"
        ),
    ),
)


class Watch:
    """Asks everything; the entries of the journal since the last time form one chain per thing."""

    def __init__(self) -> None:
        self._asked = [*FIXED, *_journal_says_the_state(), *_no_clock_at_an_end()]
        self._query = text(
            " UNION ALL ".join(
                f"SELECT {number} AS which, found FROM ({asked}) AS q{number}(found)"
                for number, (_name, asked) in enumerate(self._asked)
            )
        )
        self._after: dict[tuple[str, int], str] = {}
        self._last = 0

    def broken(self, at: Session) -> list[str]:
        """All that does not hold now."""
        found = [f"{self._asked[which][0]}: {what}" for which, what in at.execute(self._query)]
        return found + list(self._unchained(at))

    def _unchained(self, at: Session) -> Iterator[str]:
        """I-15: every entry begins in the state in which the one before it ended."""
        entries = text(
            "SELECT id, subject_kind, subject_id, row, before, after FROM journal WHERE id > :last "
            "AND row ~ '^[A-JL-Z][0-9]' ORDER BY id"
        )
        for number, kind, subject, row, before, after in at.execute(entries, {"last": self._last}):
            known = self._after.get((kind, subject), before)
            if kind in TABLES and known != before:
                yield f"I-15 {kind} {subject}: {row} from {before}, but it was {known}"
            self._after[kind, subject] = after
            self._last = number

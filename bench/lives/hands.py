"""Whose hands a matter is in: what hangs on it goes along, and it stands in the list of whoever must act."""

from collections.abc import Iterator

from sqlalchemy import text
from sqlalchemy.orm import Session

from bench.lives.readings import Found
from core.clock import today
from core.db import SYSTEM_READER, Reader, read_as
from portal import queries_waiting

MATTERS = (
    "(SELECT 'forwarding' AS kind, id, ref, party_id, state IN ('CLOSED') AS over FROM forwarding UNION ALL "
    "SELECT 'stop_contact', id, ref, party_id, false FROM stop_contact WHERE party_id IS NOT NULL UNION ALL "
    "SELECT 'track', id, ref, party_id, state IN ({track_ends}) FROM case_track)"
)
"""Everything that one company is concerned with."""
TO_ANOTHER = "'D26', 'D27', 'D41'"
"""Letters that go to a principal and not to the company that a track is against."""
LISTED = ("K03", "K30", "K04", "K09", "K12", "K14", "K15", "K16", "K20", "K22", "K24")
"""Periods within which a company does something, or may."""
SHOWN = "a period that runs against a company stands in its inbox"
ASKED = (
    (
        "what runs against a company runs against whoever has the matter",
        (
            "SELECT k.key || ' ' || k.id || ' on ' || m.ref, k.visible_party <> m.party_id FROM clock k JOIN "
            f"{MATTERS} m ON m.kind = k.subject_type AND m.id = k.subject_id "
            "WHERE k.visible_party IS NOT NULL AND k.state <> 'ENDED'"
        ),
    ),
    (
        "a letter on its way goes to whoever has the matter, and its period with it",
        (
            "SELECT d.kind || ' ' || d.id, s.party_id <> m.party_id OR d.party_id <> m.party_id OR EXISTS ("
            "SELECT 1 FROM clock k WHERE k.subject_type = 'service' AND k.subject_id = s.id AND k.state <> 'ENDED' "
            "AND k.visible_party <> s.party_id) FROM service s JOIN document d ON d.id = s.document_id JOIN "
            f"{MATTERS} m ON m.kind = d.subject_kind AND m.id = d.subject_id "
            f"WHERE s.party_id IS NOT NULL AND s.state NOT IN ('SERVED', 'VOID') AND d.kind NOT IN ({TO_ANOTHER}) "
            "AND NOT m.over"
        ),
    ),
    (
        "nothing that goes on names an entry that was merged",
        (
            f"SELECT m.ref, p.merged_into_id IS NOT NULL FROM {MATTERS} m JOIN party p ON p.id = m.party_id "
            "WHERE NOT m.over"
        ),
    ),
)


def listed(at: Session) -> Iterator[Found]:
    """Each company's own list names every matter in which a period runs against it."""
    wanted = text(
        "SELECT k.visible_party, k.key, m.ref FROM clock k JOIN "
        f"{MATTERS.replace('{track_ends}', chr(39) * 2)} m ON m.kind = k.subject_type AND m.id = k.subject_id "
        "JOIN party p ON p.id = k.visible_party AND p.merged_into_id IS NULL "
        "WHERE k.state = 'RUNNING' AND k.key = ANY(:keys) AND (k.due_on IS NULL OR k.due_on >= :today) "
        "AND NOT (k.key = 'K20' AND EXISTS (SELECT 1 FROM review r WHERE r.track_id = m.id AND r.ended_at IS NULL)) "
        "ORDER BY k.id"
    )
    running = at.execute(wanted, {"keys": list(LISTED), "today": today()}).all()
    for party in sorted({each.visible_party for each in running}):
        read_as(at, Reader("zilu_party", (("zilu.party", str(party)), ("zilu.account", "0"))))
        refs = {each.ref for each in queries_waiting.waiting(at, party)}
        read_as(at, SYSTEM_READER)
        for each in running:
            if each.visible_party == party:
                yield SHOWN, f"{each.key} of {each.ref} for party {party}", each.ref not in refs

"""What must hold (domain 6.9), asked of the rows in SQL: each query lists what it is about, and whether that breaks it.

A query that lists nothing has proved nothing: how often each one found something to look at is counted and told.
"""

from collections.abc import Iterable, Iterator, Mapping

from bench.lives import bundling, hands, passers_by
from casework import standing_still
from casework.policies_assignment import SHUT
from core.machine import Machine
from desk import queries_last_days, queries_queue

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
Asked = tuple[str, str]


def _listed(words: Iterable[str]) -> str:
    return ", ".join(f"'{each}'" for each in sorted(words))


def _ends(machine: str) -> str:
    return _listed(Machine.all[machine].ends)


def _late(clocks: Mapping[str, Iterable[str]]) -> str:
    """Clocks of the association that stay late, each with the states in which they do, as the lists have them."""
    return ", ".join(f"('{key}', '{state}')" for key, states in clocks.items() for state in states)


def _journal_says_the_state() -> Iterator[Asked]:
    """The last entry of each thing that names a row of its machine leads to the state it is in."""
    for machine, table in TABLES.items():
        yield (
            f"I-15 the journal's last state of each {machine}",
            (
                f"SELECT '{machine} ' || t.id || ' is ' || t.state, t.state IS DISTINCT FROM (SELECT j.after "
                f"FROM journal j WHERE j.subject_kind = '{machine}' AND j.subject_id = t.id "
                "AND j.row ~ '^[A-JL-Z][0-9]' ORDER BY j.seq DESC LIMIT 1) "
                f"FROM {table} t WHERE t.state NOT IN ('NEW', 'HISTORIC', 'STAYED')"
            ),
        )


def _no_clock_at_an_end() -> Iterator[Asked]:
    for machine, table in TABLES.items():
        if machine == "recusal":
            ended = f"t.state IN ({_ends(machine)})"
        else:
            ended = f"t.state IN ({_ends(machine)}) AND c.key NOT IN ({MAY_RUN})"
        yield (
            f"I-22 no clock runs at an end of a {machine}",
            (
                f"SELECT c.key || ' on {machine} ' || t.id || ' ' || t.state, c.state <> 'ENDED' FROM clock c "
                f"JOIN {table} t ON c.subject_type = '{machine}' AND c.subject_id = t.id WHERE {ended}"
            ),
        )


FIXED: tuple[Asked, ...] = (
    (
        "I-01 no decision without its advance notice, served before",
        (
            "SELECT 'document ' || d.id, NOT EXISTS (SELECT 1 FROM document n JOIN service s ON s.document_id = n.id "
            "WHERE n.kind = 'D17' AND n.subject_kind = 'track' AND n.subject_id = d.subject_id AND n.round = d.round "
            "AND s.party_id = t.party_id AND s.state = 'SERVED' AND s.served_on <= d.issued_on) "
            "FROM document d JOIN case_track t ON t.id = d.subject_id WHERE d.subject_kind = 'track' AND d.kind = 'D20'"
        ),
    ),
    (
        "I-01 no window is open when it is decided",
        (
            "SELECT c.key || ' on track ' || t.id, c.state <> 'ENDED' FROM case_track t JOIN clock c "
            "ON c.subject_type = 'track' AND c.subject_id = t.id "
            "WHERE t.state IN ('DECIDED', 'SERVED', 'EFFECTIVE', 'EXECUTING', 'VERIFYING') "
            "AND c.key IN ('K14', 'K15', 'K16', 'K31')"
        ),
    ),
    (
        "I-01 admitted facts are decided once the admission is final",
        (
            "SELECT 'document ' || d.id, NOT EXISTS (SELECT 1 FROM admission a WHERE a.track_id = d.subject_id "
            "AND a.round = d.round AND a.withdrawn_at IS NULL AND a.refused_at IS NULL AND a.final_at <= d.issued_at) "
            "FROM document d WHERE d.subject_kind = 'track' AND d.kind = 'D42'"
        ),
    ),
    (
        "I-02 no decision is harsher than what was proposed",
        (
            "SELECT 'track ' || x.track_id, x.level > p.level FROM decision x JOIN proposal p "
            "ON p.track_id = x.track_id AND p.round = x.round"
        ),
    ),
    (
        "I-02 nothing is found between the advance notice and the decision",
        (
            "SELECT 'allegation ' || a.id, EXISTS (SELECT 1 FROM document n JOIN document d "
            "ON d.subject_kind = 'track' AND d.subject_id = n.subject_id AND d.kind = 'D20' "
            "AND d.round = n.round WHERE n.kind = 'D17' "
            "AND n.subject_kind = 'track' AND n.subject_id = a.track_id AND a.found_at > n.issued_at "
            "AND a.found_at < d.issued_at) FROM allegation a JOIN decision x ON x.track_id = a.track_id "
            "WHERE a.found_at IS NOT NULL"
        ),
    ),
    (
        "I-03 nobody has two parts in a case",
        (
            "SELECT account_id || ' in case ' || case_id, count(DISTINCT part) > 1 FROM (SELECT case_id, "
            "investigator_id AS account_id, 'i' AS part "
            "FROM case_track WHERE investigator_id IS NOT NULL UNION SELECT case_id, reviewer_id, 'r' FROM case_track "
            "WHERE reviewer_id IS NOT NULL UNION SELECT t.case_id, m.account_id, 'p' FROM panel_member m "
            "JOIN case_track t ON t.id = m.track_id UNION SELECT t.case_id, m.account_id, 'b' FROM review_member m "
            "JOIN case_track t ON t.id = m.track_id) parts GROUP BY case_id, account_id"
        ),
    ),
    (
        "I-04 a recused member does not vote afterwards",
        (
            "SELECT 'member ' || m.id, EXISTS (SELECT 1 FROM vote v WHERE v.member_id = m.id "
            "AND v.voted_at > m.recused_at) FROM panel_member m WHERE m.recused_at IS NOT NULL UNION ALL "
            "SELECT 'review member ' || m.id, EXISTS (SELECT 1 FROM review_vote v WHERE v.member_id = m.id "
            "AND v.voted_at > m.recused_at) FROM review_member m WHERE m.recused_at IS NOT NULL"
        ),
    ),
    (
        "I-04 nothing counts the vote of a member who sits no more",
        (
            "SELECT 'motion ' || m.id, coalesce((m.tally ->> 'cast')::int, 0) <> (SELECT count(*) FROM motion_vote v "
            "JOIN panel_member p ON p.id = v.member_id AND p.recused_at IS NULL WHERE v.motion_id = m.id) "
            "FROM motion m WHERE m.ended_at IS NULL"
        ),
    ),
    (
        "I-05 nothing is published while a review of a major decision may be asked for",
        (
            "SELECT 'publication ' || p.id, EXISTS (SELECT 1 FROM clock c WHERE c.subject_type = 'track' "
            "AND c.subject_id = p.track_id AND c.key = 'K20' AND c.started_at <= p.published_at "
            "AND (c.ended_at IS NULL OR c.ended_at > p.published_at)) "
            "FROM publication p WHERE p.published_at IS NOT NULL"
        ),
    ),
    (
        "I-05 nothing is published while its review is open or its outcome not served; later ones are shown",
        (
            "SELECT 'publication ' || p.id || ' review ' || r.id, CASE WHEN r.asked_at > p.published_at "
            "THEN p.state = 'PUBLISHED' AND r.ended_at IS NULL AND NOT p.in_review "
            "ELSE r.ended_at IS NULL OR r.ended_at > p.published_at OR (r.outcome <> 'WITHDRAWN' AND NOT EXISTS ("
            "SELECT 1 FROM document d JOIN service s ON s.document_id = d.id WHERE d.kind = 'D22' "
            "AND s.state = 'SERVED' AND s.served_on <= (p.published_at AT TIME ZONE 'Asia/Shanghai')::date "
            "AND ((d.subject_kind = 'review' AND d.subject_id = r.id) "
            "OR (d.subject_kind = 'track' AND d.subject_id = r.track_id)))) END "
            "FROM publication p JOIN review r ON r.track_id = p.track_id WHERE p.published_at IS NOT NULL"
        ),
    ),
    (
        "I-07 numbers are gapless and counted",
        (
            "SELECT d.series || ' ' || d.year, count(*) <> max(d.serial) OR max(d.serial) IS DISTINCT FROM max(s.last) "
            "FROM document d LEFT JOIN series_counter s ON s.series = d.series AND s.year = d.year "
            "WHERE d.series IS NOT NULL GROUP BY d.series, d.year"
        ),
    ),
    (
        "I-09 what is decided rests on a provision in force on the day of the conduct",
        (
            "SELECT 'decision ' || x.id, NOT EXISTS (SELECT 1 FROM allegation a JOIN violation_cite v "
            "ON v.violation_code = a.code JOIN provision p ON p.id = v.provision_id "
            "WHERE a.track_id = x.track_id AND a.finding = 'ESTABLISHED' "
            "AND p.effective_from <= coalesce(c.conduct_to, c.conduct_from) "
            "AND (p.effective_to IS NULL OR p.effective_to >= coalesce(c.conduct_from, c.conduct_to))) "
            "FROM decision x JOIN case_track t ON t.id = x.track_id JOIN case_file c ON c.id = t.case_id"
        ),
    ),
    (
        "I-10 no clock ends earlier than was notified",
        (
            "SELECT 'clock ' || id, due_on < notified_due_on FROM clock "
            "WHERE notified_due_on IS NOT NULL AND due_on IS NOT NULL"
        ),
    ),
    (
        "I-11 measures only against parties that were bound on the day of the conduct",
        (
            "SELECT 'measure ' || m.id || ' on ' || t.party_id, NOT EXISTS (SELECT 1 FROM basis b WHERE b.party_id IN ("
            "SELECT t.party_id UNION SELECT s.predecessor_id FROM party_move v JOIN party_succession s "
            "ON s.id = v.succession_id WHERE v.place = 'case_track.party_id' AND v.row_id = t.id) "
            "AND b.from_on <= c.conduct_to AND (b.to_on IS NULL OR b.to_on >= c.conduct_from)) "
            "FROM measure m JOIN case_track t ON t.id = m.track_id JOIN case_file c ON c.id = t.case_id"
        ),
    ),
    (
        "I-11 a firm outside the rules gets no notice of measures",
        (
            "SELECT 'track ' || t.id, EXISTS (SELECT 1 FROM proposal p WHERE p.track_id = t.id) "
            "FROM case_track t WHERE t.basis = 'VIA_PRINCIPAL' AND t.state <> 'SCREENING'"
        ),
    ),
    (
        "I-14 what was quashed counts in no later score",
        (
            "SELECT 'proposal ' || p.id || ' after decision ' || x.id, EXISTS (SELECT 1 FROM "
            "jsonb_array_elements(coalesce(p.score -> 'history', '[]')) h WHERE h ->> 'ref' = o.ref) "
            "FROM review r JOIN decision x ON x.id = r.decision_id JOIN case_track o ON o.id = x.track_id "
            "JOIN case_track t ON t.party_id = o.party_id AND t.id <> o.id JOIN proposal p ON p.track_id = t.id "
            "WHERE r.outcome = 'QUASH' AND p.proposed_at > r.ended_at "
            "AND NOT EXISTS (SELECT 1 FROM decision y WHERE y.track_id = o.id AND y.set_aside_on IS NULL)"
        ),
    ),
    (
        "I-16 no answer is read before its release",
        (
            "SELECT 'release ' || r.id, NOT EXISTS (SELECT 1 FROM journal j WHERE j.subject_kind = 'forwarding' "
            "AND j.subject_id = r.forwarding_id AND j.row = 'F13' AND j.at = r.released_at) FROM release r"
        ),
    ),
    (
        "I-17 the end of a complaint by its person ends no case",
        (
            "SELECT 'complaint ' || j.subject_id, EXISTS (SELECT 1 FROM journal t WHERE t.subject_kind = 'track' "
            "AND t.at = j.at AND t.before <> t.after AND t.after IN ({track_ends})) "
            "FROM journal j WHERE j.subject_kind = 'complaint' AND j.row IN ('C19', 'C20')"
        ),
    ),
    (
        "I-18 nothing is served before its PDF is final",
        (
            "SELECT 'service ' || s.id, d.pdf_sha256 IS NULL FROM service s JOIN document d ON d.id = s.document_id "
            "WHERE s.state NOT IN ('NEW', 'ISSUED', 'FAILED', 'VOID')"
        ),
    ),
    (
        "I-18 nothing is served twice",
        (
            "SELECT 'service ' || subject_id, count(*) > 1 FROM journal WHERE subject_kind = 'service' "
            "AND after = 'SERVED' AND before <> 'SERVED' GROUP BY subject_id"
        ),
    ),
    (
        "I-19 no provisional clock expires",
        (
            "SELECT 'clock ' || id, provisional AND how = 'expired' FROM clock "
            "WHERE provisional AND (how = 'expired' OR due_on < :today)"
        ),
    ),
    (
        "I-23 nobody fares worse for a statement, a hearing or an admission",
        (
            "SELECT 'decision ' || x.id, x.level > p.level OR NOT (p.measures @> x.measures OR x.level < p.level) "
            "FROM decision x JOIN proposal p ON p.track_id = x.track_id AND p.round = x.round "
            "WHERE EXISTS (SELECT 1 FROM statement s WHERE s.track_id = x.track_id AND s.round = x.round) "
            "OR EXISTS (SELECT 1 FROM hearing h WHERE h.track_id = x.track_id AND h.round = x.round) "
            "OR EXISTS (SELECT 1 FROM admission a WHERE a.track_id = x.track_id AND a.round = x.round)"
        ),
    ),
    (
        "I-23 no review ends in a harsher decision",
        (
            "SELECT 'review ' || r.id, r.outcome = 'VARY' AND n.level > x.level FROM review r JOIN decision x "
            "ON x.id = r.decision_id LEFT JOIN decision n ON n.id = r.new_decision_id WHERE r.ended_at IS NOT NULL"
        ),
    ),
    (
        "I-23 more is announced only on evidence, and never on the respondent's own",
        (
            "SELECT 'resolution ' || s.id, jsonb_array_length(s.evidence) = 0 OR EXISTS (SELECT 1 FROM evidence e, "
            "jsonb_array_elements_text(s.evidence) n WHERE e.id = n::bigint AND e.given_by = 'RESPONDENT') "
            "FROM resolution s WHERE s.kind = 'HARSHER'"
        ),
    ),
    (
        "the queue's row of each open complaint says what its clocks and forwardings say",
        (
            "SELECT 'complaint ' || c.id, q.complaint_id IS NULL "
            "OR (q.state, q.urgent, q.received_at, coalesce(q.officer_id, 0)) "
            "<> (c.state, c.urgent, c.received_at, coalesce(c.officer_id, 0)) "
            "OR q.due_on <> coalesce((SELECT min(k.due_on) FROM clock k JOIN (SELECT 'complaint' AS kind, c.id AS id, "
            "c.state AS state "
            "UNION ALL SELECT 'forwarding', f.id, f.state FROM forwarding f WHERE f.complaint_id = c.id "
            "UNION ALL SELECT 'stop_contact', s.id, s.state FROM stop_contact s WHERE s.complaint_id = c.id) x "
            "ON x.kind = k.subject_type AND x.id = k.subject_id "
            "WHERE (k.state = 'RUNNING' AND k.key <> 'K07') OR (k.how = 'expired' AND (k.key, x.state) IN "
            f"({_late(queries_queue.LATE)}) "
            "AND k.id = (SELECT max(n.id) FROM clock n WHERE n.key = k.key AND n.subject_type = k.subject_type "
            "AND n.subject_id = k.subject_id))), '9999-12-31') "
            "OR q.to_check <> (SELECT count(*) FROM forwarding f WHERE f.complaint_id = c.id "
            "AND f.state IN ('ANSWERED', 'RETURNED')) "
            "OR q.waits <> EXISTS (SELECT 1 FROM forwarding f WHERE f.complaint_id = c.id "
            "AND f.state IN ('SENT', 'OVERDUE')) "
            "OR q.time_asked <> EXISTS (SELECT 1 FROM forwarding f WHERE f.complaint_id = c.id "
            "AND f.state = 'SENT' AND f.time_asked_at IS NOT NULL) "
            "OR EXISTS (SELECT 1 FROM forwarding f WHERE f.complaint_id = c.id AND f.party_id <> ALL (q.parties)) "
            "OR EXISTS (SELECT 1 FROM named_company n WHERE n.complaint_id = c.id AND n.party_id IS NOT NULL "
            "AND n.party_id <> ALL (q.parties)) "
            "OR (SELECT count(*) FROM alleged_code a WHERE a.complaint_id = c.id AND a.code = ANY (q.codes)) "
            "<> cardinality(q.codes) "
            "FROM complaint c LEFT JOIN queue_entry q ON q.complaint_id = c.id "
            f"WHERE c.state NOT IN ({_listed(SHUT)})"
        ),
    ),
    (
        "the list's row of each case says what its tracks and their clocks say",
        (
            "SELECT 'case ' || f.id, e.case_id IS NULL OR e.opened_on <> f.opened_on "
            "OR e.going_on <> EXISTS (SELECT 1 FROM case_track t WHERE t.case_id = f.id "
            "AND t.state NOT IN ({track_ends})) "
            "OR EXISTS (SELECT 1 FROM case_track t WHERE t.case_id = f.id AND (t.state <> ALL (e.states) "
            "OR NOT e.kept_by @> array_remove(ARRAY[f.officer_id, t.investigator_id], NULL) "
            "OR (t.state NOT IN ({track_ends}) AND NOT e.at_work "
            "@> array_remove(ARRAY[f.officer_id, t.investigator_id, t.reviewer_id], NULL)))) "
            "OR (NOT e.going_on AND e.at_work <> '{}') "
            "OR e.due_on <> coalesce((SELECT min(k.due_on) FROM case_track t JOIN clock k "
            "ON k.subject_type = 'track' AND k.subject_id = t.id WHERE t.case_id = f.id AND ("
            "(k.state = 'RUNNING' AND k.key <> 'K27') OR (k.how = 'expired' AND (k.key, t.state) IN "
            f"({_late(queries_last_days.LATE)}) AND (k.key NOT IN ('K23', 'K25') OR EXISTS (SELECT 1 FROM measure m "
            "WHERE m.track_id = t.id AND m.state = 'ORDERED' AND m.level = ANY (CASE k.key WHEN 'K23' THEN '{2}' "
            "ELSE '{4,5}' END::int[]) AND m.decision_id = "
            "(SELECT max(n.decision_id) FROM measure n WHERE n.track_id = t.id))) "
            "AND k.id = (SELECT max(n.id) FROM clock n WHERE n.key = k.key AND n.subject_type = k.subject_type "
            "AND n.subject_id = k.subject_id)))), '9999-12-31') "
            "FROM case_file f LEFT JOIN case_entry e ON e.case_id = f.id"
        ),
    ),
    (
        "no complaint that ended stands in the queue",
        (
            "SELECT 'complaint ' || c.id, EXISTS (SELECT 1 FROM queue_entry q WHERE q.complaint_id = c.id) "
            f"FROM complaint c WHERE c.state IN ({_listed(set(SHUT) - {'NEW'})})"
        ),
    ),
    (
        "I-24 documents of one move are issued together",
        (
            "SELECT 'dossier ' || x.id || ' ' || x.state, (x.state NOT IN ('ISSUED', 'SEALED', 'DROPPED') "
            "AND NOT (x.deed IS NOT NULL AND x.state IN ('DRAFTED', 'IN_APPROVAL'))) OR EXISTS ("
            "SELECT 1 FROM document d WHERE d.dossier_id = x.id AND (d.issued_at IS DISTINCT FROM x.issued_at OR ("
            "x.state = 'SEALED' AND d.outward AND d.pdf_sha256 IS NULL AND d.void_at IS NULL))) FROM dossier x"
        ),
    ),
    (
        "nothing of a draft that waits or was given up is out",
        (
            "SELECT 'dossier ' || x.id || ' ' || x.state, EXISTS (SELECT 1 FROM document d WHERE d.dossier_id = x.id) "
            "FROM dossier x WHERE x.state IN ('DRAFTED', 'IN_APPROVAL', 'DROPPED')"
        ),
    ),
    (
        "a draft that waits for a hand is a task of somebody's",
        (
            "SELECT 'dossier ' || x.id || ' ' || x.state, NOT EXISTS (SELECT 1 FROM task t "
            "WHERE t.subject_kind = 'approval' AND t.subject_id = x.id AND t.done_at IS NULL AND ("
            "(x.state = 'DRAFTED' AND NOT EXISTS (SELECT 1 FROM recusal r JOIN case_track k ON k.case_id = r.case_id "
            "WHERE r.state = 'GRANTED' AND r.account_id = x.drafted_by AND x.subject_kind = 'track' "
            "AND k.id = x.subject_id)) "
            "OR t.role = (SELECT s.role FROM dossier_step s WHERE s.dossier_id = x.id AND s.done_at IS NULL "
            "ORDER BY s.position LIMIT 1) OR t.kind IN ('dossier_left', 'dossier_aside', 'dossier_drop_asked'))) "
            "FROM dossier x WHERE x.state IN ('DRAFTED', 'IN_APPROVAL') AND x.deed IS NOT NULL AND x.undo_until IS NULL"
        ),
    ),
    (
        "no task asks for anything about a draft that is over",
        (
            "SELECT 'task ' || t.id || ' ' || t.kind, x.state NOT IN ('DRAFTED', 'IN_APPROVAL') "
            "FROM task t JOIN dossier x ON x.id = t.subject_id "
            "WHERE t.subject_kind = 'approval' AND t.done_at IS NULL AND t.kind <> 'dossier_dropped'"
        ),
    ),
    (
        "what a person wrote waits in a list until somebody has dealt with it",
        (
            "SELECT 'message ' || m.id, m.seen_at IS NULL AND NOT EXISTS (SELECT 1 FROM task t "
            "WHERE t.key = 'message:' || m.id) FROM message m WHERE m.from_complainant"
        ),
    ),
    (
        "a copy that waits for a second look is a task, and no other is",
        (
            "SELECT 'evidence ' || e.id, e.cover_checked_by IS NULL AND NOT EXISTS (SELECT 1 FROM task t "
            "WHERE t.kind = 'cover_waits' AND split_part(t.key, ':', 2) = e.id::text AND t.but = e.covered_by) "
            "FROM evidence e WHERE e.covered_sha256 IS NOT NULL "
            "UNION ALL SELECT 'task ' || t.id, NOT EXISTS (SELECT 1 FROM evidence e WHERE "
            "e.id::text = split_part(t.key, ':', 2) AND e.covered_sha256 IS NOT NULL AND e.cover_checked_by IS NULL) "
            "FROM task t WHERE t.kind = 'cover_waits' AND t.done_at IS NULL"
        ),
    ),
    (
        "a clock that waits waits for a document that can arrive",
        (
            "SELECT 'clock ' || c.id, NOT EXISTS (SELECT 1 FROM service s WHERE s.document_id = ANY(c.awaits) "
            "AND s.state <> 'SERVED') FROM clock c WHERE c.state = 'ARMED'"
        ),
    ),
    (
        "no long job fails, and each that goes on is somebody's later work",
        (
            "SELECT 'job ' || b.id || ' ' || b.kind, b.state = 'FAILED' OR EXISTS (SELECT 1 FROM batch_item i "
            "WHERE i.batch_id = b.id AND i.state = 'FAILED') OR (b.state IN ('WAITING', 'RUNNING') AND NOT EXISTS ("
            "SELECT 1 FROM outbox o WHERE o.job = 'registry.batch' AND o.done_at IS NULL "
            "AND o.args ->> 'batch_id' = b.id::text)) FROM batch b"
        ),
    ),
    (
        "what should have gone on by itself has",
        (
            "SELECT 'task ' || t.id || ' ' || t.kind || ' ' || t.subject_kind || ' ' || t.subject_id, "
            f"split_part(t.kind, ':', 1) IN ({_listed(standing_still.BY_ITSELF)}) FROM task t"
        ),
    ),
    (
        "an open review has a decision to review, and a stayed track a review that is open",
        (
            "SELECT 'track ' || t.id, NOT EXISTS (SELECT 1 FROM review r WHERE r.track_id = t.id "
            "AND r.ended_at IS NULL) FROM case_track t WHERE t.state = 'IN_REVIEW'"
        ),
    ),
)


def every() -> list[Asked]:
    """All of them."""
    fixed = [
        (name, asked.replace("{track_ends}", _ends("track")))
        for name, asked in (*FIXED, *hands.ASKED, *passers_by.ASKED, *bundling.ASKED)
    ]
    return [*fixed, *_journal_says_the_state(), *_no_clock_at_an_end()]

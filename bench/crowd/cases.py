"""Cases of a crowd: files with their tracks, allegations and findings, and for some a decision that was published."""

from datetime import datetime, timedelta
from random import Random

from bench.crowd.complaints import CODES, Told
from bench.crowd.copying import Copied
from bench.crowd.days import Clocks
from bench.crowd.journal import Journal
from bench.crowd.papers import Papers
from bench.crowd.register import Register
from bench.crowd.words import Words
from core.clock import day_of
from registry.names import check_character

OPEN = {"SCREENING": 25, "INVESTIGATING": 60, "REVIEWING": 15}
ENDED = {"ARCHIVED": 70, "NOT_FILED": 18, "NO_MEASURE": 12}
MOVES = {
    "SCREENING": ("S01", "NEW"), "INVESTIGATING": ("S05", "FILED"), "REVIEWING": ("S12", "INVESTIGATING"),
    "ARCHIVED": ("S43", "CLOSED"), "NOT_FILED": ("S03", "SCREENING"), "NO_MEASURE": ("S14", "REVIEWING"),
    "CLOSED": ("S41", "VERIFYING"),
}  # fmt: skip
STAGE = {"SCREENING": ("K10", 14), "INVESTIGATING": ("K11", 110), "REVIEWING": ("K13", 25)}
"""Which clock runs in a state, and how many days ago it began at most."""
SHOWN_LEVEL = 5
SCORE = {
    "score": 87,
    "band": [SHOWN_LEVEL],
    "parts": [
        {"name": "worst", "points": 60, "source": "V-I01"},
        {"name": "A1", "points": 12, "source": "E1"},
        {"name": "A9", "points": 15, "source": "E1", "reason": "向同事群发欠款信息", "answer": "YES"},
    ],
}
"""What the ladder suggested when a published measure was proposed."""


class Cases:
    """Writes cases one by one."""

    def __init__(
        self, rng: Random, words: Words, register: Register, clocks: Clocks, journal: Journal, papers: Papers,
        now: datetime, first: dict[str, int],
    ) -> None:  # fmt: skip
        self._rng, self._words, self._register = rng, words, register
        self._clocks, self._journal, self._papers, self._now = clocks, journal, papers, now
        self._next, self._serials = dict(first), dict[int, int]()
        self._names = {number: name for number, name, _app in (*register.institutions, *register.firms)}
        self.tables = _tables()

    def add(self, of: Told | None, begun: datetime, *, ended: bool, published: bool) -> None:
        """One case, of a complaint or found by an inspection."""
        rng = self._rng
        number, year = self._number("case_file"), begun.year
        serial = self._serials[year] = self._serials.get(year, 0) + 1
        ref, day = f"AJ〔{year}〕{serial}", day_of(begun)
        parties = of.parties if of else (rng.choice(self._register.institutions)[0],)
        shares = ENDED if ended else OPEN
        states = ["CLOSED"] if published else rng.choices(list(shares), list(shares.values()), k=len(parties))
        title = self._words.facts()[:40]
        self.tables["case_file"].add(
            number, year, serial, ref, title, "COMPLAINT" if of else "INSPECTION", day, day - timedelta(days=20),
            day - timedelta(days=3), rng.choice(self._register.staff["officer"]),
        )  # fmt: skip
        if of:
            self.tables["case_complaint"].add(number, of.number)
        for place, (party, state) in enumerate(zip(parties, states, strict=False), 1):
            self._track(number, f"{ref}-{place}", party, place, state, begun)

    def _number(self, table: str) -> int:
        self._next[table] += 1
        return self._next[table]

    def _track(self, case: int, ref: str, party: int, place: int, state: str, begun: datetime) -> None:
        rng, now = self._rng, self._now
        it, open_ = self._number("case_track"), state in OPEN
        least = begun + timedelta(days=10)
        moved = max(begun, now - timedelta(days=rng.randrange(1, STAGE[state][1]))) if open_ else least
        moved = min(moved + timedelta(days=0 if open_ else rng.randrange(20, 120)), now)
        filed = state not in {"SCREENING", "NOT_FILED"}
        level = SHOWN_LEVEL if state == "CLOSED" else None
        self.tables["case_track"].add(
            it, ref, case, party, "PRINCIPAL" if place == 1 else "COLLECTOR",
            "MEMBERSHIP" if place == 1 else "UNDERTAKING", state, int(filed), self._words.facts()[:80],
            rng.choice(self._register.staff["investigator"]) if filed else None,
            self._register.staff["reviewer"][0] if state in {"REVIEWING", "NO_MEASURE", "ARCHIVED", "CLOSED"} else None,
            level, level, None if open_ else day_of(moved),
        )  # fmt: skip
        found = (
            None
            if open_ or state == "NOT_FILED"
            else "ESTABLISHED"
            if level
            else rng.choice(("NOT_ESTABLISHED", "UNPROVEN"))
        )
        for code in sorted(rng.sample(CODES, rng.choice((1, 1, 2)))):
            self.tables["allegation"].add(
                it, code, self._words.facts()[:120], found, "见调查报告" if found else None, begun if found else None
            )
        row, before = MOVES[state]
        self._journal.tell("track", it, ref, (row, before, state, moved))
        mine, to = ("track", it), (party, self._names[party])
        if open_:
            self._clocks.run(STAGE[state][0], mine, moved, now=now)
        if filed:
            self._papers.issue("D11b", mine, "S02", to, begun, self._register.people_of[party])
        if level:
            self._publish(it, party, moved)

    def _publish(self, track: int, party: int, when: datetime) -> None:
        """What was announced, decided and published, in that order."""
        mine, to, who = ("track", track), (party, self._names[party]), self._register.people_of[party]
        decided = when - timedelta(days=6)
        announced = decided - timedelta(days=4)
        self._papers.issue("D17", mine, "S16", to, announced, who)
        paper = self._papers.issue("D20", mine, "S26", to, decided, who, later=True)
        decision, publication = self._number("decision"), self._number("publication")
        reasons = self._words.facts()
        self.tables["proposal"].add(
            track, 1, SHOWN_LEVEL, [SHOWN_LEVEL], {}, reasons, "PUBLIC", SCORE, self._register.staff["reviewer"][0],
            announced,
        )  # fmt: skip
        self.tables["decision"].add(
            decision,
            track,
            1,
            SHOWN_LEVEL,
            [SHOWN_LEVEL],
            {},
            reasons,
            "已逐条回应",
            5,
            0,
            0,
            day_of(decided),
            day_of(decided),
        )
        self.tables["measure"].add(track, decision, SHOWN_LEVEL, "PASSED", {}, day_of(decided), day_of(when))
        slug = f"{when.year}-c{publication:06d}"
        self.tables["publication"].add(
            publication, track, decision, party, "PUBLIC", "PUBLISHED", slug, ["V-C01", "V-I01"], SHOWN_LEVEL,
            *self._register.staff["publisher"][:2], when, None,
        )  # fmt: skip
        first = f"91888800MB{party:07d}"
        about = {
            "number": f"蓝湾决〔{decided.year}〕{paper}号", "respondent": to[1], "uscc": first + check_character(first),
            "violations": "向联系人催收；向第三人泄露债务信息", "provisions": "见决定书", "measures": "公开通报批评",
            "issuer": "蓝湾互联网金融自律协会", "decision_date": day_of(decided).isoformat(),
        }  # fmt: skip
        self.tables["publication_text"].add(publication, 1, f"关于{to[1]}的通报", about, reasons, True, when)
        self._journal.tell("publication", publication, slug, ("B10", "APPROVED", "PUBLISHED", when))
        self._clocks.run("K36", ("publication", publication), when, now=self._now)


def _tables() -> dict[str, Copied]:
    return {
        each.name: each
        for each in (
            Copied("case_file", "id year serial ref title source opened_on conduct_from conduct_to officer_id"),
            Copied("case_complaint", "case_id complaint_id"),
            Copied(
                "case_track",
                "id ref case_id party_id role basis state round lead investigator_id reviewer_id proposed_level "
                "decided_level ended_on",
            ),
            Copied("allegation", "track_id code facts finding reason found_at"),
            Copied(
                "decision",
                "id track_id round level measures terms reasons statement_dealt votes_for votes_against abstained "
                "decided_on effective_on",
            ),
            Copied("proposal", "track_id round level measures terms reasons scope score proposed_by proposed_at"),
            Copied("measure", "track_id decision_id level state terms ordered_on done_on"),
            Copied(
                "publication",
                "id track_id decision_id party_id scope state slug codes level redacted_by approved_by published_at "
                "ended_at",
            ),
            Copied("publication_text", "publication_id no title summary body shown at"),
        )
    }

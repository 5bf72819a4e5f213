"""Complaints of a crowd: who says what about whom, how far each has come, and everything that its state rests on."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random

from bench.crowd.copying import Copied, Numbers
from bench.crowd.days import Clocks
from bench.crowd.journal import Journal
from bench.crowd.papers import Papers
from bench.crowd.register import Register
from bench.crowd.words import Words
from casework.forwardings import LATE_ANSWER
from casework.receipts import contact_hash
from casework.wordings_alike import bands
from core.characters import LETTERS
from core.clock import day_of
from core.crypto import seal

STAGES: tuple[tuple[int, dict[str, float]], ...] = (
    (7, {"RECEIVED": 55, "FORWARDED": 25, "REJECTED": 9, "NEED_INFO": 6, "MERGED": 4, "REFERRED_OUT": 1}),
    (25, {"FORWARDED": 52, "NEED_INFO": 5, "RECEIVED": 3, "RELEASED": 15, "REJECTED": 9, "REFERRED_OUT": 5, "CLOSED": 9,
          "WITHDRAWN": 2}),
    (60, {"FORWARDED": 10, "RELEASED": 8, "DISPUTED": 8, "ESCALATED": 9, "CLOSED": 47, "REJECTED": 9, "REFERRED_OUT": 5,
          "MERGED": 2, "WITHDRAWN": 2}),
    (400, {"CLOSED": 74.6, "ESCALATED": 2, "DISPUTED": 0.4, "REJECTED": 11, "REFERRED_OUT": 6, "WITHDRAWN": 4,
           "MERGED": 2}),
    (10_000, {"CLOSED": 60, "HISTORIC": 20, "ESCALATED": 0.5, "REJECTED": 10, "REFERRED_OUT": 5, "WITHDRAWN": 3.5,
              "MERGED": 1}),
)  # fmt: skip
"""Up to so many days of age, what has become of a complaint."""
CODES = ("V-C01", "V-F04", "V-I01", "V-B01", "V-T01", "V-C04", "V-B03", "V-F01", "V-B08", "V-I03", "V-C05", "V-B06")
CODE_WEIGHTS = (20, 18, 14, 12, 9, 8, 5, 5, 3, 3, 2, 1)
MOVES = {
    "RECEIVED": ("C01", "NEW"), "NEED_INFO": ("C02", "RECEIVED"), "REJECTED": ("C05", "RECEIVED"),
    "REFERRED_OUT": ("C06", "RECEIVED"), "FORWARDED": ("C07", "RECEIVED"), "RELEASED": ("C09", "FORWARDED"),
    "DISPUTED": ("C11", "RELEASED"), "ESCALATED": ("C15", "DISPUTED"), "CLOSED": ("C12", "RELEASED"),
    "WITHDRAWN": ("C20", "FORWARDED"), "MERGED": ("C23", "RECEIVED"),
}  # fmt: skip
SENT = {"FORWARDED", "RELEASED", "DISPUTED", "ESCALATED", "CLOSED", "WITHDRAWN"}
ANSWERED = {"RELEASED", "DISPUTED", "ESCALATED", "CLOSED"}
ROLES = ("DEBTOR", "OTHER_CONTACT", "UNRELATED", "AGREED_CONTACT", "WRONG_NUMBER", "AGENT")
ROLE_WEIGHTS = (60, 14, 10, 8, 5, 3)
OFFICERS_OF = {"RECEIVED": 0.4, "NEED_INFO": 0.8}
SCRIPTED = 0.02
WRITES = 0.2
"""The share of people who write a message while their complaint is before a company."""
ONE_DAY = timedelta(days=1)
SURNAMES, GIVEN = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨", "安宁若禾书远清和知遥望舒"


@dataclass(frozen=True)
class Told:
    """What later parts need of a complaint: for cases."""

    number: int
    received: datetime
    parties: tuple[int, ...]
    closed: bool


class Complaints:
    """Writes complaints one by one."""

    def __init__(
        self, rng: Random, words: Words, register: Register, clocks: Clocks, journal: Journal, papers: Papers,
        now: datetime, first: dict[str, int],
    ) -> None:  # fmt: skip
        self._rng, self._words, self._register = rng, words, register
        self._clocks, self._journal, self._papers, self._now = clocks, journal, papers, now
        self._next = dict(first)
        self.escalated: list[Told] = []
        self.closed: list[Told] = []
        self._weights = [1 / (place + 1) ** 0.9 for place in range(len(register.institutions))]
        self._names = [
            seal(f"{rng.choice(SURNAMES)}{rng.choice(GIVEN)}{rng.choice(GIVEN)}".encode()) for _ in range(64)
        ]
        phones = [f"139{rng.randrange(10**8):08d}" for _ in range(5000)]
        self._phones = [(seal(each.encode()), contact_hash(each)) for each in phones]
        self._scripts: list[tuple[str, list[int], int]] = []
        self._given: set[str] = set()
        self._party_names = {number: name for number, name, _app in (*register.institutions, *register.firms)}
        self.tables = _tables()

    def add(self, received: datetime) -> None:
        """One complaint with all that belongs to it."""
        rng, into = self._rng, self.tables
        number = self._number("complaint")
        state = self._state(received)
        english = rng.random() < 0.06
        facts = self._words.in_english() if english else self._facts(number)
        lender = rng.choices(self._register.institutions, self._weights)[0]
        parties = (lender[0], *self._firm(lender[0]))
        moved = self._moved(state, received)
        officer = None
        if state not in {"HISTORIC", "REJECTED"} and rng.random() < OFFICERS_OF.get(state, 0.95):
            officer = rng.choice(self._register.staff["intake" if state in OFFICERS_OF else "officer"])
        ref = self._ref(received.year)
        conduct = day_of(received) - timedelta(days=rng.randrange(1, 20))
        sent = state in SENT
        historic = state == "HISTORIC"
        ended = moved if state in {"REJECTED", "REFERRED_OUT", "CLOSED", "WITHDRAWN"} else None
        lead = self._lead(number) if state == "MERGED" else None
        if lead is None and state == "MERGED":
            state, moved = "REJECTED", received + ONE_DAY
            ended = moved
        into["complaint"].add(
            number, ref, None if historic else rng.randbytes(32), state, "IMPORT" if historic else self._channel(),
            "en" if english else "zh", received, "个人消费贷款", facts, facts[:400] if sent else None,
            self._words.wish(), conduct - ONE_DAY, conduct, int(sent), rng.choice((1, 2, 2, 3, 3, 4)),
            rng.random() < 0.02 and not ended, "DUPLICATE" if state == "REJECTED" else None,
            {"CLOSED": "NO_FEEDBACK", "WITHDRAWN": "WITHDRAWN"}.get(state), ended, lead,
            moved if lead else None, officer, "old register" if historic else None,
            f"OLD-{number}" if historic else None,
        )  # fmt: skip
        self._said(number, lender, parties, received, english=english)
        if sent or ended:
            into["task"].add(f"screen:{number}", "screen", "intake", "complaint", number, ref, False, received, moved)
        if sent and rng.random() < WRITES:
            into["message"].add(number, True, "请问处理到哪一步了？", received + ONE_DAY, received + 2 * ONE_DAY)
        if not historic:
            self._life(number, ref, state, received, moved)
        if sent:
            self._forwardings(number, ref, state, received, moved, parties, facts)
        told = Told(number, received, parties, state == "CLOSED")
        if state == "ESCALATED":
            self.escalated.append(told)
        elif state == "CLOSED":
            self.closed.append(told)

    def _number(self, table: str) -> int:
        self._next[table] += 1
        return self._next[table]

    def _ref(self, year: int) -> str:
        while True:
            ref = f"TS{year}-{''.join(self._rng.choices(LETTERS, k=6))}"
            if ref not in self._given:
                self._given.add(ref)
                return ref

    def _state(self, received: datetime) -> str:
        age = (self._now - received).days
        shares = next(shares for days, shares in STAGES if age < days)
        return self._rng.choices(list(shares), list(shares.values()))[0]

    def _channel(self) -> str:
        return self._rng.choices(("WEB", "PHONE", "LETTER", "COUNTER"), (82, 12, 4, 2))[0]

    def _firm(self, lender: int) -> tuple[int, ...]:
        return (self._rng.choice(self._register.firms_of[lender]),) if self._rng.random() < 0.3 else ()

    def _lead(self, number: int) -> int | None:
        return self.closed[-1].number if self.closed and self.closed[-1].number < number else None

    def _moved(self, state: str, received: datetime) -> datetime:
        """When it came into the state in which it is."""
        rng, now = self._rng, self._now
        if state == "RECEIVED":
            return received
        early = received + timedelta(hours=rng.randrange(2, 80))
        if state in {"RELEASED", "DISPUTED", "ESCALATED"}:
            early = max(
                received + timedelta(days=6), now - timedelta(days=rng.randrange(9 if state == "RELEASED" else 25))
            )
        elif state in {"CLOSED", "WITHDRAWN"}:
            early = received + timedelta(days=rng.randrange(8, 60))
        elif state == "NEED_INFO":
            early = max(received + timedelta(hours=3), now - timedelta(days=rng.randrange(9)))
        return min(early, now - timedelta(minutes=rng.randrange(1, 60)))

    def _facts(self, number: int) -> str:
        """What is said; now and then the words of somebody who said it before."""
        rng = self._rng
        if self._scripts and rng.random() < SCRIPTED:
            text, marks, first = self._scripts[-1 - min(int(rng.expovariate(0.2)), len(self._scripts) - 1)]
            self.tables["complaint_script"].add(number, Numbers(marks), first)
            return f"{text}单号{rng.randrange(10**6)}。"
        text = self._words.facts()
        if rng.random() < SCRIPTED / 5 and (marks := bands(text)):
            self._scripts.append((text, marks, number))
            self.tables["complaint_script"].add(number, Numbers(marks), number)
        return text

    def _said(
        self, number: int, lender: tuple[int, str, str], parties: tuple[int, ...], received: datetime, *, english: bool
    ) -> None:
        rng, into = self._rng, self.tables
        contact, digest = self._phones[min(int(rng.expovariate(1 / 1500)), len(self._phones) - 1)]
        role = rng.choices(ROLES, ROLE_WEIGHTS)[0]
        into["complainant"].add(number, role, rng.choice(self._names), contact, digest, self._now, "2026-11")
        known = rng.random() < 0.85
        how, value = ("APP", lender[2]) if rng.random() < 0.6 else ("NAME", lender[1])
        into["named_company"].add(number, "INSTITUTION", how, value, lender[0] if known else None)
        for firm in parties[1:]:
            into["named_company"].add(number, "FIRM", "NAME", self._party_names[firm], firm)
        for code in sorted(set(rng.choices(CODES, CODE_WEIGHTS, k=rng.choice((1, 1, 2, 3))))):
            into["alleged_code"].add(number, code)
        if rng.random() < 0.1:
            name = f"{'recording' if english else '通话录音'}_{number}.mp3"
            into["evidence"].add(number, "COMPLAINANT", self.file, name, "audio/mpeg", 4096, received)

    file = "0" * 63 + "1"
    """The digest of the one stored file that all evidence points to."""

    def _life(self, number: int, ref: str, state: str, received: datetime, moved: datetime) -> None:
        row, before = MOVES[state]
        self._journal.tell("complaint", number, ref, (row, before, state, moved))
        mine, now = ("complaint", number), self._now
        accepted = moved if state not in SENT else min(received + timedelta(days=2), moved)
        self._clocks.run("K01", mine, received, now=now, ended=None if state == "RECEIVED" else accepted)
        if state == "NEED_INFO":
            self._clocks.run("K02", mine, moved, now=now, complaint=number)
        elif state == "RELEASED":
            self._clocks.run("K05", mine, moved, now=now, complaint=number)
        elif state == "CLOSED":
            self._clocks.run("K05", mine, moved - timedelta(days=6), now=now, ended=moved, complaint=number)
        elif state == "DISPUTED":
            self._clocks.run("K06", mine, moved, now=now)
        elif state == "ESCALATED":
            self._clocks.run("K07", mine, moved, now=now, complaint=number)

    def _forwardings(
        self, number: int, ref: str, state: str, received: datetime, moved: datetime, parties: tuple[int, ...],
        facts: str,
    ) -> None:  # fmt: skip
        sent = min(received + timedelta(days=2), moved)
        for place, party in enumerate(parties, 1):
            it = self._number("forwarding")
            of = self._stage(state, sent)
            until = moved if state in ANSWERED | {"WITHDRAWN"} else self._now
            answered = min(sent + (until - sent) * self._rng.uniform(0.2, 0.9), until) if of != "OVERDUE" else until
            if of in {"ANSWERED", "RETURNED"} and state == "FORWARDED":
                answered = max(sent, self._now - timedelta(days=self._rng.randrange(7)))
            released = moved if state in {"RELEASED", "CLOSED"} else max(answered, moved - timedelta(days=4))
            self._one(it, number, f"{ref}-{place}", party, place, of, (sent, answered, released, moved), facts, state)

    def _stage(self, state: str, sent: datetime) -> str:
        if state in {"CLOSED", "WITHDRAWN"}:
            return "CLOSED"
        if state != "FORWARDED":
            return "RELEASED"
        due = self._clocks.calendar.due("K03", day_of(sent))
        if due >= day_of(self._now):
            return self._rng.choices(("SENT", "ANSWERED", "RETURNED"), (70, 25, 5))[0]
        second = self._clocks.calendar.due("K04", due)
        return "OVERDUE" if second >= day_of(self._now) and self._rng.random() < 0.5 else "ANSWERED"

    def _one(  # noqa: PLR0913
        self, it: int, complaint: int, ref: str, party: int, place: int, of: str,
        times: tuple[datetime, datetime, datetime, datetime], facts: str, state: str,
    ) -> None:  # fmt: skip
        rng, into, now = self._rng, self.tables, self._now
        sent, answered, released, moved = times
        was_released = state in ANSWERED
        asks = of == "SENT" and rng.random() < 0.05
        into["forwarding"].add(
            it, ref, complaint, party, "PRINCIPAL" if place == 1 else "COLLECTOR", of, 1, sent, facts[:400], ["V-C01"],
            sent + ONE_DAY if asks else None, "正在向委外公司核实" if asks else None,
            released if was_released else None,
        )  # fmt: skip
        mine, who = ("forwarding", it), self._register.people_of[party]
        over = None if of in {"SENT", "OVERDUE"} else min(answered, moved if of == "CLOSED" else answered)
        due = self._clocks.run("K03", mine, sent, now=now, ended=over, party=party)
        late = of == "OVERDUE" or (of != "SENT" and due < day_of(answered))
        if late:
            into["ledger_entry"].add(party, LATE_ANSWER, it, due + ONE_DAY)
        if of == "OVERDUE":
            begun = datetime.combine(due, datetime.min.time(), UTC) + timedelta(hours=16)
            self._clocks.run("K04", mine, begun, now=now, party=party)
        moves = {
            "SENT": [("F01", "NEW", "SENT", sent)],
            "OVERDUE": [("F08", "SENT", "OVERDUE", now)],
            "ANSWERED": [("F04", "SENT", "ANSWERED", answered)],
            "RETURNED": [("F05", "SENT", "RETURNED", answered)],
            "RELEASED": [("F13", "ANSWERED", "RELEASED", released)],
            "CLOSED": [("F15", "RELEASED" if was_released else "SENT", "CLOSED", moved)],
        }[of]
        if of in {"ANSWERED", "RETURNED"}:
            self._clocks.run("K35", mine, answered, now=now)
        if of == "ANSWERED" or was_released:
            self._answer(it, complaint, who, answered, released if was_released else None, facts, timely=not late)
        if of == "CLOSED" and was_released:
            moves = [("F13", "ANSWERED", "RELEASED", released), *moves]
        self._journal.tell("forwarding", it, ref, *moves)
        if of in {"SENT", "OVERDUE", "ANSWERED", "RETURNED"}:
            self._papers.issue("D05b", mine, "F01", (party, self._party_names[party]), sent, who)

    def _answer(
        self, of: int, complaint: int, who: int, when: datetime, released: datetime | None, facts: str, *, timely: bool
    ) -> None:  # fmt: skip
        it = self._number("answer")
        outcome = self._rng.choice(("REMEDY_MONEY", "REMEDY_NONMONEY", "EXPLAINED", "REJECTED_BY_INST"))
        body = f"经核查，{facts[:60]}……我司已整改并回访。"
        self.tables["answer"].add(it, of, 1, outcome, body, body, who, when, timely)
        if released is not None:
            self.tables["release"].add(self._number("release"), complaint, of, it, outcome, body, when, released)


def _tables() -> dict[str, Copied]:
    return {
        each.name: each
        for each in (
            Copied(
                "complaint",
                "id ref receipt_hash state channel lang received_at product facts masked_facts request conduct_from "
                "conduct_to round severity urgent reason outcome ended_at lead_id merged_at officer_id source "
                "source_no",
            ),
            Copied(
                "complainant",
                "complaint_id role name contact contact_hash consented_at consent_text",
            ),
            Copied("named_company", "complaint_id kind how value party_id"),
            Copied("alleged_code", "complaint_id code"),
            Copied("complaint_script", "complaint_id bands script_id"),
            Copied("evidence", "complaint_id given_by sha256 name media_type size added_at"),
            Copied(
                "forwarding",
                "id ref complaint_id party_id role state round sent_at masked_facts codes time_asked_at time_reason "
                "released_at",
            ),
            Copied(
                "answer",
                "id forwarding_id round outcome to_association to_complainant submitted_by submitted_at timely",
            ),
            Copied("release", "id complaint_id forwarding_id answer_id outcome body answered_at released_at"),
            Copied("ledger_entry", "party_id code forwarding_id on"),
            Copied("task", "key kind role subject_kind subject_id subject_ref urgent raised_at done_at"),
            Copied("message", "complaint_id from_complainant body at seen_at"),
        )
    }

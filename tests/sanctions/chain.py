"""A track brought by its verbs as far as a test wants it, each document served on the way."""

from datetime import datetime, timedelta
from io import BytesIO

from sqlalchemy import select
from sqlalchemy.orm.attributes import set_committed_value

from casework import evidence
from casework.models_cases import CaseTrack
from core.actors import Actor
from core.clock import day_of
from notices import queries as notices
from registry import calendar
from registry.counting import Unit
from registry.models import Basis
from registry.models_accounts import Account
from registry.models_rulebook import Provision
from sanctions import (
    bulletins,
    corrections,
    decisions,
    interviews,
    measures,
    panels,
    policies_corrections,
    proposals,
    record_pages,
    records,
    rounds,
    served,
    statements,
    terms,
    verifications,
)
from sanctions.models_corrections import TextCorrection
from sanctions.models_publications import Publication
from sanctions.plans import InterviewPlan, InterviewRecord, Person, TrainingPlan
from tests.builders_cases import World, actor
from tests.filestore import making_files as made
from tests.kept_states import kept

DAY = timedelta(days=1)


class Chain(World):
    """People and companies, and a track of the lender's that goes on."""

    track: CaseTrack
    members: list[Actor]

    @kept
    def proposed(self, measures: list[int], code: str = "V-C04") -> CaseTrack:
        """The advance notice is issued."""
        track = self.reported(code)
        self.propose(track, measures)
        return track

    def propose(self, track: CaseTrack, measures: list[int], **changed: object) -> None:
        """Propose these measures with the terms to begin with."""
        said = {
            "measures": measures,
            "terms": terms.proposed(self.session, track, measures),
            "reasons": "综合考虑违规次数和影响",
            "departure": changed.get("reasons", "综合考虑违规次数和影响"),
            "approved_by": self.head,
            "actor": actor(self.reviewer),
            "version": None,
            "now": self.later(4),
        }
        proposals.propose(self.session, track, **{**said, **changed})  # type: ignore[arg-type]

    @kept
    def deliberating(self, measures: list[int], code: str = "V-C04") -> CaseTrack:
        """The advance notice is served, and the respondent has nothing more to say."""
        track = self.proposed(measures, code)
        self.serve(track, "D17", self.later(4))
        statements.waive(self.session, track, confirmed=True, actor=actor(self.lead), now=self.later(5))
        return track

    def vote(
        self, track: CaseTrack, *choices: str, lighter: tuple[int, ...] = (), now: datetime | None = None
    ) -> list[Actor]:
        """Draw the panel and let its members vote so, in their order."""
        when = now or self.later(6)
        panel = panels.draw(self.session, track, actor=actor(self.secretary), now=when, seed="一二三")
        people = {person.id: person for person in self.panel}
        members = [actor(people[member.account_id]) for member in panel.members]
        for member, choice in zip(members, choices, strict=False):
            panels.vote(
                self.session,
                track,
                choice=choice,
                reasons="理由充分",
                actor=member,
                now=when,
                measures=lighter if choice == "LIGHTER" else (),
            )
        return members

    @kept
    def decided(self, measures: list[int], code: str = "V-C04") -> CaseTrack:
        """All members voted as proposed, and the decision is issued."""
        track = self.deliberating(measures, code)
        members = self.vote(track, *["PROPOSED"] * 5)
        decisions.decide(
            self.session,
            track,
            actor=members[0],
            reasons="事实清楚，证据充分。",
            statement_dealt="",
            now=self.later(7),
        )
        return track

    @kept
    def effective(self, measures: list[int], code: str = "V-C04") -> CaseTrack:
        """The decision is served and in force."""
        track = self.decided(measures, code)
        self.serve(track, "D20", self.later(7))
        if track.state == "SERVED":
            statements.waive(self.session, track, confirmed=True, actor=actor(self.lead), now=self.later(8))
        return track

    def plan(self, after: datetime) -> InterviewPlan:
        """An interview late enough after a summons of that day."""
        day = calendar.deadline(self.session, after.date(), 6, Unit.WD).due_on or after.date() + 8 * DAY
        at = after + (day - after.date())
        return InterviewPlan(at, "协会会议室", (self.officer.id, self.second.id))

    @kept
    def executing(self, measures_: list[int], code: str = "V-C04") -> CaseTrack:
        """Every measure is ordered, and its notice served."""
        track = self.effective(measures_, code)
        self.execute(track, self.later(9))
        return track

    def execute(self, track: CaseTrack, now: datetime) -> None:
        """Order the measures and serve each notice."""
        measures.execute(
            self.session,
            track,
            actor=actor(self.officer),
            version=None,
            now=now,
            interview=self.plan(now),
            training=TrainingPlan(day_of(now) + timedelta(days=10), "线上", day_of(now) + timedelta(days=11)),
        )
        for kind in ("D23a", "D23b", "D23d"):
            if notices.last_document(self.session, [kind], "track", track.id):
                self.serve(track, kind, now)

    def corrected(self, put: TextCorrection) -> TextCorrection:
        """Those who decided are for it, and the head has it corrected."""
        for number in sorted(policies_corrections.body_now(self.session, put).people):
            by = actor(self.session.get_one(Account, number))
            corrections.vote(self.session, put, choice="FOR", reasons="确系笔误", actor=by, now=put.put_at)
        return corrections.settle(self.session, put, actor=actor(self.head), now=put.put_at)

    def publish(self, publication: Publication, now: datetime) -> None:
        """Hand in, approved by somebody else, published."""
        bulletins.submit(self.session, publication, actor=actor(self.publisher), version=None, now=now)
        bulletins.approve(self.session, publication, actor=actor(self.other_publisher), version=None, now=now)
        bulletins.publish(self.session, publication, actor=actor(self.publisher), version=None, now=now)

    @kept
    def drafted(self, level: int = 5) -> Publication:
        """What tells of the measure, to members or to all, is drafted."""
        track = self.effective([level], code="V-I02")
        measures.execute(self.session, track, actor=actor(self.officer), version=None, now=self.later(9))
        found = rounds.publication(self.session, track)
        assert found is not None
        return found

    @kept
    def made_public(self, level: int = 5) -> Publication:
        """It is out."""
        found = self.drafted(level)
        self.publish(found, self.later(10))
        return found

    def report(self, track: CaseTrack, now: datetime | None = None) -> None:
        """The lender reports its corrections with proof."""
        measure = rounds.measure(self.session, track, 1)
        assert measure is not None
        for item in measure.items:
            evidence.hand_in(
                self.session,
                track,
                BytesIO(made.picture()),
                "证明.png",
                purpose="PROOF",
                item_id=item.id,
                actor=actor(self.lead),
                now=now or self.later(12),
            )
        measures.report_correction(
            self.session,
            track,
            reports={item.no: "已整改" for item in measure.items},
            signed_by="周岚",
            actor=actor(self.lead),
            now=now or self.later(12),
        )

    def recorded(self, track: CaseTrack, version: int | None = None, **changed: object) -> datetime:
        """The interview takes place on its day, and its record is put before the attendees; tells when."""
        measure = rounds.measure(self.session, track, 2)
        assert measure is not None
        assert measure.interview is not None
        at = measure.interview.at
        said = {
            "started_at": at,
            "ended_at": at + timedelta(hours=1),
            "attendees": ({"name": "周岚", "position": "副总经理", "identity_checked": "1234", "authority": "本人"},),
            "rights_told": True,
            "recusal_answer": "不申请回避",
            "entries": ({"question": "是否清楚约谈事由？", "answer": "清楚。"},),
            "commitments": ({"commitment": "停止联系无关人员", "due": "即日"},),
        }
        record = InterviewRecord(**{**said, **changed})  # type: ignore[arg-type]
        now = at + timedelta(hours=2)
        records.put(self.session, track, record=record, actor=actor(self.officer), version=version, now=now)
        return now

    def signed(self, track: CaseTrack, now: datetime) -> None:
        """The lead signs every page of the record."""
        measure = rounds.measure(self.session, track, 2)
        assert measure is not None
        assert measure.interview is not None
        for page in record_pages.unsigned(measure.interview):
            records.sign(self.session, track, page=page, name="周岚", actor=actor(self.lead), now=now)

    def interviewed(self, track: CaseTrack) -> None:
        """The interview takes place on its day, and every page of its record is signed."""
        now = self.recorded(track)
        self.signed(track, now)
        interviews.hold_interview(self.session, track, actor=actor(self.officer), version=None, now=now)

    def trained(self, track: CaseTrack, now: datetime | None = None) -> None:
        """Enough people are trained and pass."""
        people = [Person(f"学员{place}", "催收主管") for place in "甲乙丙"]
        enrolled = measures.enrol(self.session, track, people=people, actor=actor(self.lead), now=now or self.later(10))
        results = {person.id: (True, 90) for person in enrolled}
        measures.confirm_training(
            self.session,
            track,
            results=results,
            actor=actor(self.officer),
            version=None,
            now=now or self.later(20),
        )

    def verify(self, track: CaseTrack, result: str = "PASS", now: datetime | None = None) -> None:
        """Two officers look at every item."""
        measure = rounds.measure(self.session, track, 1)
        for item in measure.items if measure else []:
            for person in (self.officer, self.second):
                verifications.verify_item(
                    self.session,
                    item,
                    result=result,
                    note="核对原始材料",
                    actor=actor(person),
                    now=now or self.later(21),
                )

    def quashed_before(self, track: CaseTrack) -> None:
        """The track is about what was not carried out of another's decision, which a review has set aside since."""
        other = self.effective([1])
        decision = rounds.decision(self.session, other)
        assert decision is not None
        decision.set_aside_on = day_of(self.now)
        track.lead_code, track.earlier_id, track.earlier_round = "V-P03", other.id, other.round
        for each in track.allegations:
            each.code = "V-P03"
        self.session.flush()

    def unbound(self) -> None:
        """Nothing bound the lender on the day of the conduct."""
        for basis in self.session.scalars(select(Basis).where(Basis.party_id == self.lender.id)):
            basis.from_on = self.now.date()

    def unruled(self) -> None:
        """The rules that forbid it were given another first day."""
        for each in self.session.scalars(select(Provision)):
            each.effective_from = self.now.date()

    def others_cited(self, track: CaseTrack) -> None:
        """The advance notice named other provisions than the rulebook knows by now."""
        paper = notices.last_document(self.session, ["D17"], "track", track.id)
        assert paper is not None
        frozen = {**paper.paper, "settings": {**paper.paper["settings"], served.CITED: {"value": []}}}
        set_committed_value(paper, "paper", frozen)

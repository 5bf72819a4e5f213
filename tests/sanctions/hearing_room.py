"""A track whose respondent defends itself: heard, admitting, restored, as far as a test wants it."""

from datetime import date, datetime, time, timedelta
from typing import Any

from casework.models_cases import CaseTrack
from core import clock
from core.actors import Actor
from core.clock import day_of
from registry import calendar, clocks
from registry.counting import Unit
from sanctions import hearings, panels, rounds
from sanctions.models_hearings import Hearing
from sanctions.sittings import Absence, HearingPlan, HearingRecord
from tests.builders_cases import actor
from tests.kept_states import kept
from tests.sanctions.chain import Chain

MAJOR = [1, 4]
SEVERE = "V-I02"
AGENDA = ("陈述调查情况", "陈述、申辩", "最后陈述")


class HearingRoom(Chain):
    """People and companies, and a track that is heard."""

    @kept
    def noticed(self, measures: list[int] | None = None, code: str = SEVERE) -> CaseTrack:
        """The advance notice is served, and the windows are open."""
        track = self.proposed(measures or MAJOR, code)
        self.serve(track, "D17", self.later(4))
        return track

    @kept
    def asked(self) -> CaseTrack:
        """A hearing is asked for."""
        track = self.noticed()
        hearings.ask_for(self.session, track, wishes="对事实有异议", actor=actor(self.lead), now=self.later(5))
        return track

    @kept
    def drawn(self, track: CaseTrack, now: datetime | None = None) -> list[Actor]:
        """The panel is drawn."""
        panel = panels.draw(self.session, track, actor=actor(self.secretary), now=now or self.later(5), seed="听证")
        people = {person.id: person for person in self.panel}
        return [actor(people[member.account_id]) for member in panel.members]

    def workday(self, after: datetime, days: int) -> date:
        """So many working days after."""
        day = calendar.deadline(self.session, day_of(after), days, Unit.WD).due_on
        assert day is not None
        return day

    def plan(self, after: datetime, days: int = 10) -> HearingPlan:  # type: ignore[override]
        """A hearing so many working days after."""
        at = datetime.combine(self.workday(after, days), time(9, 30), clock.ZONE)
        return HearingPlan(at, "协会会议室", AGENDA)

    def set(self, track: CaseTrack, now: datetime | None = None, **changed: Any) -> HearingPlan:
        """The secretary sets the hearing."""
        when = now or self.later(6)
        plan = changed.pop("plan", None) or self.plan(when)
        said = {"plan": plan, "actor": actor(self.secretary), "version": None, "now": when, **changed}
        hearings.schedule(self.session, track, **said)
        return plan

    @kept
    def ready(self) -> tuple[CaseTrack, list[Actor]]:
        """The hearing is set, and its notice served at once."""
        track = self.asked()
        members = self.drawn(track)
        self.set(track)
        self.serve(track, "D18", self.later(6))
        return track, members

    def sat(self, track: CaseTrack) -> tuple[int, ...]:
        """Everybody who sits on the panel."""
        panel = rounds.panel(self.session, track)
        assert panel is not None
        return tuple(member.id for member in rounds.sitting(panel))

    def hearing(self, track: CaseTrack) -> Hearing:
        """The hearing itself."""
        found = self.session.query(Hearing).filter_by(track_id=track.id).order_by(Hearing.id.desc()).first()
        assert found is not None
        return found

    def record(self, track: CaseTrack, **changed: Any) -> HearingRecord:
        """A whole record of it."""
        at = self.hearing(track).at
        assert at is not None
        said = {
            "started_at": at,
            "ended_at": at + timedelta(hours=2),
            "present": self.sat(track),
            "attendees": (
                {"name": "周岚", "position": "副总经理", "identity_checked": "1234", "authority": "授权委托书"},
            ),
            "rights_told": True,
            "recusal_answer": "不申请回避",
            "entries": ({"question": "对事实有何意见？", "answer": "次数有误。"},),
            "closing": "请求从轻处理。",
        }
        return HearingRecord(**{**said, **changed})  # type: ignore[arg-type]

    def after(self, track: CaseTrack) -> datetime:
        """Some hours after the hearing."""
        at = self.hearing(track).at
        assert at is not None
        return at + timedelta(hours=4)

    def hold(self, track: CaseTrack, member: Actor, **changed: Any) -> None:
        """The minutes are entered."""
        now = changed.pop("now", None) or self.after(track)
        record = self.record(track, **changed)
        hearings.hold(self.session, track, record=record, actor=member, version=None, now=now)

    def miss(self, track: CaseTrack, member: Actor, **changed: Any) -> None:
        """Nobody came."""
        at = self.hearing(track).at
        assert at is not None
        now = changed.pop("now", None) or self.after(track)
        said = {"started_at": at, "present": self.sat(track), "situation": "无人到场", "good_reason": False, **changed}
        absence = Absence(**said)  # type: ignore[arg-type]
        hearings.miss(self.session, track, absence=absence, actor=member, version=None, now=now)

    def live(self, track: CaseTrack, key: str) -> bool:
        """Whether a clock of the track has not ended."""
        return clocks.live(self.session, key, ("track", track.id)) is not None

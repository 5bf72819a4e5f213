"""A track whose decision is reviewed, brought there by its verbs."""

from datetime import datetime

from casework.models_cases import CaseTrack
from core.actors import Actor
from core.clock import day_of
from core.machine import Ask
from notices import queries as notices
from notices.models import Document
from notices.states import SERVICE
from registry.models_accounts import Account
from sanctions import review_bodies, reviews
from sanctions.models_reviews import Review
from tests.builders import account, rendered
from tests.builders_cases import actor, from_outside
from tests.kept_states import kept
from tests.sanctions.chain import Chain


class Reviewing(Chain):
    """The chain, with a pool of people who review."""

    pool: list[Account]

    @kept
    def fill_pool(self, many: int = 6) -> "Reviewing":
        self.pool = [account(self.session, f"复核委员{place}", "review body") for place in "甲乙丙丁戊己庚"[:many]]
        from_outside(self.session, *self.pool)
        return self

    @kept
    def served_decision(self, measures: list[int], code: str = "V-C04") -> CaseTrack:
        """The decision is served; the time for a review runs."""
        track = self.decided(measures, code)
        self.serve(track, "D20", self.later(7))
        return track

    def asked(self, track: CaseTrack, now: datetime | None = None, **changed: object) -> Review:
        """The respondent asks for a review."""
        since = {"revoked_on": day_of(now or self.later(8))} if "revoked" in changed else {}
        said = {"grounds": "认定的人数与通话记录不符，请求从轻。", **since, **changed}
        return reviews.ask_review(
            self.session,
            track,
            **said,
            actor=actor(self.lead),
            now=now or self.later(8),  # type: ignore[arg-type]
        )

    def voted(self, review: Review, *choices: str, lighter: tuple[int, ...] = ()) -> list[Actor]:
        """Members are drawn and vote so, in their order."""
        review_bodies.draw(self.session, review, actor=actor(self.secretary), now=self.later(9), seed="四五六")
        people = {person.id: person for person in self.pool}
        members = [actor(people[each.account_id]) for each in review.members]
        for member, choice in zip(members, choices, strict=False):
            review_bodies.vote(
                self.session,
                review,
                choice=choice,
                reasons="理由充分",
                actor=member,
                now=self.later(9),
                measures=lighter if choice == "VARY" else (),
            )
        return members

    def reviewed(self, review: Review, *choices: str, lighter: tuple[int, ...] = (), questions: str = "") -> None:
        """Members are drawn, vote, and one announces the result."""
        members = self.voted(review, *choices, lighter=lighter)
        self.announce(review, members[0], questions)

    def announce(self, review: Review, by: Actor, questions: str = "", reasons: str = "复核查明的事实如下。") -> None:
        reviews.decide(
            self.session, review, reasons=reasons, questions=questions, actor=by, version=None, now=self.later(10)
        )

    def paper(self, review: Review) -> Document:
        """The decision of the review."""
        subject = ("track", review.track_id) if review.stayed else ("review", review.id)
        found = notices.last_document(self.session, ["D22"], *subject)
        assert found is not None
        return found

    def serve_paper(self, review: Review) -> None:
        """The decision of the review is served."""
        document = self.paper(review)
        rendered(self.session, document, self.later(11))
        for service in document.services:
            ask = Ask(self.session, service, self.recipient(service), {}, self.later(11))
            SERVICE.carry_out(ask, "acknowledge")

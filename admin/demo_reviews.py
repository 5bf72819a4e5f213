"""Reviews of the demonstration: asked for, withdrawn, drawn, voted on and decided; and files that go to the archive."""

from core import files
from notices import rendering
from notices.papers import Head, Paper
from sanctions import queries_volumes, review_bodies, reviews, volumes

GROUNDS = {
    True: "决定对来电次数的认定包含系统自动重拨，依据不足；本单位整改及时，公开措施过重，请求改为较轻的措施。",
    False: "整改要求中关于抽查比例的部分超出实际违规范围，请求复核。",
}
VOTED = {
    "UPHOLD": "原决定事实清楚、措施适当，自动重拨已从次数中剔除，应予维持。",
    "VARY": "违规后果已经消除，可以适当从轻。",
}


def asked(stage, track, course):
    """The respondent asks for a review, which goes as far as the course says."""
    stays = track.state == "SERVED"
    yield course.last("IN_REVIEW", stage, 4 if stays else 1)
    review = reviews.ask_review(stage.at, track, grounds=GROUNDS[stays], **stage.leading(track))
    if course.review == "WITHDRAWN":
        yield stage.working(3)
        reviews.withdraw(stage.at, review, confirmed=True, **stage.leading(track))
        return
    if course.review == "OPEN":
        return
    yield stage.working(1)
    review_bodies.draw(stage.at, review, **stage.by("secretary"), seed=f"lanwan-review-{track.ref}")
    members = [stage.person_of(each.account_id) for each in review.members]
    half = 2 if course.end == "IN_REVIEW" else len(members)
    choices = ["VARY" if stays and place == 1 else "UPHOLD" for place in range(len(members))]
    for member, choice in list(zip(members, choices, strict=True))[:half]:
        yield stage.working(1)
        lighter = [level for level in review.decision.measures if level < max(review.decision.measures)]
        review_bodies.vote(stage.at, review, choice=choice, reasons=VOTED[choice], actor=member, now=stage.now,
                           measures=lighter if choice == "VARY" else ())  # fmt: skip
    if course.end == "IN_REVIEW":
        return
    yield stage.working(1)
    said = "复核成员认为，原决定认定事实清楚、适用规则正确、措施适当，申请人的理由不成立。"
    reviews.decide(stage.at, review, reasons=said, actor=members[0], version=None, now=stage.now)
    yield stage.working(1)
    stage.receive(*("track", track) if review.stayed else ("review", review), "D22")


def archived(stage, track):
    """The file is bound and goes to the archive; what is bound has its real PDF."""
    yield stage.working(3)
    found = queries_volumes.papers(stage.at, track)
    several = queries_volumes.proofs(stage.at, found).values()
    for document in [*found, *(each for every in several for each in every)]:
        _made(stage, document)
    volumes.bind(stage.at, track, **stage.by("officer"))
    yield stage.working(1)
    volumes.archive(stage.at, track, version=None, **stage.by("officer"))


def _made(stage, document):
    pdf = rendering.pdf_in_limits(Paper.from_json(document.paper["paper"]), Head.from_json(document.paper["head"]))
    kept = files.keep_made(stage.at, pdf, f"{document.id}.pdf", "application/pdf")
    document.pdf_sha256, document.pdf_at, document.pages = kept.sha256, stage.now, rendering.pages_of(pdf)

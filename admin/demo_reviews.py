"""Reviews of the demonstration: asked for, withdrawn, drawn, voted on and decided; and files that go to the archive."""

from admin import demo_arguments, demo_defence
from filestore import files
from notices import rendering, seals
from sanctions import queries_volumes, review_bodies, reviews, volumes

GROUNDS = {
    True: "决定{disputed}；本单位整改及时，公开措施过重，请求改为较轻的措施。",
    False: "决定{disputed}；责令整改的范围超出实际情节，请求复核。",
}
UPHELD = "复核成员认为，原决定认定事实清楚、适用规则正确、措施适当，申请人的理由不成立。"
NEW_EVIDENCE = "当事单位补充提交的{new_evidence}，可能影响措施的轻重。"
LIGHTER = "复核成员认为，扣除{taken_off}后，违规情节较原决定认定为轻，不再予以通报，责令整改仍属必要。"
VARIED = "违规后果已经消除，可以适当从轻。"


def asked(stage, track, course):
    """The respondent asks for a review, which goes as far as the course says."""
    stays = track.state == "SERVED"
    yield course.last("IN_REVIEW", stage, 4 if stays else 1)
    review = reviews.ask_review(stage.at, track, grounds=_of(track, GROUNDS[stays]), **stage.leading(track))
    if course.review == "WITHDRAWN":
        yield stage.working(3)
        reviews.withdraw(stage.at, review, confirmed=True, **stage.leading(track))
        return
    if course.review == "OPEN":
        return
    yield from _voted(stage, review, lighter={1} if stays else set(), most=2 if course.end == "IN_REVIEW" else None)
    if course.end != "IN_REVIEW":
        yield from _announced(stage, review, UPHELD)


def varied(stage, track):
    """The head has the decision reviewed before it is published; what is lighter takes its place, the draft is gone."""
    yield stage.working(1)
    review = reviews.own_motion(
        stage.at, track, basis="NEW_EVIDENCE", grounds=_of(track, NEW_EVIDENCE), favour=True, **stage.by("head")
    )
    yield from _voted(stage, review, lighter={0, 1, 2, 3})
    yield from _announced(stage, review, _of(track, LIGHTER))


def _of(track, words):
    """Say it of what the case is about."""
    return words.format(**vars(demo_arguments.about(track)))


def _voted(stage, review, *, lighter, most=None):
    """Members are drawn and vote; those on these places want something lighter."""
    yield stage.working(1)
    review_bodies.draw(stage.at, review, **stage.by("secretary"), seed=f"lanwan-review-{review.track.ref}")
    yield from demo_defence.introduced(stage, review.track)
    less = [level for level in review.decision.measures if level < max(review.decision.measures)]
    for place, member in list(enumerate(_members(stage, review)))[:most]:
        yield stage.working(1)
        choice, why = ("VARY", VARIED) if place in lighter else ("UPHOLD", demo_arguments.about(review.track).upheld)
        review_bodies.vote(stage.at, review, choice=choice, reasons=why, actor=member, now=stage.now,
                           measures=less if choice == "VARY" else ())  # fmt: skip


def _members(stage, review):
    return [stage.person_of(each.account_id) for each in review.members]


def _announced(stage, review, said):
    """One of the members announces the result, and its paper is received."""
    yield stage.working(1)
    first = _members(stage, review)[0]
    reviews.decide(stage.at, review, reasons=said, actor=first, version=None, now=stage.now)
    yield stage.working(1)
    stage.receive(*("track", review.track) if review.stayed else ("review", review), "D22")


def archived(stage, track):
    """The file is bound and goes to the archive; what is bound has its real PDF."""
    yield stage.working(3)
    for document in queries_volumes.file_of(stage.at, track).every:
        _made(stage, document)
    volumes.bind(stage.at, track, **stage.by("officer"))
    yield stage.working(1)
    volumes.archive(stage.at, track, version=None, **stage.by("officer"))


def _made(stage, document):
    pdf = rendering.pdf_in_limits(document.frozen, document.head)
    made = seals.sealed(stage.at, document, pdf, stage.now)
    kept = files.keep_made(stage.at, made, f"{document.id}.pdf", "application/pdf")
    document.pdf_sha256, document.pdf_at, document.pages = kept.sha256, stage.now, rendering.pages_of(pdf)

"""Wordings in random lives: written, proposed, put in force by another administrator, withdrawn; who goes by them."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from bench.lives.outside import Scene
from bench.lives.readings import Found
from core.clock import day_of
from notices import wording, wordings
from notices.models import Document, Dossier
from notices.models_wording import WordingVersion
from notices.papers import Lang

GOES_BY = "a document goes by a wording that was in force, and not withdrawn, when it was drafted or issued"
KINDS = ("D02", "D03", "D05b", "D07b", "D17", "D20", "D39")
"""Kinds of documents that the association says in its own words, now and then."""
LANGUAGES: tuple[Lang, ...] = ("zh", "zh", "en")


def reword(scene: Scene) -> None:
    """One administrator writes and proposes, another one puts in force or withdraws."""
    first, second = scene.dice.sample(scene.world.administrators, 2)
    kind, lang = scene.dice.choice(KINDS), scene.dice.choice(LANGUAGES)
    said = {"actor": first, "now": scene.now}
    rows = wordings.versions(scene.at, kind, lang)
    standing = [each for each in rows if wordings.state_of(each, rows, scene.now) not in ENDED]
    if not standing or (standing[0].confirmed_at and scene.dice.random() < 0.6):
        text = f"{wordings.supplied(kind, lang)}\n\n{SAYS[lang]}{scene.dice.randint(1, 10**6)}"
        wordings.draft(scene.at, kind, lang, text, **said)  # type: ignore[arg-type]
    elif standing[0].confirmed_at or scene.dice.random() < 0.1:
        wordings.withdraw(scene.at, standing[0], because=scene.says(), version=None, **said)  # type: ignore[arg-type]
    elif standing[0].proposed_at:
        by = next(each for each in (first, second) if each.id != standing[0].made_by)
        from_on = day_of(scene.now) + timedelta(days=scene.dice.choice((0, 0, 3)))
        wordings.put_in_force(scene.at, standing[0], actor=by, version=None, now=scene.now, from_on=from_on)
    else:
        wordings.propose(scene.at, standing[0], basis=scene.says(), version=None, **said)  # type: ignore[arg-type]


ENDED = {wordings.DROPPED, wordings.WITHDRAWN, wordings.EARLIER}
SAYS = {"zh": "本协会另行说明：", "en": "The association adds: "}


def gone_by(at: Session, after: int) -> Iterator[Found]:
    """Documents made since then, of kinds that have wordings of the association."""
    versions: dict[str, list[WordingVersion]] = {}
    for each in at.scalars(select(WordingVersion).where(WordingVersion.confirmed_at.is_not(None))):
        versions.setdefault(each.kind, []).append(each)
    asked = select(Document, Dossier.drafted_at).join(Dossier, Dossier.id == Document.dossier_id)
    asked = asked.where(Document.id > after, Document.kind.in_(list(versions)), Document.issued_at.is_not(None))
    for document, drafted_at in at.execute(asked.order_by(Document.id)):
        may = {
            each
            for lang in set(LANGUAGES)
            for each in _may_be(document.kind, lang, versions[document.kind], drafted_at, document.issued_at)
        }
        said = document.frozen.wording
        yield GOES_BY, f"{document.kind} {document.id}", said not in may and not _is_again(at, document)


def _is_again(at: Session, document: Document) -> bool:
    """Whether it stands in the place of one that is void, and has its words."""
    mine = select(Document.id).where(Document.replaced_by_id == document.id, Document.void_at.is_not(None))
    return at.scalar(mine.limit(1)) is not None


def _may_be(
    kind: str, lang: Lang, versions: list[WordingVersion], drafted: datetime, issued: datetime
) -> Iterator[str]:
    reigns = [(datetime.min.replace(tzinfo=issued.tzinfo), wording.load(kind, lang).version)]
    held = [
        each for each in versions if each.lang == lang and (each.withdrawn_at is None or each.withdrawn_at > issued)
    ]
    reigns += sorted((each.in_force_from, each.digest) for each in held if each.in_force_from is not None)
    ends = [begins for begins, _digest in reigns[1:]] + [issued + timedelta(days=1)]
    for (begins, digest), ended in zip(reigns, ends, strict=True):
        if begins <= issued and ended > drafted:
            yield digest


ALONE = (reword,)
"""What administrators do."""

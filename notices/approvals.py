"""Approval: a move whose documents need more than its mover's hand waits as a dossier, and is carried out when signed.

What was sent to do it is kept. Each version was tried once, and taken back: its papers are what approvers read. The
signature does it again, and only if it makes the same papers.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final, Protocol

from sqlalchemy import select
from sqlalchemy.orm import Session

from core import clock
from core.actors import SYSTEM, Actor
from core.db import attempt, transaction
from core.errors import BadInput, Changed, NotAllowed, NotNow, Refused
from core.machine import Ask, Machine, Row
from core.outbox import job, later
from core.words import _l
from notices import queries, queries_approval, wordings
from notices.models import Document, Dossier
from notices.models_approval import DossierComment, DossierStep, DossierVersion
from notices.states import APPROVAL
from registry import accounts, settings
from registry.models_settings import Setting

ORDER: Final = ("check", "countersign", "sign")
OF_A_BODY: Final = frozenset({"D20", "D22"})
"""What a panel or a review body decided: those who approve it look at its form alone."""
RANK: Final = ("officer", "publisher", "reviewer", "secretary", "head", "council")
"""Of two roles that sign, the later one is the stricter."""
TRIAL: Final = "approval.trial"
HELD: Final = "approval.held"
LONGEST: Final = 5000
MADE_AT_ISSUE: Final = "〔…〕"


@dataclass(frozen=True)
class Step:
    """One step of a chain, and the role that takes it; a signature without a role is the mover's."""

    step: str
    role: str = ""


@dataclass(frozen=True)
class Sent:
    """What was sent to do something: fields of a form, each as often as it was sent, and files by their hashes."""

    fields: tuple[tuple[str, str], ...] = ()
    files: tuple[tuple[str, str, str], ...] = ()
    """Field, name and SHA-256."""

    def to_json(self) -> dict[str, Any]:
        """Plain data for the database."""
        return {"fields": [list(each) for each in self.fields], "files": [list(each) for each in self.files]}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Sent":
        """What was kept."""
        return cls(
            tuple((name, value) for name, value in data["fields"]),
            tuple((name, called, sha) for name, called, sha in data["files"]),
        )


class Doer(Protocol):
    """What a room registers: how something it offers is done again from what was sent."""

    @property
    def words(self) -> frozenset[str]:
        """Of what a body decided, the fields that hold its words: the secretary changes those; empty for all else."""

    def title(self, session: Session, number: int, event: str) -> str:
        """What it does, and with what, in the reader's language."""

    def form(self, session: Session, number: int, event: str, sent: Sent | None) -> Any:  # noqa: ANN401 - a form
        """Its form, filled with what was sent; with None as it was posted just now."""

    def do(self, session: Session, number: int, event: str, form: Any, actor: Actor, now: datetime) -> None:  # noqa: ANN401
        """Do it."""

    def link(self, session: Session, number: int) -> str:
        """The page of the thing it is done with."""


@dataclass
class _Known:
    doers: dict[str, Doer] = field(default_factory=dict)
    tell: Callable[[Session, Dossier, str, str, datetime], None] = field(
        default=lambda _session, _dossier, _what, _role, _now: None
    )
    partial: Callable[[Session, Dossier, Actor, datetime], Iterable[Refused]] = field(
        default=lambda _session, _dossier, _actor, _now: ()
    )


_known = _Known()


def does(name: str, doer: Doer) -> None:
    """Register how the deeds of a page are done again."""
    _known.doers[name] = doer


def tell_by(function: Callable[[Session, Dossier, str, str, datetime], None]) -> None:
    """Register who tells people of a dossier: what has become of it, and the role that is concerned."""
    _known.tell = function


def partial_by(function: Callable[[Session, Dossier, Actor, datetime], Iterable[Refused]]) -> None:
    """Register why somebody takes no part in the matter that a dossier is about."""
    _known.partial = function


def partial(session: Session, dossier: Dossier, actor: Actor, now: datetime) -> Iterator[Refused]:
    """Why this person has no hand in a dossier, whatever the chain says."""
    yield from _known.partial(session, dossier, actor, now)


def _impartial(session: Session, dossier: Dossier, actor: Actor, now: datetime) -> None:
    for refusal in partial(session, dossier, actor, now):
        raise refusal


def doer_of(dossier: Dossier) -> tuple[Doer, int, str]:
    """Who does it again, with the number of the thing, and the name of the deed."""
    page, _slash, event = (dossier.deed or "").partition("/")
    return _known.doers[page], dossier.deed_id or 0, event


def strictest(session: Session, kinds: Iterable[str]) -> list[Step]:
    """The steps that all chains of these kinds ask for, in their order (association setting APPROVAL_CHAIN)."""
    return _joined({step for kind in kinds for step in chain_of(session, kind)})


def _joined(asked: set[Step]) -> list[Step]:
    signing = [step for step in asked if step.step == "sign"]
    last = max(signing, key=lambda each: RANK.index(each.role) if each.role in RANK else -1, default=Step("sign"))
    before = sorted((step for step in asked if step.step != "sign"), key=lambda s: (ORDER.index(s.step), s.role))
    if before and not last.role:
        last = Step("sign", "head")
    return [*before, last]


def chain_of(session: Session, kind: str) -> list[Step]:
    """The chain of one kind of document; in production only one that the association has confirmed."""
    settings.require(session, f"APPROVAL_CHAIN.{kind}")
    steps = settings.value(session, f"APPROVAL_CHAIN.{kind}") or ["sign"]
    return [Step(*str(each).partition(":")[::2]) for each in steps]


def any_chain(session: Session) -> bool:
    """Whether the association has laid down any chain that is more than its mover's own signature."""
    kept = session.scalars(select(Setting.value).where(Setting.key.startswith("APPROVAL_CHAIN")))
    return any(value and value != ["sign"] for value in kept)


def needs_approval(chain: list[Step], actor: Actor) -> bool:
    """Whether the mover's own hand is not enough."""
    return len(chain) > 1 or bool(chain[0].role and not actor.has(chain[0].role))


def carry_out(
    session: Session,
    deed: str,
    number: int,
    sent: Sent,
    do: Callable[[], object],
    *,
    actor: Actor,
    now: datetime,
) -> Dossier | None:
    """Do it at once, or put the documents it would make before those who approve them: the dossier then."""
    with attempt(session) as tried:
        made = _trial(session, do)
        chain = strictest(session, {paper.kind for paper in made.papers})
        if not made.papers or not needs_approval(chain, actor):
            tried.keep()
            return None
        subject, papers = made.subject, _frozen(made.papers)
    dossier = Dossier(
        state=APPROVAL.initial,
        subject_kind=subject[0],
        subject_id=subject[1],
        event=subject[2],
        drafted_by=actor.id,
        drafted_at=now,
        deed=deed,
        deed_id=number,
    )
    APPROVAL.carry_out(Ask(session, dossier, SYSTEM, {"drafter": actor}, now), "draft")
    _chain(session, dossier, chain)
    _lay_down(session, dossier, sent, papers, actor, now)
    _submit(session, dossier, now)
    return dossier


def _chain(session: Session, dossier: Dossier, chain: list[Step]) -> None:
    steps = enumerate(chain)
    session.add_all(DossierStep(dossier_id=dossier.id, position=at, step=s.step, role=s.role) for at, s in steps)
    session.flush()


@dataclass
class _Trial:
    subject: tuple[str, int, str] = ("", 0, "")
    papers: list[Document] = field(default_factory=list)


def _trial(session: Session, do: Callable[[], object]) -> _Trial:
    """Do it and see what it makes; the caller keeps it or takes it back."""
    made = _Trial()
    dossiers: list[Dossier] = []
    session.info[TRIAL] = dossiers
    try:
        do()
        session.flush()
    finally:
        session.info.pop(TRIAL)
    for dossier in dossiers:
        session.refresh(dossier, ["documents"])
        made.papers += [each for each in dossier.documents if each.outward]
    if dossiers:
        made.subject = (dossiers[0].subject_kind, dossiers[0].subject_id, dossiers[0].event)
    return made


def _frozen(papers: list[Document]) -> list[dict[str, Any]]:
    numbers = [each.number for each in papers if each.number]
    frozen = []
    for each in papers:
        words = json.dumps(each.paper, ensure_ascii=False)
        for number in numbers:
            words = words.replace(number, MADE_AT_ISSUE)
        words = words.replace(each.check_code, "")
        frozen.append({"kind": each.kind, "lang": each.lang, "to": each.to, **json.loads(words)})
    return frozen


def _digest(papers: list[dict[str, Any]]) -> str:
    said = [{"kind": each["kind"], "lang": each["lang"], "to": each["to"], "paper": each["paper"]} for each in papers]
    return hashlib.sha256(json.dumps(said, ensure_ascii=False, sort_keys=True).encode()).hexdigest()


def _lay_down(
    session: Session, dossier: Dossier, sent: Sent, papers: list[dict[str, Any]], actor: Actor, now: datetime
) -> None:
    newest = queries_approval.version_of(session, dossier.id)
    session.add(
        DossierVersion(
            dossier_id=dossier.id,
            number=newest.number + 1 if newest else 1,
            made_by=actor.id or 0,
            made_at=now,
            sent=sent.to_json(),
            papers=papers,
            digest=_digest(papers),
        )
    )
    session.flush()


def _submit(session: Session, dossier: Dossier, now: datetime) -> None:
    APPROVAL.carry_out(Ask(session, dossier, SYSTEM, {}, now), "submit")
    _tell_next(session, dossier, now)


def _tell_next(session: Session, dossier: Dossier, now: datetime) -> None:
    step = queries_approval.next_step(session, dossier.id)
    if step is not None:
        _known.tell(session, dossier, f"approve:{step.position}", step.role, now)


def revise(session: Session, dossier: Dossier, sent: Sent, *, actor: Actor, version: int | None, now: datetime) -> None:
    """A new version of a draft that was sent back; it goes through its chain from the start."""
    _same_version(dossier, version)
    drafter = accounts.actor_of(session, dossier.drafted_by)
    if not may_revise(session, dossier, actor) or drafter is None:
        raise NotAllowed
    if dossier.state != "DRAFTED":
        raise NotNow(_l("Only a draft that was sent back is changed."))
    _impartial(session, dossier, actor, now)
    if actor.id != dossier.drafted_by:
        sent = _its_form_alone(session, dossier, sent)
    papers = _papers_of(session, dossier, sent, drafter, now)
    _from_the_start(session, dossier, {paper["kind"] for paper in papers})
    _lay_down(session, dossier, sent, papers, actor, now)
    _submit(session, dossier, now)


def _from_the_start(session: Session, dossier: Dossier, kinds: set[str]) -> None:
    """No step is taken yet; kinds that the version before had not add the steps of theirs to the chain."""
    steps = queries_approval.steps_of(session, dossier.id)
    new = kinds - queries_approval.drafted_kinds(session, dossier.id)
    for step in steps:
        if new:
            session.delete(step)
        step.done_by = step.done_at = step.said = step.of_version = None
    session.flush()
    if new:
        _chain(session, dossier, _joined({*strictest(session, new), *(Step(each.step, each.role) for each in steps)}))


def may_revise(session: Session, dossier: Dossier, actor: Actor) -> bool:
    """Its drafter; and the secretary, where a body decided and the form alone is changed (row Q04)."""
    return actor.id == dossier.drafted_by or (actor.has("secretary") and of_a_body(session, dossier))


def of_a_body(session: Session, dossier: Dossier) -> bool:
    """Whether it holds what a panel or a review body decided."""
    doer, _number, _event = doer_of(dossier)
    return bool(doer.words) or bool(OF_A_BODY & queries_approval.drafted_kinds(session, dossier.id))


def _its_form_alone(session: Session, dossier: Dossier, sent: Sent) -> Sent:
    """What a body decided stays as its member sent it; another hand changes only words."""
    newest = queries_approval.version_of(session, dossier.id)
    doer, _number, _event = doer_of(dossier)
    earlier = Sent.from_json(newest.sent) if newest else Sent()

    def is_words(name: str) -> bool:
        return name.rpartition("-")[2] in doer.words

    words = [each for each in sent.fields if is_words(each[0])]
    return Sent((*(each for each in earlier.fields if not is_words(each[0])), *words), earlier.files)


def _papers_of(session: Session, dossier: Dossier, sent: Sent, actor: Actor, now: datetime) -> list[dict[str, Any]]:
    """What it would make now; nothing of it is kept."""
    with attempt(session):
        made = _trial(session, lambda: _again(session, dossier, sent, actor, now))
        return _frozen(made.papers)


def _again(session: Session, dossier: Dossier, sent: Sent, actor: Actor, now: datetime) -> None:
    doer, number, event = doer_of(dossier)
    form = doer.form(session, number, event, sent)
    if not form.validate():
        _name, said = form.problems[0]
        raise NotNow(said)
    session.info[HELD] = dossier
    try:
        doer.do(session, number, event, form, actor, now)
    finally:
        session.info.pop(HELD)


def comment(
    session: Session,
    dossier: Dossier,
    body: str,
    *,
    actor: Actor,
    now: datetime,
    paper: int | None = None,
    block: int | None = None,
    proposed: str = "",
) -> None:
    """An approver writes to the newest version, perhaps to one paragraph of it, perhaps with other words."""
    newest = queries_approval.version_of(session, dossier.id)
    if newest is None or dossier.state != "IN_APPROVAL":
        raise NotNow(_l("Comments are written while a draft is being approved."))
    if not any(actor.has(each.role) for each in queries_approval.steps_of(session, dossier.id)):
        raise NotAllowed
    _impartial(session, dossier, actor, now)
    if not (body.strip() or proposed.strip()):
        raise BadInput("body", _l("Write what has to be changed."))
    session.add(
        DossierComment(
            dossier_id=dossier.id,
            of_version=newest.number,
            account_id=actor.id or 0,
            at=now,
            paper=paper,
            block=block,
            body=body.strip()[:LONGEST],
            proposed=proposed.strip()[:LONGEST] or None,
        )
    )
    session.flush()


def approve(
    session: Session, dossier: Dossier, *, actor: Actor, version: int | None, now: datetime, said: str = ""
) -> None:
    """The next step but the last (核稿, 会签)."""
    _same_version(dossier, version)
    APPROVAL.carry_out(_asked(session, dossier, actor, now, said=said), "approve_step")
    _tell_next(session, dossier, now)


def send_back(
    session: Session, dossier: Dossier, *, actor: Actor, version: int | None, now: datetime, why: str = ""
) -> None:
    """Back to the drafter, with what has to be changed; the version is kept."""
    _same_version(dossier, version)
    if why.strip():
        comment(session, dossier, why, actor=actor, now=now)
    APPROVAL.carry_out(_asked(session, dossier, actor, now), "return_draft")
    _known.tell(session, dossier, "sent_back", "", now)


def sign(
    session: Session, dossier: Dossier, *, actor: Actor, version: int | None, now: datetime, said: str = ""
) -> None:
    """The last step (签发): what was approved is done, numbered and issued, all in this transaction."""
    _same_version(dossier, version)
    newest = queries_approval.version_of(session, dossier.id)
    drafter = accounts.actor_of(session, dossier.drafted_by)
    if newest is None or drafter is None:
        raise NotNow(_l("Whoever drafted this has no account any more: drop it, and let somebody draft it anew."))
    APPROVAL.carry_out(_asked(session, dossier, actor, now, said=said), "sign")
    Machine.all[dossier.subject_kind].thing(session, dossier.subject_id)  # nothing comes between trying and doing
    try:
        _as_approved(session, dossier, newest, drafter, now)
    except NotAllowed as refused:
        raise NotNow(
            _l("Whoever drafted this may not do it any more: drop it, and let somebody draft it anew.")
        ) from refused
    session.refresh(dossier)
    if dossier.state not in {"ISSUED", "SEALED"}:
        message = f"{dossier.deed} was done without its dossier"
        raise RuntimeError(message)


def _as_approved(session: Session, dossier: Dossier, newest: DossierVersion, drafter: Actor, now: datetime) -> None:
    """Do it in its drafter's name, if it still makes what was approved."""
    sent = Sent.from_json(newest.sent)
    with wordings.as_of(session, newest.made_at):
        if _digest(_papers_of(session, dossier, sent, drafter, newest.made_at)) != newest.digest:
            raise NotNow(
                _l(
                    "The documents would say something else now than what was approved. Send the draft back to be "
                    "renewed."
                )
            )
        _again(session, dossier, sent, drafter, now)


def drop(
    session: Session,
    dossier: Dossier,
    *,
    actor: Actor,
    version: int | None,
    now: datetime,
    reason: str,
    asked_by_body: bool = False,
) -> None:
    """Give it up, with a reason; only its drafter or one of its approvers."""
    _same_version(dossier, version)
    concerned = any(actor.has(each.role) for each in queries_approval.steps_of(session, dossier.id))
    if actor.id != dossier.drafted_by and not concerned:
        raise NotAllowed
    _impartial(session, dossier, actor, now)
    who = replace(actor, roles=actor.roles | {"officer"})
    facts = {"reason": reason.strip(), "asked_by_body": asked_by_body}
    APPROVAL.carry_out(Ask(session, dossier, who, facts, now), "drop")
    if actor.id != dossier.drafted_by:
        _known.tell(session, dossier, "dropped", "", now)


def _same_version(dossier: Dossier, version: int | None) -> None:
    if version is not None and version != dossier.version:
        raise Changed


def _asked(session: Session, dossier: Dossier, actor: Actor, now: datetime, *, said: str = "") -> Ask:
    """A step by the person whose turn it is: the chain makes an approver, not a role of one's own."""
    who = replace(actor, roles=actor.roles | {"approver"})
    return Ask(session, dossier, who, {"person": actor, "said": said.strip()}, now)


@APPROVAL.effect("Q03")
def taken(ask: Ask) -> None:
    """Who took the step, when, and the version that was read."""
    _note_step(ask)


@APPROVAL.effect("Q05")
def signed(ask: Ask) -> None:
    """Who signs; of what the system moves nobody does."""
    if "person" in ask.facts:
        _note_step(ask)
        ask.it.signed_by = ask.facts["person"].id
    elif "for" in ask.facts:
        mover: Ask = ask.facts["for"]
        ask.it.signed_by = mover.actor.id if mover.by_staff else None


@APPROVAL.effect("Q08")
def given_up(ask: Ask) -> None:
    """Why it was dropped."""
    ask.it.dropped_because = str(ask.facts["reason"])[:LONGEST]


def _note_step(ask: Ask) -> None:
    step = queries_approval.next_step(ask.session, ask.it.id)
    newest = queries_approval.version_of(ask.session, ask.it.id)
    if step is not None and newest is not None:
        step.done_by, step.done_at, step.of_version = ask.facts["person"].id, ask.now, newest.number
        step.said = ask.facts["said"] or None


def gate(ask: Ask, _row: Row) -> Iterator[Refused]:
    """While a dossier waits, no other move of staff starts on its subject; pages say so before anybody tries."""
    if not ask.by_staff or ask.fired_by is not None or not ask.session.info.get("open") or ask.it.id is None:
        return
    waiting = queries.open_dossier(ask.session, ask.machine, ask.it.id)
    if waiting is not None and waiting.deed and waiting is not ask.session.info.get(HELD):
        yield NotNow(_l("Documents for this matter wait for approval: nothing else is done with it until then."))


def look_again(session: Session, dossier: Dossier, now: datetime) -> None:
    """After a move from outside: ask later whether what waits could still be done."""
    later(session, "notices.look_again", f"look_again:{dossier.id}:{now.timestamp()}", dossier_id=dossier.id)


@job("notices.look_again")
def drop_if_impossible(dossier_id: int) -> None:
    """Drop a dossier whose move is refused after what happened meanwhile; its drafter is told (Q08)."""
    from_now = clock.now()
    with transaction() as at:
        dossier = at.get_one(Dossier, dossier_id, with_for_update=True, populate_existing=True)
        newest = queries_approval.version_of(at, dossier.id)
        drafter = accounts.actor_of(at, dossier.drafted_by)
        if dossier.state not in queries_approval.OPEN or newest is None or drafter is None:
            return
        try:
            _papers_of(at, dossier, Sent.from_json(newest.sent), drafter, from_now)
        except Refused as refused:
            at.refresh(dossier)
            APPROVAL.carry_out(Ask(at, dossier, SYSTEM, {"reason": str(refused)}, from_now), "drop")
            _known.tell(at, dossier, "dropped", "", from_now)

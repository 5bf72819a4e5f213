"""Chains of approval: whose hands the documents of a move need, by kind, as the association decided."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from sqlalchemy.orm import Session

from core.actors import Actor
from notices.kinds import KINDS
from registry import golive, settings, settings_known

ORDER: Final = ("check", "countersign", "sign")
RANK: Final = ("officer", "publisher", "reviewer", "secretary", "head", "council")
"""If two roles sign, the later one in this order is the stricter."""


ONE_HAND: Final = (*(f"D{number:02}" for number in range(1, 10)), "D33", "D39")
"""Letters of every day, which go out by their mover's hand by default (domain 6.10)."""


@dataclass(frozen=True)
class Step:
    """One step of a chain, and the role that takes it; a signature without a role is the mover's."""

    step: str
    role: str = ""


def strictest(session: Session, kinds: Iterable[str]) -> list[Step]:
    """The steps of all chains of these kinds, in order (association setting APPROVAL_CHAIN)."""
    return joined({step for kind in kinds for step in chain_of(session, kind)})


def joined(asked: set[Step]) -> list[Step]:
    """One chain of all these steps, with a single signature at its end."""
    signing = [step for step in asked if step.step == "sign"]
    last = max(signing, key=lambda each: RANK.index(each.role) if each.role in RANK else -1, default=Step("sign"))
    before = sorted((step for step in asked if step.step != "sign"), key=lambda s: (ORDER.index(s.step), s.role))
    if before and not last.role:
        last = Step("sign", "head")
    return [*before, last]


def chain_of(session: Session, kind: str) -> list[Step]:
    """The chain of one kind of document; in production only one that was confirmed."""
    settings.require(session, f"APPROVAL_CHAIN.{kind}")
    steps = settings.value(session, f"APPROVAL_CHAIN.{kind}") or ["sign"]
    return [Step(*str(each).partition(":")[::2]) for each in steps]


def to_go_live(session: Session) -> Iterator[golive.Item]:
    """The chains' line of the go-live check: graver kinds issued by one hand, which nobody has confirmed."""
    kinds = (kind.id for kind in KINDS.values() if kind.sealed and not kind.id.startswith(ONE_HAND))
    alone = [kind for kind in kinds if _by_one_hand(session, f"APPROVAL_CHAIN.{kind}")]
    if alone:
        yield golive.Item("chain", "APPROVAL_CHAIN", None, tuple(alone))


def _by_one_hand(session: Session, key: str) -> bool:
    said = settings.said(session, key)
    return not said.is_confirmed and (said.value or ["sign"]) == ["sign"]


def any_chain(session: Session) -> bool:
    """Whether any chain of the association is more than the mover's own signature."""
    kept = (row.value for key, row in settings_known.known(session).rows.items() if key.startswith("APPROVAL_CHAIN"))
    return any(value and value != ["sign"] for value in kept)


def needs_approval(chain: list[Step], actor: Actor) -> bool:
    """Whether the mover's own hand is not enough."""
    return len(chain) > 1 or bool(chain[0].role and not actor.has(chain[0].role))

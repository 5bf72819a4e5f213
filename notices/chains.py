"""Chains of approval: which hands the documents of a move need, by kind, as the association laid them down."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.actors import Actor
from registry import settings
from registry.models_settings import Setting

ORDER: Final = ("check", "countersign", "sign")
RANK: Final = ("officer", "publisher", "reviewer", "secretary", "head", "council")
"""Of two roles that sign, the later one is the stricter."""


@dataclass(frozen=True)
class Step:
    """One step of a chain, and the role that takes it; a signature without a role is the mover's."""

    step: str
    role: str = ""


def strictest(session: Session, kinds: Iterable[str]) -> list[Step]:
    """The steps that all chains of these kinds ask for, in their order (association setting APPROVAL_CHAIN)."""
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

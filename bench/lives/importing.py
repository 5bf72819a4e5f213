"""What other registers bring in random lives: complaints of earlier years, and rows of a list of companies."""

from datetime import timedelta

from bench.lives.outside import Nothing, Scene
from core.actors import SYSTEM
from core.clock import day_of
from imports import companies, historic, mapping
from imports.company_rows import Bound, CompanyRow, Engaged
from imports.rows import Row
from registry.models import AliasKind, BasisKind, Party, PartyKind


def import_history(scene: Scene) -> None:
    """Some complaints of earlier years, about companies that the register may know."""
    dice = scene.dice
    rows = [
        Row(
            line=line,
            number=f"life-{dice.random()}",
            received_at=scene.now - timedelta(days=dice.randint(30, 900)),
            product="Debt collection",
            issue=scene.says(),
            facts=scene.says(),
            company=dice.choice(scene.world.companies),
            out_of_scope=False,
        )
        for line in range(dice.randint(1, 4))
    ]
    historic.import_rows(scene.at, rows, mapping.mapping(dice.choice(mapping.names())))


def import_companies(scene: Scene) -> None:
    """A row about a company that stands in the register, with another name, what binds it, and who engaged it."""
    found = [scene.at.get_one(Party, each.id) for each in scene.world.firms]
    lenders = [each for each in found if each.kind is PartyKind.INSTITUTION]
    if not lenders:
        raise Nothing
    it, dice = scene.dice.choice(found), scene.dice
    begins = day_of(scene.now) - timedelta(days=dice.choice((0, 20, 500)))
    lender = dice.choice(lenders).uscc
    row = CompanyRow(
        line=1,
        uscc=it.uscc,
        name_zh=it.name_zh,
        kind=it.kind,
        cells=[],
        names=[(AliasKind.APP, f"{it.name_zh[:2]}{dice.choice('金木水火土')}")],
        bound=Bound(BasisKind.UNDERTAKING, begins, None, "承诺书") if dice.random() < 0.5 else None,
        engaged=Engaged(lender, begins, None, "", "") if it.kind is PartyKind.FIRM and dice.random() < 0.7 else None,
    )
    companies.enter(scene.at, row, actor=SYSTEM, now=scene.now)


ALONE = (import_history, import_companies)
"""What comes from elsewhere, about nobody's matter."""

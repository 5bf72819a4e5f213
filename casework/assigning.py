"""Assignment rules: laid down and ordered by heads, tried when a complaint is accepted, the reason journalled."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from casework import noting, queries_assignment, telling
from casework.changes import unchanged
from casework.models import Complaint
from casework.models_assignment import AssignmentRule
from casework.policies_assignment import may_lay_down
from casework.queries_assignment import Matter, Staff
from core.actors import Actor
from core.errors import BadInput, NotAllowed
from core.journal import Subject, note
from core.machine import Ask
from core.words import _l

MOST = 100
"""How many rules there may be."""
FIELDS = ("name", "party_id", "code", "lang", "region", "people", "most_open")


@dataclass(frozen=True)
class Found:
    """Where a complaint goes, by which rule, and who was passed over and why."""

    rule: AssignmentRule | None = None
    account_id: int | None = None
    passed: dict[int, str] = field(default_factory=dict)
    """By account, why it was passed over: AWAY, BARRED, FULL or GONE; of rules that fit, if nobody is left."""


def find(rules: Sequence[AssignmentRule], matter: Matter, staff: Staff) -> Found:
    """The first rule that fits and has somebody able to take it; of its people the one with the least work."""
    passed: dict[int, str] = {}
    for rule in rules:
        if not _fits(rule, matter, staff):
            continue
        fit = []
        for person in rule.people:
            why = _why_not(rule, person, matter, staff)
            if why:
                passed[person] = why
            else:
                fit.append(person)
        if fit:
            chosen = min(fit, key=lambda person: (staff.loads.get(person, 0), rule.people.index(person)))
            return Found(rule, chosen, passed)
    return Found(passed=passed)


def preview(session: Session, today: date) -> list[tuple[Matter, Found]]:
    """Which open complaints would go where, one after the other; nothing is assigned."""
    rules, matters = queries_assignment.rules(session), queries_assignment.unassigned(session)
    staff = queries_assignment.staff_for(session, matters, _people(rules), today)
    found = []
    for matter in matters:
        where = find(rules, matter, staff)
        if where.account_id is not None:
            staff.loads[where.account_id] = staff.loads.get(where.account_id, 0) + 1
        found.append((matter, where))
    return found


def at_acceptance(ask: Ask, respondents: Sequence[int]) -> None:
    """Give an accepted complaint that nobody has to somebody whom the rules name, and journal why."""
    session, it = ask.session, ask.it
    rules = queries_assignment.rules(session)
    if it.officer_id is not None or not rules:
        return
    matter = _matter(it, respondents)
    staff = queries_assignment.staff_for(session, [matter], _people(rules), ask.on)
    found = find(rules, matter, staff)
    if found.rule is None:
        return
    it.officer_id = found.account_id
    telling.of_assignment(session, "complaint_assigned", it.id, found.account_id, actor=ask.actor, now=ask.now)
    said = {
        "officer": [None, found.account_id],
        "rule": found.rule.id,
        "rule_name": found.rule.name,
        "passed_over": {str(person): why for person, why in found.passed.items()},
    }
    noting.of_complaint(session, it, "assigned", ask.actor, ask.now, said)


def lay_down(
    session: Session,
    rule: AssignmentRule | None,
    *,
    actor: Actor,
    now: datetime,
    version: int | None = None,
    **said: Any,  # noqa: ANN401 - the fields
) -> AssignmentRule:
    """Add a rule at the end, or change one, unless another head has changed it since the form was opened."""
    _only_heads(actor)
    if rule is not None:
        unchanged(rule, version)
    if not said["people"]:
        raise BadInput("people", _l("Say to whom these complaints go."))
    what = "change"
    if rule is None:
        last, many = session.execute(select(func.max(AssignmentRule.place), func.count(AssignmentRule.id))).one()
        if many >= MOST:
            raise BadInput("name", _l("There are %(most)s rules already: remove one first.", most=MOST))
        rule, what = AssignmentRule(place=(last or 0) + 1), "lay_down"
        session.add(rule)
    for name in FIELDS:
        setattr(rule, name, said[name])
    session.flush()
    _note(session, rule, what, actor, now, {name: said[name] for name in FIELDS})
    return rule


def raise_up(session: Session, rule: AssignmentRule, *, actor: Actor, now: datetime) -> None:
    """Try the rule before the one above it. Its version stays: no form about a rule holds its place."""
    _only_heads(actor)
    every = list(
        session.scalars(select(AssignmentRule).order_by(AssignmentRule.place, AssignmentRule.id).with_for_update())
    )
    here = every.index(rule)
    if here:
        every[here - 1], every[here] = every[here], every[here - 1]
    for place, each in enumerate(every, start=1):
        if each.place != place:
            moved = update(AssignmentRule).where(AssignmentRule.id == each.id)
            session.execute(moved.values(place=place))
    _note(session, rule, "raise", actor, now, {"place": rule.place})


def remove(session: Session, rule: AssignmentRule, *, actor: Actor, now: datetime) -> None:
    """Remove the rule; what it has assigned stays assigned."""
    _only_heads(actor)
    _note(session, rule, "remove", actor, now, {"name": rule.name})
    session.delete(rule)
    session.flush()


def _fits(rule: AssignmentRule, matter: Matter, staff: Staff) -> bool:
    return (
        (rule.party_id is None or rule.party_id in matter.parties)
        and any(code.startswith(rule.code) for code in matter.codes or {""})
        and rule.lang in {"", matter.lang}
        and (not rule.region or any(staff.regions.get(each, "").startswith(rule.region) for each in matter.parties))
    )


def _why_not(rule: AssignmentRule, person: int, matter: Matter, staff: Staff) -> str:
    if person not in staff.able:
        return "GONE"
    if person in staff.away:
        return "AWAY"
    if person in staff.barred.get(matter.id, ()):
        return "BARRED"
    full = rule.most_open is not None and staff.loads.get(person, 0) >= rule.most_open
    return "FULL" if full else ""


def _matter(it: Complaint, respondents: Sequence[int]) -> Matter:
    named = (each.party_id for each in it.companies if each.party_id is not None)
    codes = frozenset(each.code for each in it.codes)
    return Matter(it.id, it.ref, it.lang, frozenset((*named, *respondents)), codes)


def _people(rules: Sequence[AssignmentRule]) -> set[int]:
    return {person for rule in rules for person in rule.people}


def _only_heads(actor: Actor) -> None:
    if not may_lay_down(actor):
        raise NotAllowed


def _note(
    session: Session, rule: AssignmentRule, what: str, actor: Actor, now: datetime, changes: dict[str, Any]
) -> None:
    about = Subject("assignment_rule", rule.id, f"assignment-rule-{rule.id}")
    note(session, about, what, actor, now, changes=changes)

"""Call lists in random lives: contacts entered and taken out, counted with a finding, passed on to the institution."""

from datetime import timedelta

from sqlalchemy import select

from bench.lives.outside import Act, Nothing, Scene
from bench.lives.tracks import who
from casework import cases, contact_breaches, contact_counts, contact_tables, contacts
from casework.models_cases import CaseTrack
from casework.models_contacts import ContactEvent
from core.clock import local

MARK = "1"
"""A debtor who did not complain."""


def call(scene: Scene, it: CaseTrack) -> None:
    """Somebody enters what a debtor's list of calls shows of one day: more or fewer than may be."""
    every = contacts.choices_of(scene.at, it.case)
    if not every:
        raise Nothing
    day = (local(scene.now) - timedelta(days=scene.dice.randint(4, 9))).replace(hour=9, minute=0)
    kind = scene.dice.choice(contacts.CALLS)
    for number in range(scene.dice.randint(1, 5)):
        contact = contacts.Contact(
            day + timedelta(minutes=scene.dice.randint(0, 700)),
            kind,
            scene.dice.choice(every),
            contacts.Whose(mark=MARK),
            from_number=f"0571880000{number}",
            seconds=scene.dice.choice((None, 0, 12, 190)),
        )
        contacts.enter(scene.at, it.case, contact, actor=scene.one("officer"), now=scene.now)


def uncall(scene: Scene, it: CaseTrack) -> None:
    """One of them counts no longer."""
    mine = select(ContactEvent).where(ContactEvent.case_id == it.case_id, ContactEvent.out_at.is_(None))
    found = scene.at.scalars(mine.order_by(ContactEvent.id)).all()
    if not found:
        raise Nothing
    it_was, by = scene.dice.choice(found), scene.one("officer")
    contacts.take_out(scene.at, it.case, it_was, why=scene.says(), actor=by, now=scene.now)


def allege_calls(scene: Scene, it: CaseTrack) -> None:
    """The company is said to have called too often."""
    code, by = scene.dice.choice(sorted(contact_counts.CODES)), scene.one("officer")
    cases.allege(scene.at, it, code=code, facts=scene.says(), persons=1, acts=5, actor=by, now=scene.now)


def count(scene: Scene, it: CaseTrack) -> None:
    """The investigator puts the daily counts with a finding."""
    offered = [(each, table) for each in it.allegations for table in contact_tables.offered(scene.at, each)]
    if not offered:
        raise Nothing
    allegation, table = scene.dice.choice(offered)
    by, lender = who(scene, it.investigator_id), table.institution.id
    contact_tables.attach(scene.at, allegation, institution_id=lender, actor=by, now=scene.now)


def pass_on(scene: Scene, it: CaseTrack) -> None:
    """What only the sum over several firms shows is named on the institution's track."""
    if not it.allegations:
        raise Nothing
    allegation, by = scene.dice.choice(it.allegations), scene.one("officer")
    contact_breaches.pass_on(scene.at, allegation, actor=by, now=scene.now)


ACTS: tuple[tuple[str, Act], ...] = tuple(("report", act) for act in (call, call, uncall, allege_calls, count, pass_on))

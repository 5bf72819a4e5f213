"""What must hold before a track is terminated or closed without execution."""

from collections.abc import Iterator

from casework.states import TRACK
from core.errors import BadInput, NotNow, Refused
from core.machine import Ask
from core.words import LazyString, _l
from registry import lineage
from sanctions import rounds
from sanctions.levels import FIRST_MAJOR
from sanctions.policies_reissues import recipient, voided

TERMINATED = ("MISTAKE", "NO_JURISDICTION", "CEASED")
"""Why a track can be terminated before a decision (S76)."""
UNEXECUTED = ("CEASED", "UNABLE")
"""Why measures can stay unexecuted (S75)."""
OUT = ("PUBLISHED", "EXPIRED", "WITHDRAWN", "DROPPED")
"""States of a publication that nobody waits for."""


@TRACK.guard("S76")
def ends_for_a_known_ground(ask: Ask) -> Iterator[Refused]:
    """Filed by mistake, no jurisdiction, or ceased to exist without a successor; reasons."""
    ground = ask.facts.get("ground")
    if ground not in TERMINATED:
        yield BadInput("ground", _l("Choose why the track is terminated."))
    if ground == "CEASED":
        yield from _without_successor(ask)
    yield from _with_reasons(ask)


def _with_reasons(ask: Ask) -> Iterator[Refused]:
    if not str(ask.facts.get("reasons") or "").strip():
        yield BadInput("reasons", _l("Give the reasons."))


def _went_on(ask: Ask) -> list[LazyString]:
    """The register knows a successor: a track against a company that is gone goes on against it."""
    party = ask.it.party
    return [
        _l(
            "%(company)s went on as %(successor)s: pass the track on to it on the company's page.",
            company=party.name_zh,
            successor=each.successor.name_zh,
        )
        for each in lineage.successions(ask.session, party.id)
    ]


def _without_successor(ask: Ask) -> Iterator[Refused]:
    party = ask.it.party
    for each in _went_on(ask):
        yield BadInput("ground", each)
    if party.ceased_on is None:
        yield BadInput(
            "ground",
            _l(
                "The register does not say that %(company)s ceased to exist: note it first on the company's page, "
                "with the paper that shows it.",
                company=party.name_zh,
            ),
        )


@TRACK.guard("S68")
def somebody_is_left(ask: Ask) -> Iterator[Refused]:
    """To a company that is gone only its decision is issued again: no row ends that state, public notice serves it.

    Of the end whoever goes on as it is told.
    """
    if ask.it.party.ceased_on is None or ask.it.state == "DECIDED":
        return
    if ask.it.state in TRACK.states_for("archive"):
        letters = [each for some in voided(ask.session, ask.it).values() for each in some]
        own = [each for each in letters if each.party_id == ask.it.party_id]
        if any((to := recipient(ask.session, ask.it, each)) and to.ceased_on is not None for each in own):
            yield NotNow(_l("The company has ceased to exist: nobody is left to whom its end is told."))
        return
    found = _went_on(ask)
    for each in found:
        yield NotNow(each)
    if not found and ask.it.state == "EXECUTING":
        yield NotNow(_l("The company has ceased to exist and has no successor: close the track instead."))
    elif not found:
        yield NotNow(_l("The company has ceased to exist and has no successor: terminate the track instead."))


@TRACK.guard("S75")
def can_stay_unexecuted(ask: Ask) -> Iterator[Refused]:
    """The respondent ceased to exist, or can no longer do what was ordered; every publication is out."""
    found, publication = rounds.decision(ask.session, ask.it), rounds.publication(ask.session, ask.it)
    ordered = found is not None and found.level >= FIRST_MAJOR
    if (publication is not None and publication.state not in OUT) or (ordered and publication is None):
        yield NotNow(_l("The circular or bulletin is not out yet: it needs nothing of the respondent."))
    if ask.facts.get("ground") not in UNEXECUTED:
        yield BadInput("ground", _l("Choose why the measures can't be carried out."))
    if ask.facts.get("ground") == "CEASED":
        yield from _without_successor(ask)
    yield from _with_reasons(ask)
    if not ask.facts.get("binding"):
        yield BadInput("binding", _l("Confirm that the order stays binding although it is not carried out now."))

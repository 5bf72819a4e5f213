"""The running tables of states against the copy of the domain model: the same rows, each with the guard it names."""

import dis
import inspect
import json
from typing import Any

import pytest
from flask import Flask

from casework.stages import STEPS, joined
from casework.states import COMPLAINT, TRACK
from core.machine import Machine
from core.settings import ROOT
from desk import case_page, queries_cases_pages, queries_queue_select
from notices.models import Service
from notices.states import ONLINE
from proceedings import queries_measures
from registry.clock_kinds import KINDS as CLOCKS
from tests.refusals import guarded

MODEL = json.loads((ROOT / "tests" / "data" / "model.json").read_text("utf-8"))["machines"]
WHOLE = ("complaint", "forwarding", "stop_contact", "approval", "service", "track", "publication", "recusal", "review")


def _rows(name: str) -> dict[str, dict[str, object]]:
    return {row["id"]: row for row in MODEL[name]["rows"]}


def test_every_machine_of_the_model_is_whole(app: Flask) -> None:
    assert set(WHOLE) == MODEL.keys() == Machine.all.keys()


@pytest.mark.parametrize("name", WHOLE)
def test_a_whole_machine_has_every_row_and_no_other(app: Flask, name: str) -> None:
    assert Machine.all[name].rows.keys() == _rows(name).keys()


@pytest.mark.parametrize("name", WHOLE)
def test_each_running_row_is_the_row_of_the_model(app: Flask, name: str) -> None:
    wanted = _rows(name)
    for number, row in Machine.all[name].rows.items():
        model = wanted[number]
        running = {
            "from": list(row.sources),
            "event": row.event,
            "to": row.target,
            "roles": list(row.roles),
            "doc": list(row.documents),
            "fires": [f"{machine}.{event}" for machine, event in row.fired],
            **{what: list(row.clocks(what)) for what in ("start", "arm", "stop", "pause", "resume", "extend")},
        }
        assert running == {said: model[said] for said in running}, number


@pytest.mark.parametrize("name", WHOLE)
def test_each_row_with_a_guard_has_one_and_is_refused_in_a_table_of_refusals(app: Flask, name: str) -> None:
    """The tables are run: a guard that never refuses fails its row there."""
    guards = Machine.all[name].guards
    assert not [(row, _rows(name)[row]["guard"]) for row in guarded(name) if not guards.get(row)]
    whole = f'guarded("{name}")'
    tables = [path.read_text("utf-8") for path in ROOT.glob("tests/*/test_guard_sentences*.py")]
    assert [text for text in tables if f"== {whole}" in text or f">= {whole}" in text], "no table holds all its rows"


@pytest.mark.parametrize(
    ("machine", "event", "states"),
    [
        ("service", "open", "AVAILABLE ALERTED NOTICE_POSTED"),
        ("service", "acknowledge", "READY AVAILABLE ALERTED POSTED UNDELIVERED NOTICE_POSTED"),
        ("service", "void", "ISSUED FAILED READY AVAILABLE ALERTED POSTED UNDELIVERED NOTICE_POSTED"),
        ("service", "leave", "READY UNDELIVERED"),
        ("track", "archive", "NOT_FILED NO_MEASURE REFERRED CLOSED"),
        ("track", "correct_text", "SERVED EFFECTIVE EXECUTING VERIFYING CLOSED"),
        ("track", "report_correction", "EXECUTING VERIFYING"),
    ],
)
def test_pages_and_queries_take_states_from_the_table_in_its_order(
    app: Flask, machine: str, event: str, states: str
) -> None:
    assert Machine.all[machine].states_for(event) == tuple(states.split())


def test_the_index_of_what_is_to_be_opened_is_the_one_that_the_table_lets_be_opened() -> None:
    index = next(each for each in Service.__table__.indexes if each.name == "ix_service_to_open")
    literal = ", ".join(f"'{state}'" for state in ONLINE)
    assert f"state IN ({literal}) OR" in str(index.dialect_options["postgresql"]["where"])


def test_each_state_between_the_lead_and_the_end_stands_in_one_step() -> None:
    steps = joined(*STEPS)
    assert len(steps) == len(set(steps))
    assert set(steps) == TRACK.states - TRACK.ends - {TRACK.initial}
    rungs = [states for _words, states in case_page.STAGES]
    for lists in (rungs, queries_cases_pages.STAGES.values(), queries_measures.STAGES.values()):
        listed = [state for states in lists for state in states]
        assert len(listed) == len(set(listed))
        assert not set(listed) - set(steps) - TRACK.ends - {TRACK.initial}


def test_lists_in_the_order_of_an_index_hold_what_the_table_holds() -> None:
    assert set(queries_queue_select.ENDS) == COMPLAINT.ends


@pytest.mark.parametrize("name", WHOLE)
def test_clocks_and_documents_that_rows_name_exist(app: Flask, name: str) -> None:
    for row in Machine.all[name].rows.values():
        for what in ("start", "arm", "stop", "pause", "resume", "extend"):
            assert set(row.clocks(what)) <= CLOCKS.keys(), row.id


@pytest.mark.parametrize("name", sorted(WHOLE))
def test_every_end_is_a_state_that_no_event_but_a_new_look_leaves(app: Flask, name: str) -> None:
    machine = Machine.all[name]
    for end in machine.ends & machine.states:
        leaving = {row.id for row in machine.rows_from(end) if row.target not in {"SAME", end}}
        assert leaving <= {"C29", "C30", "F14", "P06", "P07", "S65", "S66", "S67", "S78"}, end


HELD = {
    "track": ("ended_on", {"NOT_FILED", "NO_MEASURE", "REFERRED", "CLOSED"}),
    "service": ("served_on", {"SERVED"}),
    "publication": ("published_at", {"PUBLISHED"}),
    "approval": ("issued_at", {"ISSUED"}),
}
"""What the database holds against a state: there in these, and in no state before them."""


def _sets(effect: Any, fact: str) -> bool:
    """Whether it, or what it calls in its own module, notes that."""
    called = [effect.__globals__.get(name) for name in effect.__code__.co_names]
    mine = [each for each in called if inspect.isfunction(each) and each.__module__ == effect.__module__]
    steps = (step for each in (effect, *mine) for step in dis.get_instructions(each))
    return any(step.opname == "STORE_ATTR" and step.argval == fact for step in steps)


@pytest.mark.parametrize("name", HELD)
def test_what_is_held_against_the_state_is_noted_after_all_else(app: Flask, name: str) -> None:
    """The state is set only then, and a question in between would bring it to the database before."""
    machine, (fact, states) = Machine.all[name], HELD[name]
    early = [f"{row} {each.__name__}" for row, found in machine.effects.items() for each in found if _sets(each, fact)]
    assert not early
    late = {row for row, found in machine.last_effects.items() if any(_sets(each, fact) for each in found)}
    assert late >= {row.id for row in machine.rows.values() if row.target in states and not states & set(row.sources)}

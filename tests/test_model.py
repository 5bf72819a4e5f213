"""The running tables of states against the copy of the domain model: the same rows, each guard able to refuse."""

import inspect
import json

import pytest
from flask import Flask

from core.errors import Refused
from core.machine import Guard, Machine
from core.settings import ROOT
from registry.clock_kinds import KINDS as CLOCKS

MODEL = json.loads((ROOT / "tests" / "data" / "model.json").read_text("utf-8"))["machines"]
WHOLE = ("complaint", "forwarding", "stop_contact", "approval", "service", "track", "publication", "recusal", "review")


def _rows(name: str) -> dict[str, dict[str, object]]:
    return {row["id"]: row for row in MODEL[name]["rows"]}


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
def test_each_row_with_a_guard_has_one_that_can_refuse(app: Flask, name: str) -> None:
    without = []
    for number, row in _rows(name).items():
        if number in Machine.all[name].rows and (row.get("guard") or "-") != "-":
            guards = Machine.all[name].guards.get(number, [])
            if not any(_can_refuse(guard) for guard in guards):
                without.append((number, row["guard"]))
    assert not without


def _can_refuse(guard: Guard) -> bool:
    """Its source yields: what it yields are refusals, as its annotation says."""
    source = inspect.getsource(guard)
    return "yield" in source and "Refused" in source and issubclass(Refused, Exception)


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

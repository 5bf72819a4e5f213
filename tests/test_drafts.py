"""Whoever writes a long text loses none of it: each form keeps it on the server as it is typed, or says why not."""

import importlib
import pkgutil
from collections.abc import Iterator

from core.forms import Form, LongText
from core.settings import ROOT
from tests.rooms import ROOMS

NO_ACCOUNT = "who writes has no account to keep it under"
NOT_DRAFTED = {
    "complainants.forms.ConductForm": "a complaint is kept with its resume code",
    "complainants.forms.MessageForm": NO_ACCOUNT,
    "complainants.forms.InfoForm": NO_ACCOUNT,
    "complainants.forms.DisputeForm": NO_ACCOUNT,
    "complainants.forms.SettleForm": NO_ACCOUNT,
    "complainants.forms.WorseForm": NO_ACCOUNT,
    "complainants.forms.RecheckAskForm": NO_ACCOUNT,
    "complainants.forms_stop_contacts.BreachForm": NO_ACCOUNT,
    "desk.forms_bulk.AskForm": "what was ticked in the queue stands on this page alone, and would not come back",
    "desk.forms_call_lists.ReadForm": "a few numbers, one a line; the list itself is kept",
    "imports.forms.ComplaintColumnsForm": "a few words of the file, kept with its columns as a mapping",
}
"""Forms with a long text that keep nothing while it is typed, and why."""


def kinds(of: type[Form] = Form) -> Iterator[type[Form]]:
    for kind in of.__subclasses__():
        yield kind
        yield from kinds(kind)


def long_texts(kind: type[Form]) -> set[str]:
    """Its long fields, also those of its rows."""
    rows = {name: make() for group in getattr(kind, "ROWS", ()) for name, make in group.fields.items()}
    every = rows | {name: getattr(kind, name, None) for name in dir(kind)}
    return {name for name, field in every.items() if getattr(field, "field_class", None) is LongText}


def test_every_form_with_a_long_text_keeps_it_as_it_is_typed_or_says_why_not() -> None:
    for room in ROOMS:
        for module in pkgutil.walk_packages([str(ROOT / room)], f"{room}."):
            importlib.import_module(module.name)
    ours = tuple(f"{room}." for room in ROOMS)
    writing = [kind for kind in set(kinds()) if kind.__module__.startswith(ours) and long_texts(kind)]
    lost = {f"{kind.__module__}.{kind.__qualname__}" for kind in writing if not kind.drafted}
    assert lost == set(NOT_DRAFTED)
    assert len(writing) > 100


SHOWN_AGAIN = {
    "core/typed.html": "what was posted to a page that had expired, or while the database was away, to be sent again",
    "layouts/pieces.html": "kept text of a form that is not there any more, to be copied",
}
"""Templates with a text of several lines of their own, and why."""


def test_every_long_text_that_people_write_stands_in_a_form_that_is_a_form() -> None:
    folder = ROOT / "templates"
    by_hand = {str(it.relative_to(folder)) for it in folder.rglob("*.html") if "<textarea" in it.read_text("utf-8")}
    assert by_hand - {"parts/forms.html"} == set(SHOWN_AGAIN)

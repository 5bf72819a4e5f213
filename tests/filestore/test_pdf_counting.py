"""A PDF from outside is opened apart: what it unpacks to costs a child its life, and this process nothing."""

import contextlib
import io
import resource
from collections.abc import Callable
from dataclasses import replace
from types import ModuleType

import pytest

from core.errors import BadInput
from filestore import frame_counting, inspection, pdf_counting, redrawing, sheets, text_reading
from filestore.confined import Bounds, BrokenOff
from filestore.file_checks import damaged
from filestore.file_kinds import kind_of
from tests.filestore import making_files as made

MIB = 1 << 20


def explosive(megabytes: int) -> bytes:
    """A small file whose table of objects unpacks to so much."""
    packed = made.packed_nothing(megabytes * MIB)
    body = (
        b"%PDF-1.5\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
        b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 100 100]>>endobj\n"
    )
    table = b"4 0 obj<</Type/XRef/Size %d/W[1 4 2]/Root 1 0 R/Filter/FlateDecode/Length %d>>stream\n"
    head = body + table % (megabytes * MIB // 7, len(packed))
    return head + packed + b"\nendstream endobj\nstartxref\n%d\n%%%%EOF\n" % len(body)


def test_a_pdf_that_unpacks_to_more_than_a_machine_has_costs_this_process_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(pdf_counting, "BOUNDS", Bounds(memory=256 << 20, cpu=1, wall=20.0, alone=True))
    bomb = explosive(600)
    assert len(bomb) < MIB
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    with contextlib.suppress(BadInput):  # or it is read around the damage, which costs as little
        kind_of(io.BytesIO(bomb), "letter.pdf")
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100 * MIB // 1024


def test_pages_are_counted_and_a_password_is_told() -> None:
    assert pdf_counting.pages_in(made.pdf()) == 1
    assert pdf_counting.pages_in(b"%PDF-1.7 nothing") == 0
    with pytest.raises(pdf_counting.Locked):
        pdf_counting.pages_in(made.pdf(password="secret"))


def test_what_a_busy_machine_does_not_look_through_in_time_is_not_called_damaged(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for module in (pdf_counting, frame_counting):
        monkeypatch.setattr(module, "BOUNDS", replace(module.BOUNDS, wall=0.001))
    for name, content in (("letter.pdf", made.pdf()), ("photo.webp", made.picture("WEBP"))):
        with pytest.raises(BadInput) as refused:
            kind_of(io.BytesIO(content), name)
        assert str(refused.value) != str(damaged(name))


@pytest.mark.parametrize(
    ("module", "bounds", "look"),
    [
        (text_reading, "BOUNDS", lambda: text_reading.words_of(made.pdf(), "application/pdf")),
        (inspection, "BOUNDS", lambda: inspection.look_into(made.pdf(), [])),
        (redrawing, "ONE", lambda: redrawing.character(made.picture())),
        (sheets, "_BOUNDS", lambda: sheets.read(io.BytesIO(made.sheet()), "calls.xlsx")),
    ],
)
def test_of_what_a_busy_machine_does_not_read_in_time_nothing_is_said_and_it_is_asked_again(
    monkeypatch: pytest.MonkeyPatch, module: ModuleType, bounds: str, look: Callable[[], object]
) -> None:
    monkeypatch.setattr(module, bounds, replace(getattr(module, bounds), wall=0.001))
    with pytest.raises(BrokenOff):
        look()


def test_several_are_counted_one_after_the_other_and_one_that_ends_the_process_spoils_none() -> None:
    whole, locked, bomb = made.pdf(), made.pdf(password="secret"), explosive(600)
    assert pdf_counting.pages_of_each([lambda: whole, lambda: locked, lambda: b"", lambda: whole]) == [1, 0, 0, 1]
    assert pdf_counting.pages_of_each([lambda: whole, lambda: bomb, lambda: whole])[::2] == [1, 1]
    assert pdf_counting.pages_of_each([]) == []

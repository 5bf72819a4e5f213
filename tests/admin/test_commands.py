"""Commands tell how they ended: on stdout what was asked, on stderr what is wrong, and by their exit code."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import Engine, delete, event, func, select, text

from admin import forgetting
from casework import erasing, noting
from casework.models import Complaint
from core import outbox
from core.actors import SYSTEM
from core.db import Once, transaction
from core.journal import JournalEntry
from core.settings import ROOT
from registry.models_settings import Installation
from tests import builders
from tests.conftest import NOW


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["2026-09-25", "5", "WD"], "2026-10-09"),
        (["2026-11-25", "15", "CD"], "2026-12-10"),
        (["2026-11-25", "3", "MONTH"], "2027-02-25"),
        (["2026-12-25", "10", "WD"], "2027-01-11 provisional"),
        (["2028-12-30", "10", "WD"], "no date: the calendar ends before it"),
    ],
)
def test_a_deadline_is_told(app: Flask, words: list[str], said: str) -> None:
    answer = app.test_cli_runner().invoke(args=["deadline", *words])
    assert answer.exit_code == 0
    assert answer.stdout.strip() == said


def test_a_deadline_is_explained_day_by_day(app: Flask) -> None:
    answer = app.test_cli_runner().invoke(args=["deadline", "2026-11-25", "3", "WD", "--explain"])
    assert len(answer.stdout.splitlines()) == 7
    assert app.test_cli_runner().invoke(args=["deadline", "yesterday", "3", "WD"]).exit_code == 2
    assert app.test_cli_runner().invoke(args=["deadline", "2026-11-25", "0", "WD"]).exit_code == 2
    back = app.test_cli_runner().invoke(args=["deadline", "2026-11-25", "-5", "WD"])
    assert (back.exit_code, "“-5” is no length; it is counted forward" in back.stderr) == (2, True)
    words = app.test_cli_runner().invoke(args=["deadline", "2026-11-25", "five", "WD"])
    assert (words.exit_code, "“five” is no length; it is counted forward" in words.stderr) == (2, True)


def test_an_explanation_names_holidays_and_make_up_workdays_and_ends_with_the_day(app: Flask) -> None:
    said = app.test_cli_runner().invoke(args=["deadline", "2026-04-29", "5", "WD", "--explain"]).stdout.splitlines()
    assert said[0].startswith("2026-04-29 Wed")
    assert "not counted (Labour Day)" in "".join(said)
    assert said[-2].startswith("2026-05-09 Sat    5  Make-up workday")
    assert said[-1] == "2026-05-09"


def batch(app: Flask, rows: str) -> tuple[int, str, str]:
    answer = app.test_cli_runner().invoke(args=["deadline", "--batch", "-"], input=rows)
    return answer.exit_code, answer.stdout, answer.stderr


def test_a_batch_answers_every_worked_deadline_in_its_row(app: Flask) -> None:
    vectors = json.loads((ROOT / "tests" / "data" / "vectors.json").read_text("utf-8"))
    rows = "".join(f"{one['id']},{one['start']},{one['length']},{one['unit']}\n" for one in vectors)
    code, said, _ = batch(app, "\ufeffid,start,length,unit\n" + rows)
    wanted = [
        f"{one['id']},{one['start']},{one['length']},{one['unit']},{one['due']},{str(one['provisional']).lower()}"
        for one in vectors
    ]
    assert (code, said.splitlines()) == (0, ["id,start,length,unit,due,provisional", *wanted])


def test_a_batch_may_come_without_a_head_and_reads_a_file(app: Flask, tmp_path: Path) -> None:
    file = tmp_path / "rows.csv"
    file.write_text("2026-01-31,1,MONTH\n2028-12-20,60,WD\n", "utf-8")
    answer = app.test_cli_runner().invoke(args=["deadline", "--batch", str(file)])
    assert answer.stdout == "2026-01-31,1,MONTH,2026-02-28,false\n2028-12-20,60,WD,,true\n"


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ("2026-02-30,5,WD", "line 3: there is no such day as 2026-02-30"),
        ("2026-03-02,0,WD", "line 3: “0” is no length"),
        ("2026-03-02,x,WD", "line 3: “x” is no length"),
        ("2026-03-02,5,YEAR", "line 3: “YEAR” is no unit"),
        ("2026-03-02,5", "line 3: 2 values where 3 are expected"),
        ('2026-03-02,"5,WD', "line 3: this is no CSV"),
        ("2026-02-30,5,YEAR", "no such day as 2026-02-30; “YEAR” is no unit"),
        ("soon,x,WD", "write it as 2026-04-29; “x” is no length"),
    ],
)
def test_a_bad_row_is_named_and_nothing_is_answered(app: Flask, row: str, why: str) -> None:
    code, said, wrong = batch(app, f"start,length,unit\n2026-03-02,5,WD\n{row}\n")
    assert (code, said) == (1, "")
    assert why in wrong


@pytest.mark.parametrize("rows", ["", "\n", "start,length\n2026-03-02,5\n"])
def test_a_file_without_what_is_needed_is_refused(app: Flask, rows: str) -> None:
    code, said, wrong = batch(app, rows)
    assert (code, said) == (1, "")
    assert wrong.strip()


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["2026-03-02", "5"],
        ["--batch", "/no/such/file"],
        ["--batch", "-", "--explain"],
        ["2026-03-02", "5", "WD", "--batch", "-"],
        ["2026-03-02", "5", "YEAR"],
    ],
)
def test_a_deadline_asked_wrongly_exits_with_two(app: Flask, words: list[str]) -> None:
    assert app.test_cli_runner().invoke(args=["deadline", *words], input="").exit_code == 2


@pytest.mark.parametrize(
    ("day", "said"),
    [("2026-02-30", "there is no such day as 2026-02-30"), ("yesterday", "is no day; write it as 2026-04-29")],
)
def test_a_day_that_does_not_exist_is_told_from_one_that_is_written_wrongly(app: Flask, day: str, said: str) -> None:
    answer = app.test_cli_runner().invoke(args=["deadline", day, "5", "WD"])
    assert answer.exit_code == 2
    assert said in answer.stderr
    assert said in batch(app, f"start,length,unit\n{day},5,WD\n")[2]


def test_a_unit_that_there_is_not_is_told_the_units_as_they_are_written_everywhere(app: Flask) -> None:
    answer = app.test_cli_runner().invoke(args=["deadline", "2026-04-29", "5", "DAYS"])
    assert "“DAYS” is no unit; use WD, CD, MONTH" in answer.stderr
    assert app.test_cli_runner().invoke(args=["deadline", "2026-11-25", "15", "cd"]).stdout == "2026-12-10\n"


def test_a_changed_journal_is_named(app: Flask) -> None:
    runner = app.test_cli_runner()
    with app.app_context(), transaction() as at:
        builders.Desk(at, builders.datetime.fromisoformat("2026-11-25T02:00:00+00:00")).received()
    assert runner.invoke(args=["verify-journal"]).exit_code == 0
    with app.app_context(), transaction() as at:
        at.execute(
            text("INSERT INTO journal_head (subject_kind, subject_id, seq, digest) VALUES ('complaint', 99, 1, 'x')")
        )
    broken = runner.invoke(args=["verify-journal"])
    assert broken.exit_code == 1
    assert broken.stdout.startswith("complaint 99")


def test_what_is_erased_while_the_journal_is_verified_is_no_break(app: Flask) -> None:
    with app.app_context(), transaction() as at:
        number = builders.Desk(at, NOW).received().id
        complaint = at.get_one(Complaint, number)
        noting.of_complaint(at, complaint, "complaint.told", SYSTEM, NOW, {"what": "a person wrote"})
    asked: list[str] = []

    def erases(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        if asked or "FROM journal" not in statement:
            return
        asked.append(statement)
        with app.app_context(), transaction() as at:
            erasing._erase(at, at.get_one(Complaint, number), NOW)

    event.listen(Engine, "after_cursor_execute", erases)
    try:
        answer = app.test_cli_runner().invoke(args=["verify-journal"])
    finally:
        event.remove(Engine, "after_cursor_execute", erases)
    assert (answer.exit_code, answer.stdout, len(asked)) == (0, "The journal holds.\n", 1)
    assert app.test_cli_runner().invoke(args=["verify-journal"]).exit_code == 0


def test_seeding_twice_is_the_same_as_once_and_the_mode_is_fixed(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    runner = app.test_cli_runner()
    assert runner.invoke(args=["seed"]).exit_code == 0
    settings = app.extensions["zilu"]
    monkeypatch.setitem(app.extensions, "zilu", type(settings)(**{**vars(settings), "mode": "production"}))
    refused = runner.invoke(args=["seed"])
    assert refused.exit_code == 1
    assert refused.stderr.strip()


def test_no_installation_begins_with_a_hash_key_that_may_be_guessed(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    with app.app_context(), transaction() as at:
        at.execute(delete(Installation))
    given = app.extensions["zilu"]
    six = "密钥密钥密钥".encode()  # more bytes than characters
    for key, code in ((b"short", 1), (six, 1), (given.hash_key, 0), (b"short", 0)):  # a short one of old can't change
        monkeypatch.setitem(app.extensions, "zilu", replace(given, hash_key=key))
        assert app.test_cli_runner().invoke(args=["seed"]).exit_code == code


@pytest.mark.parametrize("words", [["nonsense"], ["new@lanwan.example", "--instead-of", "nobody@lanwan.example"]])
def test_an_operator_is_refused_in_the_language_of_the_command(app: Flask, words: list[str]) -> None:
    refused = app.test_cli_runner().invoke(args=["first-admin", *words])
    assert (refused.exit_code, refused.stderr.strip() != "", refused.stderr.isascii()) == (1, True, True)


@pytest.mark.parametrize(
    "name", ["collect-assets", "worker", "clock", "import-complaints", "pictures", "first-admin", "db"]
)
def test_the_operators_commands_are_there(app: Flask, name: str) -> None:
    assert app.test_cli_runner().invoke(args=[name, "--help"]).exit_code == 0


def test_with_the_assets_comes_the_page_that_a_proxy_gives_out_while_the_web_is_away(
    app: Flask, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setitem(app.config, "BUILT", tmp_path)
    assert app.test_cli_runner().invoke(args=["collect-assets"]).exit_code == 0
    page = (tmp_path / "static" / "away.html").read_text("utf-8")
    assert all(words in page for words in ("系统暂时无法访问", "We&#39;ll be back in a moment"))


def test_one_round_of_the_clock_ends(app: Flask) -> None:
    assert app.test_cli_runner().invoke(args=["clock", "--once"]).exit_code == 0


def test_the_clock_forgets_which_forms_were_carried_out_long_ago(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forgetting, "LOT", 2)
    with app.app_context():
        with transaction() as at:
            here = at.scalar(select(func.now()))
            days = {"fresh": 59, **{f"old {number}": 61 for number in range(5)}}
            at.add_all(Once(digest=name, at=here - timedelta(days=many)) for name, many in days.items())
        app.test_cli_runner().invoke(args=["clock", "--once"])
        with transaction() as at:
            assert at.scalars(select(Once.digest).where(Once.digest.in_(days))).all() == ["fresh"]


def test_what_was_given_up_is_listed_and_tried_again_only_as_asked_for(app: Flask) -> None:
    with app.app_context(), transaction() as at:
        for days, key in enumerate(("mail:1", "mail:2", "render:1")):
            name = "core.mail" if key.startswith("mail") else "notices.render"
            outbox.later(at, name, key)
            row = at.scalars(select(outbox.Outbox).where(outbox.Outbox.key == key)).one()
            row.gave_up_at = datetime(2026, 11, 20 + days, tzinfo=UTC)
    run = app.test_cli_runner().invoke
    refused = run(args=["try-again"])
    assert refused.exit_code == 1
    assert "core.mail: 2, given up 2026-11-20 to 2026-11-21" in refused.stderr
    assert run(args=["try-again", "--job", "core.male", "--yes"]).exit_code == 2
    assert run(args=["try-again", "--since", "soon", "--yes"]).exit_code == 2
    assert run(args=["try-again", "--since", "2026-11-23", "--yes"]).stdout == "Nothing was given up.\n"
    done = run(args=["try-again", "--job", "core.mail", "--since", "2026-11-21", "--yes"])
    assert (done.exit_code, done.stdout) == (0, "1 given up before, to be done again.\n")
    with app.app_context(), transaction() as at:
        states = {row.key: row.state for row in at.scalars(select(outbox.Outbox))}
        assert states == {"mail:1": "GAVE_UP", "mail:2": "WAITING", "render:1": "GAVE_UP"}
        entry = at.scalars(select(JournalEntry).where(JournalEntry.row == "outbox.try_again")).one()
        assert entry.changes == {"jobs": {"core.mail": 1}, "number": 1}

"""The rules the house stands on, asked of the running application."""

import ast
import importlib
import operator
import re
from collections.abc import Iterator
from functools import cache
from urllib.parse import urlsplit

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from casework.states import ANSWERING, CHECKING, ENDS, FILED_BY, LETTERS, OVER, UNSENT
from core import outbox
from core.actors import Actor
from core.db import Base
from core.forms import Form
from core.labels import state_label
from core.machine import ANY, Machine
from core.settings import ROOT
from core.web import audience_of
from notices import making, states, wording
from notices.kinds import KINDS
from sanctions import rounds
from sanctions.policies import STATING
from sanctions.policies_execution import STILL_TAKEN
from sanctions.states import DRAFTS
from tests import uses
from tests.layers import LAYERS, layer_of
from tests.rooms import ROOMS

OPEN: dict[str, set[str]] = {
    "uploads": {"begin", "show", "go_on", "give_up"},
    "registry_public": {"sign_in", "code", "enrol", "link", "forgotten", "asked"},
    "notices_public": {"verify", "verify_code", "verify_file", "posted", "posted_paper"},
    "complainants_public": {
        *("home", "rights", "privacy", "begin", "companies", "answer", "resume", "keep_typed", "discard"),
    },
    "complainants_track": {"enter", "lost", "renewed", "leave"},
    "publishing_public": {
        *("listing", "show", "pdf", "qr", "atom", "json_feed", "sitemap", "robots", "withdrawals"),
        *("subscribe", "confirm_subscription", "unsubscribe", "speak"),
    },
    "publishing_procedure": {"show"},
    "figures_public": {"show", "csv", "json"},
}  # fmt: skip
"""What strangers may use, by blueprint and page: every other page refuses them, a new one of these rooms as well."""
ABSENT = ("/track/letters/", "/complain/files/")
"""Letters of a complaint, files of a draft: for whoever has not opened it there are none."""
ONLY_HERE = {
    "core.outbox.run_all",
    "core.pages_faster.shown",
    "sanctions.bundles.GATHERED",
    "publishing.models_subscriptions.PublicVersion",
}
"""What only tests ask; a table that triggers alone change; what compiled templates or gunicorn's own
file call, or is imported to register."""
READ_ELSEWHERE = {
    "found_at": "of a finding: the lives of the bench ask that it stays once it was announced",
    "kept_at": "of a file: operators tell by it what came since a backup",
    **dict.fromkeys(("made_sha256", "proof_sha256"), "indices say which files are still named"),
    **dict.fromkeys(("redaction_id", "text_id"), "triggers ask what a publication rests on"),
}
"""Columns that no module reads, each with who does."""
ROLES_ARE_DATA = {
    "core/furniture.py": "entries of menus, and places that pages link to, name their roles",
    "admin/records.py": "a table of the back office names the roles that see it and keep it, as a menu does",
    "admin/views_audit.py": "so does a page there that is no table",
    "admin/views_wordings.py": "so do the wordings, which are tables of their own",
}
"""Pages that ask for roles all the same, each with its reason."""
TYPES = {"Session", "Row", "ColumnElement"}
"""What pages may name of SQLAlchemy: as what something comes to them, nothing to ask by."""


def _address(rule: Rule) -> str:
    """An address that the rule takes: one of the words that it knows, where it knows some."""
    known = {name: next(iter(getattr(each, "items", "1"))) for name, each in rule._converters.items()}
    return re.sub(r"<(?:[^:<>]+:)?([^<>]+)>", lambda part: known[part[1]], rule.rule)


def rule_is_page(address: str) -> bool:
    """Whether an address is more than an asset that every page links to."""
    return address not in {"/favicon.ico", "/robots.txt"}


def _closed(app: Flask) -> Iterator[tuple[str, str]]:
    for rule in app.url_map.iter_rules():
        room, _, page = rule.endpoint.partition(".")
        if page and page not in OPEN.get(room, ()):
            for method in sorted(rule.methods or ()):
                if method not in {"OPTIONS", "HEAD"}:
                    yield method, _address(rule)


def test_a_stranger_gets_nowhere_that_is_not_public(app: Flask, client: FlaskClient) -> None:
    let_in = []
    for method, address in _closed(app):
        answer = client.open(address, method=method)
        sent = urlsplit(answer.headers.get("Location", "")).path if answer.status_code in {302, 303} else ""
        refused = {401, 403, 404} if address.startswith(ABSENT) else {401, 403}
        if sent not in {"/sign-in/", "/track/"} and answer.status_code not in refused and rule_is_page(address):
            let_in.append((method, address, answer.status_code))
    assert not let_in


def test_where_strangers_send_files_each_page_says_so_and_no_other(app: Flask) -> None:
    marked = {page for page, view in app.view_functions.items() if getattr(view, "takes_files", False)}
    templates = "".join(path.read_text("utf-8") for path in (ROOT / "templates").rglob("*.html"))
    named = set(re.findall(r'url_for\("(\w+\.\w+)"[^%]*files=true', templates))
    shown = {page for page in named if audience_of(page.partition(".")[0]) is None}
    shown |= {"complainants_public.answer"}  # its forms are sent to where they stand
    assert marked == shown


def test_what_strangers_may_use_is_there(app: Flask) -> None:
    there = {rule.endpoint for rule in app.url_map.iter_rules()}
    assert {f"{room}.{page}" for room, pages in OPEN.items() for page in pages} <= there


def test_a_table_forces_row_level_security_or_says_why_not(session: Session) -> None:
    asked = text("SELECT relforcerowsecurity FROM pg_class WHERE oid = CAST(:t AS regclass)")
    open_because = {mapper.local_table.name: mapper.class_.__open__ for mapper in Base.registry.mappers}
    left_open = {table for table in Base.metadata.tables if not session.scalar(asked, {"t": table})}
    assert not {table for table in left_open if not open_because[table]}


def test_policies_in_the_database_are_those_beside_the_models(session: Session) -> None:
    asked = text("SELECT tablename, policyname FROM pg_policies WHERE policyname <> 'system_all'")
    there = {(row.tablename, row.policyname.removesuffix("_reads")) for row in session.execute(asked)}
    wanted = {
        (mapper.local_table.name, role)
        for mapper in Base.registry.mappers
        if not mapper.class_.__open__
        for role in mapper.class_.__readers__
    }
    assert there == wanted


def test_every_fired_event_is_found(app: Flask) -> None:
    for machine in Machine.all.values():
        for row in machine.rows.values():
            for target, event in row.fired:
                if target != ANY:
                    assert event in Machine.all[target].events
                    assert machine.name in Machine.all[target].finders


def test_every_state_is_reachable_and_has_a_tag(app: Flask) -> None:
    for machine in Machine.all.values():
        reached, grown = {machine.initial}, True
        while grown:
            before = len(reached)
            reached |= {row.target for row in machine.rows.values() if reached & set(row.sources)} - {"SAME"}
            grown = len(reached) > before
        assert machine.states <= reached, machine.name
        with app.test_request_context():
            unnamed = [s for s in sorted(machine.states) if str(state_label(machine.name, s).text) == s]
        assert not unnamed, (machine.name, unnamed)


def test_every_document_a_row_makes_has_a_builder_and_a_wording(app: Flask) -> None:
    for name, machine in Machine.all.items():
        for row in machine.rows.values():
            for kind in row.documents:
                assert (name, kind) in making.BUILDERS, (row.id, kind)
                wording.load(kind, "zh")
                if KINDS[kind].outward:
                    wording.load(kind, "en")


def test_every_job_that_is_asked_for_is_registered(app: Flask) -> None:
    asked = set()
    for room in ROOMS:
        for path in (ROOT / room).glob("*.py"):
            for said in re.findall(r"\blater\(\s*\w+,\s*([\w.\"]+)", path.read_text("utf-8")):
                asked.add(said.strip('"') if said[0] == '"' else _constant(f"{room}.{path.stem}", said))
    assert asked - {None} <= outbox.JOBS.keys()
    assert len(asked) > len(ROOMS)


def _constant(module: str, name: str) -> str | None:
    """What a module calls so; nothing where it is only known when it runs."""
    try:
        found = operator.attrgetter(name)(importlib.import_module(module))
    except AttributeError:
        return None
    return found if isinstance(found, str) else None


@cache
def _modules() -> dict[str, uses.Module]:
    paths = [path for room in (*ROOMS, "launch", "bench") for path in (ROOT / room).rglob("*.py")]
    named = {".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path for path in paths}
    named["wsgi"] = ROOT / "wsgi.py"
    return {name: uses.read(path, named.keys()) for name, path in named.items()}


def test_nothing_stands_in_a_room_that_nothing_uses() -> None:
    templates = "".join(path.read_text("utf-8") for path in (ROOT / "templates").rglob("*.*"))
    left = {".".join(each) for each in uses.unused(_modules(), templates) if ".wiring" not in each[0]}
    assert left == ONLY_HERE


def test_what_a_row_keeps_somebody_reads() -> None:
    asked = set(re.findall(r"\w+", "".join(path.read_text("utf-8") for path in (ROOT / "templates").rglob("*.html"))))
    for name, module in _modules().items():
        asked |= module.asked if name.partition(".")[0] in ROOMS else set()
    kept = {column.name for table in Base.metadata.tables.values() for column in table.columns}
    assert kept - asked == set(READ_ELSEWHERE)


def test_a_form_stands_in_the_room_whose_pages_show_it() -> None:
    modules, elsewhere = _modules(), []
    for (module, name), sayers in uses.sayers(modules).items():
        room, _, rest = module.partition(".")
        rooms = {each.partition(".")[0] for each in sayers - {module}}
        is_form = rest.startswith("forms") and isinstance(modules[module].defined.get(name), ast.ClassDef)
        if is_form and len(rooms) == 1 and room not in rooms:
            elsewhere.append(f"{module}.{name}: {rooms.pop()}")
    assert not elsewhere


def _below(form: type[Form]) -> Iterator[type[Form]]:
    for each in form.__subclasses__():
        yield each
        yield from _below(each)


def test_no_field_hides_what_its_form_says_of_itself_under_the_same_name(app: Flask) -> None:
    hidden = []
    for form in _below(Form):
        fields = {name for name in dir(form) if hasattr(getattr(form, name), "_formfield")}
        own = {name for each in form.__mro__ for name in vars(each) if not hasattr(vars(each)[name], "_formfield")}
        hidden += [f"{form.__module__}.{form.__name__}.{name}" for name in sorted(fields & own)]
    assert not hidden


def test_a_list_of_states_or_rows_that_has_a_name_is_not_written_out_beside_it() -> None:
    of_casework = (ANSWERING, CHECKING, ENDS, FILED_BY, LETTERS, OVER, UNSENT)
    named = {*map(frozenset, (*of_casework, states.OPEN, DRAFTS, STATING, STILL_TAKEN, rounds.DONE))}
    written: dict[frozenset[str], list[str]] = {each: [] for each in named}
    for path in sorted(path for room in ROOMS for path in (ROOT / room).glob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Tuple | ast.List | ast.Set):
                said = frozenset(each.value for each in node.elts if isinstance(each, ast.Constant))
                if len(said) == len(node.elts) and said in written:
                    written[said].append(f"{path.parent.name}/{path.name}")
    assert not [each for each in written.values() if len(each) > 1]


def test_only_one_place_commits() -> None:
    for room in ROOMS:
        for path in (ROOT / room).glob("*.py"):
            if path.name != "db.py":
                assert ".commit()" not in path.read_text("utf-8"), path


def test_what_is_saved_is_named_by_one_place_in_the_language_of_its_reader() -> None:
    everywhere = (path for room in ROOMS for path in (ROOT / room).glob("*.py"))
    assert not [str(path) for path in everywhere if "attachment; filename" in path.read_text("utf-8")]


def test_no_form_is_poured_onto_a_thing() -> None:
    """A field that somebody adds to what is sent sets nothing (trust.md 9): each page names what it hands on."""
    pouring = re.compile(r"populate_obj|\*\*\s*(?:\w*form\w*\.data\b|request\.(?:form|values|json))")
    everywhere = (path for room in ROOMS for path in (ROOT / room).glob("*.py"))
    assert not [str(path) for path in everywhere if pouring.search(path.read_text("utf-8"))]


def _is_page(source: str) -> bool:
    return re.search(r"^\w+ = blueprint\(|^@\w+\.(?:route|get|post|put|delete)\(", source, re.MULTILINE) is not None


def test_pages_and_forms_ask_queries_and_not_the_database() -> None:
    asking = []
    for path in sorted(path for room in ROOMS for path in (ROOT / room).glob("*.py")):
        source = path.read_text("utf-8")
        if path.parent.name != "core" and (_is_page(source) or path.name.startswith("forms")):
            brought = re.findall(r"^from sqlalchemy\S* import (.+)$", source, re.MULTILINE)
            names = {name.strip() for line in brought for name in line.split(",")}
            asking += [f"{path.parent.name}/{path.name}: {name}" for name in sorted(names - TYPES)]
    assert not asking


def test_pages_forms_and_templates_ask_policies_and_name_no_roles() -> None:
    above = tuple(LAYERS)[: tuple(LAYERS).index("verbs")]
    paths = [path for room in ROOMS for path in (ROOT / room).glob("*.py") if layer_of(f"{room}.{path.stem}") in above]
    paths += (ROOT / "templates").rglob("*.html")
    asking = {path for path in paths if re.search(r"(?<!\bself)\.has\(", path.read_text("utf-8"))}
    assert {path.relative_to(ROOT).as_posix() for path in asking} == ROLES_ARE_DATA.keys()


def test_no_grab_bags() -> None:
    forbidden = {"utils", "helpers", "common", "misc", "services", "managers", "util", "helper"}
    found = [path for path in ROOT.glob("*/*.py") if path.stem in forbidden]
    assert not found


def test_templates_hold_no_inline_style_or_script() -> None:
    for path in (ROOT / "templates").rglob("*.html"):
        if "documents" in path.parts:
            continue
        content = path.read_text("utf-8")
        assert not re.search(r"<script(?![^>]*\bsrc=)|\sstyle=|\son\w+=|\|\s*safe\b", content), path


def test_an_actor_holds_roles_as_plain_data() -> None:
    assert Actor(1, frozenset({"officer"})).has("officer", "head")
    assert not Actor(1, frozenset({"officer"})).has("head")

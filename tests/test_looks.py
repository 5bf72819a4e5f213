"""Looking changes nothing: no answer to a GET writes to the database, but what stands here with its reason."""

import inspect
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO

import pytest
from flask import Flask, Response, stream_with_context
from flask.testing import FlaskClient
from sqlalchemy import text

from casework import intake, messages, triage
from casework.intake import EvidenceFile
from core.actors import NOBODY
from core.db import attempt, transaction
from core.web import audience_of
from filestore import files
from registry import sessions
from registry.models_accounts import ROLES, Account, AccountRole, AccountSecret, Audience
from tests import builders
from tests.conftest import NOW
from tests.filestore import making_files as made
from tests.journeys.finding import Finder
from tests.looks import JOURNAL, WRITTEN, Looks, watched
from tests.portal.house import BEGUN
from tests.sanctions.chain import Chain
from tests.test_house import _address

READING = {
    "complainants_public.begin": "a draft that is not sent yet belongs to no reader",
    "complainants_public.own_file": "nor does a file in it",
    "desk_intake.receipt": "the way to a code is kept for whoever handed it over, beside what nobody reads",
    "portal_forwardings.home": "so does what colleagues have begun to write",
    "registry_factor.show": "a secret is read by no reader, only whether there is one",
    "uploads.show": "a file that is still on its way belongs to no reader",
}
"""Pages that only answer a GET and act as the system, to read; by endpoint, with the reason."""
ACTING = ("transaction(", "staff_votes.proof(")
"""How a page acts as the system: itself, or by what shows a cited file and notes who looked."""
STARTS = {
    "own": ("/track/complaint",),
    "portal": ("/portal/", "/portal/forwardings/"),
    "concerned": ("/portal/", "/portal/cases/", "/portal/notices/"),
    "staff": ("/staff/complaints/{ref}", "/staff?view=open", "/staff/cases?view=all", "/staff/workload"),
    "panel": ("/staff/panel",),
    "admin": ("/admin/",),
    "public": ("/",),
}
LEAST = 200
"""So many pages and files at least are there to be looked at; the demonstration's own crawl sees the others."""


@dataclass
class Once(Finder):
    """Looks at each page and deed once, whoever is led there first."""

    def _is_new(self, path: str, shapes: set[tuple[str, str]]) -> bool:
        shape = ("", self.key(path))
        known = shape in shapes or shape[1] in self.found or self.place(path) is None or "/static/" in path
        shapes.add(shape)
        return not known


def _people(app: Flask) -> dict[str, FlaskClient]:
    """One of each kind of reader, in a house where most things are there once."""
    found = {name: app.test_client() for name in ("staff", "panel", "admin", "portal", "concerned", "own", "public")}
    with app.app_context(), transaction() as at:
        desk = builders.Desk(at, BEGUN)
        one = files.keep(at, BytesIO(made.picture()), "截图.png")
        proof = EvidenceFile(one.sha256, one.name, one.media_type, one.size, shared=True)
        said = builders.submission(files=[proof])
        complaint, code = intake.submit(at, said, key="looked at", actor=NOBODY, now=BEGUN)
        respondents = [desk.lender.id]
        triage.accept(
            at, complaint, respondents=respondents, masked_facts=builders.MASKED, actor=desk.intake, now=BEGUN
        )
        desk.serve("forwarding", complaint.forwardings[0].id, "D05b")
        messages.write(at, complaint, "请问进展如何？", actor=builders.person_of(complaint), now=BEGUN)
        messages.write(at, complaint, "正在核实。", actor=desk.intake, now=BEGUN)
        chain = Chain(at, BEGUN)
        chain.executing([1, 2, 4])
        admin = Account(mail="a@lanwan.invalid", mail_hash=b"a", name="管理员", audience=Audience.ADMIN)
        staff = builders.person("全部角色", *ROLES[Audience.STAFF])
        builders.enter(at, admin, staff)
        at.add_all(AccountRole(account_id=admin.id, role=role) for role in ROLES[Audience.ADMIN])
        complaint.officer_id = staff.id
        lead = at.get_one(Account, desk.lead.id)
        who = {"staff": staff, "panel": chain.panel[0], "admin": admin, "portal": lead, "concerned": chain.lead}
        for name, account in who.items():
            at.add(AccountSecret(account_id=account.id))
            with found[name].session_transaction() as held:
                held["sid"] = sessions.begin(at, account, passed=True, client="test", now=NOW)
    assert found["own"].post("/track/", data={"code": code}).status_code == 303
    return found


def _readers(front: str | None) -> tuple[str, ...]:
    """Who looks at the pages of a front."""
    several = {"portal": ("portal", "concerned"), "staff": ("staff",), "admin": ("admin",), "account": ("staff",)}
    return several.get(front or "", ("public", "own"))


def _looked_at_all(app: Flask, who: dict[str, FlaskClient]) -> Looks:
    """What people are led to; then each other address, as the readers of its front come upon it."""
    with app.app_context(), transaction() as at:
        ref = at.scalars(text("SELECT ref FROM complaint ORDER BY id")).first()
    with watched(app) as looks:
        finder = Once(app, {})
        for name, starts in STARTS.items():
            finder.go(name, who[name], [start.format(ref=ref) for start in starts])
        for rule in app.url_map.iter_rules():
            seen = 200 in looks.statuses.get(rule.endpoint, ())
            if "GET" in (rule.methods or ()) and rule.endpoint != "static" and not seen:
                for name in _readers(audience_of(rule.endpoint.rpartition(".")[0] or None)):
                    who[name].get(_address(rule))
    return looks


def test_no_look_writes_but_what_is_said(app: Flask) -> None:
    looks = _looked_at_all(app, _people(app))
    assert looks.strange == {}
    assert looks.written["desk_cases.journal"] >= JOURNAL, "one that writes is seen to write"
    assert sum(200 in each for each in looks.statuses.values()) > LEAST
    every = {rule.endpoint for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())}
    assert every - set(looks.statuses) <= {"static"}


def test_a_look_that_writes_is_found_also_where_it_is_taken_back_or_comes_late(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    def taken_back() -> str:
        with transaction() as at, attempt(at):
            at.execute(text("INSERT INTO once (digest) VALUES ('planted')"))
        return ""

    def late() -> Response:
        def parts() -> Iterator[str]:
            yield ""
            with transaction() as at:
                at.execute(text("UPDATE party SET name_en = ''"))

        return Response(stream_with_context(parts()))

    monkeypatch.setitem(app.view_functions, "publishing_public.listing", taken_back)
    monkeypatch.setitem(app.view_functions, "notices_public.verify", late)
    with watched(app) as looks:
        app.test_client().get("/rights")
        app.test_client().get("/bulletins")
        app.test_client().get("/verify")
    assert looks.strange == {"publishing_public.listing": {"once"}, "notices_public.verify": {"party"}}


def test_a_page_that_only_answers_a_get_acts_as_the_system_for_a_written_reason(whole_app: Flask) -> None:
    methods: dict[str, set[str]] = {}
    for rule in whole_app.url_map.iter_rules():
        methods.setdefault(rule.endpoint, set()).update(rule.methods or ())
    acting = {
        endpoint
        for endpoint, those in methods.items()
        if "GET" in those and "POST" not in those
        if any(each in inspect.getsource(inspect.unwrap(whole_app.view_functions[endpoint])) for each in ACTING)
    }
    assert acting == READING.keys() | WRITTEN.keys()

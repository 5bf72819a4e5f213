"""The addresses of every page of the story, by who reads them, found in the story's own database."""

from collections.abc import Iterator

from tests.journeys.story import Story

Place = tuple[str, str, str]
"""Who goes there, what the picture is called, and the address."""

PUBLIC = {
    "home": "/",
    "begin": "/complain",
    "resume-draft": "/complain/resume",
    "subscribe": "/bulletins/subscribe",
    "withdrawals": "/bulletins/withdrawals",
    "rights": "/rights",
    "privacy": "/privacy",
    "verify-form": "/verify",
    "notices-of-service": "/notices-of-service",
    "open-data": "/open-data",
    "bulletins": "/bulletins",
    "bulletins-none": "/bulletins?text=没有这家公司",
    "track-enter": "/track/",
    "track-lost": "/track/lost",
    "sign-in": "/sign-in/",
    "forgotten": "/sign-in/forgotten",
}
STAFF = {
    "queue-open": ("intake", "/staff?view=open"),
    "queue-ended": ("intake", "/staff?view=ended"),
    "queue-empty": ("officer", "/staff?view=urgent"),
    "views": ("intake", "/staff/views"),
    "view-save": ("intake", "/staff/views/new?page=complaints&query=view%3Dopen"),
    "tasks": ("officer", "/staff/tasks"),
    "workload": ("officer", "/staff/workload"),
    "absence": ("head", "/staff/workload/absence"),
    "erasing": ("head", "/staff/erasing"),
    "assignment": ("head", "/staff/assignment"),
    "assignment-rule": ("head", "/staff/assignment/rule"),
    "search": ("officer", "/staff/search?q=催收&all=1"),
    "search-none": ("officer", "/staff/search?q=没有这个词&all=1"),
    "enter-complaint": ("intake", "/staff/complaints/new"),
    "to-serve": ("officer", "/staff/notices/"),
    "cases": ("officer", "/staff/cases?view=all"),
    "case-new": ("officer", "/staff/cases/new"),
    "measures": ("officer", "/staff/tracks"),
    "panels": ("secretary", "/staff/panel"),
    "panels-mine": ("panel1", "/staff/panel"),
    "publications": ("publisher", "/staff/publications"),
    "account": ("officer", "/account/"),
    "notifications": ("officer", "/account/notifications"),
    "statistics": ("officer", "/staff/statistics"),
    "statistics-behind": ("officer", "/staff/statistics/behind/measure"),
    "statistics-months": ("officer", "/staff/statistics/months"),
    "jobs": ("intake", "/staff/jobs"),
    "import": ("head", "/staff/import"),
    "trainings": ("officer", "/staff/trainings"),
    "many-assign": ("intake", "/staff/complaints/many/assign?which=all&view=open"),
    "many-merge": ("intake", "/staff/complaints/many/merge?which=all&view=open"),
}
PORTAL = {
    "portal-home": "/portal/",
    "forwardings": "/portal/forwardings/",
    "portal-cases": "/portal/cases/",
    "inbox": "/portal/notices/",
    "circulars": "/portal/circulars/",
    "portal-search": "/portal/search?q=投诉&all=1",
    "address": "/portal/address",
    "people": "/portal/people",
    "materials": "/portal/materials/",
    "downloads": "/portal/downloads/",
    "history": "/portal/history",
    "portal-account": "/account/",
    "portal-notifications": "/account/notifications",
}
ADMIN = {
    "system": (
        "",
        "parties",
        "aliases",
        "bases",
        "engagements",
        "addresses",
        "company_lists",
        "calendar",
        "jobs",
        "mails",
        "texts",
        "series",
        "settings",
        "chains",
        "seal_modes",
        "wordings",
    ),
    "security": ("accounts",),
    "audit": ("journal",),
}


def every(story: Story) -> Iterator[Place]:
    """All of them."""
    yield from (("reader", name, path) for name, path in PUBLIC.items())
    yield from _public(story)
    yield from ((who, name, path) for name, (who, path) in STAFF.items())
    yield from _staff(story)
    yield from (("lender", name, path) for name, path in PORTAL.items())
    yield from _portal(story)
    for who, tables in ADMIN.items():
        yield from ((who, f"admin-{table or 'home'}", f"/admin/{table}/".replace("//", "/")) for table in tables)
    yield "system", "admin-party", "/admin/parties/details/?id=1"
    yield "system", "admin-party-edit", "/admin/parties/edit/?id=1"
    yield "system", "admin-year", "/admin/calendar/2026/"
    yield from _settings(story)
    for name, path in {"": "D20.zh/", "-text": "D20.en/0/", "-editor": "D20.zh/new/"}.items():
        yield "system", f"admin-wording{name}", f"/admin/wordings/{path}"


def _settings(story: Story) -> Iterator[Place]:
    """Each setting of several values: as its table, and as the form with rows that changes it."""
    asked = "SELECT id, key FROM setting WHERE key LIKE 'LADDER_%' OR key IN ('K03.extend', 'SERIES.word') ORDER BY key"
    for row in story.ask(asked):
        yield "system", f"admin-{row.key.lower()}", f"/admin/settings/details/?id={row.id}"
        yield "system", f"admin-{row.key.lower()}-edit", f"/admin/settings/edit/?id={row.id}"


def _public(story: Story) -> Iterator[Place]:
    code = story.ask("SELECT check_code FROM document WHERE kind = 'D23f'")[0].check_code
    yield "reader", "bulletin", f"/bulletins/{story.slug()}"
    yield "reader", "verify-genuine", f"/verify?code={code}"
    yield "reader", "verify-wrong", "/verify?code=AAAA-BBBB-CCCC-DDDD"
    yield "borrower", "track-closed", "/track/complaint"


def _staff(story: Story) -> Iterator[Place]:
    yield "officer", "complaint-closed", f"/staff/complaints/{story.ref}"
    yield "intake", "new-code", f"/staff/complaints/{story.ref}/code"
    yield "officer", "case-closed", f"/staff/cases/{story.case()}"
    first = story.ask("SELECT id FROM evidence ORDER BY id LIMIT 1")[0].id
    yield "officer", "evidence-room", f"/staff/evidence/{first}/room?case={story.case()}"
    for event in ("evidence", "attach", "add_track", "assign", "rename"):
        yield "officer", f"case-{event}", f"/staff/cases/{story.case()}/do/{event}"
    yield "officer", "case-contacts", f"/staff/cases/{story.case()}/contacts"
    yield "officer", "forwarding", f"/staff/forwardings/{story.forwarding('lender')}"
    yield "officer", "measures-closed", f"/staff/tracks/{story.track('lender')}"
    yield "publisher", "publication", f"/staff/publications/{story.slug()}"
    yield "publisher", "correction", f"/staff/publications/{story.slug()}/do/propose_correction"
    yield "head", "withdrawal", f"/staff/publications/{story.slug()}/do/withdraw"
    kinds = (
        "SELECT DISTINCT ON (kind) kind, id FROM document WHERE kind IN ('D05b', 'D20', 'D23a', 'D31') ORDER BY 1, 2"
    )
    for row in story.ask(kinds):
        yield "officer", f"notice-{row.kind}", f"/staff/notices/{row.id}"


def _portal(story: Story) -> Iterator[Place]:
    for lead in ("lender", "firm"):
        yield lead, f"portal-case-{lead}", f"/portal/cases/{story.track(lead)}"
    yield "lender", "portal-material-ask", f"/portal/materials/ask/track/{story.track('lender')}"
    yield "firm", "portal-forwarding", f"/portal/forwardings/{story.forwarding('firm')}"
    served = (
        "SELECT s.document_id AS id FROM service s JOIN document d ON d.id = s.document_id WHERE s.party_id = :party"
    )
    lender = story.ask("SELECT id FROM party WHERE name_zh LIKE '云栖%'")[0].id
    asked = f"{served} AND d.kind = 'D20'"
    yield "lender", "portal-notice", f"/portal/notices/{story.ask(asked, party=lender)[0].id}"

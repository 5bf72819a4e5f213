"""What the audit administrator reads: the journal's outer columns, mails, later work.

Nothing of it is changed; what was open at a restore is decided on by whoever keeps the machine running.
"""

from flask import abort, flash, g, redirect, request
from flask_admin.base import BaseView, expose

from admin import audit_words, policies, queries, restoring
from casework.masking import masked_contact
from core import clock, days, keyset, mail, texts
from core.days_asked import misread
from core.db import session, transaction
from core.outbox import Outbox
from core.words import _, _l, _n
from filestore.downloads import attached
from filestore.sheets_made import CSV, csv_line

AUDIT = _l("Audit")
COUNTED = {"waiting": queries.waiting_jobs, "failed": queries.failed_jobs, "parked": queries.parked_jobs}
BIGGEST = 2**63 - 1
DECIDED = {"let-go": restoring.let_go, "drop": restoring.drop}
DAYS = ("from_on", "to_on")
WORDS = ("subject_kind", "ref", "actor", "row")


class Pages(BaseView):
    """A page of the back office that is no table of Flask-Admin's."""

    seen_by = ()
    group = AUDIT

    def __init__(self, name, path):
        super().__init__(name=name, endpoint=f"admin_{path}", url=path)

    def is_accessible(self):
        """Whether this administrator's role opens it."""
        return g.me.has(*self.seen_by)


def number(name):
    """Read a number of a page from the address; None where it is none."""
    text = request.args.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and int(text) <= BIGGEST else None


def _asked():
    words = {name: request.args.get(name, "").replace("\0", "").strip()[:100] for name in WORDS}
    return words | {name: days.asked(request.args.get(name, "")) for name in DAYS}


class Journal(Pages):
    """Who did what to which thing, and when; never what was changed."""

    seen_by = ("audit_admin",)

    @expose("/")
    def index(self):
        """List one page of entries, newest first."""
        wanted, at = _asked(), session()
        rows, newer, older = queries.journal_page(at, wanted, before=number("before"), after=number("after"))
        kept = {name: value for name, value in wanted.items() if value}
        return self.render(
            "admin/journal.html",
            rows=rows,
            wanted=wanted,
            kept=kept,
            typed={name: wanted[name] or request.args.get(name, "").strip()[:100] for name in DAYS},
            misread=misread(wanted["from_on"], wanted["to_on"], DAYS),
            kinds=[(kind, audit_words.kind_words(kind)) for kind in queries.journal_kinds(at)],
            words=audit_words,
            people=audit_words.people(at, rows),
            count=queries.journal_count(at, wanted),
            cap=queries.CAP,
            newer=self.get_url(".index", **kept, after=rows[0].id) if newer and rows else "",
            older=self.get_url(".index", **kept, before=rows[-1].id) if older and rows else "",
            export=self.get_url(".export", **kept),
            most=queries.EXPORTED,
        )

    @expose("/export.csv")
    def export(self):
        """Write the entries as CSV, safe to open in a spreadsheet."""
        lines = "".join(_csv(queries.journal_lines(session(), _asked())))
        return attached(lines.encode(), CSV, f"{_('Journal')} {clock.local(clock.now()):%Y%m%d-%H%M}.csv")


def _csv(rows):
    """Write lines; a cell that a spreadsheet would run as a formula is made text."""
    yield "\ufeff" + csv_line(queries.OUTER)
    for row in rows:
        told = row._mapping.items()  # noqa: SLF001 - SQLAlchemy's public mapping
        yield csv_line([clock.local(value).isoformat() if name == "at" else value for name, value in told])


class Mails(Pages):
    """Mails that were sent, or that stand here because no mail server is set."""

    seen_by = ("audit_admin", "system_admin")

    @expose("/")
    def index(self):
        """List one page of mails, newest first."""
        rows, part = queries.mails_page(session(), keyset.place_of(request.args))
        return self.render(
            "admin/mails.html",
            rows=rows,
            held=queries.held(session(), "mail", rows),
            part=part,
            out_of_date=mail.out_of_date,
            stays=mail.stays(),
            waits=not mail.leaves_the_house() and not mail.stays(),
            masked=masked_contact,
        )

    @expose("/<int:mail_id>/")
    def show(self, mail_id):
        """Show one mail; its text only where mail stays in the house for good, for it may hold a link."""
        found = queries.mail(session(), mail_id) if mail_id <= BIGGEST else None
        if found is None:
            abort(404)
        return self.render("admin/mail.html", mail=found, stays=mail.stays(), masked=masked_contact)


class Texts(Pages):
    """Text messages that were sent, or that stand here because no gateway is set."""

    seen_by = ("audit_admin", "system_admin")

    @expose("/")
    def index(self):
        """List one page of them, newest first; their words only where they stay in the house for good."""
        rows, part = queries.texts_page(session(), keyset.place_of(request.args))
        return self.render(
            "admin/texts.html",
            rows=rows,
            held=queries.held(session(), "text", rows),
            part=part,
            out_of_date=texts.out_of_date,
            stays=texts.stays(),
            waits=not texts.leave_the_house() and not texts.stays(),
            masked=texts.masked,
        )


class Jobs(Pages):
    """Work asked for later: what waits, what is done, what was given up."""

    seen_by = policies.AT_RUNNING

    @expose("/")
    def index(self):
        """List one page of later work, newest first."""
        state = request.args.get("state", "")
        rows, part = queries.jobs_page(session(), keyset.place_of(request.args), state=state)
        at, may = session(), policies.may_keep_running(g.me)
        counts = {name: count(at) for name, count in COUNTED.items()}
        return self.render(
            "admin/jobs.html",
            rows=rows,
            state=state,
            part=part,
            counts=counts,
            cap=queries.CAP,
            words=audit_words,
            may=may,
            kinds=queries.parked_kinds(at) if may and state == "parked" else [],
        )

    @expose("/of-a-kind", methods=("POST",))
    def of_a_kind(self):
        """Release or drop everything of one kind of work that was open at a restore."""
        what, job = request.form.get("what", ""), request.form.get("job", "")
        if what not in DECIDED:
            abort(404)
        with transaction(once=request.form.get("key", "")) as at:
            many = restoring.of_a_kind(at, job, DECIDED[what], actor=g.me, now=clock.now())
        if what == "drop":
            flash(_n("%(num)d was dropped.", "%(num)d were dropped.", many))
        else:
            flash(_("%(many)s will be done as soon as the worker runs.", many=many))
        return redirect(self.get_url(".index", state="parked"), 303)

    @expose("/<int:job_id>/let-go", methods=("POST",))
    def let_go(self, job_id):
        """What was open at a restore is done after all."""
        return self._decided(job_id, restoring.let_go, _("It will be done as soon as the worker runs."))

    @expose("/<int:job_id>/drop", methods=("POST",))
    def drop(self, job_id):
        """What was open at a restore, or given up, is not done."""
        return self._decided(job_id, restoring.drop, _("It is dropped."))

    def _decided(self, job_id, verb, done):
        with transaction(once=request.form.get("key", "")) as at:
            row = at.get(Outbox, job_id, with_for_update=True) if job_id <= BIGGEST else None
            if row is None:
                abort(404)
            listed = "failed" if row.state == "GAVE_UP" else "parked"
            verb(at, row, actor=g.me, now=clock.now())
        flash(done)
        return redirect(self.get_url(".index", state=listed), 303)


def views():
    """Build the pages of this module, in their order."""
    return [
        Journal(_l("Journal"), "journal"),
        Mails(_l("Mails"), "mails"),
        Texts(_l("Text messages"), "texts"),
        Jobs(_l("Later work"), "jobs"),
    ]

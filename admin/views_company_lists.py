"""Lists of companies that heads brought in: looked at, confirmed or sent back by whoever keeps the register."""

from flask import abort, flash, g, redirect, request
from flask_admin.base import expose

from admin.forms import SendBackForm
from admin.naming import SYSTEM
from admin.views_audit import Pages
from admin.views_parties import REGISTER
from core import clock, keyset
from core.db import session, transaction
from core.words import _, _l, language
from imports import queries, uploads
from imports.staff import entered, told
from registry import queries_batches
from registry.batches import GOING
from registry.models_batches import Batch


class CompanyLists(Pages):
    """Each list with what its dry run found; nothing is entered before it is confirmed here."""

    seen_by = SYSTEM
    group = REGISTER

    @expose("/")
    def index(self):
        """List them, the newest first."""
        at = session()
        rows, part = queries.company_lists(at, keyset.place_of(request.args))
        return self.render(
            "admin/company_lists.html",
            rows=rows,
            part=part,
            works=queries.batches_of(at, rows),
            names=queries.names(at, rows),
        )

    @expose("/<int:number>/")
    def show(self, number):
        """One list: its rows, what they add, and who brought it."""
        return self._page(number, SendBackForm())

    @expose("/<int:number>/confirm/", methods=("POST",))
    def confirm(self, number):
        """Have it entered."""
        with transaction(once=request.form.get("key")) as at:
            seen = request.form.get("seen", type=int)
            uploads.confirm(at, _list(at, number, lock=True), seen=seen, actor=g.me, now=clock.now())
        flash(_("Confirmed. The rows are being entered."))
        return redirect(self.get_url(".show", number=number), 303)

    @expose("/<int:number>/send-back/", methods=("POST",))
    def send_back(self, number):
        """Enter nothing of it, and say why."""
        form = SendBackForm()
        if not form.validate_on_submit():
            return self._page(number, form), 422
        with transaction(once=form.key.data) as at:
            uploads.send_back(at, _list(at, number, lock=True), why=form.why.data, actor=g.me)
        flash(_("Sent back; nothing of it was entered."))
        return redirect(self.get_url(".index"), 303)

    def _page(self, list_number, form):
        at = session()
        it = _list(at, list_number)
        work = at.get(Batch, it.batch_id) if it.batch_id else None
        items, part = queries_batches.items(at, work.id, place=keyset.place_of(request.args)) if work else ([], None)
        return self.render(
            "admin/company_list.html",
            file=it,
            form=form,
            work=work,
            going=work is not None and work.state in GOING,
            starter=queries.names(at, [it]).get(it.brought_by, ""),
            adds=entered(it.found) if it.found else [],
            read=told(it),
            items=items,
            reasons=queries_batches.reasons(at, work.id, language()) if work else [],
            part=part,
        )


def _list(at, list_number, *, lock=False):
    found = queries.file(at, list_number, lock=lock)
    return found if found is not None and found.holds == "companies" else abort(404)


def views():
    """Build the page of this module."""
    return [CompanyLists(_l("Lists of companies"), "company_lists")]

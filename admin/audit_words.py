"""What the journal and the list of later work hold in plain codes, in the reader's words."""

from sqlalchemy import select

from casework import timelines
from core.furniture import state_label
from core.words import _, _l
from registry.models_accounts import Account

KINDS = {
    "absence": _l("Absence"),
    "account": _l("Account"),
    "approval": _l("Draft for approval"),
    "assignment_rule": _l("Rule of assignment"),
    "batch": _l("Long job"),
    "calendar": _l("Calendar"),
    "document": _l("Document"),
    "figure_month": _l("Month of the statistics"),
    "instrument": _l("Instrument"),
    "material": _l("Material"),
    "provision": _l("Provision"),
    "violation": _l("Code of the violation"),
    "case": _l("Case"),
    "complaint": _l("Complaint"),
    "forwarding": _l("Forwarding"),
    "import": _l("Import"),
    "party": _l("Institution or firm"),
    "publication": _l("Bulletin"),
    "recusal": _l("Recusal"),
    "review": _l("Review"),
    "seal_certificate": _l("Seal certificate"),
    "service": _l("Service of a document"),
    "setting": _l("Setting"),
    "stop_contact": _l("Request to stop contact"),
    "track": _l("Inquiry"),
    "wording_version": _l("Wording"),
}
STATES = {
    "account": "account_state",
    "party": "party_state",
    "setting": "setting_state",
    "wording_version": "wording_state",
}
"""Where the states of a kind are named under another name than its own."""
CLOCKS = {"RUNNING": _l("time limit running"), "ENDED": _l("time limit ended")}
ROWS = {
    "account.background": _l("professional background of a panel member noted"),
    "account.sign_in": _l("signed in"),
    "account.sign_in_failed": _l("tried to sign in, in vain"),
    "batch.start": _l("started a long job"),
    "import": _l("imported from a file"),
    "import.back": _l("took an import back"),
    "publication.propose_correction": _l("proposed to correct a bulletin"),
    "publication.refuse_correction": _l("refused to correct a bulletin"),
    "publication.reopen": _l("had an approved text drafted anew, for the scan found personal data in it"),
    "publication.follow_decision": _l("took the corrected text of a decision over into a draft"),
    "publication.take_back_correction": _l("took the correction of a bulletin back"),
    "seal.activate": _l("put a seal certificate in use"),
    "setting.change": _l("laid down a value"),
    "setting.confirm": _l("confirmed a value"),
    "wording.draft": _l("drafted a wording"),
    "wording.propose": _l("proposed a wording"),
    "wording.adopt": _l("put a wording in force"),
}
WHO = {
    "system": _l("the system itself"),
    "system_admin": _l("command line of the operator"),
    "complainant": _l("the complainant"),
}
JOBS = {
    "casework.came_in": _l("Issue the acknowledgement of a complaint"),
    "casework.read_text": _l("Read the text of a file for the search"),
    "casework.suggest": _l("Suggest similar complaints"),
    "casework.tell_of_terms": _l("Tell of time limits that come"),
    "casework.tell_staff": _l("Tell staff that something waits"),
    "core.copy": _l("Copy a file to its second place"),
    "core.forget_file": _l("Delete a file nobody needs any more"),
    "core.mail": _l("Send a mail"),
    "core.text": _l("Send a text message"),
    "figures.count": _l("Count a month"),
    "figures.month": _l("Close a month"),
    "figures.report": _l("Write the monthly report"),
    "notices.bundle": _l("Put a bundle together"),
    "notices.circulate": _l("Send a circular to all members"),
    "notices.do_it_now": _l("Carry out what can no longer be taken back"),
    "notices.finish": _l("Seal a PDF"),
    "notices.look_again": _l("Look again whether a draft can be carried out"),
    "notices.render": _l("Make a PDF"),
    "registry.batch": _l("Go on with a long job"),
    "registry.batch_file": _l("Write the file of a long job"),
    "registry.mail_link": _l("Mail a link to an account"),
    "registry.tell": _l("Notify a person"),
    "sanctions.mail_confirmation": _l("Ask a subscriber to confirm"),
    "sanctions.tell_subscribers": _l("Tell subscribers of a bulletin"),
}


def kind_words(kind):
    """Say what an entry is about."""
    return str(KINDS.get(kind, kind))


def state_words(kind, state):
    """Say a state; a new thing and a thing without states have none."""
    if state in ("NEW", "-", ""):
        return "—"
    if state in CLOCKS:
        return str(CLOCKS[state])
    found = state_label(STATES.get(kind, kind), state).text
    return "—" if found == state else str(found)


def row_words(row):
    """Say what happened."""
    return str(ROWS[row] if row in ROWS else timelines.sentence(row))


def ref_words(kind, ref):
    """Say the reference; one that only repeats the kind and the number is left out."""
    start, _colon, number = ref.replace(" ", ":").rpartition(":")
    bare = start.replace("_", ":").split(":")[0] in {kind, *kind.split("_"), "dossier"}
    return _("No. %(number)s", number=number) if bare and number.isascii() else ref


def people(at, rows):
    """Name the people of these entries."""
    numbers = {int(row.actor[8:]) for row in rows if row.actor.startswith("account:")}
    asked = select(Account.id, Account.name).where(Account.id.in_(numbers))
    return {f"account:{number}": name for number, name in at.execute(asked)} if numbers else {}


def who_words(actor, known):
    """Say who did it."""
    if actor in known:
        return known[actor]
    return str(WHO[actor]) if actor in WHO else actor


def job_words(job):
    """Say what kind of later work it is."""
    return str(JOBS.get(job, job))

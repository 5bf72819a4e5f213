"""What the journal and the list of later work hold in plain codes, in the reader's words."""

from casework import timelines
from core.labels import state_label
from core.words import _, _l
from registry.queries import account_names

KINDS = {
    "absence": _l("Absence"),
    "account": _l("Account"),
    "approval": _l("Draft for approval"),
    "assignment_rule": _l("Rule of assignment"),
    "batch": _l("Long job"),
    "calendar": _l("Calendar"),
    "document": _l("Document"),
    "figure_month": _l("Month of the statistics"),
    "installation": _l("Installation"),
    "instrument": _l("Instrument"),
    "outbox": _l("Later work"),
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
    "absence.end": _l("ended an absence"),
    "absence.enter": _l("entered an absence"),
    "account.ask_mail": _l("asked for another mail address of an account"),
    "account.ask_renewal": _l("asked for a new password or second factor"),
    "account.background": _l("professional background of a panel member noted"),
    "account.background_ended": _l("ended the entry of where a panel member works"),
    "account.change_mail": _l("the new mail address of an account was proved and holds"),
    "account.confirm_invitation": _l("confirmed an invitation into a company"),
    "account.confirm_mail": _l("confirmed another mail address of an account"),
    "account.confirm_renewal": _l("confirmed who asked for a new password or second factor"),
    "account.end_sessions": _l("ended all sessions of an account"),
    "account.enrol_second_factor": _l("set up a second factor"),
    "account.first_admin": _l("named an administrator on the machine itself"),
    "account.forget_second_factor": _l("dropped a second factor"),
    "account.forgotten": _l("erased the address of somebody who left"),
    "account.give_role": _l("gave a role"),
    "account.put_name_right": _l("put the name of an account right"),
    "account.interest_ended": _l("noted that a tie to a company has ended"),
    "account.invite": _l("invited somebody"),
    "account.invite_again": _l("sent an invitation again"),
    "account.lock": _l("locked an account"),
    "account.refuse_invitation": _l("refused an invitation into a company"),
    "account.refuse_mail": _l("refused another mail address of an account"),
    "account.refuse_renewal": _l("refused a new password or second factor"),
    "account.set_password": _l("set a password"),
    "account.sign_in": _l("signed in"),
    "account.sign_in_failed": _l("tried to sign in, in vain"),
    "account.take_role": _l("took a role away"),
    "account.unlock": _l("unlocked an account"),
    "assignment_rule.change": _l("changed a rule of assignment"),
    "assignment_rule.lay_down": _l("laid down a rule of assignment"),
    "assignment_rule.raise": _l("put a rule of assignment before another"),
    "assignment_rule.remove": _l("removed a rule of assignment"),
    "batch.cancel": _l("cancelled a long job"),
    "batch.file": _l("took the file that a long job made"),
    "batch.start": _l("started a long job"),
    "batch.take_over": _l("went on with a long job in the place of whoever began it"),
    "document.stamped": _l("noted that a document was stamped"),
    "document.try_again": _l("had a document tried again that was given up"),
    "dossier.ask_to_drop": _l("asked that a draft be given up"),
    "figure_month.correct": _l("corrected a closed month of the statistics"),
    "import": _l("imported from a file"),
    "import.back": _l("took an import back"),
    "import.file_gone": _l("deleted the file of an import after its last day"),
    "installation.restored": _l("brought a backup back"),
    "installation.rotate_keys": _l("encrypted personal data anew with another key"),
    "installation.trust_time": _l("said that the machine's time is right"),
    "instrument.add": _l("entered an instrument"),
    "instrument.change": _l("changed an instrument"),
    "load": _l("loaded the calendar of a year"),
    "material.answer": _l("handed in materials"),
    "material.ask": _l("asked for materials"),
    "material.put_aside": _l("put materials aside"),
    "material.take_over": _l("took materials over into an answer"),
    "material.withdraw": _l("withdrew a request for materials"),
    "outbox.drop": _l("dropped work that was given up or open at a restore"),
    "outbox.let_go": _l("let work go that was open at a restore"),
    "outbox.try_again": _l("let work that was given up be tried again"),
    "party.add_alias": _l("entered another name of a company"),
    "party.add_basis": _l("entered what binds a company"),
    "party.announce_name": _l("entered a new name from a later day"),
    "party.cease": _l("noted that a company has ceased to exist"),
    "party.change": _l("changed the entry of a company"),
    "party.change_engagement": _l("changed who collects for whom"),
    "party.confirm_address": _l("confirmed an address for service"),
    "party.create": _l("entered a company"),
    "party.drop_alias": _l("took out another name of a company that was entered by mistake"),
    "party.drop_coming_name": _l("dropped a name from a later day"),
    "party.end_basis": _l("ended what binds a company"),
    "party.engage": _l("entered who collects for whom"),
    "party.exist": _l("noted that a company exists after all"),
    "party.give_back": _l("gave entries back to a company"),
    "party.go_on_as": _l("entered as whom a company goes on"),
    "party.merge": _l("merged a company's entry into another"),
    "party.pass_on": _l("passed a company's matters on to its successor"),
    "party.put_kind_right": _l("put right whether a company lends or collects"),
    "party.rename": _l("renamed a company"),
    "party.require_second_factor": _l("required a second factor of a company's people, or no longer"),
    "party.restore": _l("resumed sending to a company"),
    "party.succeed": _l("entered whom a company succeeds"),
    "party.suspend": _l("stopped sending to a company"),
    "party.take_in": _l("took another entry of the same company in"),
    "party.unmerge": _l("undid the merge of two entries"),
    "party.withdraw_succession": _l("withdrew the entry of a succession"),
    "party.forget_contact": _l("erased whom to ask at a company, of an address for service that was replaced"),
    "party.write_in": _l("chose the language of a company's letters"),
    "provision.add": _l("entered a provision"),
    "provision.change": _l("changed a provision"),
    "provision.verify": _l("verified a provision"),
    "publication.follow_decision": _l("took the corrected text of a decision over into a draft"),
    "publication.propose_correction": _l("proposed to correct a bulletin"),
    "publication.redact": _l("covered a passage of a bulletin"),
    "publication.refuse_correction": _l("refused to correct a bulletin"),
    "publication.reopen": _l("had an approved text drafted anew, for the scan found personal data in it"),
    "publication.take_back_correction": _l("took the correction of a bulletin back"),
    "publication.taken_down": _l("took the notice of a withdrawn bulletin down"),
    "publication.unredact": _l("uncovered a passage of a bulletin"),
    "seal.activate": _l("put a seal certificate in use"),
    "seal.end": _l("ended the use of a seal certificate"),
    "setting.change": _l("laid down a value"),
    "setting.confirm": _l("confirmed a value"),
    "wording.adopt": _l("put a wording in force"),
    "wording.draft": _l("drafted a wording"),
    "wording.propose": _l("proposed a wording"),
    "wording.put_in_force": _l("put a wording in force, or set the day for it"),
    "wording.revise": _l("revised a draft of a wording"),
    "wording.withdraw": _l("withdrew a wording"),
}
WHO = {
    "system": _l("the system itself"),
    "system_admin": _l("command line of the operator"),
    "complainant": _l("the complainant"),
    "complainant,system": _l("the system, as the complainant had said"),
}
JOBS = {
    "casework.came_in": _l("Issue the acknowledgement of a complaint"),
    "casework.read_text": _l("Read the text of a file for the search"),
    "casework.receipt_links": _l("Send a link to whoever lost a receipt code"),
    "casework.leave_to_others": _l("Give complaints back from people who can't go on with them"),
    "casework.rehash": _l("Find numbers of people however they were written"),
    "casework.suggest": _l("Suggest similar complaints"),
    "casework.tell_of_terms": _l("Tell of time limits that come"),
    "casework.tell_staff": _l("Tell staff that something waits"),
    "core.copy": _l("Make a copy that browsers can show"),
    "core.forget_file": _l("Delete a file nobody needs any more"),
    "core.mail": _l("Send a mail"),
    "core.text": _l("Send a text message"),
    "figures.count": _l("Count a month"),
    "figures.month": _l("Close a month"),
    "figures.report": _l("Write the monthly report"),
    "filestore.scan": _l("Look through a file for malicious software"),
    "notices.bundle": _l("Put a bundle together"),
    "notices.circulate": _l("Send a circular to all members"),
    "notices.do_it_now": _l("Carry out what can no longer be taken back"),
    "notices.finish": _l("Seal a PDF"),
    "notices.look_again": _l("Look again whether a draft can be carried out"),
    "notices.render": _l("Make a PDF"),
    "registry.batch": _l("Go on with a long job"),
    "registry.batch_file": _l("Write the file of a long job"),
    "registry.count_again": _l("Count time limits again after the calendar changed"),
    "registry.mail_link": _l("Mail a link to an account"),
    "registry.tell": _l("Notify a person"),
    "sanctions.mail_confirmation": _l("Ask a subscriber to confirm"),
    "sanctions.tell_subscribers": _l("Tell subscribers of a bulletin"),
    "search.before_opening": _l("Take what waits to be opened out of what companies find"),
    "search.hide_names": _l("Hide names that were put right in files found by the search"),
    "search.names_apart": _l("Mask complaints anew in what the search finds"),
    "search.names_of_cases": _l("Hide names of complainants in what the search finds of cases and their files"),
    "search.without_told": _l("Take what complainants told out of what the search finds of cases"),
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
    return {f"account:{number}": name for number, name in account_names(at, numbers).items()}


def who_words(actor, known):
    """Say who did it."""
    if actor in known:
        return known[actor]
    return str(WHO[actor]) if actor in WHO else actor


def job_words(job):
    """Say what kind of later work it is."""
    return str(JOBS.get(job, job))

"""Which pages the story looks at, so that the demonstration need not; and which ones nobody looks at, with reasons."""

IN_THE_STORY = frozenset(
    """
admin.index
admin_accounts.index_view
admin_addresses.index_view
admin_aliases.index_view
admin_bases.index_view
admin_calendar.index
admin_calendar.year
admin_chains.index_view
admin_company_lists.index
admin_engagements.index_view
admin_jobs.index
admin_journal.index
admin_mails.index
admin_parties.details_view
admin_parties.edit_view
admin_parties.index_view
admin_seal_modes.index_view
admin_series.index_view
admin_settings.details_view
admin_settings.edit_view
admin_settings.index_view
admin_texts.index
admin_wordings.create_view
admin_wordings.details_view
admin_wordings.index
admin_wordings.show
casework_assignment.listing
casework_assignment.rule
casework_bulk.work assign
casework_bulk.work merge
casework_cases.act add_track
casework_cases.act assign
casework_cases.act attach
casework_cases.act evidence
casework_cases.act rename
casework_cases.act_on_allegation find
casework_cases.act_on_track allege
casework_cases.act_on_track file
casework_cases.act_on_track report
casework_cases.listing
casework_cases.show
casework_cases.start
casework_complaints.act escalate
casework_complaints.renew
casework_complaints.show
casework_contacts.show
casework_evidence.room
casework_forwardings.show
casework_imports.listing
casework_intake.enter
casework_portal.answer
casework_portal.check
casework_portal.home
casework_portal.index
casework_portal.more_time
casework_portal.not_ours
casework_portal.show
casework_portal_archives.index
casework_portal_materials.ask track
casework_portal_materials.index
casework_portal_search.find
casework_portal_tracks.check
casework_portal_tracks.explain
casework_portal_tracks.index
casework_portal_tracks.show
casework_public.answer company
casework_public.answer conduct
casework_public.answer contact
casework_public.answer evidence
casework_public.answer who
casework_public.begin
casework_public.home
casework_public.privacy
casework_public.resume
casework_public.rights
casework_search.find
casework_staff.queue
casework_staff.to_look_at
casework_track.enter
casework_track.lost
casework_track.show
casework_views.listing
casework_views.save
casework_workload.absence
casework_workload.show
figures_portal.show
figures_public.show
figures_staff.behind measure
figures_staff.every_month
figures_staff.show
notices_portal.inbox
notices_portal.show
notices_public.verify
notices_staff.show
notices_staff.to_serve
registry_account.show
registry_batches.listing
registry_notifications.show
registry_portal.address
registry_portal.people
registry_public.forgotten
registry_public.sign_in
sanctions_execution.record
sanctions_panel.listing
sanctions_panel.show
sanctions_portal.check_report
sanctions_portal.circulars
sanctions_portal.report
sanctions_portal.statement
sanctions_portal.training
sanctions_portal.waive
sanctions_portal_execution.record
sanctions_public.listing
sanctions_public.show
sanctions_public.subscribe
sanctions_public.withdrawals
sanctions_publications.act propose_correction
sanctions_publications.act withdraw
sanctions_publications.listing
sanctions_publications.preview
sanctions_publications.show
sanctions_staff.act confirm_training
sanctions_staff.act execute
sanctions_staff.act pass
sanctions_staff.act propose_minor
sanctions_staff.listing
sanctions_staff.show
sanctions_staff.verify
sanctions_trainings.order
""".strip().splitlines()
)
"""By endpoint and deed. Two ways each, and the demonstration's one way would tell nothing more."""

IN_THE_DEMONSTRATION = frozenset(
    """
admin_accounts.create_view
admin_accounts.details_view
admin_addresses.details_view
admin_aliases.create_view
admin_aliases.details_view
admin_bases.create_view
admin_bases.details_view
admin_bases.edit_view
admin_calendar.load
admin_chains.act_view
admin_chains.create_view
admin_chains.details_view
admin_chains.edit_view
admin_engagements.create_view
admin_engagements.details_view
admin_engagements.edit_view
admin_golive.index
admin_instruments.create_view
admin_instruments.details_view
admin_instruments.edit_view
admin_instruments.index_view
admin_journal.export
admin_mails.show
admin_parties.act_view
admin_parties.create_view
admin_pool.act_view
admin_pool.create_view
admin_pool.details_view
admin_pool.edit_view
admin_pool.index_view
admin_provisions.act_view
admin_provisions.create_view
admin_provisions.details_view
admin_provisions.edit_view
admin_provisions.index_view
admin_seal_modes.act_view
admin_seal_modes.create_view
admin_seal_modes.details_view
admin_seal_modes.edit_view
admin_settings.act_view
admin_violations.act_view
admin_violations.create_view
admin_violations.details_view
admin_violations.index_view
admin_wordings.export
casework_bulk.read_copies
casework_call_lists.choose
casework_cases.describe
casework_cases.journal
casework_clocks.listing
casework_clocks.show
casework_complaints.take_up
casework_contacts.enter
casework_forwardings.act
casework_imports.columns
casework_imports.show
casework_notes.note
casework_portal.file
casework_portal_clocks.listing
casework_portal_clocks.show
casework_portal_materials.answer
casework_portal_materials.show
casework_portal_receipts.more_time
casework_portal_receipts.on_a_case
casework_portal_receipts.receipt
casework_portal_stops.index
casework_portal_stops.show
casework_portal_tables.waiting
casework_portal_tracks.ask_recusal
casework_recusals.ask
casework_recusals.declare
casework_recusals.end_interest
casework_recusals.interest
casework_recusals.listing
casework_recusals.show
casework_stop_contacts.act
casework_stop_contacts.note
casework_track.ask_recusal
casework_track.renewed
casework_track.time_limit
casework_workload.hand_over
notices_dossiers.comment
notices_dossiers.listing
notices_dossiers.revise
notices_dossiers.show
notices_numbers.listing
notices_numbers.show
notices_numbers_admin.listing
notices_numbers_admin.show
notices_portal.pdf
notices_seals.export
notices_seals.log
notices_seals.to_stamp
notices_staff.pdf
registry_account.renewals
registry_batches.show
registry_factor.show
registry_first_run.association
registry_public.code
sanctions_admissions.sign
sanctions_bundles.listing
sanctions_circulars.show
sanctions_execution.attendance
sanctions_execution.volumes
sanctions_lineage.ceased
sanctions_lineage.same
sanctions_lineage.successor
sanctions_panel.file
sanctions_parties.behind
sanctions_parties.show
sanctions_portal.ask_review
sanctions_portal.circular
sanctions_portal.entry
sanctions_portal.withdraw_review
sanctions_portal_execution.more_time
sanctions_portal_execution.other_time
sanctions_portal_file.evidence
sanctions_portal_file.index
sanctions_portal_file.show
sanctions_portal_hearings.ask
sanctions_portal_hearings.entry
sanctions_portal_hearings.minutes
sanctions_portal_hearings.waive
sanctions_portal_milestones.plan
sanctions_portal_restorations.ask
sanctions_procedure.show
sanctions_public.atom
sanctions_public.confirm_subscription
sanctions_public.json_feed
sanctions_public.unsubscribe
sanctions_reviews.file
sanctions_reviews.listing
sanctions_reviews.own_motion
sanctions_reviews.show
sanctions_sittings.act
sanctions_staff.enrol
""".strip().splitlines()
)
"""By endpoint: what the people of the demonstration get to by links, and only them."""

FILE = "a file, which is downloaded or shown within a page"
PART = "a piece of a page, or what a script asks for: looked at with its page"
LEADS_ON = "no page: it leads on to another one"
BY_MAIL = "its address stands in a mail only, and is good once"
NEW = "for an account without a second factor, and the demonstration's staff have one"
NO_STATE = "nothing in the demonstration is in the state in which it is offered, and nobody in the story comes there"
AFTER = "comes after a form was sent, which nobody of the demonstration does while pages are looked at"
WHY = {
    **dict.fromkeys(
        (
            "casework_evidence.content",
            "casework_evidence.copy",
            "casework_evidence.covered",
            "casework_evidence.drawn",
            "casework_imports.rejects",
            "casework_portal_archives.file",
            "casework_portal_materials.file",
            "figures_portal.csv",
            "figures_portal.xlsx",
            "figures_public.csv",
            "figures_public.json",
            "figures_staff.csv",
            "figures_staff.report",
            "figures_staff.xlsx",
            "furniture.favicon",
            "notices_public.letter",
            "notices_seals.print_",
            "notices_staff.receipt",
            "registry_batches.file",
            "registry_batches.rejects",
            "sanctions_bundles.file",
            "sanctions_portal_file.bundle_file",
            "sanctions_public.pdf",
            "sanctions_public.qr",
            "sanctions_public.robots",
            "sanctions_public.sitemap",
        ),
        FILE,
    ),
    **dict.fromkeys(
        (
            "casework_public.companies",
            "registry_batches.progress",
            "registry_presence.look",
            "sanctions_bundles.card",
            "sanctions_portal_file.bundle_card",
            "uploads.show",
        ),
        PART,
    ),
    **dict.fromkeys(
        (
            "casework_views.most_urgent",
            "casework_views.most_urgent_case",
            "registry_account.home",
            "registry_account.stay",
        ),
        LEADS_ON,
    ),
    "registry_public.link": BY_MAIL,
    "registry_public.enrol": NEW,
    **dict.fromkeys(
        (
            "admin_accounts.act_view",
            "admin_accounts.edit_view",
            "admin_addresses.act_view",
            "admin_addresses.create_view",
            "admin_addresses.edit_view",
            "admin_aliases.act_view",
            "admin_aliases.edit_view",
            "admin_bases.act_view",
            "admin_company_lists.show",
            "admin_engagements.act_view",
            "admin_instruments.act_view",
            "admin_series.act_view",
            "admin_series.create_view",
            "admin_series.details_view",
            "admin_series.edit_view",
            "admin_settings.create_view",
            "admin_violations.edit_view",
            "admin_wordings.edit_view",
        ),
        NO_STATE,
    ),
    **dict.fromkeys(
        (
            "casework_call_lists.read",
            "casework_contacts.attach",
            "casework_contacts.take_list_out",
            "casework_contacts.take_out",
            "figures_staff.changes",
            "figures_staff.correct",
            "notices_seals.show",
            "sanctions_corrections.show",
            "sanctions_execution.interview_day",
            "sanctions_execution.interview_time",
            "sanctions_execution.refuse_time",
            "sanctions_lineage.merge",
            "sanctions_lineage.pass_on",
            "sanctions_lineage.undo",
            "sanctions_lineage.withdraw",
            "sanctions_panel.recuse",
            "sanctions_portal_admissions.admit",
            "sanctions_portal_admissions.take_back",
            "sanctions_portal_milestones.done",
            "sanctions_sittings.refuse_restoration",
        ),
        NO_STATE,
    ),
    **dict.fromkeys(("casework_portal_materials.check", "registry_public.asked", "sanctions_portal.check"), AFTER),
}
"""By endpoint."""


def page(key: str) -> str:
    """The endpoint of a key."""
    return key.partition(" ")[0]

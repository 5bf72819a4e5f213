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
desk_assignment.listing
desk_assignment.rule
desk_bulk.work assign
desk_bulk.work merge
desk_cases.act add_track
desk_cases.act assign
desk_cases.act attach
desk_cases.act evidence
desk_cases.act rename
desk_cases.act_on_allegation find
desk_cases.act_on_track allege
desk_cases.act_on_track file
desk_cases.act_on_track report
desk_cases.listing
desk_cases.show
desk_cases.start
desk_complaints.act escalate
desk_complaints.renew
desk_complaints.show
desk_contacts.show
desk_erasures.show
desk_evidence.room
desk_forwardings.show
imports_staff.listing
desk_intake.enter
portal_forwardings.answer
portal_forwardings.check
portal_forwardings.home
portal_forwardings.index
portal_forwardings.more_time
portal_forwardings.not_ours
portal_forwardings.show
portal_archives.index
portal_materials.ask track
portal_materials.index
search_portal.find
portal_tracks.check
portal_tracks.explain
portal_tracks.index
portal_tracks.show
complainants_public.answer company
complainants_public.answer conduct
complainants_public.answer contact
complainants_public.answer evidence
complainants_public.answer who
complainants_public.begin
complainants_public.home
complainants_public.privacy
complainants_public.resume
complainants_public.rights
search_staff.find
desk_queue.queue
desk_queue.to_look_at
complainants_track.enter
complainants_track.lost
complainants_track.show
desk_views.listing
desk_views.save
desk_workload.absence
desk_workload.show
figures_portal.show
figures_public.show
figures_staff.behind measure
figures_staff.every_month
figures_staff.show
notices_portal.inbox
notices_portal.show
notices_public.posted
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
proceedings_execution.record
proceedings_panel.listing
proceedings_panel.show
proceedings_portal.check_report
proceedings_portal.circulars
proceedings_portal.report
proceedings_portal.statement
proceedings_portal.training
proceedings_portal.waive
proceedings_portal_execution.record
publishing_public.listing
publishing_public.show
publishing_public.subscribe
publishing_public.withdrawals
proceedings_publications.act propose_correction
proceedings_publications.act withdraw
proceedings_publications.listing
proceedings_publications.preview
proceedings_publications.show
proceedings_staff.act confirm_training
proceedings_staff.act execute
proceedings_staff.act pass
proceedings_staff.act propose_minor
proceedings_staff.listing
proceedings_staff.show
proceedings_staff.verify
proceedings_trainings.order
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
admin_years_of_keeping.act_view
admin_years_of_keeping.details_view
admin_years_of_keeping.edit_view
admin_years_of_keeping.index_view
desk_bulk.read_copies
desk_call_lists.choose
desk_cases.describe
desk_cases.journal
desk_clocks.listing
desk_clocks.show
desk_complaints.take_up
desk_contacts.enter
desk_forwardings.act
imports_staff.columns
imports_staff.show
desk_notes.note
portal_forwardings.file
portal_clocks.listing
portal_clocks.show
portal_materials.answer
portal_materials.receipt
portal_materials.show
portal_receipts.more_time
portal_receipts.on_a_case
portal_receipts.receipt
portal_stops.index
portal_stops.show
portal_tables.waiting
portal_tracks.ask_recusal
desk_recusals.ask
desk_recusals.declare
desk_recusals.end_interest
desk_recusals.interest
desk_recusals.listing
desk_recusals.show
desk_stop_contacts.act
desk_stop_contacts.note
complainants_track.ask_recusal
complainants_track.renewed
complainants_track.time_limit
desk_workload.hand_over
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
proceedings_admissions.sign
proceedings_bundles.listing
proceedings_circulars.show
proceedings_execution.attendance
proceedings_execution.volumes
proceedings_lineage.ceased
proceedings_lineage.same
proceedings_lineage.successor
proceedings_panel.file
proceedings_parties.behind
proceedings_parties.show
proceedings_portal.ask_review
proceedings_portal.circular
proceedings_portal.entry
proceedings_portal.sessions
proceedings_portal.withdraw_review
proceedings_portal_execution.more_time
proceedings_portal_execution.other_time
proceedings_portal_file.evidence
proceedings_portal_file.index
proceedings_portal_file.show
proceedings_portal_hearings.ask
proceedings_portal_hearings.entry
proceedings_portal_hearings.minutes
proceedings_portal_hearings.waive
proceedings_portal_milestones.plan
proceedings_portal_restorations.ask
publishing_procedure.show
publishing_public.atom
publishing_public.confirm_subscription
publishing_public.json_feed
publishing_public.unsubscribe
proceedings_reviews.file
proceedings_reviews.listing
proceedings_reviews.own_motion
proceedings_reviews.show
proceedings_sittings.act
proceedings_staff.enrol
""".strip().splitlines()
)
"""By endpoint: what the people of the demonstration get to by links, and only them."""

BEHIND_THE_SCENES = frozenset(
    {
        "admin_accounts.act_view",
        "admin_aliases.act_view",
        "admin_company_lists.show",
        "admin_wordings.edit_view",
        "figures_staff.changes",
        "figures_staff.correct",
        "notices_seals.show",
        "proceedings_corrections.show",
        "proceedings_execution.interview_day",
        "proceedings_execution.interview_time",
        "proceedings_execution.interview_time_on_paper",
        "proceedings_execution.refuse_time",
        "proceedings_panel.told",
        "proceedings_portal_admissions.admit",
        "proceedings_portal_admissions.take_back",
        "proceedings_portal_milestones.done",
        "proceedings_reviews.on_paper",
        "proceedings_sittings.refuse_restoration",
        "proceedings_staff.restoration_on_paper",
        "desk_call_lists.read",
        "desk_contacts.attach",
        "desk_contacts.take_list_out",
        "desk_contacts.take_out",
        "proceedings_lineage.merge",
        "proceedings_lineage.pass_on",
        "proceedings_lineage.undo",
        "proceedings_lineage.withdraw",
    }
)
"""Looked at by test_seldom_states.py, which brings their matters into the state in which they are offered."""
FILE = "a file, which is downloaded or shown within a page"
PART = "a piece of a page, or what a script asks for: looked at with its page"
LEADS_ON = "no page: it leads on to another one"
BY_MAIL = "its address stands in a mail only, and is good once"
NEW = "for an account without a second factor, and the demonstration's staff have one"
AFTER = "comes after a form was sent, which nobody of the demonstration does while pages are looked at"
WHY = {
    **dict.fromkeys(
        (
            "complainants_public.own_file",
            "complainants_track.own_file",
            "desk_evidence.content",
            "desk_evidence.copy",
            "desk_evidence.covered",
            "desk_evidence.drawn",
            "desk_stop_contacts.scan",
            "imports_staff.rejects",
            "portal_archives.file",
            "portal_drafts.file",
            "portal_materials.file",
            "figures_portal.csv",
            "figures_portal.xlsx",
            "figures_public.csv",
            "figures_public.json",
            "figures_staff.csv",
            "figures_staff.report",
            "figures_staff.xlsx",
            "furniture.favicon",
            "notices_public.letter",
            "notices_public.posted_paper",
            "notices_seals.print_",
            "notices_staff.receipt",
            "registry_batches.file",
            "registry_batches.rejects",
            "proceedings_bundles.file",
            "proceedings_portal_file.bundle_file",
            "publishing_public.pdf",
            "publishing_public.qr",
            "publishing_public.robots",
            "publishing_public.sitemap",
        ),
        FILE,
    ),
    **dict.fromkeys(
        (
            "admin_companies.suggestions",
            "complainants_public.companies",
            "desk_companies.suggestions",
            "registry_batches.progress",
            "registry_presence.look",
            "proceedings_bundles.card",
            "proceedings_portal_file.bundle_card",
            "uploads.show",
        ),
        PART,
    ),
    **dict.fromkeys(
        (
            "desk_views.most_urgent",
            "desk_views.most_urgent_case",
            "proceedings_panel.recuse",
            "registry_account.home",
            "registry_account.stay",
            "registry_account.still",
            "complainants_track.stay",
            "complainants_track.still",
        ),
        LEADS_ON,
    ),
    "registry_public.link": BY_MAIL,
    "registry_public.enrol": NEW,
    "complainants_public.discard": "Asks only whoever has a draft: looked at in tests/journeys/test_public.py.",
    **dict.fromkeys(("notices_public.verify_code", "portal_materials.check", "registry_public.asked"), AFTER),
    **dict.fromkeys(("proceedings_portal.check", "proceedings_portal.check_review", "desk_intake.receipt"), AFTER),
}
"""By endpoint."""


def page(key: str) -> str:
    """The endpoint of a key."""
    return key.partition(" ")[0]

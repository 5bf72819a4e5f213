"""Which layer each module of a room stands in: by how its name begins, the longest beginning first.

A module imports of its own room what stands in its layer or further down; between rooms the contracts rule.
"""

from collections.abc import Iterator

LAYERS = {
    "wiring": "registers the room with the application",
    "pages": "an audience's pages, and what only they are made of: addresses, cards, what a request holds",
    "jobs": "later work, commands and rounds: what no page asks for",
    "deeds": "what staff can do with a thing, each with its words, its form and its verb",
    "showing": "how pages show things: rows and facts in words, nothing asked of a request",
    "forms": "fields and words, and what they offer",
    "furniture": "the web beneath all pages: the door, languages, answers, drafts",
    "verbs": "what is done: one function for a sentence",
    "documents": "what documents, archives and downloads say, and how they are made",
    "rules": "what may be done, and reads as their reader may: policies and queries ask one another",
    "facts": "what rules and verbs both ask: counted, compared, looked up; nobody is asked whether he may",
    "models": "tables",
    "data": "states, words and values that know no table",
}
"""From the highest down."""
WEB = {
    "flask": ("wiring", "pages", "jobs", "showing", "furniture", "forms"),
    "flask_admin": ("wiring", "pages"),
    "flask_limiter": ("furniture",),
    "flask_migrate": ("wiring",),
    "flask_wtf": ("furniture", "forms"),
    "werkzeug": ("pages", "furniture", "forms"),
    "wtforms": ("pages", "forms"),
}
"""What knows the web, and the layers that may import it."""
KNOW_THE_WEB = {
    ("filestore.files", "werkzeug"): "takes a file as a form brings it",
    ("core.under_way", "flask"): "which application is at work, for all that has no page to ask",
    ("core.valkey", "flask"): "connections for pages, told by the application's configuration how patient they are",
    ("core.words", "flask"): "words wait for their reader's language, which stands in the request",
    ("notices.stamping", "werkzeug"): "takes a file as a form brings it",
}
"""What modules further down import of it all the same, each with its reason."""
EVERYWHERE = {
    "wiring": "wiring",
    "pages": "account first_run pages portal public staff track views",
    "jobs": "commands jobs",
    "deeds": "deeds",
    "showing": "showing",
    "forms": "forms",
    "documents": "documents",
    "rules": "policies queries",
    "models": "models",
    "data": "kinds labels states",
}
"""What the beginnings of names mean in every room; no room may mean something else by them."""
ROOMS = {
    "admin": {
        "pages": "naming past_years per_kind records rows_pages setting_tables",
        "jobs": "rounds servers starting worker",
        "verbs": "demo forgetting lighthouse pictures restoring retention rounds_kept",
        "documents": "samples",
        "facts": "audit_words year_notice",
    },
    "figures": {
        "pages": "asking exports",
        "verbs": "months opening reports",
        "documents": "sections tables",
        "data": "counted suppression",
    },
    "publishing": {
        "showing": "feeds procedure time_limits",
        "verbs": "subscriptions",
        "data": "procedure_words",
    },
    "proceedings": {
        "pages": "approved_pages bulletin_page endings_page execution_page track_page",
        "showing": "bundle_cards editing invitations ledger_charts waited_for",
        "verbs": "bulletin_redrafts",
        "rules": "track_rows",
    },
    "sanctions": {
        "pages": "presences",
        "verbs": """
            admissions bodies bulletin bulletins bundles calls corrections days_off decisions endings erasing extensions
            file_views hearings interview interviews introductions letters marking measures milestones motions on_paper
            panel panels pools proposals records reissues resolutions restorations review reviews statements trainees
            training trainings verifications volumes
        """,
        "documents": "bundle company_papers files_made people_named replacing versions",
        "rules": "hanging search_sources",
        "facts": """
            attendance ballots ladder record_pages review_tallies rounds served sittings tallies terms
        """,
        "data": "levels plans",
    },
    "imports": {
        "verbs": "companies historic uploads",
        "facts": "columns company_rows compared mapping report rows",
        "data": "likeness lines sheets",
    },
    "search": {
        "verbs": "anew entries follows sources",
        "facts": "words",
        "data": "hashed terms traditional",
    },
    "desk": {
        "pages": "approved_pages case complaint evidence_room handing_over queue_addresses stop_contact_cards",
        "deeds": "approving",
        "showing": "bulk_files case_journals clock_cards panels published_lists",
        "forms": "choices company_addresses",
        "verbs": "saved_views standing_in",
        "rules": "case_rows complaint_rows",
    },
    "portal": {
        "forms": "answer_points",
        "verbs": "materials",
        "documents": "company",
        "facts": "places",
    },
    "complainants": {
        "pages": "complaining",
        "showing": "receipt_pictures stages",
        "verbs": "resume_codes",
    },
    "casework": {
        "pages": "presences",
        "showing": "clock_days respondents_clocks",
        "forms": "form_checks",
        "verbs": """
            answers assigning call_lists cases checked_copies complainant_texts complaints contact contacts
            corrected_ends erased erasing erasure_requests erasures escalations evidence expiries expiring_together
            forwardings harmful_files held_clocks holds identities inquiries intake leads matters messages naming notes
            noting papers_opened passing_on playables posted_in_time putting_right receipts rechecks recusals rehashing
            scripts settlements shared_drafts standing_still stop_contacts supplements taking_back taking_over tasks
            telling tracks triage undoing void_waits
        """,
        "documents": "clauses copies",
        "rules": "late_evidence personal_strings",
        "facts": """
            changes circumstances contact_attempts contact_counts contact_papers former_parts hanging
            headings party_requests showable timelines
        """,
        "data": """
            call_values debt_words masking names_apart paper_words personal_shapes phrases questioning scan sentences
            stages wordings_alike
        """,
    },
    "notices": {
        "pages": "looking numbers_pages presences sendings step_notes",
        "showing": "clock_names drafts_compared wording_help",
        "verbs": """
            addresses alerts approval approvals archives bundles circulars circulating dossiers erasing
            former_addresses names_hidden numbers_lost
            passing posting renamed row_papers seals serving stamping trials trying_again undoing verifying wordings
        """,
        "documents": "bundle making numbers page_words rendering samples wording",
        "facts": "chains doers unopened",
        "data": "foreign laid_down papers sentences wording_fields wording_meanings",
    },
    "registry": {
        "pages": "door presence",
        "showing": "factor_pictures remaining",
        "forms": "company_fields",
        "verbs": """
            absences accounts addresses batches belongings calendar clock clocks credentials golive keys_fit leavers
            links mail_changes merging noting notifications parties pointing renaming rulebook second_factors seeds
            service sessions settings signin successions text_numbers wrong_kinds
        """,
        "rules": "members",
        "facts": "events lineage",
        "data": "browsers clock_kinds counting names seeded_words seeds_rulebook seeds_settings",
    },
    "filestore": {
        "pages": "upload_pages",
        "forms": "fields",
        "furniture": "downloads rationing uploading",
        "verbs": "copying removal uploads",
        "documents": """
            boxes confined converting drawing extents file files first_rows frame_counting inspection pdf_counting
            picture previews redrawing scanner scanning scratch sheets stores text zips
        """,
    },
    "printing": {
        "documents": "fonts glyphs pdf press qr seal signing templates",
    },
    "core": {
        "forms": "crossing fields",
        "furniture": """
            answers assets days_asked draft_pages drafting faults furniture i18n incoming kept_pages
            openings pages_faster presence show squeeze throttle web
        """,
        "verbs": """
            anchors drafts forgetting journal keys_anew machine mail outbox restored texts
        """,
        "documents": "charts",
        "facts": "asked_together at_hand gathered",
        "data": """
            actors asking characters chips clock crypto days db errors faults_told held_back keyset
            left_alone one_database passing_on pinyin plainly planned pooled registered settings site
            texts_gateway tongues turns typed_lists under_way valkey words wordwise
        """,
    },
}
"""What they mean in one room, by its own nouns; a longer beginning comes before a shorter one."""


def known(room: str) -> dict[str, str]:
    """Each beginning with its layer."""
    return {
        word: layer for table in (EVERYWHERE, ROOMS[room]) for layer, words in table.items() for word in words.split()
    }


def beginnings(module: str) -> Iterator[str]:
    """The beginnings of a module's name, the longest first: whole words."""
    words = module.partition(".")[2].split("_")
    return ("_".join(words[:length]) for length in range(len(words), 0, -1))


def layer_of(module: str) -> str | None:
    """The layer of a module; None where its name begins with nothing that is known."""
    layers = known(module.partition(".")[0])
    return next((layers[each] for each in beginnings(module) if each in layers), None)

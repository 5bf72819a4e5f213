"""Plumbing: the database, the one transaction, the state machine, later work, drafts, mail, the web's furniture."""

"""Plumbing: the database, the one transaction, the state machine, later work, files, the web's furniture."""

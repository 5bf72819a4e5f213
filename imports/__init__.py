"""Complaints and companies that come in as files."""

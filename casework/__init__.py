"""Complaints, forwardings, cases and their tracks."""

"""What the association decides: proposals, decisions, measures, bulletins."""

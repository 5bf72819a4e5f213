"""The search: its index, what writes it, and its pages."""

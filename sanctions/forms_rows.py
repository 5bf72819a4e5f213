"""Rows of fields in this room's forms: the same as casework's."""

from casework.forms_rows import MORE, RowForm, Rows, with_rows

__all__ = ["MORE", "RowForm", "Rows", "with_rows"]

"""Files that people hand in and the house keeps: checked, stripped, stored, converted, shown, given out, forgotten."""

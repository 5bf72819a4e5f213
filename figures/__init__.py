"""Figures: what is counted each month, shown to staff and companies, printed, and published."""

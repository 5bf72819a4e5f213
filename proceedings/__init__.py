"""Pages of the proceedings: proposals, panels, hearings, measures, reviews, publications; for staff and companies."""

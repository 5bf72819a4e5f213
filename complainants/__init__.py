"""Pages of complainants: complaining, the receipt, following a complaint."""

"""What is known before any case: parties, accounts and sign-in, calendar and clocks, rulebook, settings."""

"""The back office, the demonstration and the command line."""

"""Readers of the public's pages: a load generator, and the floor it is measured beside."""

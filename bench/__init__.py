"""Measurements of speed, each run by ./zilu bench NAME."""

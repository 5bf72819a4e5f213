"""Reads ./zilu's words and hands over: start, test, bench, setup, lock, or a command of the application."""

import sys

from launch.setup import set_up
from launch.telling import CannotGoOnError, tell

def main(words):
    try:
        set_up(words[1] if len(words)>1 else "demo")
    except CannotGoOnError as why:
        tell(str(why)); return 1
    return 0

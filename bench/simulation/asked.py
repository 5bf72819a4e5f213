"""What a simulation is asked for; the launcher reads it before it makes servers and a database for it."""

import argparse
import os

MOST_HANDS = 4


def read() -> argparse.Namespace:
    """Read the words of the command; what cannot be meant ends it."""
    asked = argparse.ArgumentParser(prog="./zilu simulate")
    asked.add_argument("--years", type=int, default=3, help="from January 2024 on")
    asked.add_argument("--cases", type=int, default=100, help="about so many case files")
    asked.add_argument("--seed", type=int, default=1, help="the same seed, the same life")
    many = min(MOST_HANDS, len(os.sched_getaffinity(0)))
    asked.add_argument("--hands", type=int, default=many, help="so many processes; with 1 the same life comes again")
    return asked.parse_args()


if __name__ == "__main__":
    read()

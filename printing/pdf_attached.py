"""A file that travels inside a PDF."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Attached:
    """A file that travels inside the PDF."""

    name: str
    content: bytes
    description: str = ""
    relationship: str = "Data"

"""Where this checkout keeps things; two checkouts on one machine share none of it."""

import errno
import hashlib
import os
import socket
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
INSTANCE = ROOT / "instance"
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
OF_ROOT = Path("/var/lib/zilu")

LONGEST_SOCKET_FOLDER = 80  # a unix socket's whole path must fit in 107 bytes
LOWEST_PORT, HIGHEST_PORT = 20000, 32767  # below the range the kernel gives to outgoing connections


def is_root() -> bool:
    """Whether everything here runs as root, which PostgreSQL refuses to do."""
    return os.geteuid() == 0


def mark_of(checkout: Path) -> str:
    """A short name for a checkout, made of its path."""
    return hashlib.sha256(os.fsencode(checkout.resolve())).hexdigest()[:12]


def home(checkout: Path = ROOT) -> Path:
    """The folder above all data of a checkout.

    Root's lies outside the checkout: the servers run as somebody else, who may not enter /root.
    """
    return OF_ROOT / mark_of(checkout) if is_root() else checkout / "instance"


def base(purpose: str, checkout: Path = ROOT) -> Path:
    """The folder of one purpose (start, test, bench): its servers, files, keys and logs."""
    return home(checkout) / purpose


def socket_folder(purpose: str, checkout: Path = ROOT) -> Path:
    """Where the database's socket lies: beside the data, unless that path is too long for a socket."""
    near = base(purpose, checkout) / "run"
    if len(os.fsencode(near)) <= LONGEST_SOCKET_FOLDER:
        return near
    return Path(f"/tmp/zilu-{os.geteuid()}-{mark_of(checkout)}-{purpose}")  # noqa: S108 - made private, and refused when it is somebody else's


def port_is_free(port: int) -> bool:
    """Whether nobody listens on this port of the loopback address."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
        return True


def free_port(seed: str) -> int:
    """A free port; the same seed gets the same one as long as nobody else has it."""
    span = HIGHEST_PORT - LOWEST_PORT + 1
    first = int(hashlib.sha256(seed.encode()).hexdigest(), 16) % span
    for step in range(span):
        port = LOWEST_PORT + (first + step) % span
        if port_is_free(port):
            return port
    raise OSError(errno.EADDRINUSE, os.strerror(errno.EADDRINUSE))

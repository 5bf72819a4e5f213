"""Recordings and pictures of telephones, small, made when they are needed; and such as a machine chokes on."""

import base64
import random
import subprocess
from pathlib import Path

_HEIC = (
    "AAAAHGZ0eXBoZWljAAAAAG1pZjFoZWljbWlhZgAAAX1tZXRhAAAAAAAAACFoZGxyAAAAAAAAAABwaWN0AAAAAAAAAAAAAAAAAAAAACJpbG9jAAAA"
    "AERAAAEAAQAAAAABoQABAAAAAAAAAC0AAAAjaWluZgAAAAAAAQAAABVpbmZlAgAAAAABAABodmMxAAAAAA5waXRtAAAAAAABAAAA/WlwcnAAAADd"
    "aXBjbwAAAHZodmNDAQNwAAAAkAAAAAAAHvAA/P34+AAADwNgAAEAGEABDAH//wNwAAADAJAAAAMAAAMAHroCQGEAAQAqQgEBA3AAAAMAkAAAAwAA"
    "AwAeoCCBBZbq5Ka5uAhoMCAAAAMDIAAAAwAhYgABAAZEAcFzwIkAAAATY29scm5jbHgAAQANAAaAAAAAFGlzcGUAAAAAAAAAQAAAAEAAAAAoY2xh"
    "cAAAAEAAAAABAAAAMAAAAAEAAAAAAAAAAv////AAAAACAAAAEHBpeGkAAAAAAwgICAAAABhpcG1hAAAAAAAAAAEAAQWBAgMFhAAAADVtZGF0AAAA"
    "KSgBrwtg+xaUpH5RrfvJ8j46OZZhYpBe6VJhgNrkxYyn4Vk+2MM6H3vA"
)


def heic() -> bytes:
    """A picture of 64 by 48 points, dark blue with a yellow square, as an encoder once made it."""
    return base64.b64decode(_HEIC)


def amr(seconds: int = 3) -> bytes:
    """A call as old telephones record it: noise in frames of 20 ms at the lowest rate."""
    noise = random.Random(seconds)  # noqa: S311 - not a secret
    return b"#!AMR\n" + b"".join(b"\x04" + noise.randbytes(12) for _frame in range(50 * seconds))


def film_3gp(folder: Path) -> bytes:
    """A film of one second with a tone, in the codec of old telephones."""
    made = folder / "film.3gp"
    picture = ["-f", "lavfi", "-i", "testsrc=d=1:s=176x144:r=10", "-f", "lavfi", "-i", "sine=d=1"]
    coded = ["-c:v", "h263", "-c:a", "aac", "-f", "3gp", str(made)]
    subprocess.run(["ffmpeg", "-v", "error", "-y", *picture, *coded], check=True)
    return made.read_bytes()

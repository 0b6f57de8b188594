"""Asking a ClamAV daemon about a file (clamd(8), command INSTREAM)."""

import socket
import struct
from urllib.parse import SplitResult, urlsplit

CHUNK = 64 * 1024
LONGEST_REPLY = 4096


class ScannerUnreachable(Exception):
    """The daemon gave no answer, or none that says what it found."""


def found_in(content: bytes, *, url: str, seconds: float) -> str | None:
    """The name of the malware that the daemon at ``url`` finds in ``content``; None for a clean file.

    ``url`` is ``unix:///run/clamav/clamd.ctl`` or ``tcp://host:3310``; each step may take ``seconds``. Raises
    :class:`ScannerUnreachable`, also where the daemon takes no file of this size, and ``ValueError`` for another url.
    """
    address = urlsplit(url)
    if address.scheme not in {"unix", "tcp"}:
        raise ValueError("CLAMD_URL begins with unix:// or tcp://")
    try:
        with _connected(address, seconds) as daemon:
            daemon.sendall(b"zINSTREAM\0")
            for start in range(0, len(content), CHUNK):
                chunk = content[start : start + CHUNK]
                daemon.sendall(struct.pack("!L", len(chunk)) + chunk)
            daemon.sendall(struct.pack("!L", 0))
            reply = _reply(daemon)
    except OSError as error:
        raise ScannerUnreachable(type(error).__name__) from error
    if reply == "stream: OK":
        return None
    if reply.startswith("stream: ") and reply.endswith(" FOUND"):
        return reply.removeprefix("stream: ").removesuffix(" FOUND")
    raise ScannerUnreachable(reply)


def _connected(address: SplitResult, seconds: float) -> socket.socket:
    if address.scheme == "tcp":
        return socket.create_connection((address.hostname or "", address.port or 3310), timeout=seconds)
    daemon = socket.socket(socket.AF_UNIX)
    daemon.settimeout(seconds)
    try:
        daemon.connect(address.path)
    except OSError:
        daemon.close()
        raise
    return daemon


def _reply(daemon: socket.socket) -> str:
    received = b""
    while not received.endswith(b"\0") and len(received) < LONGEST_REPLY:
        more = daemon.recv(LONGEST_REPLY)
        if not more:
            break
        received += more
    return received.rstrip(b"\0").decode("utf-8", "replace")

"""What a real ClamAV daemon says, and what is made of its silence."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread

import pytest

from discounts.evidence.scanning import ScannerUnreachable, found_in
from tests.discounts.conftest import EICAR

CLEAN = b"%PDF-1.7 " + b"x" * 99_000


@contextmanager
def daemon_that_answers(reply: bytes) -> Iterator[str]:
    """Takes a file over TCP and answers ``reply``."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def take() -> None:
            client, _ = server.accept()
            with client:
                while not client.recv(65536).endswith(b"\0\0\0\0"):
                    pass
                client.sendall(reply)

        taking = Thread(target=take)
        taking.start()
        yield f"tcp://127.0.0.1:{server.getsockname()[1]}"
        taking.join()


def test_a_clean_file(clamd: str) -> None:
    assert found_in(CLEAN, url=clamd, seconds=30) is None


@pytest.mark.parametrize("before", [b"", b"%PDF-1.7 " + b"x" * 70_000], ids=["alone", "in the second chunk"])
def test_malware_is_named(clamd: str, before: bytes) -> None:
    found = found_in(before + EICAR, url=clamd, seconds=30)
    assert found is not None
    assert found.startswith("Eicar-Test")


def test_a_file_that_the_daemon_finds_too_large_was_not_scanned(clamd: str) -> None:
    with pytest.raises(ScannerUnreachable):
        found_in(b"x" * 10_000_000, url=clamd, seconds=30)


def test_nobody_there(tmp_path: Path) -> None:
    with pytest.raises(ScannerUnreachable):
        found_in(CLEAN, url=f"unix://{tmp_path}/nobody", seconds=1)


@pytest.mark.parametrize("reply", [b"", b"stream: Can't allocate memory ERROR\0", b"UNKNOWN COMMAND\0"])
def test_an_answer_that_says_nothing_of_the_file(reply: bytes) -> None:
    with daemon_that_answers(reply) as url, pytest.raises(ScannerUnreachable):
        found_in(CLEAN, url=url, seconds=30)


def test_over_tcp() -> None:
    with daemon_that_answers(b"stream: OK\0") as url:
        assert found_in(CLEAN, url=url, seconds=30) is None
    with daemon_that_answers(b"stream: Win.Test FOUND\0") as url:
        assert found_in(CLEAN, url=url, seconds=30) == "Win.Test"


def test_an_address_of_another_kind_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="CLAMD_URL"):
        found_in(CLEAN, url="http://localhost", seconds=1)

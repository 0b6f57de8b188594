"""A real mail server on loopback: takes every mail, or answers as a test tells it to."""

import socketserver
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from email import message_from_bytes
from email.policy import default
from threading import Thread
from typing import Self

END = "."  # the end of a mail, as if it were a command
HANG_UP = ""


@dataclass(frozen=True)
class Taken:
    """A mail that the server took: to whom it was handed in, and what stands in it."""

    recipient: str
    wire: bytes

    @property
    def message_id(self) -> str:
        """Without reading the rest: the server that is killed around must answer fast."""
        return self.wire.partition(b"Message-ID:")[2].partition(b"\r\n")[0].decode().strip()

    @property
    def subject(self) -> str:
        return str(message_from_bytes(self.wire, policy=default)["Subject"])

    @property
    def text(self) -> str:
        return str(message_from_bytes(self.wire, policy=default).get_content())


@dataclass
class Rule:
    """What to answer to a command instead of OK, and how many times."""

    command: str
    reply: str
    containing: str
    times: int


class SmtpServer:
    """``with SmtpServer() as server: … server.taken``. ``on_taken`` is called after every mail, before its OK."""

    def __init__(self) -> None:
        self.taken: list[Taken] = []
        self.connections = 0
        self.on_taken: Callable[[], None] = lambda: None
        self._rules: list[Rule] = []
        outer = self

        class Handler(socketserver.StreamRequestHandler):
            disable_nagle_algorithm = True

            def handle(self) -> None:
                outer.connections += 1
                with suppress(ConnectionError):
                    outer._talk(self)

        class Server(socketserver.ThreadingTCPServer):
            allow_reuse_address = True
            daemon_threads = True

        self._server = Server(("127.0.0.1", 0), Handler)
        self.port: int = self._server.server_address[1]

    def answer(self, command: str, reply: str, *, containing: str = "", times: int = 1_000_000) -> None:
        """From now on answer ``reply`` to ``command`` (``MAIL``, ``RCPT``, ``DATA``, ``END``) whose line contains
        this; ``HANG_UP`` cuts the connection. At ``END`` a reply of 2xx or none at all means it was taken."""
        self._rules.append(Rule(command, reply, containing, times))

    def recover(self) -> None:
        self._rules.clear()

    def serve_forever(self) -> None:
        self._server.serve_forever(poll_interval=0.05)

    def __enter__(self) -> Self:
        Thread(target=self.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *exception: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def _reply_to(self, command: str, line: str, ok: str) -> str:
        for rule in self._rules:
            if rule.command == command and rule.containing in line and rule.times:
                rule.times -= 1
                return rule.reply
        return ok

    def _talk(self, client: socketserver.StreamRequestHandler) -> None:
        recipient = ""
        client.wfile.write(b"220 loopback ready\r\n")
        while line := client.rfile.readline().decode():
            command = line[:4].strip().upper()
            ok = "221 bye" if command == "QUIT" else "250 OK"
            if command == "RCPT":
                recipient = line.partition("<")[2].partition(">")[0]
            elif command == "DATA":
                ok = "354 go ahead"
            reply = self._reply_to(command, line, ok)
            if reply == HANG_UP:
                return
            client.wfile.write(f"{reply}\r\n".encode())
            if reply.startswith("221"):
                return
            if reply.startswith("354") and not self._take_mail(client, recipient):
                return

    def _take_mail(self, client: socketserver.StreamRequestHandler, recipient: str) -> bool:
        """False when the connection is at its end."""
        lines = []
        while (line := client.rfile.readline()) != b".\r\n":
            if not line:
                return False
            lines.append(line[1:] if line.startswith(b".") else line)
        reply = self._reply_to(END, recipient, "250 taken")
        if reply == HANG_UP or reply.startswith("2"):
            self.taken.append(Taken(recipient, b"".join(lines)))
            self.on_taken()
        if reply == HANG_UP:
            return False
        client.wfile.write(f"{reply}\r\n".encode())
        return True

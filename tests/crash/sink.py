"""A mail server in a process of its own that takes every mail and writes down which: ``python sink.py LOG``.

Prints its port. A line of the log, ``Message-ID recipient``, is written before the OK goes out: what stands there
was delivered, whatever becomes of the worker. ``python sink.py LOG PIDFILE NUMBER`` kills the worker whose pid stands
in PIDFILE when it has taken mail NUMBER, ahead of the OK.
"""

import asyncio
import os
import signal
import sys
from pathlib import Path


async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    recipient = b""
    writer.write(b"220 sink ready\r\n")
    while line := await reader.readline():
        command = line[:4].upper()
        if command == b"RCPT":
            recipient = line.partition(b"<")[2].partition(b">")[0]
        if command == b"DATA":
            writer.write(b"354 go ahead\r\n")
            if not await take_mail(reader, recipient):
                break
        if command == b"QUIT":
            writer.write(b"221 bye\r\n")
            break
        writer.write(b"250 OK\r\n")
    writer.close()


async def take_mail(reader: asyncio.StreamReader, recipient: bytes) -> bool:
    """False if the client went away before the end of its mail: then it was not delivered."""
    message_id = b""
    while (line := await reader.readline()) != b".\r\n":
        if not line:
            return False
        name, _, value = line.partition(b":")
        if name.lower() == b"message-id":
            message_id = value.strip()
    os.write(log, message_id + b" " + recipient + b"\n")
    taken.append(message_id)
    if fatal and len(taken) == int(fatal[1]):
        os.kill(int(Path(fatal[0]).read_text()), signal.SIGKILL)
    return True


async def serve() -> None:
    server = await asyncio.start_server(talk, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)  # noqa: T201
    await server.serve_forever()


log_name, *fatal = sys.argv[1:]
log = os.open(log_name, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
taken: list[bytes] = []
asyncio.run(serve())

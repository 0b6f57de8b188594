"""A mail server in a process of its own that takes every mail and writes down which: ``python sink.py LOG``.

Prints its port. A line of the log, ``Message-ID recipient``, is written before the OK goes out: what stands there
was delivered, whatever becomes of the worker. ``python sink.py LOG PIDFILE NUMBER`` kills the worker whose pid stands
in PIDFILE when it has taken mail NUMBER, ahead of the OK.
"""

import os
import signal
import sys
from pathlib import Path

from tests.smtp_server import SmtpServer

log_name, *fatal = sys.argv[1:]
log = os.open(log_name, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
server = SmtpServer()


def write_down() -> None:
    mail = server.taken[-1]
    os.write(log, f"{mail.message_id} {mail.recipient}\n".encode())
    if fatal and len(server.taken) == int(fatal[1]):
        os.kill(int(Path(fatal[0]).read_text()), signal.SIGKILL)


server.on_taken = write_down
print(server.port, flush=True)  # noqa: T201
server.serve_forever()

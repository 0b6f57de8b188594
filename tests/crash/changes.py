"""What is done to a worker, in its process: where it is killed, and what a negative control takes out of the code."""

import os
import signal
import uuid
from contextlib import nullcontext

from mailing import sending
from mailing.models import OutboxMessage
from mailing.posting import SmtpPost

FATAL_MAIL = 3


def killed_before_the_end_of_a_mail() -> None:
    """SIGKILL when everything but the end of the third mail is told."""
    finish, ended = SmtpPost.finish, []

    def finish_or_die(self: SmtpPost) -> None:
        ended.append(self)
        if len(ended) == FATAL_MAIL:
            os.kill(os.getpid(), signal.SIGKILL)
        finish(self)

    SmtpPost.finish = finish_or_die  # type: ignore[method-assign]


def commit_before_the_end_of_a_mail() -> None:
    """Negative control: that a mail is sent is committed before the server has taken it."""

    class AtOnce:
        def one(self) -> nullcontext[None]:
            return nullcontext()

        def settle(self) -> None:
            pass

    sending.commits = lambda: nullcontext(AtOnce())  # type: ignore[assignment,return-value]


def new_id_for_every_attempt() -> None:
    """Negative control: the Message-ID is made up anew for every attempt."""
    OutboxMessage.message_id = property(lambda _: f"<{uuid.uuid4()}@localhost>")  # type: ignore[assignment]

"""States of a renewal and the moves between them: the one table that code, tests and the diagram in docs share."""

from dataclasses import dataclass

from django.db import models


class Status(models.TextChoices):
    """Where a renewal stands (domain: states). 「未回答」 is derived from the deadline, never a status of its own."""

    NOT_STARTED = "not_started", "手続き前"
    DRAFT = "draft", "入力中"
    SUBMITTED = "submitted", "審査待ち"
    RETURNED = "returned", "修正待ち"
    APPROVED = "approved", "承認済み"
    WITHDRAWAL_ACCEPTED = "withdrawal_accepted", "退会手続中"
    WITHDRAWN = "withdrawn", "退会完了"


class Intent(models.TextChoices):
    """更新意思. The labels are the manual's buttons, to the letter."""

    UNCHANGED = "unchanged", "継続する（割引の変更なし）"
    CHANGED = "changed", "継続する（割引の変更あり）"
    WITHDRAW = "withdraw", "継続しない（退会希望）"


class Channel(models.TextChoices):
    """How an answer reached the secretariat."""

    WEB = "web", "マイページ"
    PHONE = "phone", "電話"
    FAX = "fax", "FAX"
    MAIL = "mail", "メール・郵送"


class Mark(models.TextChoices):
    """What a reviewer thinks of one claim while they look at it. Nothing is decided by it yet."""

    CONFIRMED = "confirmed", "○"
    REJECTED = "rejected", "×"
    UNSURE = "unsure", "要確認"


class Outcome(models.TextChoices):
    """What a reviewer decided on one version of an answer."""

    APPROVED = "approved", "承認"
    RETURNED = "returned", "差戻し"


@dataclass(frozen=True)
class Transition:
    """One allowed move. ``actor`` says who makes it, in the words of the diagram."""

    verb: str
    source: Status
    target: Status
    actor: str


MEMBER, SECRETARIAT = "member", "secretariat"
SECRETARIAT_OR_JOB = "secretariat or the day's job"

TRANSITIONS: tuple[Transition, ...] = (
    Transition("begin_draft", Status.NOT_STARTED, Status.DRAFT, MEMBER),
    Transition("discard_draft", Status.DRAFT, Status.NOT_STARTED, MEMBER),
    Transition("submit", Status.NOT_STARTED, Status.SUBMITTED, MEMBER),
    Transition("submit", Status.DRAFT, Status.SUBMITTED, MEMBER),
    Transition("submit", Status.RETURNED, Status.SUBMITTED, MEMBER),
    Transition("answer_on_behalf", Status.NOT_STARTED, Status.SUBMITTED, SECRETARIAT),
    Transition("answer_on_behalf", Status.DRAFT, Status.SUBMITTED, SECRETARIAT),
    Transition("answer_on_behalf", Status.RETURNED, Status.SUBMITTED, SECRETARIAT),
    Transition("take_back", Status.SUBMITTED, Status.NOT_STARTED, MEMBER),
    Transition("return_for_correction", Status.SUBMITTED, Status.RETURNED, SECRETARIAT),
    Transition("approve", Status.SUBMITTED, Status.APPROVED, SECRETARIAT),
    Transition("accept_withdrawal", Status.SUBMITTED, Status.WITHDRAWAL_ACCEPTED, SECRETARIAT),
    Transition("complete_withdrawal", Status.WITHDRAWAL_ACCEPTED, Status.WITHDRAWN, SECRETARIAT_OR_JOB),
    Transition("undo_decision", Status.RETURNED, Status.SUBMITTED, SECRETARIAT),
    Transition("undo_decision", Status.APPROVED, Status.SUBMITTED, SECRETARIAT),
    Transition("reopen", Status.NOT_STARTED, Status.NOT_STARTED, SECRETARIAT),
    Transition("reopen", Status.DRAFT, Status.DRAFT, SECRETARIAT),
    Transition("reopen", Status.SUBMITTED, Status.NOT_STARTED, SECRETARIAT),
    Transition("reopen", Status.RETURNED, Status.NOT_STARTED, SECRETARIAT),
    Transition("reopen", Status.APPROVED, Status.NOT_STARTED, SECRETARIAT),
    Transition("reopen", Status.WITHDRAWAL_ACCEPTED, Status.NOT_STARTED, SECRETARIAT),
    Transition("reopen", Status.WITHDRAWN, Status.NOT_STARTED, SECRETARIAT),
)

NOT_ANSWERED = (Status.NOT_STARTED, Status.DRAFT)
FEE_IS_FIXED = (Status.APPROVED,)
ANSWERED = (
    Status.SUBMITTED,
    Status.RETURNED,
    Status.APPROVED,
    Status.WITHDRAWAL_ACCEPTED,
    Status.WITHDRAWN,
)
DECIDED = (Status.APPROVED, Status.WITHDRAWAL_ACCEPTED, Status.WITHDRAWN)
LEAVING = (Status.WITHDRAWAL_ACCEPTED, Status.WITHDRAWN)


def target_of(verb: str, source: str) -> Status | None:
    """Where ``verb`` leads from ``source``; None where the table does not allow it."""
    for transition in TRANSITIONS:
        if transition.verb == verb and transition.source == source:
            return transition.target
    return None

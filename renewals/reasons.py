"""When a mail of the season has lost its reason, checked at the moment it would go (domain: mail).

Nobody who has answered or left is called or reminded, and no letter says what no longer holds. Each check gives the
reason in Japanese, for the secretariat, or nothing.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from uuid import UUID

from django.conf import settings

from fiscal_calendar.tokyo import day_of
from mailing.models import OutboxMessage
from mailing.status import MessageStatus
from renewals.ladder import reached_step, reached_step_after_return
from renewals.models import DeadlineChange, Decision, Renewal
from renewals.status import Status

ReasonGone = Callable[[Renewal, OutboxMessage, datetime], str]

ANSWERED_ALREADY = "すでに回答済み"
DEADLINE_PASSED = "締切日を過ぎた"
DEADLINE_MOVED = "締切日が変わった"
DEADLINE_KNOWN = "案内済みの締切日と同じ"
NO_LONGER_SO = "手続きの状態が変わった"
MEMBER_LEFT = "退会済み"
SUPERSEDED = "あとのお知らせにまとめた"
NEXT_STEP_DUE = "次のお知らせの時期になった"


def renewals_of(messages: Sequence[OutboxMessage]) -> Mapping[UUID, Renewal]:
    """What each of ``messages`` is about, with campaign and establishment: one query however many there are."""
    renewals = Renewal.objects.select_related("campaign", "establishment").in_bulk(
        [message.params["renewal"] for message in messages]
    )
    return {message.id: renewals[message.params["renewal"]] for message in messages}


def reasons_gone(check: ReasonGone) -> Callable[[Sequence[OutboxMessage], datetime], Mapping[UUID, str]]:
    """Lift a check of one renewal to a batch of messages."""

    def check_all(messages: Sequence[OutboxMessage], now: datetime) -> Mapping[UUID, str]:
        renewals = renewals_of(messages)
        found = {message.id: check(renewals[message.id], message, now) for message in messages}
        return {key: reason for key, reason in found.items() if reason}

    return check_all


def invitation_gone(renewal: Renewal, message: OutboxMessage, now: datetime) -> str:
    last_day = renewal.last_day_to_answer(renewal.campaign)
    if renewal.establishment.left_on and renewal.establishment.left_on < day_of(now):
        return MEMBER_LEFT
    if renewal.has_answered:
        return ANSWERED_ALREADY
    return DEADLINE_PASSED if day_of(now) > last_day else ""


def deadline_notices_gone(messages: Sequence[OutboxMessage], now: datetime) -> Mapping[UUID, str]:
    """A move that another one followed, and one back to the day that the member knows, is no news."""
    renewals = renewals_of(messages)
    told = days_told(messages, renewals)

    def gone(message: OutboxMessage) -> str:
        renewal = renewals[message.id]
        if renewal.campaign.deadline_version != message.params["deadline_version"]:
            return DEADLINE_MOVED
        if told[message.id] == renewal.last_day_to_answer(renewal.campaign):
            return DEADLINE_KNOWN
        return invitation_gone(renewal, message, now)

    return {message.id: reason for message in messages if (reason := gone(message))}


def reminder_gone(renewal: Renewal, message: OutboxMessage, now: datetime) -> str:
    """After an outage several steps of the ladder may wait: only the latest of them goes."""
    last_day = renewal.last_day_to_answer(renewal.campaign)
    if last_day != date.fromisoformat(message.params["last_day"]):
        return DEADLINE_MOVED
    if reason := invitation_gone(renewal, message, now):
        return reason
    latest = reached_step(last_day=last_day, today=day_of(now))
    return "" if message.params["step"] == latest else NEXT_STEP_DUE


def reopening_gone(renewal: Renewal, message: OutboxMessage, now: datetime) -> str:
    """About one reopening, whatever becomes of the deadline: the mail tells the last day as it is when it goes."""
    if datetime.fromisoformat(message.params["reopened_at"]) != renewal.reopened_at:
        return NO_LONGER_SO
    return invitation_gone(renewal, message, now)


def receipt_gone(renewal: Renewal, message: OutboxMessage, now: datetime) -> str:
    return "" if renewal.stands(message.params["version"]) else NO_LONGER_SO


def approval_gone(renewal: Renewal, message: OutboxMessage, now: datetime) -> str:
    return "" if renewal.fixed_fee_id == message.params["fixed_fee"] else NO_LONGER_SO


def return_gone(renewal: Renewal, message: OutboxMessage, now: datetime) -> str:
    """About one version that waits to be mended."""
    waits = renewal.status == Status.RETURNED and renewal.version == message.params["version"]
    return "" if waits else NO_LONGER_SO


def correction_reminders_gone(messages: Sequence[OutboxMessage], now: datetime) -> Mapping[UUID, str]:
    """About one return. After an outage several steps may wait, also of a return that was undone and decided anew: only
    the latest step of the return that holds goes."""
    renewals = renewals_of(messages)
    told = [message.params["decision"] for message in messages]
    holding = set(Decision.objects.filter(pk__in=told, undone_at=None).values_list("pk", flat=True))

    def gone(message: OutboxMessage) -> str:
        if message.params["decision"] not in holding:
            return NO_LONGER_SO
        if reason := return_gone(renewals[message.id], message, now):
            return reason
        returned_on = date.fromisoformat(message.params["returned_on"])
        latest = reached_step_after_return(returned_on=returned_on, today=day_of(now))
        return "" if message.params["step"] == latest else NEXT_STEP_DUE

    return {message.id: reason for message in messages if (reason := gone(message))}


def leaving_gone(*statuses: Status) -> ReasonGone:
    """Mail about a withdrawal is about one version of the answer: after an undo, a second withdrawal has its own."""

    def check(renewal: Renewal, message: OutboxMessage, now: datetime) -> str:
        stands = renewal.status in statuses and renewal.version == message.params["version"]
        return "" if stands else NO_LONGER_SO

    return check


# --- what a member was told --------------------------------------------------------------------------------------

SAYS_THE_LAST_DAY = ("campaign_opened", "deadline_moved", "reminder", "reopened")


def days_told(
    messages: Sequence[OutboxMessage], renewals: Mapping[UUID, Renewal]
) -> Mapping[UUID, date | None]:
    """The last day to answer that the latest mail sent to each message's recipient named.

    ``renewals`` is what the messages are about. None if none was sent, or in doubt: then the member is told once more.
    """
    sent = OutboxMessage.objects.filter(
        status=MessageStatus.SENT,
        kind__in=SAYS_THE_LAST_DAY,
        member_number__in={message.member_number for message in messages},
        recipient__in={message.recipient for message in messages},
    ).order_by("sent_at")
    latest = {
        (letter.params["renewal"], letter.recipient): letter for letter in sent.defer("subject", "body")
    }
    moves = _moves({renewal.campaign_id for renewal in renewals.values()})
    told = {}
    for message in messages:
        renewal = renewals[message.id]
        letter = latest.get((renewal.pk, message.recipient))
        told[message.id] = _day_named(letter, renewal, moves[renewal.campaign_id]) if letter else None
    return told


def _moves(campaign_ids: set[int]) -> Mapping[int, list[DeadlineChange]]:
    found: dict[int, list[DeadlineChange]] = defaultdict(list)
    for change in DeadlineChange.objects.filter(campaign__in=campaign_ids).order_by("version"):
        found[change.campaign_id].append(change)
    return found


def _day_named(letter: OutboxMessage, renewal: Renewal, moves: Sequence[DeadlineChange]) -> date | None:
    """A mail is written up to ``MAIL_CLAIM`` before it goes: what the deadline moved in between leaves in doubt."""
    if letter.kind == "reminder":
        return date.fromisoformat(letter.params["last_day"])
    sent_at = letter.sent_at
    if sent_at is None:
        return None
    if letter.kind == "deadline_moved":
        known = [move for move in moves if move.version <= letter.params["deadline_version"]]
    else:
        known = [move for move in moves if move.changed_at <= sent_at]
        if known and sent_at - settings.MAIL_CLAIM < known[-1].changed_at:
            return None
    deadline = known[-1].deadline if known else moves[0].previous if moves else renewal.campaign.deadline
    granted = renewal.answer_until if renewal.reopened_at and renewal.reopened_at <= sent_at else None
    return max(deadline, granted or deadline)

"""What can happen in a season, as data."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import IntEnum, StrEnum


class Act(StrEnum):
    """A step of the season. Those of a member and of the secretariat are the verbs behind the pages."""

    PLAN = "更新手続期間の登録"
    OPEN = "受付開始"
    OPENING_INTERRUPTED = "開始処理の中断"
    MOVE_DEADLINE = "締切日の変更"
    RUN_JOBS = "日次処理"
    DELIVER = "メールの送信"
    BULK_APPROVE = "一括承認"
    ADMIT = "入会"
    ADD = "対象への追加"
    SUBMIT = "申請"
    ON_BEHALF = "代理入力"
    TAKE_BACK = "取り下げ"
    BEGIN_REVIEW = "審査開始"
    APPROVE = "承認"
    ACCEPT_WITHDRAWAL = "退会の受理"
    COMPLETE_WITHDRAWAL = "退会の完了"
    REOPEN = "再受付"


class Desk(IntEnum):
    """Who of the secretariat acts."""

    MANAGER = 0
    REVIEWER = 1
    SECOND_REVIEWER = 2


UNCHANGED, WITHDRAW = "unchanged", "withdraw"
DONE = ""


@dataclass(frozen=True, slots=True)
class Step:
    """One step at its moment. ``member`` is a place in the population, -1 for a step of the whole season.

    ``press`` names a press of 「申請する」: the same press twice is the same submission. ``version`` is the submission
    that a reviewer looks at, ``ticked`` how many of the withdrawal statements are, ``send`` whether a run of the day's
    jobs sends its mails itself.
    """

    at: datetime
    act: Act
    member: int = -1
    intent: str = ""
    press: int = 0
    ticked: int = 5
    channel: str = "web"
    until: date = date.max
    by: Desk = Desk.REVIEWER
    version: int = 0
    send: bool = True

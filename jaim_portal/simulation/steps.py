"""What can happen in a season, as data."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import IntEnum, StrEnum

from jaim_portal.simulation.wishes import GROUP, SME, Wish


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
    SAVE_DRAFT = "割引の変更の入力"
    DISCARD_DRAFT = "入力内容の破棄"
    SUBMIT = "申請"
    ON_BEHALF = "代理入力"
    TAKE_BACK = "取り下げ"
    BEGIN_REVIEW = "審査開始"
    CLAIM_NEXT = "次の1件を審査"
    DECIDE = "審査中の1件の決定"
    WORK_THE_QUEUE = "順番待ちの審査"
    MARK = "審査の印"
    HOLD = "保留"
    RELEASE = "保留の解除"
    RETURN = "差戻し"
    APPROVE = "承認"
    UNDO = "決定の取り消し"
    ACCEPT_WITHDRAWAL = "退会の受理"
    COMPLETE_WITHDRAWAL = "退会の完了"
    REOPEN = "再受付"


class Desk(IntEnum):
    """Who of the secretariat acts."""

    MANAGER = 0
    REVIEWER = 1
    SECOND_REVIEWER = 2


UNCHANGED, CHANGED, WITHDRAW = "unchanged", "changed", "withdraw"
CONFIRMED, REJECTED, UNSURE = "confirmed", "rejected", "unsure"
DONE, NOBODY = "", "なし"

# What a reviewer tells the member about a discount.
TOLD = {
    SME: "確認しましたが、会社の規模が分かる書類ではありませんでした。",
    GROUP: "確認しましたが、団体に所属していることが分かる書類ではありませんでした。",
}


class Verdict(StrEnum):
    APPROVE = "承認"
    RETURN = "差戻し"
    HOLD = "保留"


@dataclass(frozen=True, slots=True)
class Finding:
    """What there is to find in the papers of one submission: the discounts ``told`` of are to be mended, or do not
    apply."""

    verdict: Verdict = Verdict.APPROVE
    told: tuple[str, ...] = ()


ALL_RIGHT = Finding()


@dataclass(frozen=True, slots=True)
class Step:
    """One step at its moment. ``member`` is a place in the population, -1 for a step of the whole season.

    ``press`` names a press of 「申請する」: the same press twice is the same submission. ``version`` is the submission
    that a reviewer looks at, ``ticked`` how many of the withdrawal statements are, ``send`` whether a run of the day's
    jobs sends its mails itself.

    ``wish`` is what is filled in, its papers handed in ``for_real`` as PDFs or written down as rows; ``seen`` is when
    the draft was saved that the confirmation page showed. ``told`` are the discounts that the member is told about,
    ``mark`` what is noted on ``discount``. A step of the whole season by a reviewer is about the case in the hand of
    the desk ``of``; ``skip`` passes on to the next without a decision.
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
    wish: Wish | None = None
    for_real: bool = False
    seen: datetime | None = None
    told: tuple[str, ...] = ()
    discount: str = ""
    mark: str = ""
    of: Desk = Desk.REVIEWER
    skip: bool = False

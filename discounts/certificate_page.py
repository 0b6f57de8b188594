"""What the my-page says about a certificate: what is on record, what was handed in, what has to be mended."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from discounts.certificate_status import CertificateStatus
from discounts.certificates import Problem
from discounts.certificates_on_record import OnRecord
from discounts.field_errors import FieldErrors
from fiscal_calendar.japanese import format_day

NOTICE_DAYS = 60
"""How long before its last day the home page mentions a certificate."""
_FIELDS = {"papers": "papers", "valid_until": "valid_year"}
TONES = {
    CertificateStatus.DRAFT: "neutral",
    CertificateStatus.WAITING: "info",
    CertificateStatus.ACCEPTED: "success",
    CertificateStatus.RETURNED: "error",
    CertificateStatus.REPLACED: "neutral",
}


class Errors(FieldErrors):
    TARGETS = {"papers": "id_group_files", "valid_year": "id_valid_year", "group_remark": "id_group_remark"}

    def of_problems(self, problems: Iterable[Problem]) -> None:
        for problem in problems:
            self.add(_FIELDS[problem.field], problem.text)


@dataclass(frozen=True)
class HomeNotice:
    """What the home page says about the certificate, with the way to the page where it is handed in."""

    level: str
    heading: str
    text: str
    link_text: str


def days_left_text(last_day: date, *, today: date) -> str:
    left = (last_day - today).days
    if left < 0:
        return "期限が切れています"
    return f"あと{left}日" if left else "今日が期限です"


def doubts_about(valid_until: date | None, *, read: date | None, asked: OnRecord) -> tuple[str, ...]:
    """What the member may have typed wrongly. Informs and stops nothing."""
    if valid_until is None:
        return ()
    doubts = []
    if read and read != valid_until:
        doubts.append(
            f"会員証から読み取った有効期限（{format_day(read)}）と、入力した日付が違います。"
            "会員証の日付をお確かめください。"
        )
    if asked.last_day and valid_until <= asked.last_day:
        doubts.append(
            f"登録されている有効期限（{format_day(asked.last_day)}）より後の日付ではありません。"
            "新しい会員証かどうか、お確かめください。"
        )
    return tuple(doubts)


def home_notice(
    asked: OnRecord, *, today: date, handed_in_elsewhere: date | None = None
) -> HomeNotice | None:
    """What to say on ``today``; None where nothing is to be done. ``handed_in_elsewhere`` is the last day of a newer
    certificate that waits for the secretariat in a room above."""
    proof = asked.asks_for.label
    if asked.newest_status == CertificateStatus.RETURNED:
        return HomeNotice(
            "error", f"{proof}の再提出をお願いします", asked.newest_reason, f"{proof}を更新する"
        )
    if asked.newest_status == CertificateStatus.WAITING:
        text = "事務局が確認しています。終わりしだい、メールでお知らせします。"
        return HomeNotice("info", f"新しい{proof}を受け付けました", text, "提出した内容を見る")
    if asked.last_day is None or (asked.last_day - today).days > NOTICE_DAYS:
        return None
    if handed_in_elsewhere and handed_in_elsewhere > asked.last_day:
        return None
    if asked.last_day < today:
        text = (
            f"登録されている{proof}は、{format_day(asked.last_day)}で期限が切れました。"
            f"新しい{proof}を提出してください。"
        )
        return HomeNotice("error", f"{proof}の有効期限が切れています", text, f"{proof}を更新する")
    text = (
        f"登録されている{proof}の有効期限は、{format_day(asked.last_day)}です"
        f"（{days_left_text(asked.last_day, today=today)}）。新しい{proof}が届いたら、提出してください。"
    )
    return HomeNotice("warning", f"{proof}の有効期限が近づいています", text, f"{proof}を更新する")

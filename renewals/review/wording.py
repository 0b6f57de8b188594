"""What the season's verbs and states are called on the secretariat's pages."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from discounts.kinds import Discount
from fiscal_calendar.japanese import format_day
from renewals.status import Channel, Intent, Mark, Outcome, Status

VERBS = {
    "renewal.enrol": "更新手続の対象に追加",
    "renewal.begin_draft": "割引の変更の入力開始",
    "renewal.discard_draft": "入力内容の破棄",
    "renewal.submit": "申請",
    "renewal.answer_on_behalf": "代理入力",
    "renewal.take_back": "取り下げ",
    "renewal.begin_review": "審査開始",
    "renewal.mark": "割引の確認",
    "renewal.hold": "保留",
    "renewal.release": "保留の解除",
    "renewal.return_for_correction": "差戻し",
    "renewal.undo_decision": "決定の取り消し",
    "renewal.approve": "承認",
    "renewal.accept_withdrawal": "退会の受理",
    "renewal.complete_withdrawal": "退会の完了",
    "renewal.reopen": "再受付",
    "campaign.plan": "更新手続期間の登録",
    "campaign.replan": "更新手続期間の日付の訂正",
    "campaign.open": "受付開始",
    "campaign.move_deadline": "締切日の変更",
    "campaign.test_send": "メールのテスト送信",
    "account.invite": "利用開始の案内",
    "account.reset_password": "パスワード再設定",
    "account.forget_second_factor": "二段階認証の取り消し",
    "mail.requeue": "メールの再送",
    "member.import_added": "会員名簿の取り込み（追加）",
    "member.import_changed": "会員名簿の取り込み（変更）",
    "corporation.import_changed": "会員名簿の取り込み（法人の変更）",
    "industry_groups.register": "正会員団体の取り込み",
    "industry_groups.import_members": "団体の会員名簿の取り込み",
}

TONES = {
    Status.NOT_STARTED: "warning",
    Status.DRAFT: "warning",
    Status.SUBMITTED: "info",
    Status.RETURNED: "error",
    Status.APPROVED: "success",
    Status.WITHDRAWAL_ACCEPTED: "neutral",
    Status.WITHDRAWN: "neutral",
}

SHORT_INTENTS = {
    Intent.UNCHANGED: "変更なし",
    Intent.CHANGED: "変更あり",
    Intent.WITHDRAW: "退会",
}


def details_in_words(details: Mapping[str, Any]) -> str:
    """What an audit event of a renewal says beyond its verb, as one line."""
    parts = [f"{label}：{_value(key, details[key])}" for key, label in _DETAILS.items() if details.get(key)]
    return "　".join(parts)


_DETAILS = {
    "reason": "理由",
    "until": "期限",
    "came_from": "前の状態",
    "intent": "更新意思",
    "channel": "受付方法",
    "version": "版",
    "amount": "年会費",
    "left_on": "退会日",
    "discount": "割引",
    "mark": "印",
    "listed_on": "団体の名簿の基準日",
    "refused": "対象の割引",
    "outcome": "取り消した決定",
    "previous": "変更前",
    "deadline": "締切日",
}


def _value(key: str, value: Any) -> str:
    if key in ("until", "left_on", "previous", "deadline", "listed_on"):
        return format_day(date.fromisoformat(value))
    if key == "amount":
        return f"{value:,}円"
    if key == "refused":
        return "、".join(str(Discount(discount).label) for discount in value)
    labels: dict[str, Any] = {
        "came_from": Status,
        "intent": Intent,
        "channel": Channel,
        "discount": Discount,
        "mark": Mark,
        "outcome": Outcome,
    }
    return labels[key](value).label if key in labels else str(value)

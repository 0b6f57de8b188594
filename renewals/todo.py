"""What the my-page asks of a member at each moment: state and day in, one card and the progress out."""

from dataclasses import dataclass
from datetime import date

from fiscal_calendar.japanese import format_day
from fiscal_calendar.tokyo import day_of
from renewals.models import Renewal, RenewalCampaign
from renewals.status import Intent, Status

WARNING_DAYS, URGENT_DAYS = 14, 3
DESK = "相談窓口（03-6838-0077、平日10:00–17:30）"


@dataclass(frozen=True)
class Todo:
    """The one card at the top of the home page.

    ``answer`` says whether it leads to the three choices, ``go_on`` to what was filled in so far, ``mend`` to what was
    returned, ``call`` whether the desk is the way on.
    """

    level: str
    heading: str
    text: str = ""
    deadline: str = ""
    remaining: str = ""
    answer: bool = False
    go_on: bool = False
    mend: bool = False
    call: bool = False
    note: str = ""


@dataclass(frozen=True)
class Step:
    """A step of the progress display; ``state`` is done, current or todo."""

    label: str
    state: str


def todo(
    *,
    campaign: RenewalCampaign | None,
    upcoming: RenewalCampaign | None,
    renewal: Renewal | None,
    today: date,
    first_deadline: date | None = None,
    left_on: date | None = None,
    mend_by: date | None = None,
) -> Todo:
    """The card for one establishment on ``today``.

    ``campaign`` is the newest season that was opened, ``upcoming`` the next one planned, ``renewal`` the
    establishment's part in ``campaign``. ``first_deadline`` is the one announced at the opening, if it moved,
    ``left_on`` the last day of its membership, and ``mend_by`` until when a returned answer should be mended.
    """
    if left_on and left_on < today:
        return Todo(
            "neutral",
            "退会済みです",
            f"{format_day(left_on)}に退会しました。特定技能外国人を雇用するときは、あらためて入会の手続きが必要です。",
            note="登録内容と、これまでのお知らせは、ご覧いただけます。",
        )
    over = renewal.is_over(campaign, today) if renewal and campaign else False
    if campaign is None or over or (renewal is None and today >= campaign.year.starts_on):
        return _out_of_season(campaign, upcoming, today)
    if renewal is None and campaign.opening_finished_at is None:
        return Todo(
            "neutral",
            "更新手続の受付を準備しています",
            "しばらくしてから、もう一度この画面を開いてください。準備が終わると、担当者へメールでご案内します。",
        )
    if renewal is None:
        return Todo(
            "neutral",
            "今回の更新手続の対象ではありません",
            f"{campaign.fiscal_year}年度の更新手続は、受付開始の時点で会員だった事業所が対象です。"
            f"お心当たりがない場合は、{DESK}へお電話ください。",
        )
    if not renewal.has_answered:
        return _to_answer(campaign, renewal, today, first_deadline)
    if renewal.status == Status.RETURNED:
        return _to_mend(renewal, mend_by, today)
    return _answered(campaign, renewal, today)


def days_left_text(days: int) -> str:
    """「あと12日」, 「今日が締切日です」. In words, because colour alone says nothing."""
    return f"あと{days}日" if days > 0 else "今日が締切日です"


def level_for(days_left: int) -> str:
    if days_left <= URGENT_DAYS:
        return "error"
    return "warning" if days_left <= WARNING_DAYS else "neutral"


def progress(renewal: Renewal) -> list[Step]:
    """手続き→審査→請求→入金; whoever leaves sees the steps of leaving instead."""
    if renewal.intent == Intent.WITHDRAW:
        labels = ["手続き", "事務局の確認", "退会手続", "退会完了"]
        reached = {Status.SUBMITTED: 1, Status.WITHDRAWAL_ACCEPTED: 2, Status.WITHDRAWN: 4}
    else:
        labels = ["手続き", "審査", "請求", "入金"]
        reached = {Status.SUBMITTED: 1, Status.RETURNED: 1, Status.APPROVED: 2}
    current = reached.get(Status(renewal.status), 0)
    return [
        Step(label, "done" if place < current else "current" if place == current else "todo")
        for place, label in enumerate(labels)
    ]


def _out_of_season(campaign: RenewalCampaign | None, upcoming: RenewalCampaign | None, today: date) -> Todo:
    if upcoming and (campaign is None or upcoming.fiscal_year > campaign.fiscal_year):
        when = f"{format_day(upcoming.opens_on)}に" if upcoming.opens_on >= today else "まもなく"
        opens = f"{upcoming.fiscal_year}年度の更新手続は、{when}受付を始める予定です。"
    else:
        opens = "次年度の更新手続は、毎年1月中旬に受付を始めます。"
    return Todo(
        "neutral",
        "現在、お手続きいただくことはありません",
        f"更新手続の受付期間ではありません。{opens}受付が始まったら、担当者のメールアドレスへご案内します。",
        note="登録内容と、これまでのお知らせは、いつでもご覧いただけます。",
    )


def _to_answer(campaign: RenewalCampaign, renewal: Renewal, today: date, first_deadline: date | None) -> Todo:
    last_day = renewal.last_day_to_answer(campaign)
    days_left = (last_day - today).days
    undone = _undone(renewal)
    if days_left < 0:
        missing = undone or f"{campaign.fiscal_year}年度の更新について、まだ回答をいただいていません。"
        return Todo(
            "error",
            "締切日を過ぎました。相談窓口へお電話ください",
            f"{missing}{DESK}へお電話ください。回答がないまま名簿から外れることはありません。",
            deadline=format_day(last_day),
            remaining="締切日を過ぎています",
            call=True,
        )
    if renewal.status == Status.DRAFT:
        return Todo(
            level_for(days_left),
            "入力の途中です。申請はまだ完了していません",
            f"{undone}割引の変更を途中まで入力しています。締切日までに、続きを入力して申請してください。",
            deadline=format_day(last_day),
            remaining=days_left_text(days_left),
            answer=True,
            go_on=True,
            note=deadline_history(campaign, renewal, first_deadline),
        )
    return Todo(
        level_for(days_left),
        "もう一度回答してください" if undone else "次年度の更新について回答してください",
        f"{undone}締切日までに、もう一度申請してください。"
        if undone
        else f"{campaign.fiscal_year}年度も賛助会員を続けるかどうかを回答してください。",
        deadline=format_day(last_day),
        remaining=days_left_text(days_left),
        answer=True,
        note=deadline_history(campaign, renewal, first_deadline),
    )


def _to_mend(renewal: Renewal, mend_by: date | None, today: date) -> Todo:
    """What was returned can be mended after the day that was asked for, too."""
    late = mend_by is not None and mend_by < today
    return Todo(
        "error",
        "申請内容の修正をお願いします",
        f"事務局が確認したところ、直していただきたい点がありました（受付番号 {renewal.receipt_number}）。"
        "内容を確認し、修正してもう一度申請してください。",
        deadline=format_day(mend_by) if mend_by else "",
        remaining="お願いした期限を過ぎています。いまからでも修正できます" if late else "",
        mend=True,
        note=f"ご不明な点は、{DESK}へお電話ください。",
    )


def _undone(renewal: Renewal) -> str:
    """Says that the receipt which the member holds is void, where it has one and may answer again."""
    return f"前回の申請（受付番号 {renewal.receipt_number}）は取り消されています。" if renewal.version else ""


def deadline_history(campaign: RenewalCampaign, renewal: Renewal, first_deadline: date | None) -> str:
    """Why the last day to answer is not the one announced at the opening; empty if it is."""
    if renewal.answer_until and renewal.answer_until > campaign.deadline:
        return f"事務局が回答期限を{format_day(renewal.answer_until)}まで延ばしました。"
    if first_deadline and first_deadline != campaign.deadline:
        return f"締切日は、受付開始時にご案内した{format_day(first_deadline)}から変更になりました。"
    return ""


def _decided_on(renewal: Renewal) -> date | None:
    return day_of(renewal.decided_at) if renewal.decided_at else None


def _answered(campaign: RenewalCampaign, renewal: Renewal, today: date) -> Todo:
    match renewal.status:
        case Status.SUBMITTED if renewal.intent == Intent.WITHDRAW:
            return Todo(
                "done",
                "退会の申請を受け付けました",
                "事務局が確認しています。退会手続のご案内をメールでお送りします。",
            )
        case Status.SUBMITTED:
            return Todo(
                "done",
                "更新の申請を受け付けました",
                "事務局が確認しています。終わりしだい、次年度の年会費をメールでお知らせします。",
            )
        case Status.APPROVED if not campaign.will_be_debited(_decided_on(renewal) or today):
            return Todo(
                "done",
                "次年度の年会費が決まりました",
                "口座振替の受付が終わったあとに決まったため、お支払いは銀行振込です。請求書が届いたら、速やかにお支払いください。",
            )
        case Status.APPROVED if today > campaign.debit_on:
            return Todo(
                "done",
                "次年度の年会費が決まりました",
                f"口座振替日（{format_day(campaign.debit_on)}）を過ぎています。銀行振込の請求書が届いたときは、速やかにお支払いください。",
            )
        case Status.APPROVED:
            return Todo(
                "done",
                "次年度の年会費が決まりました",
                f"年会費は、{format_day(campaign.debit_on)}に、登録の口座からお引き落としします。"
                "「請求書兼口座振替通知書」を請求書送付先へお送りします。",
                note="口座の登録が間に合わない場合は、銀行振込の請求書をお送りします。",
            )
        case Status.WITHDRAWAL_ACCEPTED:
            return Todo(
                "done",
                "退会手続のご案内をお送りしました",
                f"{format_day(campaign.effective_withdrawal_on)}に退会となります。ご案内メールの内容をご確認ください。",
            )
    return Todo(
        "done",
        "退会の手続きが完了しました",
        f"{format_day(campaign.effective_withdrawal_on)}に退会となり、4月の賛助会員名簿から掲載がなくなります。",
    )

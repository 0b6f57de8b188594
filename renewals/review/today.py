"""What needs a decision now. Counts over a season come from its figures; what is asked here is answered by an index."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.urls import reverse
from django.utils.http import urlencode

from fiscal_calendar.japanese import format_day
from fiscal_calendar.tokyo import day_of
from mailing.models import OutboxMessage
from mailing.status import MessageStatus
from renewals.models import RenewalCampaign
from renewals.review.certificates import certificate_counts
from renewals.review.counts import Count, age
from renewals.review.figures import SeasonFigures, season_figures
from renewals.review.filters import StatusFilter
from renewals.review.lists import renewals_url
from renewals.review.wording import SHORT_INTENTS
from renewals.status import Intent, Status

NEAR_DAYS = 14
MOST_COUNTED = 1_000
SAME_ADDRESS_AGAIN = (
    "再送は、同じ宛先に送ります。宛先が間違っているときは、連絡先を直し、会員へお電話で知らせてください。"
)


@dataclass(frozen=True)
class Notice:
    """Something that waits for a person and is not a count."""

    level: str
    heading: str
    text: str
    url: str
    link_text: str


@dataclass(frozen=True)
class Today:
    """The page: ``campaign`` is the newest opened season, ``figures`` are its own."""

    campaign: RenewalCampaign | None
    figures: SeasonFigures | None
    counts: Sequence[Count]
    notices: Sequence[Notice]


def load_today(*, now: datetime) -> Today:
    today = day_of(now)
    seasons = list(RenewalCampaign.objects.order_by("-fiscal_year")[:10])
    campaign = next((season for season in seasons if season.is_open), None)
    figures = season_figures(campaign, now=now) if campaign else None
    counts = season_counts(campaign, figures, today=today) if campaign and figures else []
    return Today(
        campaign=campaign,
        figures=figures,
        counts=[*counts, *certificate_counts(today=today), _failed_mails()],
        notices=season_notices(seasons, figures, campaign, today=today),
    )


def season_counts(campaign: RenewalCampaign, figures: SeasonFigures, *, today: date) -> list[Count]:
    """Work lists of the season, each with its link. An empty one stays: that it is empty is news, too."""

    def waiting(intent: Intent, number: int, tone: str) -> Count:
        oldest = figures.oldest_waiting.get(intent)
        return Count(
            f"審査待ち（{SHORT_INTENTS[intent]}）",
            number,
            renewals_url(campaign, status=Status.SUBMITTED.value, intent=intent.value),
            tone if number else "success",
            f"いちばん古い申請：{age(day_of(oldest), today)}" if oldest else "",
        )

    counts = [
        waiting(Intent.UNCHANGED, figures.waiting_unchanged, "info"),
        waiting(Intent.CHANGED, figures.waiting_changed, "info"),
        waiting(Intent.WITHDRAW, figures.waiting_withdrawal, "warning"),
    ]
    if figures.held:
        note = f"いちばん古い保留：{age(day_of(figures.oldest_held), today)}" if figures.oldest_held else ""
        counts.append(Count("保留", figures.held, renewals_url(campaign, review="held"), "warning", note))
    if figures.returned:
        counts.append(_to_mend(campaign, figures, today=today))
    counts.append(_without_answer(campaign, figures, today=today))
    if figures.withdrawal_accepted:
        counts.append(_leaving(campaign, figures, today=today))
    return counts


def season_notices(
    seasons: Sequence[RenewalCampaign],
    figures: SeasonFigures | None,
    campaign: RenewalCampaign | None,
    *,
    today: date,
) -> list[Notice]:
    """What is stuck or overdue, most urgent first."""
    notices = []
    for season in seasons:
        url = reverse("admin:renewals_renewalcampaign_change", args=[season.pk])
        if season.is_open and season.opening_finished_at is None:
            text = (
                "案内のメールを順に用意しています。しばらく待っても終わらないときは、続きを実行してください。"
            )
            notices.append(
                Notice("warning", f"{season}の開始処理が終わっていません", text, url, "状況を見る")
            )
        if not season.is_open and season.opens_on <= today:
            text = f"受付開始日は{format_day(season.opens_on)}です。案内はまだ送られていません。"
            notices.append(Notice("error", f"{season}の受付を開始していません", text, url, "内容を確認する"))
    if campaign and figures and figures.pace.is_late:
        text = (
            f"口座振替データの締切日（{format_day(figures.pace.cutoff)}）を過ぎても、審査待ちが残っています。"
        )
        url = renewals_url(campaign, status=Status.SUBMITTED.value)
        notices.append(Notice("error", "審査が口座振替に間に合っていません", text, url, "審査待ちを見る"))
    return notices


def _without_answer(campaign: RenewalCampaign, figures: SeasonFigures, *, today: date) -> Count:
    """Before the deadline those who have still time, after it the work list 「未回答」."""
    if today > campaign.deadline:
        url = renewals_url(campaign, status=StatusFilter.UNANSWERED)
        tone = "error" if figures.unanswered else "success"
        return Count("未回答", figures.unanswered, url, tone, f"締切日：{format_day(campaign.deadline)}")
    url = renewals_url(campaign, status=StatusFilter.NOT_ANSWERED)
    left = (campaign.deadline - today).days
    note = f"締切日：{format_day(campaign.deadline)}（{f'あと{left}日' if left else '今日まで'}）"
    return Count("まだ回答していない事業所", figures.not_answered, url, "neutral", note)


def _to_mend(campaign: RenewalCampaign, figures: SeasonFigures, *, today: date) -> Count:
    oldest = figures.oldest_returned
    return Count(
        "修正待ち（会員）",
        figures.returned,
        renewals_url(campaign, status=Status.RETURNED.value),
        "neutral",
        f"いちばん古い差戻し：{age(day_of(oldest), today)}" if oldest else "",
    )


def _leaving(campaign: RenewalCampaign, figures: SeasonFigures, *, today: date) -> Count:
    """Accepted withdrawals; they press as their day nears."""
    last_day = campaign.effective_withdrawal_on
    near = (last_day - today).days <= NEAR_DAYS
    return Count(
        "退会手続中",
        figures.withdrawal_accepted,
        renewals_url(campaign, status=Status.WITHDRAWAL_ACCEPTED.value),
        "warning" if near else "neutral",
        f"退会日：{format_day(last_day)}{'（過ぎています）' if today > last_day else ''}",
    )


def _failed_mails() -> Count:
    failed = OutboxMessage.objects.filter(status=MessageStatus.FAILED).order_by()
    number = failed.values("pk")[: MOST_COUNTED + 1].count()
    query = urlencode({"status__exact": MessageStatus.FAILED.value})
    url = f"{reverse('admin:mailing_outboxmessage_changelist')}?{query}"
    note = SAME_ADDRESS_AGAIN if number else ""
    return Count(
        "送信に失敗したメール",
        min(number, MOST_COUNTED),
        url,
        "error" if number else "success",
        note,
        number > MOST_COUNTED,
    )

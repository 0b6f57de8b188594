"""What opening a season would do, and the nudge that starts its work at once."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from celery import current_app
from django.db.models import Exists, OuterRef
from kombu.exceptions import OperationalError

from fiscal_calendar.japanese import format_day
from members.models import Contact
from renewals.campaign import establishments_in_season, running_season, still_running
from renewals.models import RenewalCampaign
from renewals.review.candidates import schedule_or_none

log = logging.getLogger(__name__)
SHORT_NOTICE_DAYS = 14


@dataclass(frozen=True)
class OpeningPreview:
    """How many establishments would take part, how many mails go out, what to think about first.

    ``without_account`` of the establishments have nobody who could log in, as the mail asks them to.
    """

    establishments: int
    mails: int
    without_account: int
    warnings: Sequence[str]
    obstacles: Sequence[str]


def preview_opening(*, campaign: RenewalCampaign, today: date) -> OpeningPreview:
    """``obstacles`` make the opening impossible, ``warnings`` only unwise."""
    members = establishments_in_season(campaign, on=today)
    procedural = Contact.objects.procedural().filter(establishment=OuterRef("pk"))
    unreachable = members.filter(~Exists(procedural)).count()
    mails = (
        Contact.objects.procedural()
        .filter(establishment__in=members.values("pk"))
        .order_by()
        .values("establishment", "email")
        .distinct()
        .count()
    )
    establishments = members.count()
    return OpeningPreview(
        establishments,
        mails,
        members.not_invited().count(),
        warnings=_warnings(campaign, establishments=establishments, unreachable=unreachable, today=today),
        obstacles=_obstacles(campaign, today=today),
    )


def _warnings(campaign: RenewalCampaign, *, establishments: int, unreachable: int, today: date) -> list[str]:
    found = []
    if today < campaign.opens_on:
        found.append(f"受付開始日（{format_day(campaign.opens_on)}）より前です。")
    if 0 <= (campaign.deadline - today).days < SHORT_NOTICE_DAYS:
        found.append(
            f"締切日（{format_day(campaign.deadline)}）まで{(campaign.deadline - today).days}日です。"
        )
    if unreachable:
        found.append(
            f"担当者のメールアドレスがない事業所が{unreachable:,}件あります。案内のメールが届きません。"
        )
    if not establishments:
        found.append("対象の事業所がありません。会員名簿を取り込んだか確認してください。")
    return found


def _obstacles(campaign: RenewalCampaign, *, today: date) -> list[str]:
    found = []
    if today > campaign.deadline:
        found.append(
            f"締切日（{format_day(campaign.deadline)}）を過ぎています。日付を訂正してから開始してください。"
        )
    if running := running_season(campaign, today=today):
        found.append(still_running(running))
    if schedule_or_none(campaign.fiscal_year) is None:
        found.append(f"{campaign.fiscal_year}年度に適用する会費規程が登録されていません。")
    return found


def nudge_openings() -> bool:
    """Ask a worker to go on with the opening now. A lost nudge costs little: the daily and minutely runs go on too."""
    try:
        current_app.send_task("renewals.continue_openings", retry=False)
    except (OperationalError, OSError) as error:
        log.warning("no worker could be asked to continue the opening: %s", type(error).__name__)
        return False
    return True

"""The season: its dates, and the moves of its deadline."""

from datetime import date
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from fiscal_calendar.business_days import business_days_before
from fiscal_calendar.fiscal_year import FiscalYear


class CampaignQuerySet(models.QuerySet["RenewalCampaign"]):
    def opened(self) -> Self:
        return self.filter(opened_at__isnull=False)

    def latest_opened(self) -> "RenewalCampaign | None":
        """The season that pages speak of: the newest one that was opened."""
        return self.opened().order_by("-fiscal_year").first()

    def upcoming(self) -> "RenewalCampaign | None":
        return self.filter(opened_at__isnull=True).order_by("fiscal_year").first()


class RenewalCampaign(models.Model):
    """更新手続期間: the season in January and February in which members declare themselves for ``fiscal_year``.

    It is planned with its dates, opened once, and from then on only its deadline moves, each move kept as a
    :class:`DeadlineChange`. ``deadline_version`` counts the moves; mails about a deadline carry it.
    """

    fiscal_year = models.PositiveSmallIntegerField(
        "次年度", unique=True, help_text="例：2027（2027年4月〜2028年3月）"
    )
    opens_on = models.DateField("受付開始日")
    deadline = models.DateField("締切日")
    debit_on = models.DateField("口座振替日")
    fallback_on = models.DateField("銀行振込請求書の発行日")
    deadline_version = models.PositiveSmallIntegerField("締切日の版", default=1, editable=False)
    opened_at = models.DateTimeField("受付開始日時", null=True, blank=True, editable=False)
    opening_finished_at = models.DateTimeField("開始処理の完了日時", null=True, blank=True, editable=False)

    objects = CampaignQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "更新手続期間"
        ordering = ["-fiscal_year"]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    opens_on__lte=F("deadline"),
                    deadline__lt=F("debit_on"),
                    debit_on__lt=F("fallback_on"),
                ),
                name="season_days_are_in_order",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.fiscal_year}年度の更新手続"

    @property
    def year(self) -> FiscalYear:
        return FiscalYear(self.fiscal_year)

    @property
    def is_open(self) -> bool:
        return self.opened_at is not None

    def first_deadline(self) -> date | None:
        """The deadline announced at the opening, if it was moved since: the old day stays visible as history."""
        if self.deadline_version == 1:
            return None
        return self.deadline_changes.order_by("version").values_list("previous", flat=True).first()

    @property
    def debit_file_closes_on(self) -> date:
        """The last day on which the debit file goes to the bank."""
        return business_days_before(self.debit_on, settings.DEBIT_FILE_LEAD_BUSINESS_DAYS)

    def will_be_debited(self, fixed_on: date) -> bool:
        """Whether a fee that is fixed on that day gets into the debit file; later ones are paid by bank transfer."""
        return fixed_on <= self.debit_file_closes_on

    @property
    def effective_withdrawal_on(self) -> date:
        """31 March, the last day of the year before: withdrawals take effect (renewal manual, withdrawal)."""
        return self.year.previous.ends_on


class DeadlineChange(models.Model):
    """One move of the deadline; the old day stays visible. Append-only (trigger)."""

    campaign = models.ForeignKey(RenewalCampaign, models.PROTECT, related_name="deadline_changes")
    version = models.PositiveSmallIntegerField("版")
    previous = models.DateField("変更前")
    deadline = models.DateField("変更後")
    reason = models.CharField("理由", max_length=300)
    changed_at = models.DateTimeField("変更日時")
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        verbose_name="変更者",
        related_name="+",
    )

    class Meta:
        verbose_name = verbose_name_plural = "締切日の変更履歴"
        ordering = ["version"]
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "version"],
                name="deadline_version_once_per_campaign",
            ),
            models.CheckConstraint(condition=~Q(previous=F("deadline")), name="deadline_really_moved"),
        ]

    def __str__(self) -> str:
        return f"{self.previous} → {self.deadline}"

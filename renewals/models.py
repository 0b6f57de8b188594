import uuid
from datetime import date
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q, Subquery

from discounts.models import IndustryGroup
from fees.models import FixedFee
from fiscal_calendar.business_days import business_days_before
from fiscal_calendar.fiscal_year import FiscalYear
from members.models import Establishment, User
from renewals.status import ANSWERED, DECIDED, FEE_IS_FIXED, LEAVING, Channel, Intent, Status


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


class RenewalQuerySet(models.QuerySet["Renewal"]):
    def of_campaign(self, campaign: RenewalCampaign) -> Self:
        return self.filter(campaign=campaign)

    def in_newest_season(self) -> Self:
        """Those of the newest season that was opened, each with it, in one query."""
        newest = RenewalCampaign.objects.opened().order_by("-fiscal_year").values("pk")[:1]
        return self.filter(campaign=Subquery(newest)).select_related("campaign")

    def unanswered(self) -> Self:
        return self.filter(status=Status.NOT_STARTED)

    def awaiting_review(self) -> Self:
        return self.filter(status=Status.SUBMITTED)

    def acted_for_by(self, user: User) -> Self:
        return self.filter(establishment__in=Establishment.objects.acted_for_by(user))


class Renewal(models.Model):
    """One establishment's renewal in one campaign.

    It begins as 手続き前 when the campaign opens. The member declares its intent (SUBMITTED) and may take it back until
    ``review_started_at``. The secretariat approves a continuation, which fixes the fee, or accepts a withdrawal, which
    ends the membership on 31 March. Only ``renewals.lifecycle`` changes the status.
    """

    campaign = models.ForeignKey(
        RenewalCampaign,
        models.PROTECT,
        related_name="renewals",
        verbose_name="更新手続期間",
    )
    establishment = models.ForeignKey(
        Establishment, models.PROTECT, related_name="renewals", verbose_name="事業所"
    )
    status = models.CharField("状態", max_length=24, choices=Status, default=Status.NOT_STARTED)
    intent = models.CharField("更新意思", max_length=12, choices=Intent, blank=True)
    version = models.PositiveSmallIntegerField("申請の版", default=0)
    receipt_number = models.CharField("受付番号", max_length=20, unique=True, null=True, blank=True)
    submitted_at = models.DateTimeField("申請日時", null=True, blank=True)
    answer_until = models.DateField("個別の回答期限", null=True, blank=True)
    reopened_at = models.DateTimeField("再受付日時", null=True, blank=True)
    review_started_at = models.DateTimeField("審査開始日時", null=True, blank=True)
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        verbose_name="審査担当",
        related_name="+",
    )
    decided_at = models.DateTimeField("決定日時", null=True, blank=True)
    fixed_fee = models.OneToOneField(
        FixedFee,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="renewal",
        verbose_name="確定した年会費",
    )

    objects = RenewalQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "年度更新"
        ordering = ["-campaign", "establishment"]
        constraints = [
            models.UniqueConstraint(
                fields=["campaign", "establishment"],
                name="one_renewal_per_establishment_and_campaign",
            ),
            models.CheckConstraint(condition=Q(status__in=Status.values), name="renewal_status_is_known"),
            models.CheckConstraint(
                condition=Q(status__in=FEE_IS_FIXED, fixed_fee__isnull=False)
                | (~Q(status__in=FEE_IS_FIXED) & Q(fixed_fee__isnull=True)),
                name="fee_is_fixed_exactly_when_approved",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=ANSWERED)
                | (
                    ~Q(intent="") & Q(receipt_number__isnull=False, submitted_at__isnull=False, version__gt=0)
                ),
                name="answer_has_an_intent_and_a_receipt",
            ),
            models.CheckConstraint(
                condition=Q(intent__in=["", *Intent.values]), name="renewal_intent_is_known"
            ),
            models.CheckConstraint(
                condition=~Q(status=Status.NOT_STARTED)
                | Q(intent="", submitted_at__isnull=True, review_started_at__isnull=True),
                name="nothing_is_declared_before_the_answer",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=DECIDED) | Q(decided_at__isnull=False),
                name="a_decision_has_a_time",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=LEAVING) | Q(intent=Intent.WITHDRAW),
                name="only_a_withdrawal_leaves",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=FEE_IS_FIXED) | ~Q(intent=Intent.WITHDRAW),
                name="a_withdrawal_is_never_approved",
            ),
        ]
        indexes = [
            models.Index(fields=["campaign", "status", "submitted_at"], name="renewal_queue"),
        ]

    def __str__(self) -> str:
        return f"{self.campaign_id}-{self.establishment_id}"

    def last_day_to_answer(self, campaign: RenewalCampaign) -> date:
        """The campaign's deadline, or the later day the secretariat granted this member."""
        return max(campaign.deadline, self.answer_until or campaign.deadline)

    def may_answer(self, campaign: RenewalCampaign, today: date) -> bool:
        """A deadline day counts to its last second in Tokyo."""
        return (
            campaign.is_open
            and self.status == Status.NOT_STARTED
            and today <= self.last_day_to_answer(campaign)
        )

    def is_unanswered(self, campaign: RenewalCampaign, today: date) -> bool:
        """「未回答」: nothing submitted when the deadline passed. A work list, never a removal."""
        return self.status == Status.NOT_STARTED and today > self.last_day_to_answer(campaign)

    def stands(self, version: int | None) -> bool:
        """Whether the answer that ``version`` declared is the one that counts: neither undone nor replaced."""
        return self.version == version and self.status != Status.NOT_STARTED

    def is_over(self, campaign: RenewalCampaign, today: date) -> bool:
        """The year has begun and nothing is left to answer or to decide: the my-page no longer speaks of it."""
        return today >= campaign.year.starts_on and self.status in DECIDED

    @property
    def stamp(self) -> str:
        """How the renewal stands, for a form to post back: what was decided on another standing is refused."""
        reopened = self.reopened_at.isoformat(timespec="microseconds") if self.reopened_at else ""
        return f"{self.status}/{self.version}/{reopened}"

    @property
    def may_be_taken_back(self) -> bool:
        return self.status == Status.SUBMITTED and self.review_started_at is None


class Submission(models.Model):
    """What was declared, version by version. Append-only (trigger); the token makes a second press of 「申請する」 the
    same submission."""

    renewal = models.ForeignKey(Renewal, models.PROTECT, related_name="submissions", verbose_name="年度更新")
    version = models.PositiveSmallIntegerField("版")
    intent = models.CharField("更新意思", max_length=12, choices=Intent)
    sme = models.BooleanField("中小企業割引", default=False)
    group = models.ForeignKey(IndustryGroup, models.PROTECT, null=True, blank=True, verbose_name="所属団体")
    amount = models.PositiveIntegerField("申請時の年会費（円）", null=True, blank=True)
    channel = models.CharField("受付方法", max_length=8, choices=Channel, default=Channel.WEB)
    note = models.CharField("受付時のメモ", max_length=300, blank=True)
    token = models.UUIDField(default=uuid.uuid4, editable=False)
    submitted_at = models.DateTimeField("申請日時")
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        verbose_name="申請者",
        related_name="+",
    )

    class Meta:
        verbose_name = verbose_name_plural = "申請内容"
        ordering = ["version"]
        constraints = [
            models.UniqueConstraint(fields=["renewal", "version"], name="one_submission_per_version"),
            models.UniqueConstraint(fields=["renewal", "token"], name="one_submission_per_press"),
            models.CheckConstraint(
                condition=Q(intent=Intent.WITHDRAW, amount__isnull=True)
                | (~Q(intent=Intent.WITHDRAW) & Q(amount__isnull=False, amount__gt=0)),
                name="a_continuation_has_an_amount",
            ),
            models.CheckConstraint(
                condition=Q(intent__in=Intent.values, channel__in=Channel.values),
                name="submission_intent_and_channel_are_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.renewal_id} v{self.version}"

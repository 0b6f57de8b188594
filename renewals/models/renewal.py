"""One establishment's renewal in one season: where it stands."""

from datetime import date, datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Q, Subquery

from fees.models import FixedFee
from members.models import Establishment, User
from renewals.models.campaign import RenewalCampaign
from renewals.status import ANSWERED, DECIDED, FEE_IS_FIXED, LEAVING, NOT_ANSWERED, Intent, Status


class RenewalQuerySet(models.QuerySet["Renewal"]):
    def of_campaign(self, campaign: RenewalCampaign) -> Self:
        return self.filter(campaign=campaign)

    def in_newest_season(self) -> Self:
        """Those of the newest season that was opened, each with it, in one query."""
        newest = RenewalCampaign.objects.opened().order_by("-fiscal_year").values("pk")[:1]
        return self.filter(campaign=Subquery(newest)).select_related("campaign")

    def unanswered(self) -> Self:
        return self.filter(status__in=NOT_ANSWERED)

    def awaiting_review(self) -> Self:
        return self.filter(status=Status.SUBMITTED)

    def acted_for_by(self, user: User) -> Self:
        return self.filter(establishment__in=Establishment.objects.acted_for_by(user))


class Renewal(models.Model):
    """One establishment's renewal in one campaign.

    It begins as 手続き前 when the campaign opens; whoever changes discounts fills in a draft first. The member declares
    its intent (SUBMITTED) and may take it back until ``review_started_at``. The secretariat returns what has to be
    mended, approves a continuation, which fixes the fee, or accepts a withdrawal, which ends the membership on
    31 March. Only the verbs of ``lifecycle``, ``drafting`` and ``deciding`` change the status.

    While a reviewer looks at a submission, ``leased_until`` keeps the others off it; a held one waits for something.
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
    leased_until = models.DateTimeField("審査の占有期限", null=True, blank=True)
    held_at = models.DateTimeField("保留日時", null=True, blank=True)
    hold_reason = models.CharField("保留の理由", max_length=300, blank=True)
    returned_at = models.DateTimeField("直近の差戻し日時", null=True, blank=True)
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
                condition=~Q(status__in=NOT_ANSWERED)
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
            models.CheckConstraint(
                condition=Q(held_at__isnull=True, hold_reason="")
                | (Q(held_at__isnull=False, status=Status.SUBMITTED) & ~Q(hold_reason="")),
                name="only_a_submission_is_held_and_for_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(leased_until__isnull=True) | Q(status=Status.SUBMITTED, reviewer__isnull=False),
                name="only_a_submission_is_leased_to_a_reviewer",
            ),
            models.CheckConstraint(
                condition=~Q(status=Status.RETURNED) | Q(returned_at__isnull=False),
                name="a_return_has_a_time",
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
        """A deadline day counts to its last second in Tokyo. What was returned is mended after it, too."""
        in_time = self.status in NOT_ANSWERED and today <= self.last_day_to_answer(campaign)
        return campaign.is_open and (in_time or self.status == Status.RETURNED)

    @property
    def has_answered(self) -> bool:
        return self.status not in NOT_ANSWERED

    def is_unanswered(self, campaign: RenewalCampaign, today: date) -> bool:
        """「未回答」: nothing submitted when the deadline passed. A work list, never a removal."""
        return not self.has_answered and today > self.last_day_to_answer(campaign)

    def stands(self, version: int | None) -> bool:
        """Whether the answer that ``version`` declared is the one that counts: neither undone nor replaced."""
        return self.version == version and self.has_answered

    def is_leased_to_another(self, reviewer_id: int, now: datetime) -> bool:
        """Whether somebody else is looking at it right now."""
        return self.leased_until is not None and self.leased_until > now and self.reviewer_id != reviewer_id

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

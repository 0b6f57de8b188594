"""What a member declares: the draft it fills in, and each version that it submitted."""

import uuid
from datetime import UTC

from django.conf import settings
from django.db import models
from django.db.models import Q

from discounts.kinds import Discount
from discounts.models import Evidence, IndustryGroup
from discounts.papers import SmeMethod
from renewals.models.renewal import Renewal
from renewals.status import Channel, Intent


class ClaimedDiscounts(models.Model):
    """The two discounts as a member claims them, each with its papers: filled in so far, or submitted."""

    sme = models.BooleanField("中小企業割引", default=False)
    sme_method = models.CharField("証明方法", max_length=10, choices=SmeMethod, blank=True)
    sme_evidence = models.ForeignKey(
        Evidence,
        models.PROTECT,
        null=True,
        blank=True,
        verbose_name="中小企業割引の証跡",
        related_name="+",
    )
    sme_remark = models.CharField("中小企業割引の補足", max_length=300, blank=True)
    group = models.ForeignKey(IndustryGroup, models.PROTECT, null=True, blank=True, verbose_name="所属団体")
    certificate_valid_until = models.DateField("会員証の有効期限", null=True, blank=True)
    group_evidence = models.ForeignKey(
        Evidence,
        models.PROTECT,
        null=True,
        blank=True,
        verbose_name="正会員団体割引の証跡",
        related_name="+",
    )
    group_remark = models.CharField("正会員団体割引の補足", max_length=300, blank=True)

    class Meta:
        abstract = True

    def evidence_of(self, discount: Discount) -> Evidence | None:
        return self.sme_evidence if discount == Discount.SME else self.group_evidence


class Submission(ClaimedDiscounts):
    """What was declared, version by version. Append-only (trigger); the token makes a second press of 「申請する」 the
    same submission."""

    renewal = models.ForeignKey(Renewal, models.PROTECT, related_name="submissions", verbose_name="年度更新")
    version = models.PositiveSmallIntegerField("版")
    intent = models.CharField("更新意思", max_length=12, choices=Intent)
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
            models.CheckConstraint(
                condition=Q(intent=Intent.CHANGED)
                | Q(sme_evidence__isnull=True, group_evidence__isnull=True, sme_method=""),
                name="only_a_change_brings_evidence",
            ),
            models.CheckConstraint(
                condition=(Q(sme=True) | Q(sme_evidence__isnull=True))
                & (
                    Q(group__isnull=False)
                    | Q(group_evidence__isnull=True, certificate_valid_until__isnull=True)
                ),
                name="evidence_belongs_to_a_claimed_discount",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.renewal_id} v{self.version}"

    def claims(self, discount: Discount) -> bool:
        """Whether this answer claims ``discount`` for next year."""
        return self.sme if discount == Discount.SME else self.group_id is not None


class DraftDeclaration(ClaimedDiscounts):
    """What a member has filled in so far about changed discounts. It survives leaving, timeouts and errors, and stays
    after the submission, for an answer that is taken back or returned."""

    renewal = models.OneToOneField(
        Renewal, models.PROTECT, related_name="draft", verbose_name="年度更新", primary_key=True
    )
    in_group = models.BooleanField("正会員団体割引", default=False)
    updated_at = models.DateTimeField("更新日時")
    updated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="更新者", related_name="+"
    )

    class Meta:
        verbose_name = verbose_name_plural = "入力中の内容"

    def __str__(self) -> str:
        return f"{self.renewal_id}"

    @property
    def stamp(self) -> str:
        """How the draft stands, for a page to post back: what another window changed since is neither overwritten nor
        submitted unseen. Empty while nothing is saved."""
        return self.updated_at.astimezone(UTC).isoformat(timespec="microseconds") if self.updated_at else ""

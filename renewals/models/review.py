"""What reviewers note and decide about an answer, and what they tell the member."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from discounts.kinds import Discount
from renewals.models.renewal import Renewal
from renewals.status import Mark, Outcome


class ReturnReason(models.Model):
    """A template for what a reviewer asks a member to mend; the secretariat edits them. The text is copied when it is
    used, so that editing it rewrites no history."""

    discount = models.CharField(
        "割引", max_length=5, choices=Discount, blank=True, help_text="空欄：どちらの割引でも使う"
    )
    title = models.CharField("見出し（事務局用）", max_length=60)
    text = models.TextField("会員に示す文", max_length=500)
    position = models.PositiveSmallIntegerField("並び順", default=100)
    is_active = models.BooleanField("使用する", default=True)

    class Meta:
        verbose_name = verbose_name_plural = "差戻し理由"
        ordering = ["position", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["discount", "title"], name="return_reason_title_once_per_discount"
            ),
        ]

    def __str__(self) -> str:
        return self.title


class ClaimMark(models.Model):
    """○, × or 要確認 on one claim of one version, as the reviewer goes along."""

    renewal = models.ForeignKey(Renewal, models.PROTECT, related_name="marks", verbose_name="年度更新")
    version = models.PositiveSmallIntegerField("申請の版")
    discount = models.CharField("割引", max_length=5, choices=Discount)
    mark = models.CharField("印", max_length=10, choices=Mark)
    marked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="審査担当", related_name="+"
    )
    marked_at = models.DateTimeField("日時")

    class Meta:
        verbose_name = verbose_name_plural = "審査の印"
        constraints = [
            models.UniqueConstraint(
                fields=["renewal", "version", "discount"], name="one_mark_per_claim_and_version"
            ),
            models.CheckConstraint(
                condition=Q(mark__in=Mark.values, discount__in=Discount.values), name="claim_mark_is_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.discount} {self.get_mark_display()}"


class Decision(models.Model):
    """What a reviewer decided on one version of an answer, and what the member was told about each claim.

    An approval that is undone before its mail leaves, or a return, stays as history with ``undone_at``.
    """

    renewal = models.ForeignKey(Renewal, models.PROTECT, related_name="decisions", verbose_name="年度更新")
    version = models.PositiveSmallIntegerField("申請の版")
    outcome = models.CharField("決定", max_length=10, choices=Outcome)
    note = models.TextField("会員への補足", max_length=1000, blank=True)
    mend_by = models.DateField("修正の期限", null=True, blank=True)
    decided_at = models.DateTimeField("決定日時")
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="決定者", related_name="+"
    )
    undone_at = models.DateTimeField("取消日時", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "審査の決定"
        ordering = ["decided_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["renewal", "version"],
                condition=Q(undone_at__isnull=True),
                name="one_decision_holds_per_version",
            ),
            models.CheckConstraint(condition=Q(outcome__in=Outcome.values), name="decision_outcome_is_known"),
            models.CheckConstraint(
                condition=Q(outcome=Outcome.RETURNED, mend_by__isnull=False)
                | (~Q(outcome=Outcome.RETURNED) & Q(mend_by__isnull=True)),
                name="a_return_says_by_when_to_mend",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.renewal_id} v{self.version} {self.get_outcome_display()}"


class DecisionItem(models.Model):
    """One thing that the member is told about one claim: what to mend, or why a discount does not apply."""

    decision = models.ForeignKey(Decision, models.PROTECT, related_name="items", verbose_name="決定")
    discount = models.CharField("割引", max_length=5, choices=Discount)
    reason = models.ForeignKey(
        ReturnReason, models.PROTECT, null=True, blank=True, verbose_name="差戻し理由", related_name="+"
    )
    text = models.TextField("会員に示す文", max_length=500)

    class Meta:
        verbose_name = verbose_name_plural = "割引ごとの理由"
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="decision_item_says_something"),
            models.CheckConstraint(
                condition=Q(discount__in=Discount.values), name="decision_item_discount_is_known"
            ),
        ]

    def __str__(self) -> str:
        return self.text

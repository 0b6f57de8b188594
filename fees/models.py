from django.db import models
from django.db.models import Q

from fees.encryption import EncryptedCharField
from fees.schedule import FeeRates
from members.models import Establishment


class FeeSchedule(models.Model):
    """The annual fee rates that hold from a fiscal year on, in yen (賛助会員会費規程; renewal manual, step 3).

    Never edited once a fee was fixed under it (trigger): later rates are a later schedule.
    """

    valid_from = models.PositiveSmallIntegerField("適用開始年度", unique=True)
    small_in_group = models.PositiveIntegerField("中小企業・正会員団体に所属（円）")
    small = models.PositiveIntegerField("中小企業・未所属（円）")
    large_in_group = models.PositiveIntegerField("大企業・正会員団体に所属（円）")
    large = models.PositiveIntegerField("大企業・未所属（円）")

    class Meta:
        verbose_name = verbose_name_plural = "会費規程"
        ordering = ["-valid_from"]
        constraints = [
            models.CheckConstraint(
                condition=Q(small_in_group__gt=0, small__gt=0, large_in_group__gt=0, large__gt=0),
                name="every_rate_is_positive",
            )
        ]

    def __str__(self) -> str:
        return f"{self.valid_from}年度から"

    @property
    def rates(self) -> FeeRates:
        return FeeRates(
            small_in_group=self.small_in_group,
            small=self.small,
            large_in_group=self.large_in_group,
            large=self.large,
        )


class FixedFee(models.Model):
    """The fee as the secretariat fixed it for one establishment and fiscal year, in yen. Append-only (trigger):
    later rates rewrite no history, and a renewal that is approved anew gets a new one."""

    establishment = models.ForeignKey(
        Establishment, models.PROTECT, related_name="fixed_fees", verbose_name="事業所"
    )
    fiscal_year = models.PositiveSmallIntegerField("年度")
    schedule = models.ForeignKey(FeeSchedule, models.PROTECT, verbose_name="会費規程")
    sme = models.BooleanField("中小企業割引")
    in_group = models.BooleanField("正会員団体割引")
    amount = models.PositiveIntegerField("年会費（円）")
    fixed_at = models.DateTimeField("確定日時")

    class Meta:
        verbose_name = verbose_name_plural = "確定した年会費"
        constraints = [models.CheckConstraint(condition=Q(amount__gt=0), name="fixed_fee_is_positive")]

    def __str__(self) -> str:
        return f"{self.fiscal_year}年度 {self.amount:,}円"


class MandateStatus(models.TextChoices):
    """How far the paper form for direct debit has come."""

    NONE = "none", "未登録"
    PENDING = "pending", "手続中"
    READY = "ready", "登録済"


class AccountType(models.TextChoices):
    """Kinds of deposit account as the Zengin layouts number them."""

    ORDINARY = "1", "普通"
    CURRENT = "2", "当座"
    TAX = "3", "納税準備"
    OTHER = "9", "その他"


class DebitMandate(models.Model):
    """The account (振替口座) that the fee is debited from. The number is encrypted at rest and masked on screen."""

    establishment = models.OneToOneField(
        Establishment,
        models.CASCADE,
        related_name="debit_mandate",
        verbose_name="事業所",
    )
    status = models.CharField("振替口座", max_length=10, choices=MandateStatus, default=MandateStatus.NONE)
    bank_code = models.CharField("銀行コード", max_length=4, blank=True)
    branch_code = models.CharField("支店コード", max_length=3, blank=True)
    account_type = models.CharField("預金種目", max_length=1, choices=AccountType, blank=True)
    account_number = EncryptedCharField("口座番号", blank=True)
    holder_kana = models.CharField("口座名義", max_length=60, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "振替口座"
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=MandateStatus.values),
                name="mandate_status_is_known",
            ),
            models.CheckConstraint(
                condition=~Q(status=MandateStatus.READY)
                | (
                    ~Q(bank_code="")
                    & ~Q(branch_code="")
                    & ~Q(account_type="")
                    & ~Q(account_number="")
                    & ~Q(holder_kana="")
                ),
                name="ready_mandate_names_its_account",
            ),
        ]

    def __str__(self) -> str:
        return self.get_status_display()

    @property
    def masked_account_number(self) -> str:
        """「••••306」: only the last three digits are ever shown."""
        return f"••••{self.account_number[-3:]}" if self.account_number else ""

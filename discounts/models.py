from django.db import models
from django.db.models import Q

from discounts.requirements import ProofOfBelonging
from members.models import Establishment


class IndustryGroup(models.Model):
    """An industry group that is a regular member (正会員団体); belonging to one lowers the fee."""

    name = models.CharField("団体名", max_length=200, unique=True)
    name_kana = models.CharField("団体名かな", max_length=200, blank=True)
    proof = models.CharField("証明書類", max_length=12, choices=ProofOfBelonging)
    note = models.CharField("備考", max_length=300, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "正会員団体"
        ordering = ["name_kana", "name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(proof__in=ProofOfBelonging.values),
                name="proof_of_belonging_is_known",
            )
        ]

    def __str__(self) -> str:
        return self.name


class AppliedDiscounts(models.Model):
    """The discounts that an establishment enjoys in a fiscal year; a renewal carries them over or changes them."""

    establishment = models.ForeignKey(
        Establishment,
        models.CASCADE,
        related_name="applied_discounts",
        verbose_name="事業所",
    )
    fiscal_year = models.PositiveSmallIntegerField("年度")
    sme = models.BooleanField("中小企業割引", default=False)
    group = models.ForeignKey(
        IndustryGroup,
        models.PROTECT,
        null=True,
        blank=True,
        verbose_name="正会員団体割引の所属団体",
    )
    certificate_valid_until = models.DateField("会員証有効期限", null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "適用中の割引"
        ordering = ["-fiscal_year", "establishment"]
        constraints = [
            models.UniqueConstraint(
                fields=["establishment", "fiscal_year"],
                name="discounts_once_per_fiscal_year",
            ),
            models.CheckConstraint(
                condition=Q(certificate_valid_until__isnull=True) | Q(group__isnull=False),
                name="certificate_belongs_to_a_group",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.fiscal_year}年度の割引"

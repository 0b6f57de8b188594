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


class GroupMemberList(models.Model):
    """The list of its members that a group sent in. The newest of a group counts; earlier ones stay as they came."""

    group = models.ForeignKey(
        IndustryGroup, models.PROTECT, related_name="member_lists", verbose_name="正会員団体"
    )
    as_of = models.DateField("名簿の基準日")
    imported_at = models.DateTimeField("取り込み日時")

    class Meta:
        verbose_name = verbose_name_plural = "団体の会員名簿"
        ordering = ["-as_of", "group"]
        constraints = [
            models.UniqueConstraint(fields=["group", "as_of"], name="one_member_list_per_group_and_day"),
        ]

    def __str__(self) -> str:
        return f"{self.group} {self.as_of:%Y-%m-%d}"


class GroupMember(models.Model):
    """A company on a group's list: by its 法人番号, by its name, or both.

    ``name_key`` is the name in one spelling (``members.member_list.corporations.name_key``), by which those without a
    number are found.
    """

    member_list = models.ForeignKey(
        GroupMemberList, models.CASCADE, related_name="members", verbose_name="名簿"
    )
    row_number = models.PositiveIntegerField("行")
    corporate_number = models.CharField("法人番号", max_length=13, null=True, blank=True)
    name = models.CharField("会社名", max_length=200, blank=True)
    name_key = models.CharField("照合用の会社名", max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "団体の会員企業"
        ordering = ["member_list", "row_number"]
        constraints = [
            models.UniqueConstraint(
                fields=["member_list", "corporate_number"], name="group_member_number_once_per_list"
            ),
            models.UniqueConstraint(
                fields=["member_list", "name_key"],
                condition=Q(corporate_number__isnull=True),
                name="group_member_without_number_once_per_list",
            ),
            models.CheckConstraint(
                condition=Q(corporate_number__isnull=False) | ~Q(name_key=""),
                name="group_member_has_number_or_name",
            ),
            models.CheckConstraint(
                condition=Q(corporate_number__isnull=True) | Q(corporate_number__regex=r"^[0-9]{13}$"),
                name="group_member_number_has_13_digits",
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.corporate_number or ""


class EvidenceFile(models.Model):
    establishment = models.ForeignKey(Establishment, models.PROTECT, related_name="+")


class Evidence(models.Model):
    """STUB"""

    establishment = models.ForeignKey(Establishment, models.PROTECT, related_name="evidence")
    discount = models.CharField(max_length=5)
    sealed_at = models.DateTimeField(null=True)


class EvidencePart(models.Model):
    evidence = models.ForeignKey(Evidence, models.PROTECT, related_name="parts")
    position = models.PositiveSmallIntegerField(default=1)
    papers = models.JSONField(default=list)

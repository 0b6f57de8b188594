from typing import Self
from uuid import uuid4

from django.db import models
from django.db.models import Q

from discounts.certificate_status import DECIDED, CertificateStatus
from discounts.kinds import Discount
from discounts.papers import Paper
from discounts.requirements import ProofOfBelonging
from members.models import Establishment, User

REASON = REMARK = 300  # characters
STORED_NAME = 120  # characters of a name in the storage of evidence


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
        indexes = [
            models.Index(fields=["fiscal_year", "certificate_valid_until"], name="certificates_by_last_day")
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
    matched = models.PositiveIntegerField("会員と一致した法人", default=0)

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


class OfAnEstablishment(models.QuerySet):
    def seen_by(self, user: User) -> Self:
        """Those that ``user`` may look at: the secretariat all, a member those of the establishments it acts for."""
        if user.is_staff:
            return self if user.has_perm("discounts.view_evidence") else self.none()
        return self.filter(establishment__in=Establishment.objects.acted_for_by(user))


class EvidenceFile(models.Model):
    """A PDF as a member handed it in, and what people look at instead. A row never changes.

    ``original`` and ``view`` are names in the storage of evidence (``discounts.stored_files``): the file byte for byte,
    and its sanitised copy. ``sha256`` and ``size`` (bytes) are the original's, ``texts`` the text layer page by page.
    """

    establishment = models.ForeignKey(
        Establishment, models.PROTECT, related_name="evidence_files", verbose_name="事業所"
    )
    key = models.UUIDField("識別子", unique=True, default=uuid4, editable=False)
    name = models.CharField("ファイル名", max_length=200)
    size = models.PositiveIntegerField("大きさ（バイト）")
    pages = models.PositiveIntegerField("ページ数")
    sha256 = models.CharField("SHA-256", max_length=64, db_index=True)
    texts = models.JSONField("各ページの文字")
    original = models.CharField("元のファイル", max_length=STORED_NAME)
    view = models.CharField("閲覧用のファイル", max_length=STORED_NAME)
    uploaded_by = models.ForeignKey(
        User, models.PROTECT, related_name="evidence_files", verbose_name="提出した人"
    )
    uploaded_at = models.DateTimeField("提出日時")

    objects = OfAnEstablishment.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "証跡のファイル"
        ordering = ["-uploaded_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(sha256__regex=r"^[0-9a-f]{64}$"), name="evidence_file_is_hashed"
            ),
            models.CheckConstraint(condition=Q(pages__gte=1), name="evidence_file_has_pages"),
        ]

    def __str__(self) -> str:
        return self.name


class Evidence(models.Model):
    """The proof of one discount: papers in an order, merged into one PDF (証跡).

    ``merged`` is the name of that PDF in the storage, empty while there is no paper. Every change of the papers makes
    another, so that the name tells whether somebody else changed them. Once ``sealed_at`` is set nothing changes.
    """

    key = models.UUIDField("識別子", unique=True, default=uuid4, editable=False)
    establishment = models.ForeignKey(
        Establishment, models.PROTECT, related_name="evidence", verbose_name="事業所"
    )
    discount = models.CharField("割引", max_length=5, choices=Discount)
    merged = models.CharField("まとめたPDF", max_length=STORED_NAME, blank=True)
    pages = models.PositiveIntegerField("ページ数", default=0)
    updated_at = models.DateTimeField("更新日時")
    sealed_at = models.DateTimeField("申請日時", null=True, blank=True)

    objects = OfAnEstablishment.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "証跡"
        ordering = ["-updated_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(discount__in=Discount.values), name="evidence_is_of_a_known_discount"
            ),
            models.CheckConstraint(
                condition=Q(merged="", pages=0) | (~Q(merged="") & Q(pages__gte=1)),
                name="evidence_has_pages_when_it_has_papers",
            ),
            models.CheckConstraint(
                condition=Q(sealed_at__isnull=True) | ~Q(merged=""), name="sealed_evidence_has_papers"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_discount_display()}の証跡"


class EvidencePart(models.Model):
    """One file of an evidence, and which papers the member says are in it. Parts stand in the order of ``position``,
    which may have gaps."""

    evidence = models.ForeignKey(Evidence, models.CASCADE, related_name="parts", verbose_name="証跡")
    file = models.ForeignKey(
        EvidenceFile, models.PROTECT, related_name="parts", verbose_name="証跡のファイル"
    )
    position = models.PositiveIntegerField("順番")
    papers = models.JSONField("書類", default=list)

    class Meta:
        verbose_name = verbose_name_plural = "証跡の書類"
        ordering = ["evidence", "position"]
        constraints = [
            models.UniqueConstraint(fields=["evidence", "position"], name="one_part_per_position"),
            models.UniqueConstraint(fields=["evidence", "file"], name="file_once_per_evidence"),
        ]

    def __str__(self) -> str:
        return "、".join(paper.label for paper in self.papers_named) or "書類名なし"

    @property
    def papers_named(self) -> tuple[Paper, ...]:
        return tuple(Paper(code) for code in self.papers)


class PaperText(models.Model):
    """What the checklist tells a member about a paper; the secretariat may change it."""

    paper = models.CharField("書類", max_length=12, choices=Paper, unique=True)
    help = models.TextField("説明", max_length=400)
    where = models.TextField("入手先", max_length=400)

    class Meta:
        verbose_name = verbose_name_plural = "書類の説明"
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=Q(paper__in=Paper.values), name="text_is_about_a_known_paper")
        ]

    def __str__(self) -> str:
        return str(self.get_paper_display())


class CertificateUpdate(models.Model):
    """A newer proof of belonging to a group, handed in from the my-page at any time (domain: group discount).

    ``valid_until`` is the last day on it as the member says, None for a proof that bears none. ``status`` moves by the
    table of ``certificate_status`` alone; what was submitted stays as it came.
    """

    establishment = models.ForeignKey(
        Establishment, models.PROTECT, related_name="certificate_updates", verbose_name="事業所"
    )
    group = models.ForeignKey(
        IndustryGroup, models.PROTECT, related_name="certificate_updates", verbose_name="所属団体"
    )
    evidence = models.OneToOneField(
        Evidence,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="certificate_update",
        verbose_name="証跡",
    )
    valid_until = models.DateField("会員証有効期限", null=True, blank=True)
    remark = models.CharField("事務局への補足", max_length=REMARK, blank=True)
    status = models.CharField(
        "状態", max_length=10, choices=CertificateStatus, default=CertificateStatus.DRAFT
    )
    updated_at = models.DateTimeField("更新日時")
    submitted_at = models.DateTimeField("提出日時", null=True, blank=True)
    submitted_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="提出した人"
    )
    decided_at = models.DateTimeField("確認日時", null=True, blank=True)
    decided_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name="確認した人"
    )
    reason = models.CharField("差戻しの理由", max_length=REASON, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "会員証の更新"
        ordering = ["-submitted_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=CertificateStatus.values), name="certificate_status_is_known"
            ),
            models.UniqueConstraint(
                fields=["establishment"],
                condition=Q(status=CertificateStatus.DRAFT),
                name="one_certificate_filled_in_at_a_time",
            ),
            models.UniqueConstraint(
                fields=["establishment"],
                condition=Q(status=CertificateStatus.WAITING),
                name="one_certificate_waits_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(status=CertificateStatus.DRAFT, submitted_at__isnull=True)
                | Q(
                    ~Q(status=CertificateStatus.DRAFT),
                    evidence__isnull=False,
                    submitted_at__isnull=False,
                    submitted_by__isnull=False,
                ),
                name="submitted_certificate_has_evidence",
            ),
            models.CheckConstraint(
                condition=Q(status__in=DECIDED, decided_at__isnull=False, decided_by__isnull=False)
                | Q(~Q(status__in=DECIDED), decided_at__isnull=True, decided_by__isnull=True),
                name="decided_certificate_says_by_whom",
            ),
            models.CheckConstraint(
                condition=(Q(status=CertificateStatus.RETURNED) & ~Q(reason=""))
                | (~Q(status=CertificateStatus.RETURNED) & Q(reason="")),
                name="returned_certificate_says_why",
            ),
        ]
        indexes = [models.Index(fields=["status", "submitted_at"], name="certificates_by_status")]

    def __str__(self) -> str:
        return f"{self.group.get_proof_display()}の更新"

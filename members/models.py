import re
from collections.abc import Iterable
from datetime import date
from typing import Any, ClassVar, Self

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.contrib.auth.models import PermissionsMixin
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Case, Exists, OuterRef, Q, Value, When
from django.db.models.functions import Lower
from stdnum.jp import cn


def validate_corporate_number(value: str) -> None:
    """Raise ``ValidationError`` unless ``value`` is a 13-digit 法人番号 whose check digit is right."""
    if not (re.fullmatch(r"[0-9]{13}", value) and cn.is_valid(value)):
        raise ValidationError(
            "法人番号は13桁の数字で、検査数字が合うものを入力してください。",
            code="check_digit",
        )


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """A manager, for ``manage.py createsuperuser``. Not Django's superuser: what anybody may do is their role's."""
        return self.create_user(email, password, role=StaffRole.MANAGER, **fields)

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email=(username or "").lower())


class StaffRole(models.TextChoices):
    """What a member of the secretariat may do; members' own accounts have no role."""

    MANAGER = "manager", "管理者"
    REVIEWER = "reviewer", "審査担当"
    BILLING = "billing", "会費担当"
    READ_ONLY = "read_only", "閲覧のみ"


class User(AbstractBaseUser, PermissionsMixin):
    """An account: a member's clerk, who may act for several establishments, or a member of the secretariat."""

    email = models.EmailField("メールアドレス", unique=True)
    name = models.CharField("氏名", max_length=100, blank=True)
    role = models.CharField("事務局での役割", max_length=20, choices=StaffRole, blank=True)
    is_active = models.BooleanField("有効", default=True)
    date_joined = models.DateTimeField("登録日時", auto_now_add=True)
    establishments: models.ManyToManyField = models.ManyToManyField(
        "Establishment", through="Assignment", related_name="users"
    )

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []
    objects = UserManager()

    class Meta:
        verbose_name = verbose_name_plural = "アカウント"
        constraints = [
            models.UniqueConstraint(Lower("email"), name="one_account_per_address"),
            models.CheckConstraint(
                condition=Q(role__in=["", *StaffRole.values]),
                name="staff_role_is_known",
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.email

    @property
    def is_staff(self) -> bool:
        return bool(self.role)


class Corporation(models.Model):
    """A legal entity with its 法人番号, or a sole proprietor without one."""

    corporate_number = models.CharField(
        "法人番号",
        max_length=13,
        unique=True,
        null=True,
        blank=True,
        validators=[validate_corporate_number],
    )
    is_sole_proprietor = models.BooleanField("個人事業主", default=False)
    name = models.CharField("法人名", max_length=200)
    name_kana = models.CharField("法人名カナ", max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = "法人"
        constraints = [
            models.CheckConstraint(
                condition=Q(corporate_number__isnull=True, is_sole_proprietor=True)
                | Q(corporate_number__isnull=False, is_sole_proprietor=False),
                name="corporate_number_unless_sole_proprietor",
            ),
            models.CheckConstraint(
                condition=Q(corporate_number__isnull=True) | Q(corporate_number__regex=r"^[0-9]{13}$"),
                name="corporate_number_has_13_digits",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class EstablishmentQuerySet(models.QuerySet["Establishment"]):
    def on_roster(self, day: date) -> Self:
        """Members on ``day``: admitted, and not yet gone. A withdrawal of 31 March leaves the roster on 1 April."""
        return self.filter(Q(left_on__isnull=True) | Q(left_on__gte=day), joined_on__lte=day)

    def acted_for_by(self, user: User) -> Self:
        """Those whose pages the user may open. The secretariat answers on behalf of a member, never as the member."""
        return self.none() if user.is_staff else self.filter(assignments__user=user)

    def with_corporation(self) -> Self:
        return self.select_related("corporation")

    def not_invited(self) -> Self:
        """Nobody has an account to answer with."""
        return self.filter(~Exists(Assignment.objects.of_establishment()))

    def invited_only(self) -> Self:
        """Somebody has an account, nobody has set a password yet."""
        accounts = Assignment.objects.of_establishment()
        return self.filter(Exists(accounts), ~Exists(accounts.with_password()))

    def using_the_portal(self) -> Self:
        """Somebody has an account and has set a password."""
        return self.filter(Exists(Assignment.objects.of_establishment().with_password()))


class Establishment(models.Model):
    """A supporting member (賛助会員): one membership and one fee, however many industries it works in."""

    member_number = models.CharField(
        "会員番号",
        max_length=20,
        unique=True,
        validators=[
            RegexValidator(
                r"^[A-Z0-9-]+$",
                "会員番号は英大文字・数字・ハイフンで入力してください。",
            )
        ],
    )
    corporation = models.ForeignKey(
        Corporation,
        models.PROTECT,
        related_name="establishments",
        verbose_name="法人・個人事業主",
    )
    name = models.CharField("事業所名", max_length=200)
    name_kana = models.CharField("事業所名カナ", max_length=200, blank=True)
    postal_code = models.CharField("郵便番号", max_length=8, blank=True)
    prefecture = models.CharField("都道府県", max_length=4, blank=True)
    address = models.CharField("住所", max_length=300, blank=True)
    phone = models.CharField("電話番号", max_length=20, blank=True)
    joined_on = models.DateField("入会日")
    left_on = models.DateField("退会日", null=True, blank=True)

    objects = EstablishmentQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "事業所"
        ordering = ["member_number"]
        constraints = [
            models.CheckConstraint(
                condition=Q(left_on__isnull=True) | Q(left_on__gte=models.F("joined_on")),
                name="leaves_after_joining",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.member_number} {self.full_name}"

    @property
    def full_name(self) -> str:
        """Corporation and establishment as letters and mails name them, 「株式会社○○ ○○工場」."""
        return f"{self.corporation.name} {self.name}"


class EstablishmentIndustry(models.Model):
    """A code of the Japan Standard Industrial Classification under which the establishment was admitted."""

    establishment = models.ForeignKey(Establishment, models.CASCADE, related_name="industries")
    code = models.CharField("産業分類", max_length=4, validators=[RegexValidator(r"^[0-9]{2,4}$")])

    class Meta:
        verbose_name = verbose_name_plural = "産業分類"
        ordering = ["code"]
        constraints = [
            models.UniqueConstraint(fields=["establishment", "code"], name="industry_once_per_establishment")
        ]

    def __str__(self) -> str:
        return self.code


class ContactRole(models.TextChoices):
    PRIMARY = "primary", "担当者1"
    SECONDARY = "secondary", "担当者2"
    BILLING = "billing", "請求書送付先"


class ContactQuerySet(models.QuerySet["Contact"]):
    def procedural(self) -> Self:
        """Those who get every procedural mail; the billing contact gets billing mail and nothing else."""
        return self.filter(role__in=[ContactRole.PRIMARY, ContactRole.SECONDARY])

    def in_order(self) -> Self:
        """Contact 1, contact 2, the billing contact."""
        ranks = [When(role=role, then=Value(rank)) for rank, role in enumerate(ContactRole.values)]
        return self.order_by(Case(*ranks), "pk")


class Contact(models.Model):
    establishment = models.ForeignKey(
        Establishment, models.CASCADE, related_name="contacts", verbose_name="事業所"
    )
    role = models.CharField("区分", max_length=10, choices=ContactRole)
    name = models.CharField("氏名・部署", max_length=100, blank=True)
    email = models.EmailField("メールアドレス")

    objects = ContactQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "連絡先"
        ordering = ["establishment_id", "role"]
        constraints = [
            models.UniqueConstraint(fields=["establishment", "role"], name="one_contact_per_role"),
            models.CheckConstraint(condition=Q(role__in=ContactRole.values), name="contact_role_is_known"),
        ]

    def __str__(self) -> str:
        return f"{self.get_role_display()} {self.name}"


class AssignmentQuerySet(models.QuerySet["Assignment"]):
    def of_establishment(self) -> Self:
        """To be asked inside a query of establishments: the assignments of accounts that are not closed."""
        return self.filter(establishment=OuterRef("pk"), user__is_active=True)

    def with_password(self) -> Self:
        return self.exclude(user__password__startswith=UNUSABLE_PASSWORD_PREFIX)


class Assignment(models.Model):
    """A user may act for an establishment."""

    user = models.ForeignKey(User, models.CASCADE, related_name="assignments", verbose_name="アカウント")
    establishment = models.ForeignKey(
        Establishment, models.CASCADE, related_name="assignments", verbose_name="事業所"
    )

    objects = AssignmentQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = "担当"
        constraints = [models.UniqueConstraint(fields=["user", "establishment"], name="assigned_once")]

    def __str__(self) -> str:
        """Reads both rows: lists select them along."""
        return f"{self.user.email} → {self.establishment.member_number}"

    def clean(self) -> None:
        if self.user_id and self.user.is_staff:
            raise ValidationError(
                "事務局のアカウントは、会員の担当者にできません。別のアカウントを選んでください。"
            )


def procedural_addresses(contacts: Iterable[Contact]) -> list[str]:
    """The addresses that procedural mail goes to, each once however it is written, contact 1 first."""
    ranked = sorted(
        (contact for contact in contacts if contact.role != ContactRole.BILLING),
        key=lambda contact: contact.role,
    )
    addresses: dict[str, str] = {}
    for contact in ranked:
        addresses.setdefault(contact.email.lower(), contact.email)
    return list(addresses.values())

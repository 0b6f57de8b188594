"""Members in the admin: corporations, establishments with their contacts and users, accounts."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest
from django.utils import timezone

from audit.admin import AuditedModelAdmin
from audit.trail import Actor
from members.invitations import contacts_to_invite, invite, send_password_reset
from members.models import (
    Assignment,
    Contact,
    ContactRole,
    Corporation,
    Establishment,
    EstablishmentIndustry,
    User,
)
from members.permissions import INVITE
from members.search import normalised, search_corporations, search_establishments

MOST_INVITED = 500


class CorporationForm(forms.ModelForm):
    class Meta:
        model = Corporation
        fields = ["name", "name_kana", "is_sole_proprietor", "corporate_number"]

    def clean_corporate_number(self) -> str | None:
        return normalised(self.cleaned_data.get("corporate_number") or "").replace("-", "") or None

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("is_sole_proprietor") and cleaned.get("corporate_number"):
            self.add_error("corporate_number", "個人事業主には法人番号を入力しないでください。")
        if (
            "corporate_number" in cleaned
            and not cleaned["corporate_number"]
            and not cleaned.get("is_sole_proprietor")
        ):
            self.add_error(
                "corporate_number",
                "法人番号を入力してください。個人事業主のときは「個人事業主」を選んでください。",
            )
        return cleaned


@admin.register(Corporation)
class CorporationAdmin(AuditedModelAdmin):
    form = CorporationForm
    list_display = ["name", "name_kana", "corporate_number", "is_sole_proprietor"]
    ordering = ["pk"]
    sortable_by = ()
    search_fields = ["name"]
    search_help_text = "法人名（カナも可）、法人番号で探せます。"

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Corporation], search_term: str
    ) -> tuple[QuerySet[Corporation], bool]:
        if not search_term.strip():
            return queryset, False
        return queryset.filter(pk__in=search_corporations(search_term).values("pk")), False


class ContactFormSet(forms.BaseInlineFormSet):
    def get_unique_error_message(self, unique_check: Any) -> str:
        return "同じ区分の連絡先が2つあります。区分ごとに1つにしてください。"


class ContactInline(admin.TabularInline):
    model = Contact
    formset = ContactFormSet
    fields = ["role", "name", "email"]
    extra = 0
    max_num = len(ContactRole.values)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Contact]:
        contacts: Any = super().get_queryset(request)
        return contacts.in_order()


class IndustryInline(admin.TabularInline):
    model = EstablishmentIndustry
    fields = ["code"]
    extra = 0


class AssignmentInline(admin.TabularInline):
    """Who acts for the establishment, or for whom a user acts."""

    model = Assignment
    extra = 0
    verbose_name_plural = "マイページを使う人"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Assignment]:
        return super().get_queryset(request).select_related("user", "establishment__corporation")


class UserAssignmentInline(AssignmentInline):
    fields = ["establishment"]
    raw_id_fields = ["establishment"]
    verbose_name_plural = "担当する事業所"


class EstablishmentAssignmentInline(AssignmentInline):
    fields = ["user"]
    raw_id_fields = ["user"]


class OnRosterFilter(admin.SimpleListFilter):
    title = "在籍"
    parameter_name = "roster"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("on", "在籍中・退会日が先"), ("left", "退会した・退会日が決まっている")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Establishment]) -> QuerySet[Establishment]:
        if self.value() == "left":
            return queryset.filter(left_on__isnull=False)
        return queryset.filter(left_on__isnull=True) if self.value() == "on" else queryset


class StartFilter(admin.SimpleListFilter):
    """How far a member has come with using the portal."""

    title = "利用開始"
    parameter_name = "start"
    NOT_INVITED, INVITED, USING = "none", "invited", "using"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [
            (self.NOT_INVITED, "未案内"),
            (self.INVITED, "案内済み（未設定）"),
            (self.USING, "利用中"),
        ]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        match self.value():
            case self.NOT_INVITED:
                return queryset.not_invited()
            case self.INVITED:
                return queryset.invited_only()
            case self.USING:
                return queryset.using_the_portal()
        return queryset


@admin.register(Establishment)
class EstablishmentAdmin(AuditedModelAdmin):
    """Supporting members. The day of leaving is set by a withdrawal, never by hand."""

    # Rooms above add what belongs to an establishment and is theirs (fees: the mandate, discounts: this year's).
    inlines_of_other_rooms: list[type[admin.options.InlineModelAdmin]] = []

    list_display = ["member_number", "corporation_name", "name", "prefecture", "joined_on", "left_on"]
    list_display_links = ["member_number", "corporation_name"]
    list_select_related = ["corporation"]
    list_filter = [OnRosterFilter, StartFilter]
    sortable_by = ["member_number"]
    ordering = ["member_number"]
    search_fields = ["member_number"]
    search_help_text = "会員番号、法人名・事業所名（カナも可）、法人番号で探せます。"
    raw_id_fields = ["corporation"]
    readonly_fields = ["left_on"]
    fields = [
        "member_number",
        "corporation",
        "name",
        "name_kana",
        "postal_code",
        "prefecture",
        "address",
        "phone",
        "joined_on",
        "left_on",
    ]
    actions = ["invite_contacts"]

    def get_inlines(self, request: HttpRequest, obj: Any) -> list[type[admin.options.InlineModelAdmin]]:
        return [
            ContactInline,
            IndustryInline,
            *self.inlines_of_other_rooms,
            EstablishmentAssignmentInline,
        ]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        """The key people quote does not change once it is known. The corporation may: a merger, a plant that is sold;
        an import never moves a member, so that here is the only place for it."""
        return [*self.readonly_fields, "member_number"] if obj else list(self.readonly_fields)

    def member_number_of(self, obj: Establishment) -> str:
        return obj.member_number

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Establishment], search_term: str
    ) -> tuple[QuerySet[Establishment], bool]:
        if not search_term.strip():
            return queryset, False
        return queryset.filter(pk__in=search_establishments(search_term).values("pk")), False

    @admin.display(description="法人・個人事業主")
    def corporation_name(self, establishment: Establishment) -> str:
        return establishment.corporation.name

    def has_invite_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm(INVITE)

    @admin.action(description="担当者に利用開始の案内を送る", permissions=["invite"])
    def invite_contacts(self, request: HttpRequest, queryset: QuerySet[Establishment]) -> None:
        """Invite contacts 1 and 2 of each; whoever has set a password already is only assigned.

        One press takes the first :data:`MOST_INVITED` who still need it, the next press goes on behind them.
        """
        now = timezone.now()
        to_invite = contacts_to_invite(queryset, now=now)
        chosen = to_invite.select_related("establishment__corporation")[:MOST_INVITED]
        people = {(contact.establishment_id, contact.email.lower()): contact for contact in chosen}
        for contact in people.values():
            invite(contact=contact, by=Actor.behind(request), now=now)
        self._say_invited(request, queryset, invited=len(people), left=to_invite.count())

    def _say_invited(
        self, request: HttpRequest, queryset: QuerySet[Establishment], *, invited: int, left: int
    ) -> None:
        without = queryset.filter(
            ~Exists(Contact.objects.procedural().filter(establishment=OuterRef("pk")))
        ).count()
        if invited:
            messages.success(
                request,
                f"{invited:,}人の担当者を登録しました。パスワードが未設定の人に、案内のメールを送ります。",
            )
        if without:
            messages.warning(request, f"担当者の連絡先がない事業所が{without:,}件ありました。")
        if left:
            messages.warning(
                request,
                f"一度に案内できるのは{MOST_INVITED:,}人までです。残りは{left:,}人です。"
                "同じ事業所を選んで、もう一度実行してください。案内が済んだ人の次から続けます。",
            )
        elif not invited:
            messages.info(
                request,
                "案内が必要な人はいませんでした。利用中の人、案内の有効期限が切れていない人、"
                "アカウントが無効の人には送りません。",
            )


@admin.register(Contact)
class ContactAdmin(AuditedModelAdmin):
    """Contacts one by one, for those who may mend an address but not the rest of the establishment."""

    list_display = ["member_number", "role", "name", "email"]
    list_select_related = ["establishment"]
    list_filter = ["role"]
    ordering = ["pk"]
    sortable_by = ()
    search_fields = ["email"]
    search_help_text = "会員番号、法人名、メールアドレス（全体）で探せます。"
    fields = ["establishment", "role", "name", "email"]
    raw_id_fields = ["establishment"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["establishment", "role"] if obj else []

    def member_number_of(self, obj: Contact) -> str:
        return obj.establishment.member_number

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Contact], search_term: str
    ) -> tuple[QuerySet[Contact], bool]:
        term = normalised(search_term)
        if "@" in term:
            return queryset.filter(email__iexact=term), False
        if not term:
            return queryset, False
        return queryset.filter(establishment__in=search_establishments(term).values("pk")), False

    @admin.display(description="会員番号")
    def member_number(self, contact: Contact) -> str:
        return contact.establishment.member_number


class UserForm(forms.ModelForm):
    """``acting`` is the person who edits: nobody takes away their own way in."""

    acting: User | None = None

    class Meta:
        model = User
        fields = ["email", "name", "role", "is_active"]

    def clean_email(self) -> str:
        email = self.cleaned_data["email"].strip().lower()
        others = User.objects.filter(email__iexact=email).exclude(pk=self.instance.pk)
        if others.exists():
            raise forms.ValidationError("このメールアドレスのアカウントは、すでにあります。")
        return email

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if self.acting and self.acting.pk == self.instance.pk:
            for field in ("role", "is_active"):
                if field in cleaned and cleaned[field] != self.initial[field]:
                    self.add_error(
                        field, "自分の役割と有効・無効は変えられません。ほかの管理者に頼んでください。"
                    )
        return cleaned


@admin.register(User)
class UserAdmin(AuditedModelAdmin):
    """Accounts. Passwords are set by their owners only, through a link."""

    form = UserForm
    audited_values = ("role", "is_active")
    list_display = ["email", "name", "role", "is_active", "has_password"]
    list_filter = ["role", "is_active"]
    ordering = ["pk"]
    sortable_by = ()
    search_fields = ["email"]
    search_help_text = "メールアドレス、氏名で探せます。"
    fields = ["email", "name", "role", "is_active", "date_joined", "last_login"]
    readonly_fields = ["date_joined", "last_login"]
    inlines = [UserAssignmentInline]
    actions = ["send_password_links"]

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change, **kwargs)
        return type(form.__name__, (form,), {"acting": request.user})

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        if not change:
            obj.set_unusable_password()
        super().save_model(request, obj, form, change)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[User], search_term: str
    ) -> tuple[QuerySet[User], bool]:
        term = normalised(search_term)
        if not term:
            return queryset, False
        if "@" in term:
            return queryset.filter(email=term.lower()), False
        return queryset.filter(name__icontains=term), False

    @admin.display(description="パスワード設定済み", boolean=True)
    def has_password(self, user: User) -> bool:
        return user.has_usable_password()

    def has_invite_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm(INVITE) and request.user.has_perm("members.change_user")

    @admin.action(description="パスワード設定のメールを送る", permissions=["invite"])
    def send_password_links(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        active = queryset.filter(is_active=True).order_by("pk")
        users = list(active[:MOST_INVITED])
        left = active.count() - len(users)
        for user in users:
            send_password_reset(user=user, now=timezone.now(), by=Actor.behind(request))
        messages.success(request, f"{len(users):,}人にパスワード設定のメールを送ります。")
        if left:
            messages.warning(
                request,
                f"一度に送れるのは{MOST_INVITED:,}人までです。残りの{left:,}人には送っていません。"
                "絞り込みや検索で選び直してください。",
            )

"""What each role of the secretariat may do, as one table; Django's permission checks ask it."""

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend

from discounts.permissions import CONFIRM_CERTIFICATES, IMPORT_GROUP_LISTS
from mailing.permissions import SEND_MAIL
from members.models import StaffRole, User
from members.permissions import IMPORT_MEMBERS, INVITE
from renewals.permissions import ANSWER_ON_BEHALF, MANAGE_SEASON, REOPEN, REVIEW

MASTER_DATA = (
    "corporation",
    "establishment",
    "establishmentindustry",
    "contact",
    "assignment",
)
EDITABLE_BY_REVIEWER = {
    *(f"members.{action}_{model}" for action in ("add", "change") for model in MASTER_DATA),
    "members.delete_assignment",
    "members.delete_contact",
    "members.delete_establishmentindustry",
}
EDITABLE_BY_BILLING = {
    "fees.add_debitmandate",
    "fees.change_debitmandate",
    "members.add_contact",
    "members.change_contact",
}
EDITABLE_BY_MANAGER = (
    EDITABLE_BY_REVIEWER
    | EDITABLE_BY_BILLING
    | {
        "members.add_user",
        "members.change_user",
        "discounts.add_industrygroup",
        "discounts.change_industrygroup",
        "discounts.add_applieddiscounts",
        "discounts.change_applieddiscounts",
        "discounts.change_papertext",
        "fees.add_feeschedule",
        "fees.change_feeschedule",
        "renewals.add_renewalcampaign",
        "renewals.change_renewalcampaign",
        "renewals.add_returnreason",
        "renewals.change_returnreason",
    }
)

PERMISSIONS: dict[str, frozenset[str]] = {
    StaffRole.MANAGER: frozenset(
        EDITABLE_BY_MANAGER
        | {
            MANAGE_SEASON,
            REVIEW,
            REOPEN,
            ANSWER_ON_BEHALF,
            IMPORT_MEMBERS,
            INVITE,
            SEND_MAIL,
            CONFIRM_CERTIFICATES,
            IMPORT_GROUP_LISTS,
        }
    ),
    StaffRole.REVIEWER: frozenset(
        EDITABLE_BY_REVIEWER
        | {REVIEW, REOPEN, ANSWER_ON_BEHALF, INVITE, CONFIRM_CERTIFICATES, IMPORT_GROUP_LISTS}
    ),
    StaffRole.BILLING: frozenset(EDITABLE_BY_BILLING),
    StaffRole.READ_ONLY: frozenset(),
}
VIEWABLE_APPS = frozenset({"audit", "mailing", "members", "discounts", "fees", "renewals"})


class LoginBackend(AuthenticationBackend):
    """Logs people in. What they may do is the table's alone, so Django's own permissions are not even asked for."""

    def has_perm(self, user_obj: Any, perm: str, obj: Any = None) -> bool:
        return False

    def has_module_perms(self, user_obj: Any, app_label: str) -> bool:
        return False


class RoleBackend:
    """Answers ``user.has_perm`` from the table: every role may look, the rest is listed."""

    def authenticate(self, request: Any, **credentials: Any) -> None:
        return None

    def get_user(self, user_id: int) -> User | None:
        return User.objects.filter(pk=user_id).first()

    def has_perm(self, user: Any, perm: str, obj: Any = None) -> bool:
        if not user.is_active or not getattr(user, "role", ""):
            return False
        app, _, codename = perm.partition(".")
        if codename.startswith("view_"):
            return app in VIEWABLE_APPS
        return perm in PERMISSIONS[user.role]

    def has_module_perms(self, user: Any, app_label: str) -> bool:
        return bool(user.is_active and getattr(user, "role", "") and app_label in VIEWABLE_APPS)

"""Invitations and password resets: a mail with a link to set a password, which expires and works once.

The link is made when the mail is sent and never stored: its token is derived from the password it replaces.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth.tokens import PasswordResetTokenGenerator
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils.crypto import constant_time_compare
from django.utils.encoding import force_bytes
from django.utils.http import base36_to_int, urlsafe_base64_encode

from audit.trail import Actor, Event, record
from mailing.kinds import MessageKind
from mailing.models import OutboxMessage
from mailing.outbox import Draft, queue
from mailing.status import MessageStatus
from members.models import Assignment, Contact, Establishment, User


class PasswordLinkTokens(PasswordResetTokenGenerator):
    """Django's tokens, valid for a day after a reset was asked for and for ``INVITATION_TIMEOUT`` after an invitation,
    which is told by the account having no password yet."""

    def check_token(self, user: Any, token: str | None) -> bool:
        if not (user and token) or "-" not in token:
            return False
        try:
            stamp = base36_to_int(token.split("-")[0])
        except ValueError:
            return False
        known = any(
            constant_time_compare(self._make_token_with_timestamp(user, stamp, secret), token)
            for secret in (self.secret, *self.secret_fallbacks)
        )
        timeout = (
            settings.PASSWORD_RESET_TIMEOUT
            if user.has_usable_password()
            else settings.INVITATION_TIMEOUT.total_seconds()
        )
        return known and self._num_seconds(self._now()) - stamp <= timeout


password_link_tokens = PasswordLinkTokens()


def password_link(user: User) -> str:
    key = urlsafe_base64_encode(force_bytes(user.pk))
    path = reverse("password_link", args=[key, password_link_tokens.make_token(user)])
    return f"{settings.PORTAL_URL}{path}"


def _with_links(messages: Sequence[OutboxMessage], now: datetime) -> Mapping[UUID, Mapping[str, Any]]:
    users = User.objects.in_bulk([message.params["user"] for message in messages])
    return {
        message.id: {
            **message.params,
            "link": password_link(users[message.params["user"]]),
        }
        for message in messages
    }


def _account_closed(messages: Sequence[OutboxMessage], now: datetime) -> Mapping[UUID, str]:
    active = set(
        User.objects.filter(
            pk__in=[message.params["user"] for message in messages], is_active=True
        ).values_list("pk", flat=True)
    )
    return {message.id: "アカウントが無効" for message in messages if message.params["user"] not in active}


INVITATION = MessageKind(
    "invitation",
    "利用開始のご案内",
    "mail/invitation.txt",
    _account_closed,
    _with_links,
    False,
    False,
)
PASSWORD_RESET = MessageKind(
    "password_reset",
    "パスワード再設定",
    "mail/password_reset.txt",
    _account_closed,
    _with_links,
    False,
    False,
)
KINDS = (INVITATION, PASSWORD_RESET)


def invite(*, contact: Contact, by: Actor, now: datetime) -> User:
    """Give a contact an account that acts for its establishment, and mail it the link to set a password.

    An address that has an account already is only assigned one establishment more; it is invited again while it has
    not set a password.
    """
    with transaction.atomic():
        user = account_for(contact)
        establishment = contact.establishment
        Assignment.objects.get_or_create(user=user, establishment=establishment)
        if not user.has_usable_password():
            _queue(INVITATION, user, establishment=establishment, now=now)
        record(
            Event(
                "account.invite",
                f"user:{user.pk}",
                by,
                establishment.member_number,
                {"role": contact.role},
            ),
            now=now,
        )
        return user


def contacts_to_invite(establishments: QuerySet[Establishment], *, now: datetime) -> QuerySet[Contact]:
    """Contacts 1 and 2 of ``establishments`` whom an invitation would help, by member number.

    Left out are those who act for the establishment already and have a password or an invitation that has not expired
    (or is about to be sent), and those whose account is closed. A failed mail is no invitation.
    """
    address = Lower(OuterRef("email"))
    closed = User.objects.filter(email=address, is_active=False)
    acting = Assignment.objects.filter(establishment=OuterRef("establishment"), user__email=address)
    on_its_way = OutboxMessage.objects.filter(
        Q(status=MessageStatus.QUEUED)
        | Q(status=MessageStatus.SENT, sent_at__gt=now - settings.INVITATION_TIMEOUT),
        kind=INVITATION.code,
        member_number=OuterRef("establishment__member_number"),
        recipient=address,
    )
    return (
        Contact.objects.procedural()
        .filter(
            ~Exists(closed),
            ~Exists(acting.with_password()),
            ~(Exists(acting) & Exists(on_its_way)),
            establishment__in=establishments.order_by().values("pk"),
        )
        .order_by("establishment__member_number", "role", "pk")
    )


def account_for(contact: Contact) -> User:
    """The account with the contact's address, made without a password where there is none."""
    user = User.objects.filter(email=contact.email.strip().lower()).first()
    return user or User.objects.create_user(contact.email, None, name=contact.name)


def send_password_reset(*, user: User, now: datetime, by: Actor | None = None) -> None:
    """Mail a link to set a new password; every request is a matter of its own. ``by`` is the user, if nobody else."""
    with transaction.atomic():
        _queue(PASSWORD_RESET, user, establishment=None, now=now)
        record(
            Event("account.reset_password", f"user:{user.pk}", by or Actor.user(user.pk)),
            now=now,
        )


def _queue(kind: MessageKind, user: User, *, establishment: Establishment | None, now: datetime) -> None:
    draft = Draft(
        kind=kind.code,
        topic=f"user/{user.pk}/{now:%Y%m%d%H%M%S%f}",
        member_number=establishment.member_number if establishment else "",
        recipient=user.email,
        params={
            "user": user.pk,
            "addressee": establishment.full_name if establishment else "",
            "name": user.name,
            "days": settings.INVITATION_TIMEOUT.days,
            "hours": settings.PASSWORD_RESET_TIMEOUT // 3600,
        },
    )
    queue([draft], now=now)

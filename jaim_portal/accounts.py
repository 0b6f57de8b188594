"""How accounts behave: nobody signs up by themselves, and mail about passwords goes through the outbox."""

from typing import Any, ClassVar

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest
from django.utils import timezone

from members.invitations import send_password_reset


class PortalAccountAdapter(DefaultAccountAdapter):
    error_messages: ClassVar[dict[str, Any]] = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": "メールアドレスまたはパスワードが違います。もう一度入力してください。",
        "too_many_login_attempts": "ログインの失敗が続いたため、しばらくログインできません。"
        "5分ほどたってから、もう一度お試しください。",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_reset_password_from_key_url(self, key: str) -> str:
        """Not used: the link is made when the mail is sent."""
        return ""

    def send_password_reset_mail(self, user: Any, email: str, context: dict[str, Any]) -> None:
        send_password_reset(user=user, now=timezone.now())

"""allauth's and Django's forms about logging in, with words that name the field that is empty."""

from typing import Any, ClassVar

from allauth.account import forms as account
from allauth.mfa.base import forms as mfa
from allauth.mfa.totp import forms as totp
from django.contrib.auth import forms as auth

CODE = "認証コードを入力してください。"
PASSWORD = "パスワードを入力してください。"  # noqa: S105
NEW_PASSWORD = "新しいパスワードを入力してください。"  # noqa: S105
AGAIN = "新しいパスワードを、もう一度入力してください。"


class NamesWhatIsMissing:
    """``missing``: what to say where a required field is empty, by the field's name."""

    missing: ClassVar[dict[str, str]] = {}
    fields: dict[str, Any]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, text in self.missing.items():
            self.fields[name].error_messages["required"] = text


class LoginForm(NamesWhatIsMissing, account.LoginForm):
    missing: ClassVar[dict[str, str]] = {"login": "メールアドレスを入力してください。", "password": PASSWORD}


class ResetPasswordForm(NamesWhatIsMissing, account.ResetPasswordForm):
    missing: ClassVar[dict[str, str]] = {"email": "メールアドレスを入力してください。"}


class ChangePasswordForm(NamesWhatIsMissing, account.ChangePasswordForm):
    missing: ClassVar[dict[str, str]] = {
        "oldpassword": "現在のパスワードを入力してください。",
        "password1": NEW_PASSWORD,
        "password2": AGAIN,
    }


class ReauthenticateForm(NamesWhatIsMissing, account.ReauthenticateForm):
    missing: ClassVar[dict[str, str]] = {"password": PASSWORD}


class SetPasswordForm(NamesWhatIsMissing, auth.SetPasswordForm):
    missing: ClassVar[dict[str, str]] = {"new_password1": NEW_PASSWORD, "new_password2": AGAIN}


class CodeForm(NamesWhatIsMissing, mfa.AuthenticateForm):
    missing: ClassVar[dict[str, str]] = {"code": CODE}


class CodeAgainForm(NamesWhatIsMissing, mfa.ReauthenticateForm):
    missing: ClassVar[dict[str, str]] = {"code": CODE}


class ActivateTOTPForm(NamesWhatIsMissing, totp.ActivateTOTPForm):
    missing: ClassVar[dict[str, str]] = {"code": CODE}

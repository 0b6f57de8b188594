from io import StringIO

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.core.management import CommandError, call_command

from audit.models import AuditEvent
from tests.factories import UserFactory


def test_removes_the_second_factor_and_says_so_in_the_trail(db):
    user = UserFactory(manager=True)
    TOTP.activate(user, generate_totp_secret())
    other = UserFactory(reviewer=True)
    TOTP.activate(other, generate_totp_secret())
    said = StringIO()
    call_command("forget_second_factor", user.email.upper(), stdout=said)
    assert said.getvalue() == "二段階認証の設定を1件取り消しました。\n"
    assert list(Authenticator.objects.values_list("user", flat=True)) == [other.pk]
    assert AuditEvent.objects.get(verb="account.forget_second_factor").subject == f"user:{user.pk}"


def test_an_unknown_address_is_refused(db):
    with pytest.raises(CommandError):
        call_command("forget_second_factor", "nobody@example.jp", stdout=StringIO())

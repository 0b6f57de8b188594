"""``manage.py forget_second_factor EMAIL``: somebody of the secretariat lost the telephone."""

from argparse import ArgumentParser
from typing import Any

from allauth.mfa.models import Authenticator
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from audit.trail import Actor, Event, record
from members.models import User


class Command(BaseCommand):
    help = "Remove an account's second factor; at the next login the portal leads to setting up a new one."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email")

    def handle(self, *args: Any, **options: Any) -> None:
        user = User.objects.filter(email=options["email"].strip().lower()).first()
        if user is None:
            raise CommandError("このメールアドレスのアカウントはありません。")
        with transaction.atomic():
            removed, _ = Authenticator.objects.filter(user=user).delete()
            if removed:
                actor = Actor.job("forget_second_factor")
                record(Event("account.forget_second_factor", f"user:{user.pk}", actor), now=timezone.now())
        self.stdout.write(
            f"二段階認証の設定を{removed}件取り消しました。"
            if removed
            else "二段階認証は設定されていません。"
        )

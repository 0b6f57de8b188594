from django.apps import AppConfig


class MembersConfig(AppConfig):
    name = "members"
    verbose_name = "会員"

    def ready(self) -> None:
        from mailing.kinds import register
        from members.invitations import KINDS

        register(*KINDS)

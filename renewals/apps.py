from django.apps import AppConfig


class RenewalsConfig(AppConfig):
    name = "renewals"
    verbose_name = "年度更新"

    def ready(self) -> None:
        from mailing.kinds import register
        from renewals.messages import KINDS

        register(*KINDS)

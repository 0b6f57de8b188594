from django.apps import AppConfig


class DiscountsConfig(AppConfig):
    name = "discounts"
    verbose_name = "割引"

    def ready(self) -> None:
        from discounts.certificate_mails import KINDS
        from mailing.kinds import register

        register(*KINDS)

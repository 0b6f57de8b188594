from django.apps import AppConfig


class RenewalsConfig(AppConfig):
    name = "renewals"
    verbose_name = "年度更新"

    def ready(self) -> None:
        from discounts.reminding import handed_in_elsewhere
        from mailing.kinds import register
        from renewals.declaration import certificates_to_be_reviewed
        from renewals.messages import KINDS

        register(*KINDS)
        handed_in_elsewhere.append(certificates_to_be_reviewed)

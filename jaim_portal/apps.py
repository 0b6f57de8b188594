from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig


class PortalConfig(AppConfig):
    name = "jaim_portal"
    verbose_name = "JAIM 賛助会員マイページ"


class PortalAdminConfig(AdminConfig):
    default_site = "jaim_portal.admin_site.SecretariatSite"

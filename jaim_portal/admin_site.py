from django.contrib.admin import AdminSite


class SecretariatSite(AdminSite):
    site_header = "JAIM 賛助会員 事務局"
    site_title = "JAIM 事務局"
    index_title = "今日の仕事"

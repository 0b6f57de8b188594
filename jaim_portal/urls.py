from django.contrib import admin
from django.urls import include, path

from jaim_portal import pages

urlpatterns = [
    path("", pages.home, name="home"),
    path("account/", include("jaim_portal.account_urls")),
    path("admin/", admin.site.urls),
]

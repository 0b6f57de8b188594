from django.conf import settings
from django.contrib import admin
from django.urls import include, path

from discounts import certificate_views
from jaim_portal import member_pages
from renewals.pages import where_to_answer

urlpatterns = [
    path("", member_pages.home, name="home"),
    path(
        "establishments/<int:establishment_id>/", member_pages.establishment_home, name="establishment_home"
    ),
    path("establishments/<int:establishment_id>/messages/", member_pages.messages_of, name="messages_of"),
    path("establishments/<int:establishment_id>/registered/", member_pages.registered, name="registered"),
    path("establishments/<int:establishment_id>/leaving/", member_pages.leaving, name="leaving"),
    path(
        "establishments/<int:establishment_id>/certificate/",
        certificate_views.certificate,
        {"where_to_answer": where_to_answer},
        name="certificate",
    ),
    path("", include("renewals.urls")),
    path("", include("discounts.urls")),
    path("account/", include("jaim_portal.account_urls")),
    path("admin/", admin.site.urls),
]

if settings.DEMO:
    urlpatterns.append(path("demo/", include("jaim_portal.demo.urls")))

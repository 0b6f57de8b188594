from django.urls import path

from jaim_portal.demo import views

urlpatterns = [
    path("mails/", views.mail_list, name="demo_mails"),
    path("mails/<str:name>/", views.mail_detail, name="demo_mail"),
]

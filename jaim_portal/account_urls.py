"""Login, passwords and second factors. Only these of allauth's pages exist here: nobody signs up by themselves."""

from allauth.account import views as allauth_views
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import PasswordResetConfirmView
from django.urls import include, path, reverse_lazy
from django.views.generic import TemplateView

from jaim_portal.account_forms import SetPasswordForm
from members.invitations import password_link_tokens

urlpatterns = [
    path("login/", allauth_views.login, name="account_login"),
    path("logout/", allauth_views.logout, name="account_logout"),
    path("inactive/", allauth_views.account_inactive, name="account_inactive"),
    path("reauthenticate/", allauth_views.reauthenticate, name="account_reauthenticate"),
    path(
        "password/change/",
        allauth_views.password_change,
        name="account_change_password",
    ),
    path("password/reset/", allauth_views.password_reset, name="account_reset_password"),
    path(
        "password/reset/done/",
        allauth_views.password_reset_done,
        name="account_reset_password_done",
    ),
    path(
        "password/link/<uidb64>/<token>/",
        login_not_required(
            PasswordResetConfirmView.as_view(
                template_name="registration/password_link_confirm.html",
                form_class=SetPasswordForm,
                token_generator=password_link_tokens,
                success_url=reverse_lazy("password_link_done"),
            )
        ),
        name="password_link",
    ),
    path(
        "password/link/done/",
        login_not_required(TemplateView.as_view(template_name="registration/password_link_done.html")),
        name="password_link_done",
    ),
    path("2fa/", include("allauth.mfa.urls")),
]

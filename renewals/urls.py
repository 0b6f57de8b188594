from django.urls import path

from renewals import change_views, many, views

urlpatterns = [
    path("establishments/<int:establishment_id>/renewal/", views.choose, name="renewal_choose"),
    path(
        "establishments/<int:establishment_id>/renewal/unchanged/", views.unchanged, name="renewal_unchanged"
    ),
    path(
        "establishments/<int:establishment_id>/renewal/changed/", change_views.changed, name="renewal_changed"
    ),
    path(
        "establishments/<int:establishment_id>/renewal/changed/check/",
        change_views.changed_check,
        name="renewal_changed_check",
    ),
    path(
        "establishments/<int:establishment_id>/renewal/withdrawal/",
        views.withdrawal,
        name="renewal_withdrawal",
    ),
    path(
        "establishments/<int:establishment_id>/renewal/withdrawal/check/",
        views.withdrawal_check,
        name="renewal_withdrawal_check",
    ),
    path("establishments/<int:establishment_id>/receipts/", views.receipts, name="receipts"),
    path(
        "establishments/<int:establishment_id>/receipts/<int:fiscal_year>/<int:version>/",
        views.receipt,
        name="renewal_receipt",
    ),
    path(
        "establishments/<int:establishment_id>/receipts/<int:fiscal_year>/<int:version>/copy.pdf",
        views.receipt_copy,
        name="renewal_receipt_copy",
    ),
    path(
        "establishments/<int:establishment_id>/renewal/take-back/",
        views.take_back_submission,
        name="renewal_take_back",
    ),
    path("renewals/unchanged/", many.select, name="many_select"),
    path("renewals/unchanged/check/", many.check, name="many_check"),
    path("renewals/unchanged/send/", many.send, name="many_send"),
    path("renewals/unchanged/done/", many.done, name="many_done"),
]

from django.urls import path

from discounts import certificate_views, views

urlpatterns = [
    path(
        "establishments/<int:establishment_id>/certificate/received/",
        certificate_views.received,
        name="certificate_received",
    ),
    path("evidence/<uuid:key>.pdf", views.evidence_pdf, name="evidence_pdf"),
    path("evidence/<uuid:key>/pages/<int:page>-<int:width>.png", views.evidence_page, name="evidence_page"),
    path("evidence/files/<uuid:key>.pdf", views.evidence_file, name="evidence_file"),
    path("evidence/files/<uuid:key>/original", views.evidence_original, name="evidence_original"),
]

"""The addresses of the secretariat's own pages, inside the admin."""

from collections.abc import Callable
from typing import Any

from django.urls import URLPattern, path

from renewals.review import (
    bulk_views,
    campaign_views,
    decision_views,
    mail_views,
    on_behalf_views,
    reason_views,
    views,
    workbench_views,
)

Wrap = Callable[..., Any]


def renewal_urls(wrap: Wrap) -> list[URLPattern]:
    """``wrap`` is the admin site's ``admin_view``: login and second factor first, then the view's own permission."""
    return [
        path("bulk-approve/<int:campaign_id>/", wrap(bulk_views.plan_all), name="renewals_renewal_bulk"),
        path("bulk-approve/", wrap(bulk_views.approve_seen), name="renewals_renewal_bulk_approve"),
        path("bulk-approve/result/", wrap(bulk_views.result), name="renewals_renewal_bulk_result"),
        path("bulk-complete/", wrap(bulk_views.complete_chosen), name="renewals_renewal_bulk_complete"),
        path("<int:renewal_id>/change/", wrap(views.application), name="renewals_renewal_change"),
        path(
            "<int:renewal_id>/begin-review/", wrap(views.begin_review), name="renewals_renewal_begin_review"
        ),
        path("<int:renewal_id>/approve/", wrap(views.approve), name="renewals_renewal_approve"),
        path(
            "<int:renewal_id>/accept-withdrawal/",
            wrap(views.accept_withdrawal),
            name="renewals_renewal_accept_withdrawal",
        ),
        path(
            "<int:renewal_id>/complete-withdrawal/",
            wrap(views.complete_withdrawal),
            name="renewals_renewal_complete_withdrawal",
        ),
        path("<int:renewal_id>/reopen/", wrap(views.reopen), name="renewals_renewal_reopen"),
        path(
            "<int:renewal_id>/answer-on-behalf/",
            wrap(views.answer_on_behalf),
            name="renewals_renewal_answer_on_behalf",
        ),
    ]


def workbench_urls(wrap: Wrap) -> list[URLPattern]:
    def of_a_case(page: str, view: Callable[..., Any]) -> URLPattern:
        name = f"renewals_renewal_{page.replace('-', '_')}"
        return path(f"<int:renewal_id>/{page}/", wrap(view), name=name)

    return [
        path("queue/", wrap(workbench_views.queue), name="renewals_renewal_queue"),
        path("queue/next/", wrap(workbench_views.next_case), name="renewals_renewal_next"),
        of_a_case("workbench", workbench_views.workbench),
        of_a_case("begin", workbench_views.begin),
        of_a_case("mark", workbench_views.mark),
        of_a_case("keep", workbench_views.keep),
        of_a_case("approve-checked", workbench_views.approve),
        of_a_case("hold", workbench_views.hold),
        of_a_case("release", workbench_views.release),
        of_a_case("change-on-behalf", on_behalf_views.change),
        of_a_case("return", decision_views.return_case),
        of_a_case("refuse", decision_views.refuse),
        path(
            "<int:renewal_id>/undo/<int:decision_id>/",
            wrap(workbench_views.undo),
            name="renewals_renewal_undo",
        ),
    ]


def reason_urls(wrap: Wrap) -> list[URLPattern]:
    return [path("counts/", wrap(reason_views.counts), name="renewals_returnreason_counts")]


def campaign_urls(wrap: Wrap) -> list[URLPattern]:
    return [
        path("add/", wrap(campaign_views.plan), name="renewals_renewalcampaign_add"),
        path(
            "<int:campaign_id>/change/", wrap(campaign_views.campaign), name="renewals_renewalcampaign_change"
        ),
        path(
            "<int:campaign_id>/replan/", wrap(campaign_views.replan), name="renewals_renewalcampaign_replan"
        ),
        path(
            "<int:campaign_id>/open/", wrap(campaign_views.open_season), name="renewals_renewalcampaign_open"
        ),
        path(
            "<int:campaign_id>/deadline/",
            wrap(campaign_views.move_deadline),
            name="renewals_renewalcampaign_deadline",
        ),
        path(
            "<int:campaign_id>/add-establishment/",
            wrap(campaign_views.add_establishment),
            name="renewals_renewalcampaign_add_establishment",
        ),
        path("<int:campaign_id>/mails/", wrap(mail_views.previews), name="renewals_renewalcampaign_mails"),
        path(
            "<int:campaign_id>/mails/test-send/",
            wrap(mail_views.test_send),
            name="renewals_renewalcampaign_test_send",
        ),
    ]

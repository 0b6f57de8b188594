"""The outbox in the admin: to be read, and failed mails to be tried again."""

from typing import Any

from django.contrib import admin, messages
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from audit.admin import ReadOnlyModelAdmin
from audit.trail import Actor, Event, record
from mailing.kinds import all_kinds
from mailing.models import OutboxMessage
from mailing.outbox import requeue
from mailing.permissions import SEND_MAIL
from mailing.status import MessageStatus

MOST_REQUEUED = 1_000


class KindFilter(admin.SimpleListFilter):
    title = "種類"
    parameter_name = "kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(kind.code, kind.label) for kind in all_kinds()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[OutboxMessage]) -> QuerySet[OutboxMessage]:
        return queryset.filter(kind=self.value()) if self.value() else queryset


@admin.register(OutboxMessage)
class OutboxMessageAdmin(ReadOnlyModelAdmin):
    """Mails, newest first. What was sent is shown as it was sent."""

    list_display = [
        "kind_label",
        "member_number",
        "recipient",
        "status",
        "queued_at",
        "sent_at",
        "attempts",
        "explanation",
    ]
    list_filter = ["status", KindFilter]
    ordering = ["-queued_at"]
    sortable_by = ()
    search_fields = ["member_number"]
    search_help_text = "会員番号（全桁）、宛先のメールアドレス（全体）で探せます。"
    fields = [
        "kind_label",
        "topic",
        "member_number",
        "recipient",
        "status",
        "subject",
        "body",
        "queued_at",
        "next_attempt_at",
        "attempts",
        "last_error",
        "note",
        "sent_at",
        "message_id",
    ]
    actions = ["send_again"]

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[OutboxMessage], search_term: str
    ) -> tuple[QuerySet[OutboxMessage], bool]:
        term = search_term.strip()
        if not term:
            return queryset, False
        if "@" in term:
            return queryset.filter(recipient=term), False
        return queryset.filter(member_number=term.upper()), False

    @admin.display(description="種類")
    def kind_label(self, message: OutboxMessage) -> str:
        labels = {kind.code: kind.label for kind in all_kinds()}
        return labels.get(message.kind, message.kind)

    @admin.display(description="メッセージID")
    def message_id(self, message: OutboxMessage) -> str:
        return message.message_id

    @admin.display(description="説明")
    def explanation(self, message: OutboxMessage) -> str:
        return message.note or message.last_error

    def has_send_permission(self, request: HttpRequest) -> bool:
        return request.user.has_perm(SEND_MAIL)

    @admin.action(description="失敗したメールを再送する", permissions=["send"])
    def send_again(self, request: HttpRequest, queryset: QuerySet[OutboxMessage]) -> None:
        """Only failed ones; the others stay as they are."""
        failed = list(queryset.filter(status=MessageStatus.FAILED).order_by("queued_at")[:MOST_REQUEUED])
        requeued = sum(self._send_again(request, message) for message in failed)
        if requeued:
            messages.success(request, f"{requeued:,}通を送信待ちに戻しました。まもなく送信します。")
        else:
            messages.warning(request, "再送できるのは、送信に失敗したメールだけです。")

    def _send_again(self, request: HttpRequest, message: OutboxMessage) -> bool:
        now = timezone.now()
        with transaction.atomic():
            if not requeue(message_id=message.pk, now=now):
                return False
            event = Event(
                "mail.requeue",
                f"mail:{message.pk}",
                Actor.behind(request),
                message.member_number,
                {"kind": message.kind},
            )
            record(event, now=now)
            return True

from django.db import models


class AuditEvent(models.Model):
    """One thing that somebody did. Append-only (trigger), each entry chained to the one before by its hash.

    The subject is named, not linked (``renewal:12``): the trail stands below every other room and outlives its rows.
    """

    sequence = models.BigIntegerField("番号", primary_key=True)
    at = models.DateTimeField("日時")
    actor = models.CharField("行為者", max_length=80)
    verb = models.CharField("行為", max_length=60)
    subject = models.CharField("対象", max_length=80)
    member_number = models.CharField("会員番号", max_length=20, blank=True)
    details = models.JSONField("内容", default=dict)
    previous_hash = models.CharField("前の記録のハッシュ", max_length=64)
    entry_hash = models.CharField("ハッシュ", max_length=64)

    class Meta:
        verbose_name = verbose_name_plural = "監査記録"
        ordering = ["-sequence"]
        indexes = [
            models.Index(fields=["subject"], name="audit_by_subject"),
            models.Index(fields=["member_number", "-sequence"], name="audit_by_member"),
        ]

    def __str__(self) -> str:
        return f"{self.sequence} {self.verb}"


class AuditHead(models.Model):
    """The single row that says where the chain ends; locking it makes writers queue, so the chain cannot fork."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    sequence = models.BigIntegerField(default=0)
    entry_hash = models.CharField(max_length=64, default="0" * 64)

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="audit_has_one_head")]

    def __str__(self) -> str:
        return f"head at {self.sequence}"

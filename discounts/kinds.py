"""The two discounts. They do not know each other: a member may have either, both or none (domain: section 2)."""

from django.db import models


class Discount(models.TextChoices):
    SME = "sme", "中小企業割引"
    GROUP = "group", "正会員団体割引"

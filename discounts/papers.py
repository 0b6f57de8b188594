"""The papers that prove a discount, and the two ways to prove a small or medium-sized enterprise (domain §2)."""

from django.db import models


class Paper(models.TextChoices):
    """A paper that the renewal manual names. The labels are the manual's names."""

    REGISTRY = "registry", "履歴事項全部証明書"
    STATEMENT = "statement", "決算書"
    FORM5 = "form5", "様式5 従業員数証明書"
    LABOUR = "labour", "労働保険 概算・増加概算・確定保険料申告書(写)"
    INCOME_TAX = "income_tax", "給与所得・退職所得等の所得税徴収高計算書(写)"
    CERTIFICATE = "certificate", "会員証"
    DUES = "dues", "会費支払証跡"


class SmeMethod(models.TextChoices):
    """証明方法: what a claim on the SME discount is proved by."""

    CAPITAL = "capital", "証明方法1（資本金）"
    HEADCOUNT = "headcount", "証明方法2（従業員数）"

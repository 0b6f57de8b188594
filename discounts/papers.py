"""The papers that prove a discount, and the two ways to prove that a company is small or medium."""

from django.db import models


class Paper(models.TextChoices):
    """What one document is, as the member says and the portal checks (domain: section 2)."""

    REGISTRY = "registry", "履歴事項全部証明書"
    STATEMENT = "statement", "決算書"
    FORM5 = "form5", "様式5 従業員数証明書"
    LABOUR = "labour", "労働保険 概算・増加概算・確定保険料申告書（写）"
    INCOME_TAX = "income_tax", "給与所得・退職所得等の所得税徴収高計算書（写）"
    CERTIFICATE = "certificate", "会員証"
    DUES = "dues", "会費支払証跡"


class SmeMethod(models.TextChoices):
    """How a member proves that it is small or medium."""

    CAPITAL = "capital", "証明方法1（資本金を証明する）"
    HEADCOUNT = "headcount", "証明方法2（従業員数を証明する）"

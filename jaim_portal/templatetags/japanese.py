"""Figures and days as members read them: 「63,000円」, 「2027年2月10日（水）」."""

from datetime import date, datetime

from django import template

from fiscal_calendar import japanese

register = template.Library()


@register.filter
def yen(amount: int | None) -> str:
    return "" if amount is None else f"{amount:,}円"


@register.filter
def day(value: date | datetime | None) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        value = value.astimezone(japanese.TOKYO).date()
    return japanese.format_day(value)


@register.filter
def day_time(value: datetime | None) -> str:
    return "" if value is None else japanese.format_day_time(value)

"""What the forms of a proof ask for alike: the last day of the certificate, and a remark about the papers."""

from typing import Any

from django import forms

from discounts.models import REMARK
from discounts.typed_days import UNREADABLE_DAY, day_from


class ProofForm(forms.Form):
    """``valid_until`` is among the cleaned data where a day, or none, can be read."""

    valid_year = forms.CharField(required=False)
    valid_month = forms.CharField(required=False)
    valid_day = forms.CharField(required=False)
    group_remark = forms.CharField(required=False)

    def clean_group_remark(self) -> str:
        return short_enough(self.cleaned_data["group_remark"])

    def clean(self) -> dict[str, Any]:
        if "valid_year" not in self.data:
            return self.cleaned_data
        parts = [self.cleaned_data.get(f"valid_{part}", "") for part in ("year", "month", "day")]
        try:
            self.cleaned_data["valid_until"] = day_from(parts)
        except ValueError:
            self.add_error("valid_year", UNREADABLE_DAY)
        return self.cleaned_data

    def can_be_kept(self, name: str) -> bool:
        """Whether a value of this name was sent and could be read."""
        return name in self.cleaned_data and (name in self.data or name == "valid_until")


def short_enough(remark: str) -> str:
    """Raises ``ValidationError`` for more than the database holds."""
    if len(remark) > REMARK:
        raise forms.ValidationError(
            f"補足は{REMARK}文字までです（いまは{len(remark)}文字）。短くしてください。"
        )
    return remark

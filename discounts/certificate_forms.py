"""The form of a newer certificate: takes what people type, and says beside the field what cannot be read."""

from datetime import date
from typing import Any

from django import forms

from discounts.models import REMARK
from discounts.typed_days import UNREADABLE_DAY, day_from


class CertificateForm(forms.Form):
    """``valid_until`` is among the cleaned data where a day, or none, can be read."""

    valid_year = forms.CharField(required=False)
    valid_month = forms.CharField(required=False)
    valid_day = forms.CharField(required=False)
    group_remark = forms.CharField(required=False)

    def clean_group_remark(self) -> str:
        text = self.cleaned_data["group_remark"]
        if len(text) > REMARK:
            raise forms.ValidationError(
                f"補足は{REMARK}文字までです（いまは{len(text)}文字）。短くしてください。"
            )
        return text

    def clean(self) -> dict[str, Any]:
        if "valid_year" not in self.data:
            return self.cleaned_data
        parts = [self.cleaned_data.get(f"valid_{part}", "") for part in ("year", "month", "day")]
        try:
            self.cleaned_data["valid_until"] = day_from(parts)
        except ValueError:
            self.add_error("valid_year", UNREADABLE_DAY)
        return self.cleaned_data

    @property
    def filled(self) -> dict[str, Any]:
        """What can be kept of what was typed, by the names of the model."""
        names = {"group_remark": "remark", "valid_until": "valid_until"}
        typed = self.cleaned_data
        return {
            names[name]: typed[name]
            for name in names
            if name in typed and (name in self.data or name == "valid_until")
        }


class ReturnForm(forms.Form):
    """Why a certificate is returned; the member reads it."""

    reason = forms.CharField(
        label="差し戻す理由",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="会員へのメールとマイページに、このまま載ります。何をどう直すかを書いてください。",
        error_messages={
            "required": "差し戻す理由を入力してください。",
            "max_length": "理由は%(limit_value)d文字までです（いまは%(show_value)d文字）。短くしてください。",
        },
    )


def parts_of_day(day: date | None) -> dict[str, str]:
    """A day as the three fields show it."""
    if day is None:
        return {"valid_year": "", "valid_month": "", "valid_day": ""}
    return {"valid_year": str(day.year), "valid_month": str(day.month), "valid_day": str(day.day)}

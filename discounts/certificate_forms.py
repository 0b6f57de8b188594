"""The form of a newer certificate: takes what people type, and says beside the field what cannot be read."""

from typing import Any

from django import forms

from discounts.proof_forms import ProofForm


class CertificateForm(ProofForm):
    """A newer certificate, as it is filled in."""

    @property
    def filled(self) -> dict[str, Any]:
        """What can be kept of what was typed, by the names of the model."""
        names = {"group_remark": "remark", "valid_until": "valid_until"}
        return {names[name]: self.cleaned_data[name] for name in names if self.can_be_kept(name)}


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

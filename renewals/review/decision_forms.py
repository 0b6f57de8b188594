"""What a reviewer tells the member about each claim: what to mend, or why a discount does not apply."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.forms.boundfield import BoundField

from discounts.claims import Change
from discounts.kinds import Discount
from renewals.deciding import Told
from renewals.models import ReturnReason
from renewals.review.claims import ClaimSeen
from renewals.review.forms import day_field, text_field

MOST_TEXT, MOST_NOTE = 500, 1000


@dataclass(frozen=True)
class ReasonChoice:
    """A template to tick, and its text as the member will read it."""

    reason: ReturnReason
    box: BoundField
    text: BoundField


@dataclass(frozen=True)
class Section:
    """What can be said about one claim; ``other`` is for what no template says."""

    claim: ClaimSeen
    choices: tuple[ReasonChoice, ...]
    other: BoundField


class VersionForm(forms.Form):
    """``version`` is the submission that the reviewer looked at."""

    version = forms.IntegerField(widget=forms.HiddenInput)


class HoldForm(VersionForm):
    reason = text_field("保留の理由", "事務局だけが見ます。何を待っているかを書いてください。")


class ReturnForm(VersionForm):
    """Templates per claim, each with its text to edit, a text of one's own, a note and the day to mend by."""

    mend_by = day_field("修正の期限", "会員へのメールとマイページに表示します。")
    note = forms.CharField(
        label="会員への補足",
        help_text="書類のことではない連絡があれば、入力してください。",
        required=False,
        max_length=MOST_NOTE,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"max_length": f"補足は{MOST_NOTE}文字までにしてください。"},
    )

    def __init__(
        self, data: Any = None, *, claims: Sequence[ClaimSeen], reasons: Iterable[ReturnReason], **more: Any
    ) -> None:
        super().__init__(data, **more)
        self._claims = [claim for claim in claims if claim.change != Change.UNCLAIMED] or list(claims)
        self._reasons = {
            claim.discount: [reason for reason in reasons if reason.discount in ("", claim.discount)]
            for claim in self._claims
        }
        for claim in self._claims:
            for reason in self._reasons[claim.discount]:
                name = _name(claim.discount, reason)
                self.fields[name] = forms.BooleanField(label=reason.title, required=False)
                self.fields[f"{name}_text"] = _text(f"「{reason.title}」の文", reason.text)
            self.fields[_other(claim.discount)] = _text(f"{claim.discount.label}についてのその他の文")

    @property
    def sections(self) -> list[Section]:
        return [
            Section(
                claim,
                tuple(
                    ReasonChoice(
                        reason,
                        self[_name(claim.discount, reason)],
                        self[f"{_name(claim.discount, reason)}_text"],
                    )
                    for reason in self._reasons[claim.discount]
                ),
                self[_other(claim.discount)],
            )
            for claim in self._claims
        ]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for claim in self._claims:
            for reason in self._reasons[claim.discount]:
                name = _name(claim.discount, reason)
                if cleaned.get(name) and not cleaned.get(f"{name}_text", "").strip():
                    self.add_error(f"{name}_text", f"「{reason.title}」の文を入力してください。")
        if not self.errors and not self.told():
            first = _other(self._claims[0].discount)
            self.add_error(first, "差戻しの理由を、1つ以上選ぶか入力してください。")
        return cleaned

    def told(self) -> list[Told]:
        """What was chosen, in the order of the page."""
        found = []
        for claim in self._claims:
            for reason in self._reasons[claim.discount]:
                name = _name(claim.discount, reason)
                if self.cleaned_data.get(name):
                    found.append(
                        Told(claim.discount, self.cleaned_data[f"{name}_text"].strip(), reason=reason)
                    )
            if text := self.cleaned_data.get(_other(claim.discount), "").strip():
                found.append(Told(claim.discount, text))
        return found

    @property
    def last_day(self) -> date:
        day: date = self.cleaned_data["mend_by"]
        return day


class RefusalForm(VersionForm):
    """Which claims do not apply, and why."""

    def __init__(self, data: Any = None, *, claims: Sequence[ClaimSeen], **more: Any) -> None:
        super().__init__(data, **more)
        self._claims = [claim for claim in claims if claim.claimed]
        for claim in self._claims:
            self.fields[claim.discount] = forms.BooleanField(
                label=f"{claim.discount.label}は適用しない", required=False
            )
            self.fields[f"{claim.discount}_text"] = _text(f"{claim.discount.label}を適用しない理由")

    @property
    def sections(self) -> list[tuple[ClaimSeen, BoundField, BoundField]]:
        return [(claim, self[claim.discount], self[f"{claim.discount}_text"]) for claim in self._claims]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for claim in self._claims:
            if cleaned.get(claim.discount) and not cleaned.get(f"{claim.discount}_text", "").strip():
                self.add_error(
                    f"{claim.discount}_text", f"{claim.discount.label}を適用しない理由を入力してください。"
                )
        if self._claims and not self.errors and not self.told():
            self.add_error(self._claims[0].discount, "適用しない割引を選んでください。")
        self._require_looked_at(cleaned)
        return cleaned

    def _require_looked_at(self, cleaned: dict[str, Any]) -> None:
        """A claim that stays has to be ○."""
        for claim in self._claims:
            if claim.is_open and not cleaned.get(claim.discount):
                self.add_error(
                    claim.discount,
                    f"{claim.discount.label}は、まだ○になっていません。"
                    "審査画面で確認して○を付けるか、「適用しない」を選んでください。",
                )

    def told(self) -> list[Told]:
        return [
            Told(claim.discount, self.cleaned_data[f"{claim.discount}_text"].strip())
            for claim in self._claims
            if self.cleaned_data.get(claim.discount)
        ]


def _name(discount: Discount, reason: ReturnReason) -> str:
    return f"{discount}_{reason.pk}"


def _other(discount: Discount) -> str:
    return f"{discount}_other"


def _text(label: str, initial: str = "") -> forms.CharField:
    return forms.CharField(
        label=label,
        initial=initial,
        required=False,
        max_length=MOST_TEXT,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"max_length": f"文は{MOST_TEXT}文字までにしてください。"},
    )

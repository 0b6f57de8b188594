"""Forms of the member's pages. They check what was typed; they never save."""

import uuid
from collections.abc import Sequence
from typing import cast

from django import forms
from django.http import QueryDict

from renewals.withdrawal import STATEMENTS, Unconfirmed


class WithdrawalForm(forms.Form):
    """The five statements; every one has to be ticked (renewal manual, withdrawal, step 1)."""

    confirmed = forms.MultipleChoiceField(
        label="確認事項",
        choices=tuple(STATEMENTS.items()),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )

    def clean_confirmed(self) -> list[str]:
        ticked = self.cleaned_data["confirmed"]
        if missing := STATEMENTS.keys() - set(ticked):
            raise forms.ValidationError(str(Unconfirmed(missing)))
        return ticked

    @property
    def summary(self) -> list[dict[str, str]]:
        """What the error summary says; its link leads to the first statement that is not ticked."""
        ticked = self["confirmed"].value() or []
        first_open = next((place for place, code in enumerate(STATEMENTS) if code not in ticked), 0)
        return [
            {"target": f"id_confirmed_{first_open}", "text": str(text)}
            for text in self.errors.get("confirmed", [])
        ]


class SubmitForm(forms.Form):
    """「申請する」: the token makes two presses one submission."""

    token = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)


class TakeBackForm(forms.Form):
    """「申請を取り下げる」: which version of the answer the page showed."""

    version = forms.IntegerField(widget=forms.HiddenInput)


class SelectionForm(forms.Form):
    """Which establishments to answer 「継続する（割引の変更なし）」 for, and the token of the press."""

    establishment = forms.TypedMultipleChoiceField(
        coerce=int,
        error_messages={
            "required": "申請する事業所を1つ以上選んでください。",
            "invalid_choice": "選んだ事業所の中に、いま申請できないものがあります。一覧から選び直してください。",
        },
    )
    token = forms.UUIDField(required=False)

    def __init__(self, data: QueryDict, *, answerable: Sequence[int]) -> None:
        super().__init__(data)
        field = cast(forms.TypedMultipleChoiceField, self.fields["establishment"])
        field.choices = [(key, key) for key in answerable]

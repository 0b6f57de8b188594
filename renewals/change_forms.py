"""The form of changed discounts: takes what people type, and says beside the field what cannot be read."""

import uuid
from collections.abc import Iterable
from typing import Any

from django import forms
from django.http import QueryDict

from discounts.kinds import Discount
from discounts.models import IndustryGroup
from discounts.papers import Paper, SmeMethod
from discounts.proof_forms import ProofForm, short_enough
from renewals.drafting import Filled
from renewals.models import DraftDeclaration

YES, NO = "yes", "no"
WISHES = ((YES, "希望する"), (NO, "希望しない"))


class ChangeForm(ProofForm):
    """Both discounts. What cannot be read falls back on the draft, so that everything else is kept."""

    stamp = forms.CharField(required=False)
    sme = forms.ChoiceField(choices=WISHES, required=False)
    sme_method = forms.ChoiceField(choices=SmeMethod, required=False)
    sme_remark = forms.CharField(required=False)
    in_group = forms.ChoiceField(choices=WISHES, required=False)
    group = forms.IntegerField(required=False)

    def __init__(self, data: QueryDict | None = None, *, groups: Iterable[IndustryGroup]) -> None:
        super().__init__(data)
        self._groups = {group.pk for group in groups}

    def clean_sme_remark(self) -> str:
        return short_enough(self.cleaned_data["sme_remark"])

    def clean_group(self) -> int | None:
        group = self.cleaned_data["group"]
        if group is not None and group not in self._groups:
            raise forms.ValidationError("選んだ団体が見つかりません。一覧から選び直してください。")
        return group

    def filled(self, draft: DraftDeclaration) -> Filled:
        """What was typed; what cannot be read, or was not sent, is as ``draft`` has it."""
        typed = self.cleaned_data

        def value(name: str, before: Any) -> Any:
            return typed[name] if self.can_be_kept(name) else before

        wishes = {YES: True, NO: False}
        return Filled(
            sme=wishes.get(typed.get("sme", ""), draft.sme),
            sme_method=value("sme_method", draft.sme_method),
            sme_remark=value("sme_remark", draft.sme_remark),
            in_group=wishes.get(typed.get("in_group", ""), draft.in_group),
            group=value("group", draft.group_id),
            certificate_valid_until=value("valid_until", draft.certificate_valid_until),
            group_remark=value("group_remark", draft.group_remark),
        )


class ChangeCheckForm(forms.Form):
    """「申請する」: the token makes two presses one submission, the stamp says which draft was shown."""

    token = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    stamp = forms.CharField(widget=forms.HiddenInput)


def papers_ticked(data: QueryDict, discount: Discount, count: int) -> list[list[Paper]] | None:
    """What the member says is in each of ``count`` files; None if another number of files was shown."""
    if data.get(f"{discount}_shown") != str(count):
        return None
    return [
        [paper for paper in Paper if paper in data.getlist(f"{discount}_papers_{place}")]
        for place in range(1, count + 1)
    ]

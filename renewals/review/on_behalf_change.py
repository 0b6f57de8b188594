"""A changed answer that came by phone, fax or letter: the form that fills in the draft, and what it declares."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django import forms
from django.forms.boundfield import BoundField
from django.forms.utils import ErrorDict

from discounts.handed_in import parts_of
from discounts.kinds import Discount
from discounts.models import EvidencePart, IndustryGroup
from discounts.papers import Paper, SmeMethod
from renewals.change_papers import checklist_of
from renewals.change_summary import Row, comparison, fee_sentence
from renewals.declaration import as_declared
from renewals.drafting import Filled, draft_of
from renewals.models import DraftDeclaration, Renewal
from renewals.review.forms import day_field

# Where a problem with the draft is said, by the field of the declaration.
BESIDE = {"sme_papers": "sme_file", "group_papers": "group_file"}


@dataclass(frozen=True)
class ChangeToCheck:
    """What a complete draft declares, beside this year; ``stamp`` says which draft that was."""

    rows: Sequence[Row]
    sentence: str
    stamp: str


@dataclass(frozen=True)
class FileFields:
    """One file that was handed in: what is in it, and whether it goes."""

    part: EvidencePart
    papers: BoundField
    remove: BoundField


def change_to_check(renewal: Renewal, *, on: date) -> ChangeToCheck | None:
    """None while nothing is filled in, something is missing, or nothing changes. Raises ``NoFeeSchedule``."""
    draft = draft_of(renewal)
    if not draft.stamp:
        return None
    found = as_declared(renewal, draft, on=on)
    if found.problems or found.nothing_changed:
        return None
    groups = dict(IndustryGroup.objects.values_list("pk", "name"))
    sentence = fee_sentence(found.amount_before, found.amount)
    return ChangeToCheck(comparison(found, draft, groups), sentence, draft.stamp)


class ChangeOnBehalfForm(forms.Form):
    """Both discounts, one more file for each, and for each file that is there what is in it. ``said`` are errors to
    show beside a draft that is saved already."""

    stamp = forms.CharField(widget=forms.HiddenInput, max_length=80, required=False)
    sme = forms.BooleanField(label="中小企業割引を希望する", required=False)
    sme_method = forms.ChoiceField(
        label="証明方法", choices=SmeMethod, widget=forms.RadioSelect, required=False
    )
    sme_file = forms.FileField(label="追加するPDF（中小企業割引）", required=False)
    sme_remark = forms.CharField(label="中小企業割引の補足", max_length=300, required=False)
    in_group = forms.BooleanField(label="正会員団体割引を希望する", required=False)
    group = forms.ModelChoiceField(IndustryGroup.objects.none(), label="所属団体", required=False)
    certificate_valid_until = day_field("会員証の有効期限", required=False)
    group_file = forms.FileField(label="追加するPDF（正会員団体割引）", required=False)
    group_remark = forms.CharField(label="正会員団体割引の補足", max_length=300, required=False)

    def __init__(
        self,
        data: Any = None,
        files: Any = None,
        *,
        draft: DraftDeclaration,
        said: ErrorDict | None = None,
    ) -> None:
        super().__init__(data, files, initial=_initial(draft))
        self._said = said
        group: Any = self.fields["group"]
        group.queryset = IndustryGroup.objects.all()
        self._parts: dict[Discount, list[EvidencePart]] = {}
        for discount in Discount:
            evidence = draft.evidence_of(discount)
            self._parts[discount] = parts_of(evidence) if evidence else []
            offered = checklist_of(draft, discount).papers
            for place, part in enumerate(self._parts[discount], start=1):
                self.fields[f"{discount}_papers_{place}"] = _papers_field(part, offered)
                self.fields[f"{discount}_remove_{place}"] = forms.BooleanField(
                    label=f"「{part.file.name}」を削除する", required=False
                )

    @property
    def errors(self) -> ErrorDict:
        return super().errors if self._said is None else self._said

    @property
    def sme_files(self) -> list[FileFields]:
        return self._files(Discount.SME)

    @property
    def group_files(self) -> list[FileFields]:
        return self._files(Discount.GROUP)

    def filled(self) -> Filled:
        typed = self.cleaned_data
        return Filled(
            sme=typed["sme"],
            sme_method=typed["sme_method"],
            sme_remark=typed["sme_remark"],
            in_group=typed["in_group"],
            group=typed["group"].pk if typed["group"] else None,
            certificate_valid_until=typed["certificate_valid_until"],
            group_remark=typed["group_remark"],
        )

    def papers(self, discount: Discount) -> list[list[Paper]]:
        """What is in each file, in their order."""
        count = len(self._parts[discount])
        return [
            [Paper(code) for code in self.cleaned_data[f"{discount}_papers_{place}"]]
            for place in range(1, count + 1)
        ]

    def to_remove(self, discount: Discount) -> list[int]:
        """The places of the files that go, the last first, so that the others keep theirs."""
        places = range(len(self._parts[discount]), 0, -1)
        return [place for place in places if self.cleaned_data[f"{discount}_remove_{place}"]]

    def _files(self, discount: Discount) -> list[FileFields]:
        return [
            FileFields(part, self[f"{discount}_papers_{place}"], self[f"{discount}_remove_{place}"])
            for place, part in enumerate(self._parts[discount], start=1)
        ]


def _initial(draft: DraftDeclaration) -> dict[str, Any]:
    day = draft.certificate_valid_until
    return {
        "stamp": draft.stamp,
        "sme": draft.sme,
        "sme_method": draft.sme_method,
        "sme_remark": draft.sme_remark,
        "in_group": draft.in_group,
        "group": draft.group_id,
        "certificate_valid_until": day.isoformat() if day else "",
        "group_remark": draft.group_remark,
    }


def _papers_field(part: EvidencePart, offered: Sequence[Paper]) -> forms.MultipleChoiceField:
    known = {*offered, *part.papers_named}
    return forms.MultipleChoiceField(
        label=f"「{part.file.name}」に入っている書類",
        choices=[(paper.value, paper.label) for paper in Paper if paper in known],
        initial=list(part.papers),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )

"""What the pages of changed discounts show: the files of a claim with what the portal found in them, and what is wrong
beside which field."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from discounts.claims import Finding
from discounts.field_errors import FieldErrors
from discounts.files_shown import FilesShown, files_of
from discounts.kinds import Discount
from discounts.papers import SmeMethod
from discounts.typed_days import parts_of_day
from renewals.change_papers import checklist_of
from renewals.drafting import Filled
from renewals.models import DraftDeclaration


@dataclass(frozen=True)
class Fields:
    """What stands in the fields: as typed where a page comes back, as saved otherwise."""

    filled: Filled
    valid_year: str
    valid_month: str
    valid_day: str
    sme_remark: str
    group_remark: str
    stamp: str


class Errors(FieldErrors):
    TARGETS = {
        "sme_method": "id_sme_method_0",
        "sme_remark": "id_sme_remark",
        "sme_papers": "id_sme_files",
        "group": "id_group_0",
        "group_papers": "id_group_files",
        "group_remark": "id_group_remark",
        "valid_year": "id_valid_year",
    }

    def of_findings(self, findings: Iterable[Finding]) -> None:
        for finding in findings:
            self.add(finding.field, finding.text)


def fields_saved(draft: DraftDeclaration) -> Fields:
    return Fields(
        filled=Filled(
            sme=draft.sme,
            sme_method=draft.sme_method,
            sme_remark=draft.sme_remark,
            in_group=draft.in_group,
            group=draft.group_id,
            certificate_valid_until=draft.certificate_valid_until,
            group_remark=draft.group_remark,
        ),
        **parts_of_day(draft.certificate_valid_until),
        sme_remark=draft.sme_remark,
        group_remark=draft.group_remark,
        stamp=draft.stamp,
    )


def fields_typed(filled: Filled, data: Mapping[str, str], *, stamp: str) -> Fields:
    names = ("valid_year", "valid_month", "valid_day", "sme_remark", "group_remark")
    return Fields(filled, **{name: data.get(name, "") for name in names}, stamp=stamp)


def files_shown(
    draft: DraftDeclaration, discount: Discount, *, on: date, refused: Sequence[str] = ()
) -> FilesShown:
    """The files of a claim with what the portal would warn about if it were submitted on the day ``on``."""
    evidence = draft.evidence_of(discount)
    claim = SmeMethod(draft.sme_method) if discount == Discount.SME and draft.sme_method else None
    offered = checklist_of(draft, discount).papers
    return files_of(evidence, discount, claim=claim, on=on, offered=offered, refused=refused)

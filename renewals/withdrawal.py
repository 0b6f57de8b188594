"""The five statements that a member ticks before it leaves (renewal manual, withdrawal, step 1)."""

from collections.abc import Collection

from renewals.refusals import Refused

STATEMENTS: dict[str, str] = {
    "no_workers": "特定技能外国人を現在雇用しておらず、今後受け入れる予定もありません。",
    "cannot_employ": "退会したあとは、工業製品製造業分野で特定技能外国人を雇用できないことを理解しました。",
    "new_admission": "退会したあとに特定技能外国人を雇用するときは、あらためてJAIMへの入会が必要なことを理解しました。",
    "no_refund": "納めた年会費は、賛助会員会費規程により返還されないことを理解しました。",
    "no_liability": "退会の手続きに関して生じた損害について、JAIMは責任を負わないことを理解しました。",
}


class Unconfirmed(Refused):
    """Not all statements are ticked; ``missing`` holds the codes of the others, in the order of the page."""

    def __init__(self, missing: Collection[str]) -> None:
        self.missing = [code for code in STATEMENTS if code in missing]
        super().__init__(
            f"確認していない項目が{len(self.missing)}つあります。5つの項目をすべて確認し、チェックを入れてください。"
        )

"""The mandate of a row: how far it has come, and the account, which counts as a whole or not at all."""

from members.member_list.banking import (
    MandateStatus,
    account_holder,
    account_number,
    account_type,
    bank_code,
    branch_code,
    mandate_status,
)
from members.member_list.cells import ACCOUNT_NUMBER, BANK_COLUMNS, Cells
from members.member_list.reading import MandateRow, Remark
from members.member_list.registered_members import RegisteredMember


def mandate_of(
    cells: Cells, member: RegisteredMember | None, remarks: list[Remark]
) -> tuple[MandateStatus, MandateRow | None]:
    """The state of the mandate, and the account if it is complete, as 登録済 requires.

    What is given is checked in any state: a wrong account number must not lie in wait until the mandate is ready. A
    registered member keeps the state and the account that the list has no columns for; where one bank column is
    missing, that is the whole account.
    """
    account = _account(cells)
    missing = [heading for heading in BANK_COLUMNS if cells.is_blank(heading)]
    stays = member is not None and not all(cells.has(heading) for heading in BANK_COLUMNS)
    if member is not None and not cells.has("振替口座"):
        status = member.mandate_status
    else:
        status = cells.take("振替口座", mandate_status, MandateStatus.NONE)
    if status is MandateStatus.READY and not (stays and member is not None and member.has_account):
        for heading in missing:
            _refuse_missing(cells, heading)
    elif not stays and 0 < len(missing) < len(BANK_COLUMNS):
        remarks.append(
            Remark(
                cells.row.number, "振替口座", f"{'・'.join(missing)}がないため、口座の情報は取り込みません。"
            )
        )
    return status, account


def _account(cells: Cells) -> MandateRow | None:
    bank = cells.take("銀行コード", bank_code, "")
    branch = cells.take("支店コード", branch_code, "")
    kind = cells.take("預金種目", account_type, None)
    number = cells.take(ACCOUNT_NUMBER, account_number, "")
    holder = cells.take("口座名義", account_holder, "")
    if bank and branch and kind and number and holder:
        return MandateRow(bank, branch, kind, number, holder)
    return None


def _refuse_missing(cells: Cells, heading: str) -> None:
    what, add = ("が空です", "入力するか") if cells.has(heading) else ("の列がありません", "列を加えるか")
    cells.refuse(
        heading,
        "missing_though_mandate_is_ready",
        f"振替口座が「登録済」なのに{heading}{what}。{add}、振替口座を「手続中」にしてください。",
    )

"""The secretariat's forms. They validate and never save."""

from datetime import date
from itertools import pairwise
from typing import Any
from uuid import uuid4

from django import forms

from fiscal_calendar.business_days import HolidaysUnknown
from fiscal_calendar.season import SeasonCalendar, season_calendar
from members.models import Establishment
from renewals.status import Channel, Intent
from renewals.withdrawal import STATEMENTS, Unconfirmed


class DayInput(forms.DateInput):
    """The browser's own calendar; without one, ``2027-02-10`` is typed."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


def day_field(label: str, help_text: str = "", *, required: bool = True) -> forms.DateField:
    return forms.DateField(
        label=label,
        required=required,
        help_text=help_text,
        widget=DayInput(),
        error_messages={
            "required": f"{label}を入力してください。",
            "invalid": f"{label}は「2027-02-10」のように入力してください。",
        },
    )


def text_field(label: str, help_text: str = "") -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=help_text,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": f"{label}を入力してください。"},
    )


class ReopenForm(forms.Form):
    """``seen`` is how the renewal stood when the page was opened."""

    seen = forms.CharField(widget=forms.HiddenInput, max_length=80, required=False)
    until = day_field("回答期限", "この日まで、会員がマイページから回答できます。")
    reason = text_field("再受付の理由", "会員へのメールに、そのまま載ります。")


class OnBehalfForm(forms.Form):
    """An answer that came by phone, fax or letter. ``token`` makes a second press the same answer; ``seen`` is the
    stamp of the draft that the check page showed."""

    intent = forms.ChoiceField(
        label="更新意思",
        choices=[(intent.value, intent.label) for intent in Intent],
        widget=forms.RadioSelect,
        error_messages={"required": "更新意思を選んでください。"},
    )
    statements = forms.MultipleChoiceField(
        label="退会の確認事項（退会のときだけ）",
        help_text="5つの項目を会員に読み上げるか書面で示し、確認できたものにチェックを入れてください。",
        choices=list(STATEMENTS.items()),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    channel = forms.ChoiceField(
        label="受付方法",
        choices=[(channel.value, channel.label) for channel in Channel if channel != Channel.WEB],
        widget=forms.RadioSelect,
        error_messages={"required": "受付方法を選んでください。"},
    )
    note = text_field(
        "受付時のメモ", "いつ、どなたから、どのように連絡があったかを残してください。会員には表示しません。"
    )
    token = forms.UUIDField(widget=forms.HiddenInput, initial=uuid4)
    seen = forms.CharField(widget=forms.HiddenInput, max_length=80, required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        missing = STATEMENTS.keys() - set(cleaned.get("statements", []))
        if cleaned.get("intent") == Intent.WITHDRAW and missing:
            self.add_error("statements", str(Unconfirmed(missing)))
        return cleaned


class YearForm(forms.Form):
    """The fiscal year to renew for; its proposed days come from the business calendar."""

    fiscal_year = forms.IntegerField(
        label="次年度",
        help_text="例：2027（2027年4月から2028年3月まで）",
        error_messages={
            "required": "次年度を入力してください。",
            "invalid": "次年度は「2027」のように西暦4桁の数字で入力してください。",
        },
    )

    def clean_fiscal_year(self) -> int:
        year: int = self.cleaned_data["fiscal_year"]
        if not 2000 <= year <= 9999:
            raise forms.ValidationError("次年度は「2027」のように西暦4桁の数字で入力してください。")
        try:
            self.proposal = season_calendar(year)
        except HolidaysUnknown as unknown:
            raise forms.ValidationError(str(unknown)) from unknown
        return year


class PlanForm(YearForm):
    """A season's days, proposed and then edited by the secretariat."""

    opens_on = day_field("受付開始日")
    deadline = day_field("締切日", "この日の23時59分まで回答を受け付けます。")
    debit_on = day_field("口座振替日", "2月27日、または翌営業日です。")
    fallback_on = day_field("銀行振込請求書の発行日", "口座振替日を1日目として4営業日目です。")

    ORDER = ("opens_on", "deadline", "debit_on", "fallback_on")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        days = [(name, cleaned[name]) for name in self.ORDER if name in cleaned]
        for (earlier, first), (later, second) in pairwise(days):
            same_day_is_fine = (earlier, later) == ("opens_on", "deadline")
            if second < first or (second == first and not same_day_is_fine):
                self.add_error(
                    later,
                    f"{self.fields[later].label}は{self.fields[earlier].label}より後の日にしてください。",
                )
        return cleaned

    def calendar(self) -> SeasonCalendar:
        days: dict[str, date] = {name: self.cleaned_data[name] for name in self.ORDER}
        return SeasonCalendar(
            fiscal_year=self.cleaned_data["fiscal_year"],
            withdrawal_effective_on=self.proposal.withdrawal_effective_on,
            roster_drops_on=self.proposal.roster_drops_on,
            **days,
        )


class DeadlineForm(forms.Form):
    """``seen`` is the deadline that stood when the page was opened."""

    seen = forms.DateField(widget=forms.HiddenInput, required=False)
    deadline = day_field("新しい締切日")
    reason = text_field("締切日を変える理由", "変更の履歴に残ります。")

    def clean_seen(self) -> date:
        """Whoever saw no deadline saw another one."""
        return self.cleaned_data["seen"] or date.min


class MemberNumberForm(forms.Form):
    """Names an establishment by its member number."""

    member_number = forms.CharField(
        label="会員番号", max_length=20, error_messages={"required": "会員番号を入力してください。"}
    )

    def clean_member_number(self) -> str:
        number: str = self.cleaned_data["member_number"].strip().upper()
        found = Establishment.objects.with_corporation().filter(member_number=number).first()
        if found is None:
            raise forms.ValidationError(f"会員番号「{number}」の事業所は見つかりません。")
        self.establishment = found
        return number


class AddEstablishmentForm(MemberNumberForm):
    """After the deadline an establishment needs a last day of its own."""

    until = day_field(
        "回答期限（締切日を過ぎているとき）", "空欄のときは、締切日まで回答できます。", required=False
    )

"""The demo's members and season: fictional, brought about by the same verbs the pages call."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from stdnum.jp import cn

from audit.trail import Actor
from discounts.applied import set_discounts
from discounts.models import IndustryGroup
from discounts.requirements import ProofOfBelonging
from fees.models import AccountType, DebitMandate, MandateStatus
from fiscal_calendar.fiscal_year import FiscalYear
from fiscal_calendar.tokyo import day_of
from jaim_portal.demo import stories
from jaim_portal.demo.season import OPENED_DAYS_AGO, demo_season
from jaim_portal.demo.stories import Stage
from mailing.sending import deliver_due
from members.models import Assignment, Contact, ContactRole, Corporation, Establishment, StaffRole, User
from renewals.campaign import continue_opening, open_campaign, plan_campaign
from renewals.models import Renewal, RenewalCampaign

PASSWORD = "demo-no-password"  # noqa: S105  (printed on the screen of whoever starts the demo)


@dataclass(frozen=True)
class Account:
    """A login of the demo and what it shows."""

    email: str
    shows: str


STAFF = (
    (Account("manager@jaim.example", "事務局・管理者：すべての操作"), StaffRole.MANAGER, "管理 花子"),
    (Account("reviewer@jaim.example", "事務局・審査担当"), StaffRole.REVIEWER, "審査 太郎"),
    (Account("billing@jaim.example", "事務局・会費担当"), StaffRole.BILLING, "会費 次郎"),
    (Account("viewer@jaim.example", "事務局・閲覧のみ"), StaffRole.READ_ONLY, "閲覧 三郎"),
)
GROUPS = (
    ("日本機械加工団体連合会", "にほんきかいかこうだんたいれんごうかい", ProofOfBelonging.NONE),
    ("全国金属熱処理協議会", "ぜんこくきんぞくねつしょりきょうぎかい", ProofOfBelonging.CERTIFICATE),
    ("日本樹脂成形工業連合", "にほんじゅしせいけいこうぎょうれんごう", ProofOfBelonging.DUES),
)


@dataclass(frozen=True)
class Plot:
    """One establishment of the demo: who it is, what it has, and what it has done so far."""

    account: Account
    corporation: str
    establishment: str
    story: Callable[[Stage, Renewal], None]
    sme: bool = True
    group: int | None = None
    certificate_days: int | None = None
    mandate: MandateStatus = MandateStatus.READY
    sole_proprietor: bool = False


ONE = Account("member@demo.example", "会員・1事業所：まだ回答していない")
MANY = Account("many@demo.example", "会員・5事業所：まとめて回答できる")
PLOTS = (
    Plot(ONE, "株式会社あおば精機", "本社工場", stories.has_not_answered, group=0),
    Plot(MANY, "𠮷田金属工業株式会社", "本社工場", stories.has_not_answered, group=1, certificate_days=120),
    Plot(MANY, "𠮷田金属工業株式会社", "第二工場", stories.has_not_answered, group=1, certificate_days=-5),
    Plot(MANY, "𠮷田金属工業株式会社", "関西事業所", stories.has_not_answered, sme=False),
    Plot(
        MANY,
        "𠮷田金属工業株式会社",
        "九州テクニカルセンター 精密部品製造部 熱処理棟",
        stories.has_not_answered,
        mandate=MandateStatus.PENDING,
    ),
    Plot(MANY, "𠮷田金属工業株式会社", "東北工場", stories.waits_for_review),
    Plot(
        Account("submitted@demo.example", "会員：申請して審査待ち"),
        "東海樹脂株式会社",
        "浜松工場",
        stories.waits_for_review,
        group=2,
    ),
    Plot(
        Account("review@demo.example", "会員：審査が始まっている"),
        "株式会社光洋鋳造",
        "川口工場",
        stories.is_under_review,
        sme=False,
        group=0,
    ),
    Plot(
        Account("approved@demo.example", "会員：承認され、年会費が決まった"),
        "北斗プラスチック株式会社",
        "燕工場",
        stories.was_approved,
    ),
    Plot(
        Account("phone@demo.example", "会員：電話で回答した"),
        "髙橋縫製",
        "作業場",
        stories.answered_by_phone,
        sole_proprietor=True,
        mandate=MandateStatus.NONE,
    ),
    Plot(
        Account("withdraw@demo.example", "会員：退会を申請した"),
        "有限会社﨑山めっき",
        "尼崎工場",
        stories.asked_to_leave,
    ),
    Plot(
        Account("leaving@demo.example", "会員：退会手続中"),
        "日の出印刷株式会社",
        "諫早工場",
        stories.is_leaving,
        sme=False,
    ),
    Plot(
        Account("left@demo.example", "会員：退会が完了した"),
        "三栄段ボール株式会社",
        "倉敷工場",
        stories.has_left,
    ),
    Plot(
        Account("reopened@demo.example", "会員：事務局が再受付した"),
        "明和溶接株式会社",
        "札幌工場",
        stories.was_reopened,
    ),
    Plot(
        Account("again@demo.example", "会員：一度申請して取り下げた"),
        "大和電子株式会社",
        "仙台工場",
        stories.took_it_back,
    ),
    Plot(
        Account("draft@demo.example", "会員：割引の変更を入力している途中"),
        "株式会社みどり製罐",
        "本社工場",
        stories.fills_in_a_change,
        sme=False,
    ),
    Plot(
        Account("changed@demo.example", "会員：割引を変更して申請し、審査待ち"),
        "株式会社若葉精密",
        "諏訪工場",
        stories.claims_to_be_small_by_headcount,
        sme=False,
    ),
    Plot(
        Account("old-paper@demo.example", "会員：古い証明書で申請し、審査待ち"),
        "東和ゴム工業株式会社",
        "久留米工場",
        stories.claims_with_an_old_registry,
        sme=False,
        group=0,
    ),
    Plot(
        Account("newer@demo.example", "会員：新しい会員証で申請し、審査待ち"),
        "有限会社髙﨑熱処理",
        "高崎工場",
        stories.hands_in_a_newer_certificate,
        group=1,
        certificate_days=20,
    ),
    Plot(
        Account("returned@demo.example", "会員：書類の不足で差し戻された"),
        "株式会社北星ダイカスト",
        "苫小牧工場",
        stories.was_returned,
        sme=False,
    ),
    Plot(
        Account("mended@demo.example", "会員：差戻しのあと修正して申請した"),
        "丸菱紙器株式会社",
        "富士工場",
        stories.mended_what_was_returned,
        sme=False,
    ),
    Plot(
        Account("refused@demo.example", "会員：希望した割引が適用されなかった"),
        "大洋精工株式会社",
        "呉工場",
        stories.is_not_small_after_all,
        sme=False,
    ),
)
BYSTANDERS = 40


def accounts() -> list[Account]:
    """Every login of the demo, once, the most interesting first."""
    return list(
        dict.fromkeys([ONE, MANY, *(staff for staff, _, _ in STAFF), *(plot.account for plot in PLOTS)])
    )


def seed(*, now: datetime) -> RenewalCampaign:
    """Fill an empty database with the demo. ``now`` is the day it is started on."""
    calendar = demo_season(day_of(now))
    opened_at = now - timedelta(days=OPENED_DAYS_AGO)
    staff = [_staff(account, role, name) for account, role, name in STAFF]
    groups = [IndustryGroup.objects.create(name=n, name_kana=k, proof=p) for n, k, p in GROUPS]
    with transaction.atomic():
        members = [
            _member(plot, place, groups, calendar.fiscal_year - 1, now) for place, plot in enumerate(PLOTS)
        ]
        for place in range(BYSTANDERS):
            _bystander(place, groups, calendar.fiscal_year - 1)
    campaign = plan_campaign(calendar=calendar, by=Actor.user(staff[0].pk), now=opened_at)
    open_campaign(campaign_id=campaign.pk, by=Actor.user(staff[0].pk), now=opened_at)
    continue_opening(campaign_id=campaign.pk, now=opened_at)
    deliver_due(now=opened_at)
    for plot, (establishment, user) in zip(PLOTS, members, strict=True):
        renewal = Renewal.objects.get(campaign=campaign, establishment=establishment)
        plot.story(Stage(member=user, reviewer=staff[1], today=now), renewal)
    for renewal in Renewal.objects.filter(campaign=campaign, establishment__member_number__startswith="D3")[
        ::2
    ]:
        Stage(member=members[0][1], reviewer=staff[1], today=now).continues(renewal, 1 + renewal.pk % 9)
    deliver_due(now=now)
    return campaign


def _staff(account: Account, role: StaffRole, name: str) -> User:
    return User.objects.create_user(account.email, PASSWORD, role=role, name=name)


def _member(
    plot: Plot, place: int, groups: list[IndustryGroup], this_year: int, now: datetime
) -> tuple[Establishment, User]:
    corporation = Corporation.objects.filter(name=plot.corporation).first() or Corporation.objects.create(
        name=plot.corporation,
        corporate_number=None if plot.sole_proprietor else _corporate_number(place),
        is_sole_proprietor=plot.sole_proprietor,
    )
    establishment = _establishment(
        corporation, plot.establishment, f"D1{place:04d}", this_year, plot.account.email
    )
    valid_until = (
        day_of(now) + timedelta(days=plot.certificate_days) if plot.certificate_days is not None else None
    )
    set_discounts(
        establishment=establishment,
        fiscal_year=this_year,
        sme=plot.sme,
        group=groups[plot.group] if plot.group is not None else None,
        certificate_valid_until=valid_until,
    )
    _mandate(establishment, plot.mandate, place)
    user = User.objects.filter(email=plot.account.email).first() or User.objects.create_user(
        plot.account.email, PASSWORD
    )
    Assignment.objects.create(user=user, establishment=establishment)
    return establishment, user


def _bystander(place: int, groups: list[IndustryGroup], this_year: int) -> None:
    corporation = Corporation.objects.create(
        name=f"見本第{place + 1}製作所株式会社", corporate_number=_corporate_number(100 + place)
    )
    address = f"soumu{place + 1}@sample.example"
    establishment = _establishment(corporation, "本社工場", f"D3{place:04d}", this_year, address)
    set_discounts(
        establishment=establishment,
        fiscal_year=this_year,
        sme=place % 4 != 0,
        group=groups[place % 3] if place % 2 else None,
        certificate_valid_until=None,
    )
    _mandate(establishment, MandateStatus.READY, 100 + place)


def _establishment(
    corporation: Corporation, name: str, number: str, this_year: int, address: str
) -> Establishment:
    establishment = Establishment.objects.create(
        member_number=number,
        corporation=corporation,
        name=name,
        postal_code="100-0001",
        prefecture="東京都",
        address="千代田区千代田1-1",
        phone="03-0000-0000",
        joined_on=date(FiscalYear(this_year).year - 1, 6, 1),
    )
    Contact.objects.create(
        establishment=establishment, role=ContactRole.PRIMARY, name="総務課", email=address
    )
    Contact.objects.create(
        establishment=establishment,
        role=ContactRole.BILLING,
        name="経理課",
        email=f"keiri-{number.lower()}@sample.example",
    )
    return establishment


def _mandate(establishment: Establishment, status: MandateStatus, place: int) -> None:
    account = (
        {
            "bank_code": "0001",
            "branch_code": "001",
            "account_type": AccountType.ORDINARY,
            "account_number": f"{1234000 + place}",
            "holder_kana": "ﾐﾎﾝ",
        }
        if status == MandateStatus.READY
        else {}
    )
    DebitMandate.objects.create(establishment=establishment, status=status, **account)


def _corporate_number(place: int) -> str:
    base = f"{10_000_000_000 + place:012d}"
    return cn.calc_check_digit(base) + base

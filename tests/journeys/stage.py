"""What journeys start from: members and seasons around today, brought about by the verbs the pages call.

The server reads the real clock. To see the day before a deadline, the season's deadline is tomorrow.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4

from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.core import mail
from django.utils import timezone

from discounts.kinds import Discount
from discounts.papers import SmeMethod
from fees.models import FeeSchedule
from fiscal_calendar.fiscal_year import FiscalYear
from fiscal_calendar.season import season_calendar
from fiscal_calendar.tokyo import at, day_of
from jaim_portal.demo.season import demo_season
from mailing.models import OutboxMessage
from mailing.sending import deliver_due
from members.invitations import PasswordLinkTokens, invite, password_link, password_link_tokens
from members.models import Establishment, User
from renewals import deciding, drafting, leaving, lifecycle, reviewing
from renewals.campaign import (
    add_establishment,
    continue_opening,
    continue_openings,
    move_deadline,
    open_campaign,
    plan_campaign,
)
from renewals.change_papers import add_file
from renewals.deciding import Told
from renewals.lifecycle import Answer
from renewals.models import Renewal, RenewalCampaign
from renewals.status import Intent
from tests import papers
from tests.factories import (
    JOB,
    AssignmentFactory,
    EstablishmentFactory,
    IndustryGroupFactory,
    UserFactory,
    filled,
    unchanged,
    withdrawal,
)
from tests.pdfs import pdf_of

OPENED_DAYS_AGO = 20


@dataclass(frozen=True)
class Member:
    """An establishment, the clerk who acts for it, and its renewal if it takes part in a season."""

    establishment: Establishment
    clerk: User
    renewal: Renewal | None

    def now(self) -> Renewal:
        """The renewal as it stands in the database now."""
        assert self.renewal is not None
        return Renewal.objects.select_related("campaign", "establishment__corporation").get(
            pk=self.renewal.pk
        )


class EarlierLinks(PasswordLinkTokens):
    """Tokens as they were made some hours ago."""

    def __init__(self, hours: int) -> None:
        super().__init__()
        self._ago = timedelta(hours=hours)

    def _now(self) -> datetime:
        return super()._now() - self._ago


class Stage:
    """Sets up one test's world. Nothing is there before the test asks for it but the fee schedule of 2026."""

    def __init__(self) -> None:
        self.now = timezone.now()
        self.today = day_of(self.now)

    def ago(self, days: int) -> datetime:
        return self.now - timedelta(days=days)

    def in_days(self, days: int) -> date:
        return self.today + timedelta(days=days)

    # --- seasons ----------------------------------------------------------------------------------------

    def season(self, *, days_left: int = 12) -> RenewalCampaign:
        """The season of the coming year, with its deadline ``days_left`` days from today (negative: passed).

        Whoever is a member already takes part; ``member(season)`` adds others.
        """
        calendar = replace(demo_season(self.today), deadline=self.today + timedelta(days=days_left))
        campaign = plan_campaign(calendar=calendar, by=JOB, now=self.ago(OPENED_DAYS_AGO))
        open_campaign(campaign_id=campaign.pk, by=JOB, now=self.ago(OPENED_DAYS_AGO))
        continue_opening(campaign_id=campaign.pk, now=self.ago(OPENED_DAYS_AGO))
        campaign.refresh_from_db()
        return campaign

    def planned_season(self, *, opens_in: int = 3) -> RenewalCampaign:
        """A season that is planned and not open yet."""
        calendar = replace(demo_season(self.today), opens_on=self.today + timedelta(days=opens_in))
        return plan_campaign(calendar=calendar, by=JOB, now=self.ago(1))

    def finished_season(self) -> RenewalCampaign:
        """The season of the year that has begun: it is over."""
        year = FiscalYear.from_date(self.today)
        FeeSchedule.objects.filter(valid_from__gt=year.year).update(valid_from=year.year)
        calendar = season_calendar(year.year)
        campaign = plan_campaign(calendar=calendar, by=JOB, now=at(calendar.opens_on, 9))
        open_campaign(campaign_id=campaign.pk, by=JOB, now=at(calendar.opens_on, 9))
        campaign.refresh_from_db()
        return campaign

    def deadline_moves(self, campaign: RenewalCampaign, *, days_left: int) -> None:
        move_deadline(
            campaign_id=campaign.pk,
            deadline=self.today + timedelta(days=days_left),
            reason="準備に時間がかかるため",
            by=self.secretary(),
            now=self.ago(3),
        )
        campaign.refresh_from_db()

    def worker_goes_on_with_the_opening(self) -> None:
        continue_openings(now=timezone.now())

    def opening_still_runs(self, campaign: RenewalCampaign) -> None:
        """The worker has not come to everybody yet."""
        RenewalCampaign.objects.filter(pk=campaign.pk).update(opening_finished_at=None)

    def deadline_passes(self, campaign: RenewalCampaign) -> None:
        """While somebody has a page open."""
        RenewalCampaign.objects.filter(pk=campaign.pk).update(deadline=self.today - timedelta(days=1))

    # --- people -----------------------------------------------------------------------------------------

    def member(
        self, campaign: RenewalCampaign | None = None, *, clerk: User | None = None, **fields: Any
    ) -> Member:
        """A member with its clerk, enrolled in ``campaign``. ``fields`` are those of ``EstablishmentFactory``."""
        this_year = campaign.fiscal_year - 1 if campaign else FiscalYear.from_date(self.today).year
        establishment = EstablishmentFactory(applied__fiscal_year=this_year, **fields)
        clerk = clerk or UserFactory()
        AssignmentFactory(user=clerk, establishment=establishment)
        renewal = None
        if campaign and campaign.opened_at:
            renewal = add_establishment(
                campaign_id=campaign.pk, establishment=establishment, by=JOB, now=campaign.opened_at
            )
        return Member(establishment, clerk, renewal)

    def new_clerk(self) -> User:
        return UserFactory()

    def clerk_of_many(self) -> User:
        """Acts for five: four that have not answered, one of them with a certificate that is over, and one that has."""
        campaign, clerk = self.season(), UserFactory()
        self.member(campaign, clerk=clerk, name="本社工場", sme=True)
        self.member(
            campaign,
            clerk=clerk,
            name="第二工場",
            applied__group=IndustryGroupFactory(),
            applied__certificate_valid_until=self.today - timedelta(days=5),
        )
        self.member(campaign, clerk=clerk, name="𠮷野事業所", in_group=True, sme=True)
        self.member(campaign, clerk=clerk, name="九州テクニカルセンター 精密部品製造部 第三熱処理棟")
        self.continues(self.member(campaign, clerk=clerk, name="東北工場"))
        return clerk

    def somebody_else_answers_first(self) -> Renewal:
        """A colleague declares for the first establishment that is still open."""
        renewal = Renewal.objects.unanswered().order_by("pk")[0]
        lifecycle.submit(renewal_id=renewal.pk, answer=unchanged(), by=UserFactory(), now=timezone.now())
        return renewal

    def invites(self, member: Member, role: str) -> User:
        """The secretariat invites the member's contact."""
        return invite(contact=member.establishment.contacts.get(role=role), by=JOB, now=self.now)

    def password_link(self, user: User, *, hours_ago: int = 0) -> str:
        """The address in an invitation or a password reset that was sent ``hours_ago``."""
        link = password_link(user)
        if not hours_ago:
            return link
        return link.replace(password_link_tokens.make_token(user), EarlierLinks(hours_ago).make_token(user))

    def has_an_authenticator_app(self, user: User) -> str:
        """The secret that the app of a member of the secretariat holds."""
        secret = generate_totp_secret()
        TOTP.activate(user, secret)
        return secret

    def secretary(self, role: str = "reviewer") -> User:
        return User.objects.filter(role=role).first() or UserFactory(role=role, name="事務局 花子")

    # --- what happened so far ---------------------------------------------------------------------------

    def continues(self, member: Member, *, days_ago: int = 5) -> int:
        """The member declared 「継続する（割引の変更なし）」; the submission's version."""
        return lifecycle.submit(
            renewal_id=member.now().pk, answer=unchanged(), by=member.clerk, now=self.ago(days_ago)
        ).version

    def was_renewed(self, member: Member) -> None:
        """In a season that is over by now: answered and approved at once."""
        renewal = member.now()
        opened_at = renewal.campaign.opened_at
        lifecycle.submit(renewal_id=renewal.pk, answer=unchanged(), by=member.clerk, now=opened_at)
        deciding.approve(renewal_id=renewal.pk, version=1, by=self.secretary(), now=opened_at)

    def leaves(self, member: Member, *, days_ago: int = 5) -> int:
        return lifecycle.submit(
            renewal_id=member.now().pk, answer=withdrawal(), by=member.clerk, now=self.ago(days_ago)
        ).version

    def takes_back(self, member: Member) -> None:
        lifecycle.take_back(renewal_id=member.now().pk, by=member.clerk, now=self.ago(4))

    def review_begins(self, member: Member) -> None:
        reviewing.begin_review(renewal_id=member.now().pk, by=self.secretary(), now=self.ago(3))

    def is_approved(self, member: Member) -> None:
        renewal = member.now()
        deciding.approve(renewal_id=renewal.pk, version=renewal.version, by=self.secretary(), now=self.ago(2))

    def withdrawal_is_accepted(self, member: Member) -> None:
        renewal = member.now()
        leaving.accept_withdrawal(
            renewal_id=renewal.pk, version=renewal.version, by=self.secretary(), now=self.ago(2)
        )

    def has_left(self, member: Member) -> None:
        self.withdrawal_is_accepted(member)
        leaving.complete_withdrawal(renewal_id=member.now().pk, by=JOB, now=self.ago(1))

    def is_reopened(self, member: Member, *, days_left: int) -> None:
        lifecycle.reopen(
            renewal_id=member.now().pk,
            until=self.today + timedelta(days=days_left),
            reason="お電話での依頼",
            by=self.secretary(),
            now=self.ago(1),
        )

    # --- changed discounts -------------------------------------------------------------------------------

    def fills_in(self, member: Member, **given: Any) -> None:
        """What the member typed into the form of changed discounts, some days ago."""
        drafting.save_draft(
            renewal_id=member.now().pk, filled=filled(**given), by=member.clerk, now=self.ago(5)
        )

    def hands_in(self, member: Member, discount: Discount, *files: tuple[str, bytes]) -> None:
        """Files by name and content, after what was filled in."""
        renewal = member.now()
        for name, content in files:
            draft = drafting.draft_of(renewal)
            add_file(renewal, draft, discount, name=name, content=content, by=member.clerk, now=self.ago(5))

    def submits_changes(self, member: Member) -> int:
        answer = Answer(Intent.CHANGED, uuid4())
        return lifecycle.submit(
            renewal_id=member.now().pk, answer=answer, by=member.clerk, now=self.ago(4)
        ).version

    def claims_as_a_small_company(self, member: Member) -> int:
        """A new claim with its papers, submitted; the version."""
        self.fills_in(member, sme=True, sme_method=SmeMethod.CAPITAL, sme_remark="増資の前の登記です。")
        self.hands_in(member, Discount.SME, ("登記簿.pdf", pdf_of(papers.registry(self.lately()))))
        return self.submits_changes(member)

    def lately(self) -> str:
        """A day some weeks ago, as papers write it."""
        day = self.today - timedelta(days=30)
        return f"令和{day.year - 2018}年{day.month}月{day.day}日"

    def next_spring(self) -> str:
        """The end of the next fiscal year, as papers write it."""
        year = FiscalYear.from_date(self.today).year + 2
        return f"令和{year - 2018}年3月31日"

    def is_returned(self, member: Member, *told: Told, note: str = "") -> None:
        renewal = member.now()
        deciding.return_for_correction(
            renewal_id=renewal.pk,
            version=renewal.version,
            items=told or (Told(Discount.SME, "履歴事項全部証明書の発行日から3か月を超えています。"),),
            note=note,
            by=self.secretary(),
            now=self.ago(2),
        )

    def is_approved_without(self, member: Member, *refused: Told) -> None:
        renewal = member.now()
        deciding.approve(
            renewal_id=renewal.pk,
            version=renewal.version,
            refused=refused,
            by=self.secretary(),
            now=self.ago(2),
        )

    def mails_since_the_opening(self) -> list[str]:
        """The kinds of what was queued but the announcement that everybody got."""
        kinds = OutboxMessage.objects.exclude(kind="campaign_opened").values_list("kind", flat=True)
        return list(kinds)

    def mails(self) -> list[mail.EmailMessage]:
        """Send what is queued and give everything this test has sent so far."""
        deliver_due(now=timezone.now())
        return list(mail.outbox)

"""The secretariat's pages in their states, like ``scenes``."""

import re
from collections.abc import Callable

from audit.trail import Actor
from discounts.group_list_reading import GroupMemberRow
from discounts.group_lists import import_group_members
from discounts.models import GroupMemberList
from members.models import Establishment
from renewals.models import RenewalCampaign
from tests.factories import IndustryGroupFactory
from tests.journeys.people import Visitor
from tests.journeys.stage import Member, Stage

Scene = Callable[[Visitor, Stage], None]
SCENES: dict[str, Scene] = {}


def scene(play: Scene) -> Scene:
    SCENES[play.__name__] = play
    return play


def secretary(visitor: Visitor, stage: Stage, role: str = "manager") -> Visitor:
    return visitor.is_logged_in_as(stage.secretary(role))


def opens_application(
    visitor: Visitor, stage: Stage, member: Member, page: str = "change", query: str = ""
) -> None:
    secretary(visitor, stage).opens(f"/admin/renewals/renewal/{member.now().pk}/{page}/{query}")


def opens_campaign(visitor: Visitor, stage: Stage, campaign: RenewalCampaign, page: str = "change") -> None:
    secretary(visitor, stage).opens(f"/admin/renewals/renewalcampaign/{campaign.pk}/{page}/")


def season_in_full(stage: Stage) -> list[Member]:
    """One member of each state; the first waits for its review."""
    campaign = stage.season()
    group = IndustryGroupFactory()
    waiting = stage.member(campaign, sme=True, applied__group=group)
    stage.continues(waiting)
    expired = stage.member(
        campaign, applied__group=group, applied__certificate_valid_until=stage.ago(10).date()
    )
    stage.continues(expired)
    approved = stage.member(campaign, corporation__name="𠮷野﨑髙精機株式会社")
    stage.continues(approved)
    stage.is_approved(approved)
    leaving = stage.member(campaign)
    stage.leaves(leaving)
    silent = stage.member(campaign, without_mandate=True)
    stage.mails()
    return [waiting, expired, approved, leaving, silent]


# --- the day's work -------------------------------------------------------------------------------------------


@scene
def today_empty(visitor: Visitor, stage: Stage) -> None:
    secretary(visitor, stage).opens("/admin/")


@scene
def today_in_season(visitor: Visitor, stage: Stage) -> None:
    season_in_full(stage)
    secretary(visitor, stage).opens("/admin/")


# --- renewals -------------------------------------------------------------------------------------------------


@scene
def renewals_empty(visitor: Visitor, stage: Stage) -> None:
    secretary(visitor, stage).opens("/admin/renewals/renewal/")


@scene
def renewals_filled(visitor: Visitor, stage: Stage) -> None:
    season_in_full(stage)
    secretary(visitor, stage).opens("/admin/renewals/renewal/")


@scene
def renewals_nothing_found(visitor: Visitor, stage: Stage) -> None:
    season_in_full(stage)
    secretary(visitor, stage).opens("/admin/renewals/renewal/?q=nowhere")


@scene
def application_submitted(visitor: Visitor, stage: Stage) -> None:
    opens_application(visitor, stage, season_in_full(stage)[0])


@scene
def application_with_an_open_point(visitor: Visitor, stage: Stage) -> None:
    opens_application(visitor, stage, season_in_full(stage)[1])


@scene
def application_approved(visitor: Visitor, stage: Stage) -> None:
    opens_application(visitor, stage, season_in_full(stage)[2])


@scene
def application_unanswered(visitor: Visitor, stage: Stage) -> None:
    opens_application(visitor, stage, stage.member(stage.season(days_left=-1)))


@scene
def application_changed_since(visitor: Visitor, stage: Stage) -> None:
    member = stage.member(stage.season())
    stage.continues(member)
    stage.takes_back(member)
    stage.leaves(member, days_ago=2)
    opens_application(visitor, stage, member, query="?seen=1")


@scene
def withdrawal_to_accept(visitor: Visitor, stage: Stage) -> None:
    opens_application(visitor, stage, season_in_full(stage)[3], "accept-withdrawal")


@scene
def withdrawal_to_complete(visitor: Visitor, stage: Stage) -> None:
    member = season_in_full(stage)[3]
    stage.withdrawal_is_accepted(member)
    opens_application(visitor, stage, member, "complete-withdrawal")


@scene
def reopening_empty(visitor: Visitor, stage: Stage) -> None:
    opens_application(visitor, stage, season_in_full(stage)[2], "reopen")


@scene
def reopening_error(visitor: Visitor, stage: Stage) -> None:
    reopening_empty(visitor, stage)
    visitor.presses("再受付にする")


@scene
def answer_on_behalf_empty(visitor: Visitor, stage: Stage) -> None:
    opens_application(visitor, stage, season_in_full(stage)[4], "answer-on-behalf")


@scene
def answer_on_behalf_error(visitor: Visitor, stage: Stage) -> None:
    answer_on_behalf_empty(visitor, stage)
    visitor.page.get_by_role("button", name="確認", exact=False).click()


@scene
def bulk_approval(visitor: Visitor, stage: Stage) -> None:
    season_in_full(stage)
    campaign = RenewalCampaign.objects.get()
    secretary(visitor, stage).opens(f"/admin/renewals/renewal/bulk-approve/{campaign.pk}/")


@scene
def bulk_approval_done(visitor: Visitor, stage: Stage) -> None:
    bulk_approval(visitor, stage)
    visitor.presses("1件を承認する")


# --- seasons --------------------------------------------------------------------------------------------------


@scene
def campaigns(visitor: Visitor, stage: Stage) -> None:
    stage.planned_season()
    secretary(visitor, stage).opens("/admin/renewals/renewalcampaign/")


@scene
def campaign_year(visitor: Visitor, stage: Stage) -> None:
    secretary(visitor, stage).opens("/admin/renewals/renewalcampaign/add/")


@scene
def campaign_days(visitor: Visitor, stage: Stage) -> None:
    campaign_year(visitor, stage)
    visitor.page.locator("input[name=fiscal_year]").fill(str(stage.today.year + 1))
    visitor.presses("日付の案を見る")


@scene
def campaign_days_error(visitor: Visitor, stage: Stage) -> None:
    campaign_days(visitor, stage)
    visitor.page.locator("input[name=deadline]").fill("")
    visitor.presses("この日付で登録する")


@scene
def campaign_planned(visitor: Visitor, stage: Stage) -> None:
    opens_campaign(visitor, stage, stage.planned_season())


@scene
def campaign_to_open(visitor: Visitor, stage: Stage) -> None:
    stage.member()
    opens_campaign(visitor, stage, stage.planned_season(), "open")


@scene
def campaign_open(visitor: Visitor, stage: Stage) -> None:
    season_in_full(stage)
    campaign = RenewalCampaign.objects.get()
    stage.deadline_moves(campaign, days_left=8)
    opens_campaign(visitor, stage, campaign)


@scene
def deadline_empty(visitor: Visitor, stage: Stage) -> None:
    opens_campaign(visitor, stage, stage.season(), "deadline")


@scene
def deadline_error(visitor: Visitor, stage: Stage) -> None:
    deadline_empty(visitor, stage)
    visitor.presses("知らせる会員を確認する")


@scene
def deadline_preview(visitor: Visitor, stage: Stage) -> None:
    season_in_full(stage)
    opens_campaign(visitor, stage, RenewalCampaign.objects.get(), "deadline")
    visitor.page.locator("input[name=deadline]").fill(stage.in_days(8).isoformat())
    visitor.page.locator("[name=reason]").fill("準備に時間がかかるため")
    visitor.presses("知らせる会員を確認する")


@scene
def one_more_establishment_error(visitor: Visitor, stage: Stage) -> None:
    opens_campaign(visitor, stage, stage.season(), "add-establishment")
    visitor.presses("対象に加える")


@scene
def mail_previews(visitor: Visitor, stage: Stage) -> None:
    season_in_full(stage)
    opens_campaign(visitor, stage, RenewalCampaign.objects.get(), "mails")


# --- lists that Django makes ----------------------------------------------------------------------------------


def a_list(path: str) -> Scene:
    def play(visitor: Visitor, stage: Stage) -> None:
        season_in_full(stage)
        secretary(visitor, stage).opens(path)

    return play


for name, path in {
    "establishments": "/admin/members/establishment/",
    "corporations": "/admin/members/corporation/",
    "contacts": "/admin/members/contact/",
    "accounts": "/admin/members/user/",
    "mandates": "/admin/fees/debitmandate/",
    "fee_schedules": "/admin/fees/feeschedule/",
    "groups": "/admin/discounts/industrygroup/",
    "applied_discounts": "/admin/discounts/applieddiscounts/",
    "group_lists_empty": "/admin/discounts/groupmemberlist/",
    "outbox": "/admin/mailing/outboxmessage/",
    "audit_trail": "/admin/audit/auditevent/",
    "account_to_add": "/admin/members/user/add/",
    "establishment_to_add": "/admin/members/establishment/add/",
}.items():
    SCENES[name] = a_list(path)


def a_group_sent_in_its_list(stage: Stage) -> GroupMemberList:
    rows = [
        GroupMemberRow(2, "8181590830166", "㈱日の出", "株式会社日の出"),
        GroupMemberRow(3, None, "旭", "旭"),
    ]
    import_group_members(
        rows,
        group=IndustryGroupFactory(),
        as_of=stage.ago(10).date(),
        by=Actor.job("import_group_members"),
        now=stage.ago(3),
    )
    return GroupMemberList.objects.get()


@scene
def group_lists(visitor: Visitor, stage: Stage) -> None:
    a_group_sent_in_its_list(stage)
    secretary(visitor, stage).opens("/admin/discounts/groupmemberlist/")


@scene
def companies_of_a_group(visitor: Visitor, stage: Stage) -> None:
    sent_in = a_group_sent_in_its_list(stage)
    secretary(visitor, stage).opens(f"/admin/discounts/groupmember/?member_list={sent_in.pk}")


@scene
def company_of_a_group(visitor: Visitor, stage: Stage) -> None:
    company = a_group_sent_in_its_list(stage).members.earliest("row_number")
    secretary(visitor, stage).opens(f"/admin/discounts/groupmember/{company.pk}/change/")


@scene
def establishment_to_change(visitor: Visitor, stage: Stage) -> None:
    member = season_in_full(stage)[0]
    secretary(visitor, stage).opens(f"/admin/members/establishment/{member.establishment.pk}/change/")


@scene
def establishment_error(visitor: Visitor, stage: Stage) -> None:
    establishment_to_change(visitor, stage)
    visitor.page.locator("input[name=name]").fill("")
    visitor.page.locator("[name=_save]").click()


@scene
def establishment_read_only(visitor: Visitor, stage: Stage) -> None:
    season_in_full(stage)
    secretary(visitor, stage, "read_only").opens(
        f"/admin/members/establishment/{Establishment.objects.first().pk}/change/"
    )


@scene
def mail_in_the_outbox(visitor: Visitor, stage: Stage) -> None:
    season_in_full(stage)
    secretary(visitor, stage).opens("/admin/mailing/outboxmessage/")
    visitor.page.locator("#result_list th a").first.click()
    visitor.page.wait_for_url(re.compile("/change/"))


@scene
def member_list_to_import(visitor: Visitor, stage: Stage) -> None:
    secretary(visitor, stage).opens("/admin/member-import/")


@scene
def member_list_error(visitor: Visitor, stage: Stage) -> None:
    member_list_to_import(visitor, stage)
    visitor.page.locator("main button[type=submit], #content button[type=submit]").first.click()


@scene
def forbidden(visitor: Visitor, stage: Stage) -> None:
    campaign = stage.season()
    secretary(visitor, stage, "read_only").opens(f"/admin/renewals/renewalcampaign/{campaign.pk}/open/")

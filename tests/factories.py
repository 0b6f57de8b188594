"""Rows for tests, with traits. A renewal gets to its state through the verbs, as it does in the portal.

The season is that of 2027年度: opened on 15 January 2027, answered until 10 February, decided in between.
"""

import hashlib
from dataclasses import replace
from datetime import date, datetime
from typing import Any
from uuid import uuid4

import factory
from factory.django import DjangoModelFactory
from stdnum.jp import cn

from audit.trail import Actor
from discounts.certificate_status import DECIDED, CertificateStatus
from discounts.kinds import Discount
from discounts.models import (
    AppliedDiscounts,
    CertificateUpdate,
    Evidence,
    EvidenceFile,
    EvidencePart,
    IndustryGroup,
)
from discounts.papers import Paper, SmeMethod
from discounts.requirements import ProofOfBelonging
from discounts.stored_files import store_pdf
from fees.models import AccountType, DebitMandate, FeeSchedule, MandateStatus
from fiscal_calendar.season import season_calendar
from fiscal_calendar.tokyo import at
from members.models import (
    Assignment,
    Contact,
    ContactRole,
    Corporation,
    Establishment,
    EstablishmentIndustry,
    StaffRole,
    User,
)
from renewals import deciding, drafting, leaving, lifecycle, reviewing
from renewals.campaign import add_establishment, open_campaign, plan_campaign
from renewals.deciding import Told
from renewals.drafting import Filled
from renewals.lifecycle import Answer
from renewals.models import Renewal, RenewalCampaign
from renewals.status import Intent, Mark
from renewals.withdrawal import STATEMENTS
from tests.pdfs import CERTIFICATE, pdf_of

SEASON = 2027
THIS_YEAR = SEASON - 1
PLANNED_AT = at(date(2026, 12, 1), 9)
OPENED_AT = at(date(2027, 1, 15), 9)
HANDED_IN_AT = at(date(2027, 1, 20), 9)
SUBMITTED_AT = at(date(2027, 1, 20), 10)
TAKEN_BACK_AT = at(date(2027, 1, 20), 11)
REVIEWED_AT = at(date(2027, 1, 25), 13)
DECIDED_AT = at(date(2027, 1, 25), 14)
MENDED_AT = at(date(2027, 1, 26), 10)
REOPENED_AT = at(date(2027, 1, 28), 9)
REOPENED_UNTIL = date(2027, 2, 20)
COMPLETED_AT = at(date(2027, 3, 31), 6)
PASSWORD = "correct-horse-battery"  # what every account of a test logs in with
JOB = Actor.job("test")


# --- people ---------------------------------------------------------------------------------------------


class UserFactory(DjangoModelFactory):
    """A member's clerk. ``UserFactory(acts_for=[establishment, …])``; ``manager``, ``reviewer``, ``billing``
    and ``read_only`` make an account of the secretariat, ``invited`` one that has no password yet."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    class Params:
        manager = factory.Trait(role=StaffRole.MANAGER, name="事務局 管理")
        reviewer = factory.Trait(role=StaffRole.REVIEWER, name="事務局 審査")
        billing = factory.Trait(role=StaffRole.BILLING, name="事務局 会費")
        read_only = factory.Trait(role=StaffRole.READ_ONLY, name="事務局 閲覧")
        invited = factory.Trait(password=None)

    email = factory.Sequence(lambda n: f"user{n}@people.example.jp")
    name = "工業 花子"
    password = PASSWORD

    @classmethod
    def _create(cls, model_class: type[User], *args: Any, **fields: Any) -> User:
        return model_class.objects.create_user(**fields)

    @factory.post_generation
    def acts_for(self, create: bool, establishments: list[Establishment] | None, **_: Any) -> None:
        if create:
            for establishment in establishments or []:
                AssignmentFactory(user=self, establishment=establishment)


class AssignmentFactory(DjangoModelFactory):
    class Meta:
        model = Assignment

    user = factory.SubFactory(UserFactory)
    establishment = factory.SubFactory("tests.factories.EstablishmentFactory")


# --- members --------------------------------------------------------------------------------------------


class CorporationFactory(DjangoModelFactory):
    class Meta:
        model = Corporation

    class Params:
        sole_proprietor = factory.Trait(
            is_sole_proprietor=True, corporate_number=None, name="髙橋 一郎", name_kana="タカハシ イチロウ"
        )

    name = factory.Sequence(lambda n: f"株式会社第{n}製作所")
    name_kana = "セイサクショ"

    @factory.sequence
    def corporate_number(n: int) -> str:
        digits = f"{700_000_000_000 + n}"
        return f"{cn.calc_check_digit(digits)}{digits}"


class ContactFactory(DjangoModelFactory):
    class Meta:
        model = Contact

    class Params:
        secondary = factory.Trait(role=ContactRole.SECONDARY, name="工場長")
        billing = factory.Trait(role=ContactRole.BILLING, name="経理課")

    establishment = factory.SubFactory("tests.factories.EstablishmentFactory", contacts=[])
    role = ContactRole.PRIMARY
    name = "総務課"
    email = factory.LazyAttribute(lambda contact: address(contact.establishment, contact.role))


def address(establishment: Establishment, role: str) -> str:
    """The mail address that the factories give a contact."""
    return f"{role}@{establishment.member_number.lower()}.example.jp"


class EstablishmentFactory(DjangoModelFactory):
    """A member with its corporation, contact 1, a billing contact, a ready mandate, no discounts this year.

    ``sme`` and ``in_group`` give it this year's discounts; ``several_contacts`` adds contact 2;
    ``sole_proprietor`` makes its owner one; ``without_mandate`` leaves the mandate out; ``left`` has left the
    roster at the end of 2025年度. ``contacts=[roles…]`` says which contacts it has.
    """

    class Meta:
        model = Establishment
        skip_postgeneration_save = True

    class Params:
        sole_proprietor = factory.Trait(corporation__sole_proprietor=True)
        several_contacts = factory.Trait(contacts__several=True)
        sme = factory.Trait(applied__sme=True)
        in_group = factory.Trait(applied__in_group=True)
        without_mandate = factory.Trait(mandate__missing=True)
        left = factory.Trait(left_on=date(2026, 3, 31))

    member_number = factory.Sequence(lambda n: f"S{100_001 + n}")
    corporation = factory.SubFactory(CorporationFactory)
    name = "本社工場"
    name_kana = "ホンシャコウジョウ"
    postal_code = "332-0012"
    prefecture = "埼玉県"
    address = "川口市本町2-8-19"
    phone = "048-000-0000"
    joined_on = date(2025, 6, 1)

    @factory.post_generation
    def contacts(self, create: bool, roles: list[str] | None, several: bool = False, **_: Any) -> None:
        usual = [ContactRole.PRIMARY, *([ContactRole.SECONDARY] if several else []), ContactRole.BILLING]
        if create:
            for role in usual if roles is None else roles:
                ContactFactory(establishment=self, role=role)

    @factory.post_generation
    def applied(self, create: bool, given: bool | None, **fields: Any) -> None:
        if create and given is not False:
            AppliedDiscountsFactory(establishment=self, **fields)

    @factory.post_generation
    def mandate(self, create: bool, given: bool | None, missing: bool = False, **fields: Any) -> None:
        if create and given is not False and not missing:
            DebitMandateFactory(establishment=self, **fields)

    @factory.post_generation
    def industry(self, create: bool, code: str | None, **_: Any) -> None:
        if create:
            EstablishmentIndustry.objects.create(establishment=self, code=code or "2651")


# --- discounts and fees ---------------------------------------------------------------------------------


class IndustryGroupFactory(DjangoModelFactory):
    class Meta:
        model = IndustryGroup

    name = factory.Sequence(lambda n: f"全国金属熱処理協議会 第{n}支部")
    name_kana = "ぜんこくきんぞくねつしょりきょうぎかい"
    proof = ProofOfBelonging.CERTIFICATE


class AppliedDiscountsFactory(DjangoModelFactory):
    """This year's discounts: none, or ``sme=True`` and ``in_group=True`` in any combination."""

    class Meta:
        model = AppliedDiscounts

    class Params:
        in_group = factory.Trait(
            group=factory.SubFactory(IndustryGroupFactory), certificate_valid_until=date(2027, 3, 31)
        )

    establishment = factory.SubFactory(EstablishmentFactory, applied=False)
    fiscal_year = THIS_YEAR
    sme = False
    group = None


class EvidenceFileFactory(DjangoModelFactory):
    """A file as it was handed in and stored, with these ``texts``, a page each; no child process is asked."""

    class Meta:
        model = EvidenceFile

    establishment = factory.SubFactory(EstablishmentFactory)
    name = "書類.pdf"
    texts = factory.Sequence(lambda n: [f"第{n}号 書類"])
    uploaded_by = factory.LazyAttribute(lambda file: UserFactory(acts_for=[file.establishment]))
    uploaded_at = HANDED_IN_AT

    @classmethod
    def _create(cls, model_class: type[EvidenceFile], *args: Any, **fields: Any) -> EvidenceFile:
        content = pdf_of(*fields["texts"])
        derived = {
            "size": len(content),
            "pages": len(fields["texts"]),
            "sha256": hashlib.sha256(content).hexdigest(),
            "original": store_pdf("original", content),
            "view": store_pdf("view", content),
        }
        return model_class.objects.create(**derived | fields)


class EvidenceFactory(DjangoModelFactory):
    """Evidence with a file for each entry of ``files``: the texts of its pages. ``papers`` says, file by file, what the
    member says is in it. ``files=[]`` is evidence without a paper; ``sealed`` was submitted."""

    class Meta:
        model = Evidence

    class Params:
        sealed = factory.Trait(sealed_at=SUBMITTED_AT)

    establishment = factory.SubFactory(EstablishmentFactory)
    discount = Discount.SME
    updated_at = HANDED_IN_AT
    sealed_at = None
    files = factory.Sequence(lambda n: [[f"第{n}号 証跡"]])
    papers: tuple[tuple[Paper, ...], ...] = ()

    @classmethod
    def _create(cls, model_class: type[Evidence], *args: Any, **fields: Any) -> Evidence:
        files, papers = fields.pop("files"), fields.pop("papers")
        sealed_at = fields.pop("sealed_at")
        if texts := [text for pages in files for text in pages]:
            fields = {"merged": store_pdf("merged", pdf_of(*texts)), "pages": len(texts), **fields}
        evidence = model_class.objects.create(**fields)
        for place, pages in enumerate(files):
            EvidencePart.objects.create(
                evidence=evidence,
                file=EvidenceFileFactory(establishment=evidence.establishment, texts=pages),
                position=place + 1,
                papers=list(papers[place]) if place < len(papers) else [],
            )
        if sealed_at:
            evidence.sealed_at = sealed_at
            evidence.save(update_fields=["sealed_at"])
        return evidence


class CertificateUpdateFactory(DjangoModelFactory):
    """A newer certificate that waits for the secretariat; ``status`` says otherwise."""

    class Meta:
        model = CertificateUpdate

    establishment = factory.SubFactory(EstablishmentFactory, in_group=True)
    group = factory.LazyAttribute(
        lambda update: update.establishment.applied_discounts.order_by("-fiscal_year")[0].group
    )
    status = CertificateStatus.WAITING
    evidence = factory.LazyAttribute(
        lambda update: EvidenceFactory(
            establishment=update.establishment,
            discount=Discount.GROUP,
            files=[[CERTIFICATE]],
            papers=((Paper.CERTIFICATE,),),
            sealed=update.status != CertificateStatus.DRAFT,
        )
    )
    valid_until = date(2028, 3, 31)
    updated_at = HANDED_IN_AT
    submitted_at = factory.LazyAttribute(lambda update: update.submitted_by and HANDED_IN_AT)
    submitted_by = factory.LazyAttribute(
        lambda update: UserFactory() if update.status != CertificateStatus.DRAFT else None
    )
    decided_at = factory.LazyAttribute(lambda update: update.decided_by and DECIDED_AT)
    decided_by = factory.LazyAttribute(lambda update: staff() if update.status in DECIDED else None)
    reason = factory.LazyAttribute(
        lambda update: "会員証の文字が読めません。" if update.status == CertificateStatus.RETURNED else ""
    )


class DebitMandateFactory(DjangoModelFactory):
    class Meta:
        model = DebitMandate

    class Params:
        pending = factory.Trait(
            status=MandateStatus.PENDING,
            bank_code="",
            branch_code="",
            account_type="",
            account_number="",
            holder_kana="",
        )

    establishment = factory.SubFactory(EstablishmentFactory, mandate=False)
    status = MandateStatus.READY
    bank_code = "0001"
    branch_code = "003"
    account_type = AccountType.CURRENT
    account_number = "5706306"
    holder_kana = "ｶ)ｾｲｻｸｼﾖ"


class FeeScheduleFactory(DjangoModelFactory):
    """Later rates. Those of 2026 are planted by a migration and are there in every test."""

    class Meta:
        model = FeeSchedule

    valid_from = 2030
    small_in_group = 61_000
    small = 64_000
    large_in_group = 81_000
    large = 84_000


# --- the season -----------------------------------------------------------------------------------------


class CampaignFactory(DjangoModelFactory):
    """A season: planned, or ``open=True``. Opening enrols nobody by itself: call ``continue_opening`` or make
    a renewal. Asked for the same year again it gives the season that is there."""

    class Meta:
        model = RenewalCampaign

    fiscal_year = SEASON
    open = False
    opened_at = OPENED_AT

    @classmethod
    def _create(
        cls,
        model_class: type[RenewalCampaign],
        *args: Any,
        fiscal_year: int,
        open: bool,  # noqa: A002  (reads as the trait it is)
        opened_at: datetime,
        **days: date,
    ) -> RenewalCampaign:
        campaign = model_class.objects.filter(fiscal_year=fiscal_year).first()
        if campaign is None:
            campaign = plan_campaign(calendar=season_calendar(fiscal_year), by=JOB, now=PLANNED_AT)
            if days:
                model_class.objects.filter(pk=campaign.pk).update(**days)
        if open and not campaign.is_open:
            open_campaign(campaign_id=campaign.pk, by=JOB, now=opened_at)
        campaign.refresh_from_db()
        return campaign


class RenewalFactory(DjangoModelFactory):
    """An establishment's renewal in an open season, brought to its state by the verbs: their mails are queued
    and their audit entries written.

    Traits: ``draft_begun``, ``submitted``, ``in_review``, ``returned``, ``taken_back``, ``approved``,
    ``withdrawal_submitted``, ``withdrawal_accepted``, ``withdrawn``, ``reopened``; without one it is 手続き前.

    Those that claim the SME discount by a 履歴事項全部証明書: ``changed_draft``, ``changed_submitted``,
    ``changed_in_review`` (leased to a reviewer), ``changed_returned``, ``mended`` (submitted again as version 2),
    ``changed_approved``.
    """

    class Meta:
        model = Renewal

    class Params:
        submitted = factory.Trait(steps=("submit",))
        in_review = factory.Trait(steps=("submit", "begin_review"))
        taken_back = factory.Trait(steps=("submit", "take_back"))
        approved = factory.Trait(steps=("submit", "begin_review", "approve"))
        draft_begun = factory.Trait(steps=("save_draft",))
        returned = factory.Trait(steps=("submit", "begin_review", "return"))
        withdrawal_submitted = factory.Trait(steps=("submit_withdrawal",))
        withdrawal_accepted = factory.Trait(steps=("submit_withdrawal", "accept_withdrawal"))
        withdrawn = factory.Trait(steps=("submit_withdrawal", "accept_withdrawal", "complete_withdrawal"))
        reopened = factory.Trait(steps=("submit", "begin_review", "approve", "reopen"))
        changed_draft = factory.Trait(steps=("claim_sme",))
        changed_submitted = factory.Trait(steps=("claim_sme", "submit_change"))
        changed_in_review = factory.Trait(steps=("claim_sme", "submit_change", "claim_next"))
        changed_returned = factory.Trait(steps=("claim_sme", "submit_change", "return"))
        mended = factory.Trait(steps=("claim_sme", "submit_change", "return", "mend"))
        changed_approved = factory.Trait(steps=("claim_sme", "submit_change", "mark", "approve"))

    campaign = factory.SubFactory(CampaignFactory, open=True)
    establishment = factory.SubFactory(EstablishmentFactory)
    steps = ()

    @classmethod
    def _create(
        cls,
        model_class: type[Renewal],
        *args: Any,
        campaign: RenewalCampaign,
        establishment: Establishment,
        steps: tuple[str, ...],
        **fields: Any,
    ) -> Renewal:
        renewal = add_establishment(
            campaign_id=campaign.pk, establishment=establishment, by=JOB, now=campaign.opened_at
        )
        for step in steps:
            STEPS[step](model_class.objects.get(pk=renewal.pk))
        return model_class.objects.select_related("campaign", "establishment__corporation").get(pk=renewal.pk)


def unchanged() -> Answer:
    """A member goes on and changes nothing: a press of 「申請する」 of its own."""
    return Answer(Intent.UNCHANGED, uuid4())


def changed(**given: Any) -> Answer:
    """A member goes on with what its draft says; ``seen`` is the draft's stamp that it was shown, if it matters."""
    return Answer(Intent.CHANGED, uuid4(), **given)


def withdrawal() -> Answer:
    """A member leaves, every statement ticked."""
    return Answer(Intent.WITHDRAW, uuid4(), frozenset(STATEMENTS))


def filled(**given: Any) -> Filled:
    """What a member types into the form of changed discounts; by default it claims nothing."""
    empty = Filled(
        sme=False,
        sme_method="",
        sme_remark="",
        in_group=False,
        group=None,
        certificate_valid_until=None,
        group_remark="",
    )
    return replace(empty, **given)


def hand_in_papers(
    renewal: Renewal,
    *papers: Paper,
    discount: Discount = Discount.SME,
    now: datetime = HANDED_IN_AT,
) -> Evidence:
    """Put evidence of ``papers``, a file each, into the draft."""
    evidence = EvidenceFactory(
        establishment=renewal.establishment,
        discount=discount,
        files=[[paper.label] for paper in papers],
        papers=[(paper,) for paper in papers],
    )
    drafting.keep_evidence(
        renewal_id=renewal.pk, discount=discount, evidence=evidence, by=clerk_of(renewal), now=now
    )
    return evidence


def claim_sme(renewal: Renewal, *, now: datetime = HANDED_IN_AT) -> None:
    """The member fills in that it is small or medium, and hands in the paper that proves it by its capital."""
    this_year = drafting.draft_of(renewal)
    drafting.save_draft(
        renewal_id=renewal.pk,
        filled=filled(
            sme=True,
            sme_method=SmeMethod.CAPITAL,
            in_group=this_year.in_group,
            group=this_year.group_id,
            certificate_valid_until=this_year.certificate_valid_until,
        ),
        by=clerk_of(renewal),
        now=now,
    )
    hand_in_papers(renewal, Paper.REGISTRY, now=now)


def mark_all(renewal: Renewal, *, now: datetime = REVIEWED_AT) -> None:
    """A reviewer finds every claim of the answer right: ○."""
    submission = renewal.submissions.get(version=renewal.version)
    for discount in filter(submission.claims, Discount):
        reviewing.mark(
            renewal_id=renewal.pk,
            version=renewal.version,
            discount=discount,
            mark=Mark.CONFIRMED,
            by=staff(),
            now=now,
        )


def told(discount: Discount = Discount.SME, text: str = "書類の発行日が3か月より前です。") -> Told:
    """What a reviewer tells the member about one claim."""
    return Told(discount, text)


def clerk_of(renewal: Renewal) -> User:
    """A user who acts for the renewal's establishment."""
    found = User.objects.filter(establishments=renewal.establishment).first()
    return found or UserFactory(acts_for=[renewal.establishment])


def staff(role: str = StaffRole.REVIEWER) -> User:
    """A member of the secretariat with this role."""
    return User.objects.filter(role=role).first() or UserFactory(role=role)


STEPS = {
    "submit": lambda renewal: lifecycle.submit(
        renewal_id=renewal.pk, answer=unchanged(), by=clerk_of(renewal), now=SUBMITTED_AT
    ),
    "claim_sme": claim_sme,
    "submit_change": lambda renewal: lifecycle.submit(
        renewal_id=renewal.pk, answer=changed(), by=clerk_of(renewal), now=SUBMITTED_AT
    ),
    "claim_next": lambda renewal: reviewing.claim_next(
        campaign=renewal.campaign, by=staff(), now=REVIEWED_AT
    ),
    "mark": mark_all,
    "mend": lambda renewal: lifecycle.submit(
        renewal_id=renewal.pk, answer=changed(), by=clerk_of(renewal), now=MENDED_AT
    ),
    "submit_withdrawal": lambda renewal: lifecycle.submit(
        renewal_id=renewal.pk, answer=withdrawal(), by=clerk_of(renewal), now=SUBMITTED_AT
    ),
    "take_back": lambda renewal: lifecycle.take_back(
        renewal_id=renewal.pk, by=clerk_of(renewal), now=TAKEN_BACK_AT
    ),
    "begin_review": lambda renewal: reviewing.begin_review(
        renewal_id=renewal.pk, by=staff(), now=REVIEWED_AT
    ),
    "save_draft": lambda renewal: drafting.save_draft(
        renewal_id=renewal.pk, filled=filled(), by=clerk_of(renewal), now=SUBMITTED_AT
    ),
    "return": lambda renewal: deciding.return_for_correction(
        renewal_id=renewal.pk, version=renewal.version, items=[told()], by=staff(), now=DECIDED_AT
    ),
    "approve": lambda renewal: deciding.approve(
        renewal_id=renewal.pk, version=renewal.version, by=staff(), now=DECIDED_AT
    ),
    "accept_withdrawal": lambda renewal: leaving.accept_withdrawal(
        renewal_id=renewal.pk, version=renewal.version, by=staff(), now=DECIDED_AT
    ),
    "complete_withdrawal": lambda renewal: leaving.complete_withdrawal(
        renewal_id=renewal.pk, by=JOB, now=COMPLETED_AT
    ),
    "reopen": lambda renewal: lifecycle.reopen(
        renewal_id=renewal.pk, until=REOPENED_UNTIL, reason="電話での依頼", by=staff(), now=REOPENED_AT
    ),
}

"""What the members of the demo have done so far, by the verbs that the pages call."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import uuid4

from audit.trail import Actor
from discounts.kinds import Discount
from discounts.papers import Paper, SmeMethod
from fiscal_calendar.tokyo import day_of
from jaim_portal.demo.papers import paper_pdf
from members.models import User
from renewals import change_papers, deciding, drafting, leaving, lifecycle, reviewing
from renewals.models import Renewal, ReturnReason
from renewals.status import Channel, Intent, Mark
from renewals.withdrawal import STATEMENTS


@dataclass(frozen=True)
class Stage:
    """What the stories need: the member's and the reviewer's accounts, and moments in the past."""

    member: User
    reviewer: User
    today: datetime

    def ago(self, days: int) -> datetime:
        return self.today - timedelta(days=days)

    def continues(self, renewal: Renewal, days_ago: int) -> int:
        answer = lifecycle.Answer(Intent.UNCHANGED, uuid4())
        return lifecycle.submit(
            renewal_id=renewal.pk, answer=answer, by=self.member, now=self.ago(days_ago)
        ).version

    def leaves(self, renewal: Renewal, days_ago: int) -> int:
        answer = lifecycle.Answer(Intent.WITHDRAW, uuid4(), frozenset(STATEMENTS))
        return lifecycle.submit(
            renewal_id=renewal.pk, answer=answer, by=self.member, now=self.ago(days_ago)
        ).version

    def claims_to_be_small(self, renewal: Renewal, method: SmeMethod, *, days_ago: int) -> None:
        draft = drafting.draft_of(renewal)
        filled = drafting.Filled(
            sme=True,
            sme_method=method,
            sme_remark="",
            in_group=draft.in_group,
            group=draft.group_id,
            certificate_valid_until=draft.certificate_valid_until,
            group_remark="",
        )
        drafting.save_draft(renewal_id=renewal.pk, filled=filled, by=self.member, now=self.ago(days_ago))

    def hands_in(
        self,
        renewal: Renewal,
        discount: Discount,
        paper: Paper,
        *,
        days_ago: int,
        issued_days_ago: int = 30,
        company: str = "",
    ) -> None:
        """A paper of ``company``, the member's own by default."""
        change_papers.add_file(
            renewal,
            drafting.draft_of(renewal),
            discount,
            name=f"{paper.label}.pdf",
            content=paper_pdf(
                paper,
                company=company or renewal.establishment.corporation.name,
                issued_on=day_of(self.ago(issued_days_ago)),
            ),
            by=self.member,
            now=self.ago(days_ago),
        )

    def changes(self, renewal: Renewal, days_ago: int) -> int:
        answer = lifecycle.Answer(Intent.CHANGED, uuid4())
        return lifecycle.submit(
            renewal_id=renewal.pk, answer=answer, by=self.member, now=self.ago(days_ago)
        ).version

    def returns(self, renewal: Renewal, title: str, days_ago: int) -> None:
        """With the template of this title."""
        renewal.refresh_from_db()
        now = self.ago(days_ago)
        reviewing.mark(
            renewal_id=renewal.pk,
            version=renewal.version,
            discount=Discount.SME,
            mark=Mark.REJECTED,
            by=self.reviewer,
            now=now,
        )
        reason = ReturnReason.objects.get(title=title)
        told = deciding.Told(Discount.SME, reason.text, reason)
        deciding.return_for_correction(
            renewal_id=renewal.pk, version=renewal.version, items=[told], by=self.reviewer, now=now
        )


def has_not_answered(stage: Stage, renewal: Renewal) -> None:
    """Nothing yet."""


def waits_for_review(stage: Stage, renewal: Renewal) -> None:
    stage.continues(renewal, 3)


def is_under_review(stage: Stage, renewal: Renewal) -> None:
    stage.continues(renewal, 6)
    reviewing.begin_review(renewal_id=renewal.pk, by=stage.reviewer, now=stage.ago(1))


def was_approved(stage: Stage, renewal: Renewal) -> None:
    version = stage.continues(renewal, 12)
    deciding.approve(renewal_id=renewal.pk, version=version, by=stage.reviewer, now=stage.ago(8))


def answered_by_phone(stage: Stage, renewal: Renewal) -> None:
    lifecycle.answer_on_behalf(
        renewal_id=renewal.pk,
        answer=lifecycle.Answer(Intent.UNCHANGED, uuid4()),
        channel=Channel.PHONE,
        note="総務課の方からお電話",
        by=stage.reviewer,
        now=stage.ago(2),
    )


def asked_to_leave(stage: Stage, renewal: Renewal) -> None:
    stage.leaves(renewal, 4)


def is_leaving(stage: Stage, renewal: Renewal) -> None:
    version = stage.leaves(renewal, 10)
    leaving.accept_withdrawal(renewal_id=renewal.pk, version=version, by=stage.reviewer, now=stage.ago(5))


def has_left(stage: Stage, renewal: Renewal) -> None:
    is_leaving(stage, renewal)
    leaving.complete_withdrawal(renewal_id=renewal.pk, by=Actor.user(stage.reviewer.pk), now=stage.ago(1))


def was_reopened(stage: Stage, renewal: Renewal) -> None:
    was_approved(stage, renewal)
    lifecycle.reopen(
        renewal_id=renewal.pk,
        until=day_of(stage.today) + timedelta(days=20),
        reason="割引の適用を確認し直すため、会員からの依頼で再受付",
        by=stage.reviewer,
        now=stage.ago(2),
    )


def took_it_back(stage: Stage, renewal: Renewal) -> None:
    stage.continues(renewal, 7)
    lifecycle.take_back(renewal_id=renewal.pk, by=stage.member, now=stage.ago(6))


# --- changed discounts -------------------------------------------------------------------------------------------


def fills_in_a_change(stage: Stage, renewal: Renewal) -> None:
    """As far as the first of the two papers that prove the headcount."""
    stage.claims_to_be_small(renewal, SmeMethod.HEADCOUNT, days_ago=2)
    stage.hands_in(renewal, Discount.SME, Paper.FORM5, days_ago=2)


def claims_to_be_small_by_headcount(stage: Stage, renewal: Renewal) -> None:
    stage.claims_to_be_small(renewal, SmeMethod.HEADCOUNT, days_ago=5)
    for paper in (Paper.FORM5, Paper.LABOUR):
        stage.hands_in(renewal, Discount.SME, paper, days_ago=5)
    stage.changes(renewal, 5)


def claims_with_an_old_registry(stage: Stage, renewal: Renewal) -> None:
    stage.claims_to_be_small(renewal, SmeMethod.CAPITAL, days_ago=4)
    stage.hands_in(renewal, Discount.SME, Paper.REGISTRY, days_ago=4, issued_days_ago=150)
    stage.changes(renewal, 4)


def hands_in_a_newer_certificate(stage: Stage, renewal: Renewal) -> None:
    stage.hands_in(renewal, Discount.GROUP, Paper.CERTIFICATE, days_ago=3)
    stage.changes(renewal, 3)


def was_returned(stage: Stage, renewal: Renewal) -> None:
    """The labour insurance form is that of another company: the reader warned, the reviewer saw it."""
    stage.claims_to_be_small(renewal, SmeMethod.HEADCOUNT, days_ago=7)
    stage.hands_in(renewal, Discount.SME, Paper.FORM5, days_ago=7)
    stage.hands_in(renewal, Discount.SME, Paper.LABOUR, days_ago=7, company="別の見本株式会社")
    stage.changes(renewal, 7)
    stage.returns(renewal, "別の会社の書類", 4)


def mended_what_was_returned(stage: Stage, renewal: Renewal) -> None:
    stage.claims_to_be_small(renewal, SmeMethod.CAPITAL, days_ago=9)
    stage.hands_in(renewal, Discount.SME, Paper.REGISTRY, days_ago=9, issued_days_ago=200)
    stage.changes(renewal, 9)
    stage.returns(renewal, "履歴事項全部証明書が3か月超", 6)
    change_papers.remove_file(
        renewal, drafting.draft_of(renewal), Discount.SME, 1, by=stage.member, now=stage.ago(2)
    )
    stage.hands_in(renewal, Discount.SME, Paper.REGISTRY, days_ago=2)
    stage.changes(renewal, 2)


def is_not_small_after_all(stage: Stage, renewal: Renewal) -> None:
    stage.claims_to_be_small(renewal, SmeMethod.CAPITAL, days_ago=8)
    stage.hands_in(renewal, Discount.SME, Paper.STATEMENT, days_ago=8)
    version = stage.changes(renewal, 8)
    told = deciding.Told(
        Discount.SME, "決算書の資本金が3億円を超えており、従業員数の書類も提出されていません。"
    )
    deciding.approve(
        renewal_id=renewal.pk, version=version, refused=[told], by=stage.reviewer, now=stage.ago(3)
    )

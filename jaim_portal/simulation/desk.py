"""The reviewers' steps of a script, through the verbs behind their pages."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from discounts.kinds import Discount
from jaim_portal.simulation.script import Findings
from jaim_portal.simulation.settling import Settled
from jaim_portal.simulation.steps import NOBODY, TOLD, Act, Desk, Step, Verdict
from members.models import User
from renewals import deciding, leaving, reviewing
from renewals.deciding import UNDO_WINDOW, Told
from renewals.declaration import applied_this_year, to_prove
from renewals.models import Renewal, RenewalCampaign
from renewals.refusals import Refused
from renewals.review.bulk import approve_many, awaiting_unchanged, plan_for, seen_on
from renewals.status import Mark


class ReviewingDesk:
    """``in_hand`` is the renewal that each desk looks at, ``decided`` the one it decided last."""

    def __init__(self, settled: Settled, findings: Findings, renewal_of: Callable[[int], int]) -> None:
        self.settled = settled
        self.findings = findings
        self.renewal_of = renewal_of
        self.campaign_id = 0
        self.looks: Counter[tuple[int, int]] = Counter()
        self.in_hand: dict[Desk, int] = {}
        self.decided: dict[Desk, int] = {}
        self.members: dict[int, int] = {}
        self.takes: Mapping[Act, Callable[[Step], str | None]] = {
            Act.BULK_APPROVE: self._bulk_approve,
            Act.BEGIN_REVIEW: self._begin_review,
            Act.CLAIM_NEXT: self._claim_next,
            Act.DECIDE: self._decide,
            Act.WORK_THE_QUEUE: self._work_the_queue,
            Act.MARK: self._mark,
            Act.HOLD: self._hold,
            Act.RELEASE: self._release,
            Act.RETURN: self._return,
            Act.APPROVE: self._approve,
            Act.UNDO: self._undo,
            Act.ACCEPT_WITHDRAWAL: self._accept_withdrawal,
        }

    # --- the queue ---

    def _claim_next(self, step: Step) -> str:
        before = self.in_hand.pop(step.by, None)
        found = reviewing.claim_next(
            campaign=self._campaign(),
            by=self._by(step),
            now=step.at,
            after=before if step.skip else None,
        )
        if found is None:
            return NOBODY
        self.in_hand[step.by] = found.pk
        return found.establishment.member_number

    def _decide(self, step: Step) -> str | None:
        """Marks the claims that are to be proven and decides, as a reviewer does on what there is to find."""
        if step.of not in self.in_hand:
            return NOBODY
        renewal = Renewal.objects.select_related("establishment", "campaign").get(pk=self.in_hand[step.of])
        place = self._place_of(renewal)
        finding = self.findings.of(place, renewal.version, self.looks)
        about: dict[str, Any] = {
            "renewal_id": renewal.pk,
            "version": renewal.version,
            "by": self._by(step),
            "now": step.at,
        }
        submission = renewal.submissions.get(version=renewal.version)
        for discount in to_prove(submission, applied_this_year(renewal)):
            found = Mark.REJECTED if discount in finding.told else Mark.CONFIRMED
            reviewing.mark(**about, discount=discount, mark=found)
        self.looks[place, renewal.version] += 1
        match finding.verdict:
            case Verdict.APPROVE:
                deciding.approve(**about, refused=_told(finding.told), undo_for=UNDO_WINDOW)
            case Verdict.RETURN:
                deciding.return_for_correction(**about, items=_told(finding.told), undo_for=UNDO_WINDOW)
            case Verdict.HOLD:
                reviewing.hold(**about, reason="団体に問い合わせています。")
                return None
        self.decided[step.by] = renewal.pk
        return None

    def _work_the_queue(self, step: Step) -> str:
        done: list[str] = []
        while (number := self._claim_next(step)) != NOBODY and number not in done:
            done.append(number)
            try:
                self._decide(replace(step, of=step.by))
            except Refused:
                continue
        return "、".join(done)

    # --- one case ---

    def _begin_review(self, step: Step) -> None:
        reviewing.begin_review(renewal_id=self.renewal_of(step.member), by=self._by(step), now=step.at)

    def _mark(self, step: Step) -> None:
        reviewing.mark(**self._about(step), discount=Discount(step.discount), mark=Mark(step.mark))

    def _hold(self, step: Step) -> None:
        reviewing.hold(**self._about(step), reason="団体に問い合わせています。")

    def _release(self, step: Step) -> None:
        reviewing.release(renewal_id=self.renewal_of(step.member), by=self._by(step), now=step.at)

    def _return(self, step: Step) -> None:
        about = self._about(step)
        deciding.return_for_correction(**about, items=_told(step.told), undo_for=UNDO_WINDOW)
        self.decided[step.by] = about["renewal_id"]

    def _approve(self, step: Step) -> None:
        about = self._about(step)
        deciding.approve(**about, refused=_told(step.told), undo_for=UNDO_WINDOW)
        self.decided[step.by] = about["renewal_id"]

    def _undo(self, step: Step) -> str | None:
        """Of one member, or what the desk decided last; the page names the decision that it shows."""
        renewal_id = self.decided.get(step.by) if step.member < 0 else self.renewal_of(step.member)
        if renewal_id is None:
            return NOBODY
        holds = deciding.decision_that_holds(Renewal.objects.get(pk=renewal_id))
        deciding.undo_decision(
            renewal_id=renewal_id, decision_id=holds.pk if holds else 0, by=self._by(step), now=step.at
        )
        return None

    def _accept_withdrawal(self, step: Step) -> None:
        leaving.accept_withdrawal(**self._about(step))

    # --- many at a time ---

    def _bulk_approve(self, step: Step) -> str:
        """Press until nothing is left to approve: one press takes a bounded number."""
        reviewer = self._by(step)
        campaign = self._campaign()
        approved = fee_total = 0
        while seen := seen_on(plan_for(awaiting_unchanged(campaign), by=reviewer)):
            result = approve_many(seen, by=reviewer, clock=lambda: step.at)
            approved += result.approved
            fee_total += result.fee_total
            if not result.approved:
                break
        return f"{approved}件、{fee_total:,}円"

    # --- what the verbs are given ---

    def _about(self, step: Step) -> dict[str, Any]:
        return {
            "renewal_id": self.renewal_of(step.member),
            "version": step.version,
            "by": self._by(step),
            "now": step.at,
        }

    def _by(self, step: Step) -> User:
        return self.settled.staff[step.by]

    def _campaign(self) -> RenewalCampaign:
        return RenewalCampaign.objects.get(pk=self.campaign_id)

    def _place_of(self, renewal: Renewal) -> int:
        if renewal.establishment_id not in self.members:
            self.members = {key: place for place, key in self.settled.establishments.items()}
        return self.members[renewal.establishment_id]


def _told(discounts: tuple[str, ...]) -> list[Told]:
    return [Told(Discount(discount), TOLD[discount]) for discount in discounts]

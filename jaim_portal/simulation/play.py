"""Playing a script: every step goes through the verb that the pages call, at its virtual moment."""

import smtplib
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from django.db import connection

from audit.trail import Actor
from jaim_portal.daily import run_day
from jaim_portal.simulation.expectation import INTERRUPTED
from jaim_portal.simulation.expected_mail import SERVER_DOWN
from jaim_portal.simulation.mailbox import Mailbox
from jaim_portal.simulation.population import Member
from jaim_portal.simulation.season import Season
from jaim_portal.simulation.settling import Settled, admit
from jaim_portal.simulation.steps import DONE, Act, Step
from mailing.sending import deliver_due
from members.models import Establishment
from renewals import deciding, leaving, lifecycle, reviewing
from renewals.campaign import add_establishment, continue_opening, move_deadline, open_campaign, plan_campaign
from renewals.lifecycle import Answer
from renewals.models import Renewal, RenewalCampaign
from renewals.refusals import Refused
from renewals.review.bulk import approve_many, awaiting_unchanged, plan_for, seen_on
from renewals.status import Channel, Intent
from renewals.withdrawal import STATEMENTS

NOT_ENROLLED = "NotEnrolled"
OPENING_CHUNKS, KILLED_IN_CHUNK = 6, 3


class _Killed(Exception):
    """Stands for a process that ended in the middle of its work."""


class _NotEnrolled(Exception):
    """The member has no renewal in the season, so no page of it has a button."""


class Player:
    """Takes the steps of a season in the database that Django is connected to."""

    def __init__(
        self, season: Season, people: Sequence[Member], settled: Settled, mailbox: Mailbox, tokens: str
    ) -> None:
        self.season = season
        self.people = people
        self.settled = settled
        self.mailbox = mailbox
        self.tokens = tokens
        self.renewals: dict[int, int] = {}
        self.campaign_id = 0
        self._takes: Mapping[Act, Callable[[Step], str | None]] = {
            Act.PLAN: self._plan,
            Act.OPEN: self._open,
            Act.OPENING_INTERRUPTED: self._interrupt_opening,
            Act.MOVE_DEADLINE: self._move_deadline,
            Act.RUN_JOBS: self._run_jobs,
            Act.DELIVER: self._deliver,
            Act.BULK_APPROVE: self._bulk_approve,
            Act.ADMIT: self._admit,
            Act.ADD: self._add,
            Act.SUBMIT: self._submit,
            Act.ON_BEHALF: self._on_behalf,
            Act.TAKE_BACK: self._take_back,
            Act.BEGIN_REVIEW: self._begin_review,
            Act.APPROVE: self._approve,
            Act.ACCEPT_WITHDRAWAL: self._accept_withdrawal,
            Act.COMPLETE_WITHDRAWAL: self._complete_withdrawal,
            Act.REOPEN: self._reopen,
        }

    def take(self, step: Step) -> str:
        """What came of the step: done (empty), how it was refused, or what a step of many says about itself."""
        self.mailbox.now = step.at
        try:
            return self._takes[step.act](step) or DONE
        except Refused as refusal:
            return type(refusal).__name__
        except _NotEnrolled:
            return NOT_ENROLLED

    # --- the season ---

    def _plan(self, step: Step) -> None:
        campaign = plan_campaign(calendar=self.season.calendar, by=self._desk(step), now=step.at)
        self.campaign_id = campaign.pk

    def _open(self, step: Step) -> None:
        open_campaign(campaign_id=self.campaign_id, by=self._desk(step), now=step.at)

    def _interrupt_opening(self, step: Step) -> str:
        """Dies at the end of a chunk, a moment before it would be committed."""
        expected = sum(member.in_season for member in self.people)
        chunk = max(1, expected // OPENING_CHUNKS)
        killer = _kill_at_head_update(min(KILLED_IN_CHUNK, expected))
        try:
            with connection.execute_wrapper(killer):
                continue_opening(campaign_id=self.campaign_id, now=step.at, chunk=chunk)
        except _Killed:
            return INTERRUPTED
        return DONE

    def _move_deadline(self, step: Step) -> None:
        move_deadline(
            campaign_id=self.campaign_id,
            deadline=step.until,
            reason="口座振替の準備に要する日数を見直したため",
            by=self.settled.staff[step.by],
            now=step.at,
        )

    def _run_jobs(self, step: Step) -> str:
        return "、".join(job.name for job in run_day(now=step.at, send=step.send).failed)

    def _deliver(self, step: Step) -> str:
        try:
            deliver_due(now=step.at)
        except (smtplib.SMTPException, OSError):
            return SERVER_DOWN
        return DONE

    def _bulk_approve(self, step: Step) -> str:
        """Press until nothing is left to approve: one press takes a bounded number."""
        reviewer = self.settled.staff[step.by]
        campaign = RenewalCampaign.objects.get(pk=self.campaign_id)
        approved = fee_total = 0
        while seen := seen_on(plan_for(awaiting_unchanged(campaign), by=reviewer)):
            result = approve_many(seen, by=reviewer, clock=lambda: step.at)
            approved += result.approved
            fee_total += result.fee_total
            if not result.approved:
                break
        return f"{approved}件、{fee_total:,}円"

    def _admit(self, step: Step) -> None:
        admit(self.people[step.member], self.settled)

    def _add(self, step: Step) -> None:
        establishment = Establishment.objects.with_corporation().get(
            pk=self.settled.establishments[step.member]
        )
        add_establishment(
            campaign_id=self.campaign_id, establishment=establishment, by=self._desk(step), now=step.at
        )

    # --- one member ---

    def _submit(self, step: Step) -> None:
        clerk = self.settled.clerk(self.people[step.member].clerk)
        lifecycle.submit(**self._about(step), answer=self._answer(step), by=clerk)

    def _on_behalf(self, step: Step) -> None:
        lifecycle.answer_on_behalf(
            **self._about(step),
            answer=self._answer(step),
            channel=Channel(step.channel),
            note="総務課の方から",
            by=self.settled.staff[step.by],
        )

    def _take_back(self, step: Step) -> None:
        lifecycle.take_back(**self._about(step), by=self.settled.clerk(self.people[step.member].clerk))

    def _begin_review(self, step: Step) -> None:
        reviewing.begin_review(**self._about(step), by=self.settled.staff[step.by])

    def _approve(self, step: Step) -> None:
        deciding.approve(**self._about(step), version=step.version, by=self.settled.staff[step.by])

    def _accept_withdrawal(self, step: Step) -> None:
        leaving.accept_withdrawal(**self._about(step), version=step.version, by=self.settled.staff[step.by])

    def _complete_withdrawal(self, step: Step) -> None:
        leaving.complete_withdrawal(**self._about(step), by=self._desk(step))

    def _reopen(self, step: Step) -> None:
        by = self.settled.staff[step.by]
        lifecycle.reopen(**self._about(step), until=step.until, reason="会員からの電話による依頼", by=by)

    # --- what the verbs are given ---

    def _about(self, step: Step) -> dict[str, Any]:
        return {"renewal_id": self._renewal_of(step.member), "now": step.at}

    def _renewal_of(self, member: int) -> int:
        establishment = self.settled.establishments.get(member, 0)
        if establishment not in self.renewals:
            found = Renewal.objects.filter(campaign=self.campaign_id)
            self.renewals = dict(found.values_list("establishment", "pk").iterator())
        if establishment not in self.renewals:
            raise _NotEnrolled
        return self.renewals[establishment]

    def _answer(self, step: Step) -> Answer:
        intent = Intent(step.intent)
        confirmed = frozenset(list(STATEMENTS)[: step.ticked]) if intent == Intent.WITHDRAW else frozenset()
        return Answer(intent, self._token(step), confirmed)

    def _token(self, step: Step) -> UUID:
        return uuid5(NAMESPACE_URL, f"{self.tokens}/{step.member}/{step.press}")

    def _desk(self, step: Step) -> Actor:
        return Actor.user(self.settled.staff[step.by].pk)


def _kill_at_head_update(count: int) -> Callable[..., Any]:
    """For ``connection.execute_wrapper``: dies where the head of the audit trail moves for the ``count``-th time,
    which is the last thing that each chunk of an opening does."""
    seen = 0

    def killer(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        nonlocal seen
        if sql.startswith("UPDATE") and "audit_audithead" in sql:
            seen += 1
            if seen == count:
                raise _Killed
        return execute(sql, params, many, context)

    return killer

"""Playing a script: every step goes through the verb that the pages call, at its virtual moment."""

import smtplib
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

from django.db import connection

from audit.trail import Actor
from discounts.kinds import Discount
from jaim_portal.daily import run_day
from jaim_portal.simulation.desk import ReviewingDesk
from jaim_portal.simulation.expectation import INTERRUPTED
from jaim_portal.simulation.expected_mail import SERVER_DOWN
from jaim_portal.simulation.mailbox import Mailbox
from jaim_portal.simulation.papers import hand_in_for_real, write_down
from jaim_portal.simulation.population import Member
from jaim_portal.simulation.script import Findings
from jaim_portal.simulation.season import Season
from jaim_portal.simulation.settling import Settled, admit
from jaim_portal.simulation.steps import DONE, Act, Step
from jaim_portal.simulation.wishes import Wish
from mailing.sending import deliver_due
from members.models import Establishment, User
from renewals import leaving, lifecycle
from renewals.campaign import add_establishment, continue_opening, move_deadline, open_campaign, plan_campaign
from renewals.drafting import Filled, discard_draft, keep_evidence, save_draft
from renewals.lifecycle import Answer
from renewals.models import Renewal
from renewals.refusals import Refused
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
        self,
        season: Season,
        people: Sequence[Member],
        settled: Settled,
        findings: Findings,
        mailbox: Mailbox,
        tokens: str,
    ) -> None:
        self.season = season
        self.people = people
        self.settled = settled
        self.mailbox = mailbox
        self.tokens = tokens
        self.renewals: dict[int, int] = {}
        self.campaign_id = 0
        self.desk = ReviewingDesk(settled, findings, self._renewal_of)
        self._takes: Mapping[Act, Callable[[Step], str | None]] = {
            Act.PLAN: self._plan,
            Act.OPEN: self._open,
            Act.OPENING_INTERRUPTED: self._interrupt_opening,
            Act.MOVE_DEADLINE: self._move_deadline,
            Act.RUN_JOBS: self._run_jobs,
            Act.DELIVER: self._deliver,
            Act.ADMIT: self._admit,
            Act.ADD: self._add,
            Act.SAVE_DRAFT: self._save_draft,
            Act.DISCARD_DRAFT: self._discard_draft,
            Act.SUBMIT: self._submit,
            Act.ON_BEHALF: self._on_behalf,
            Act.TAKE_BACK: self._take_back,
            Act.COMPLETE_WITHDRAWAL: self._complete_withdrawal,
            Act.REOPEN: self._reopen,
            **self.desk.takes,
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
        self.campaign_id = self.desk.campaign_id = campaign.pk

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

    def _save_draft(self, step: Step) -> None:
        """Keep what the form holds, then the papers that came with it, as the page does."""
        if step.wish is None:
            raise ValueError("a draft is saved without a wish")
        clerk = self._clerk(step)
        draft = save_draft(**self._about(step), filled=self._filled(step.wish), by=clerk)
        hand_in = hand_in_for_real if step.for_real else write_down
        for discount in Discount:
            if papers := step.wish.papers(discount):
                before = draft.evidence_of(discount)
                evidence = hand_in(
                    papers,
                    establishment_id=self.settled.establishments[step.member],
                    discount=discount,
                    evidence=before if before and before.sealed_at is None else None,
                    by=clerk,
                    now=step.at,
                )
                draft = keep_evidence(**self._about(step), discount=discount, evidence=evidence, by=clerk)

    def _discard_draft(self, step: Step) -> None:
        discard_draft(**self._about(step), by=self._clerk(step))

    def _submit(self, step: Step) -> None:
        lifecycle.submit(**self._about(step), answer=self._answer(step), by=self._clerk(step))

    def _on_behalf(self, step: Step) -> None:
        lifecycle.answer_on_behalf(
            **self._about(step),
            answer=self._answer(step),
            channel=Channel(step.channel),
            note="総務課の方から",
            by=self.settled.staff[step.by],
        )

    def _take_back(self, step: Step) -> None:
        lifecycle.take_back(**self._about(step), by=self._clerk(step))

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
        return Answer(intent, self._token(step), confirmed, seen=_stamp(step.seen))

    def _filled(self, wish: Wish) -> Filled:
        return Filled(
            sme=wish.sme,
            sme_method=wish.method,
            sme_remark="",
            in_group=wish.in_group,
            group=None if wish.group is None else self.settled.groups[wish.group].pk,
            certificate_valid_until=wish.certificate_until,
            group_remark="",
        )

    def _clerk(self, step: Step) -> User:
        return self.settled.clerk(self.people[step.member].clerk)

    def _token(self, step: Step) -> UUID:
        return uuid5(NAMESPACE_URL, f"{self.tokens}/{step.member}/{step.press}")

    def _desk(self, step: Step) -> Actor:
        return Actor.user(self.settled.staff[step.by].pk)


def _stamp(saved_at: datetime | None) -> str | None:
    """How the page names the draft that it shows: by the moment it was saved."""
    return saved_at.astimezone(UTC).isoformat(timespec="microseconds") if saved_at else None


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

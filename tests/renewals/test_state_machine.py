"""Members, reviewers and the clock play against the verbs; a model written by hand watches.

Whatever they do in whatever order: no wrong fee, no two open submissions, no approval without the papers, no case with
two reviewers, no mail about what was undone.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from audit.trail import verify_chain
from discounts.kinds import Discount
from discounts.models import AppliedDiscounts
from discounts.papers import Paper, SmeMethod
from fees.models import FixedFee
from fiscal_calendar.tokyo import day_of
from mailing.models import OutboxMessage
from mailing.sending import deliver_due
from mailing.status import MessageStatus
from members.models import User
from renewals import deciding, drafting, leaving, lifecycle, reviewing, transition
from renewals.corrections import queue_correction_reminders
from renewals.deciding import UNDO_WINDOW, Told
from renewals.lifecycle import Answer
from renewals.models import Decision, Renewal, Submission
from renewals.refusals import Refused
from renewals.status import DECIDED, Intent, Mark, Status
from renewals.withdrawal import STATEMENTS
from tests.factories import (
    OPENED_AT,
    EstablishmentFactory,
    EvidenceFactory,
    IndustryGroupFactory,
    RenewalFactory,
    UserFactory,
    clerk_of,
    filled,
)

pytestmark = [pytest.mark.django_db, pytest.mark.any_database]

RATES = {(True, True): 60_000, (True, False): 63_000, (False, True): 80_000, (False, False): 83_000}
ENOUGH = {
    SmeMethod.CAPITAL: [{Paper.REGISTRY}, {Paper.STATEMENT}],
    SmeMethod.HEADCOUNT: [{Paper.FORM5, Paper.LABOUR}, {Paper.FORM5, Paper.INCOME_TAX}],
}
DEADLINE = date(2027, 2, 10)
MEMBERS = 3
TO_ANSWER = (Status.NOT_STARTED, Status.DRAFT, Status.RETURNED)
FREE, CARD, MINE = "asks for nothing", "asks for a certificate", "this year's"
NO_PAPERS: frozenset[Paper] = frozenset()
REGISTRY = frozenset({Paper.REGISTRY})
members = st.integers(0, MEMBERS - 1)
reviewers = st.integers(0, 1)
methods = st.sampled_from(SmeMethod)
groups = st.sampled_from([None, FREE, CARD, MINE])
discounts = st.sampled_from(list(Discount))
enough = st.sampled_from([frozenset(papers) for sets in ENOUGH.values() for papers in sets])
papers = enough | st.frozensets(st.sampled_from(Paper), max_size=3)


@dataclass(frozen=True)
class Typed:
    """What a member has filled in: ``group`` is the wanted group's key; papers are None where no file was handed in."""

    sme: bool
    group: int | None
    method: SmeMethod | None = None
    sme_papers: frozenset[Paper] | None = None
    group_papers: frozenset[Paper] | None = None


@dataclass
class Seen:
    """What the model knows of one member: the receipt it holds, what it typed, and what each version claimed.

    The rules are said here once more, by hand: what is new, what proves it, and until when it may be answered.
    """

    renewal: int
    this_year: Typed
    certificates: frozenset[int]
    draft: Typed | None = None
    until: date = DEADLINE
    receipt: str | None = None
    submitted: dict[int, Typed] = field(default_factory=dict)
    refused: dict[int, frozenset[Discount]] = field(default_factory=dict)
    marked: dict[tuple[int, Discount], Mark] = field(default_factory=dict)

    def may_answer(self, status: str, today: date) -> bool:
        in_time = status in (Status.NOT_STARTED, Status.DRAFT) and today <= self.until
        return in_time or status == Status.RETURNED

    def new_claims(self, typed: Typed) -> list[Discount]:
        found = []
        if typed.sme and (not self.this_year.sme or typed.sme_papers):
            found.append(Discount.SME)
        newer = typed.group in self.certificates and bool(typed.group_papers)
        if typed.group and (typed.group != self.this_year.group or newer):
            found.append(Discount.GROUP)
        return found

    def is_proven(self, typed: Typed, discount: Discount) -> bool:
        if discount == Discount.SME:
            sets = ENOUGH[typed.method] if typed.method else []
            return any(wanted <= (typed.sme_papers or NO_PAPERS) for wanted in sets)
        return typed.group not in self.certificates or Paper.CERTIFICATE in (typed.group_papers or NO_PAPERS)

    def may_submit(self, typed: Typed) -> bool:
        """Something changes, everything new is proven, and of each file it is said what it is."""
        gives_up = (self.this_year.sme and not typed.sme) or (self.this_year.group and not typed.group)
        unnamed = (typed.sme and typed.sme_papers == NO_PAPERS) or (
            typed.group in self.certificates and typed.group_papers == NO_PAPERS
        )
        new = self.new_claims(typed)
        proven = all(self.is_proven(typed, discount) for discount in new)
        return bool(new or gives_up) and proven and not unnamed

    def as_submitted(self, typed: Typed) -> Typed:
        """What is stored: of a discount that is only kept neither method nor papers."""
        new = self.new_claims(typed)
        if Discount.SME not in new:
            typed = replace(typed, method=None, sme_papers=None)
        if Discount.GROUP not in new or typed.group not in self.certificates:
            typed = replace(typed, group_papers=None)
        return typed


def some(*statuses: Status) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Play the rule only while somebody stands there: otherwise few answers would ever be decided."""
    return precondition(lambda season: season.standing(*statuses) != [])


class Season(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.savepoint = transaction.atomic()
        self.savepoint.__enter__()
        self.now: datetime = OPENED_AT + timedelta(days=1)
        self.staff = [UserFactory(reviewer=True), UserFactory(reviewer=True)]
        self.groups = {FREE: IndustryGroupFactory(proof="none").pk, CARD: IndustryGroupFactory().pk}
        self.members: list[Seen] = []
        self.undone: set[int] = set()
        for number in range(MEMBERS):
            establishment = EstablishmentFactory(sme=number == 1, in_group=number == 2)
            renewal = RenewalFactory(establishment=establishment)
            applied = establishment.applied_discounts.get()
            certificates = frozenset({self.groups[CARD], applied.group_id} - {None})
            self.members.append(Seen(renewal.pk, Typed(applied.sme, applied.group_id), certificates))

    def teardown(self) -> None:
        assert verify_chain() > 0
        transaction.set_rollback(True)
        self.savepoint.__exit__(None, None, None)

    # --- members ---

    @rule(who=members, sme=st.booleans(), method=methods, group=groups)
    def fills_in(self, who: int, sme: bool, method: SmeMethod, group: str | None) -> None:
        seen = self.members[who]
        key = seen.this_year.group if group == MINE else self.groups.get(group or "")
        form = filled(sme=sme, sme_method=method, in_group=key is not None, group=key)
        allowed = seen.may_answer(self._renewal(who).status, day_of(self.now))
        assert allowed == self._did(drafting.save_draft, who, filled=form, by=self._clerk(who))
        if allowed:
            seen.draft = replace(seen.draft or seen.this_year, sme=sme, method=method, group=key)

    @rule(who=members, discount=discounts, said=papers)
    def hands_in(self, who: int, discount: Discount, said: frozenset[Paper]) -> None:
        seen, renewal = self.members[who], self._renewal(who)
        evidence = EvidenceFactory(
            establishment=renewal.establishment,
            discount=discount,
            files=[["証跡"]],
            papers=[tuple(sorted(said))],
        )
        given = {"discount": discount, "evidence": evidence, "by": self._clerk(who)}
        allowed = seen.may_answer(renewal.status, day_of(self.now))
        assert allowed == self._did(drafting.keep_evidence, who, **given)
        if allowed:
            draft = seen.draft or seen.this_year
            is_sme = discount == Discount.SME
            seen.draft = replace(draft, sme_papers=said) if is_sme else replace(draft, group_papers=said)

    @rule(who=members)
    @some(Status.DRAFT)
    def starts_over(self, who: int) -> None:
        if self._did(drafting.discard_draft, who, by=self._clerk(who)):
            self.members[who].draft = None

    @rule(who=members, intent=st.sampled_from(Intent))
    def submits(self, who: int, intent: Intent) -> None:
        answer = Answer(intent, uuid4(), frozenset(STATEMENTS) if intent == Intent.WITHDRAW else frozenset())
        seen, before = self.members[who], self._renewal(who)
        submission = self._try(lifecycle.submit, who, answer=answer, by=self._clerk(who))
        complete = intent != Intent.CHANGED or (seen.draft is not None and seen.may_submit(seen.draft))
        assert (submission is not None) == (complete and seen.may_answer(before.status, day_of(self.now)))
        if submission is None:
            return
        assert submission.version == before.version + 1
        now = self._renewal(who)
        assert seen.receipt in (None, now.receipt_number)
        seen.receipt = now.receipt_number
        if intent == Intent.WITHDRAW:
            return
        says = seen.this_year
        if intent == Intent.CHANGED and seen.draft:
            says = seen.as_submitted(seen.draft)
        seen.submitted[submission.version] = says
        assert (submission.sme, submission.group_id) == (says.sme, says.group)
        assert submission.amount == RATES[says.sme, says.group is not None]

    @rule(who=members, method=methods, said=enough | papers, group=groups)
    def declares_at_one_go(
        self, who: int, method: SmeMethod, said: frozenset[Paper], group: str | None
    ) -> None:
        self.fills_in(who, True, method, group)
        self.hands_in(who, Discount.SME, said)
        if group in (CARD, MINE):
            self.hands_in(who, Discount.GROUP, frozenset({Paper.CERTIFICATE}))
        self.submits(who, Intent.CHANGED)

    @rule(who=members, group=groups)
    @some(*TO_ANSWER)
    def claims_what_it_can_prove(self, who: int, group: str | None) -> None:
        self.declares_at_one_go(self._one_of(who, *TO_ANSWER), SmeMethod.CAPITAL, REGISTRY, group)

    @rule(who=members)
    def takes_back(self, who: int) -> None:
        self._try(lifecycle.take_back, who, by=self._clerk(who))

    # --- reviewers ---

    @rule(by=reviewers, after=st.none() | members)
    @some(Status.SUBMITTED)
    def asks_for_the_next(self, by: int, after: int | None) -> None:
        campaign = self._renewal(0).campaign
        others = Renewal.objects.filter(reviewer=self.staff[1 - by], leased_until__gt=self.now)
        held_by_the_other = set(others.values_list("pk", flat=True))
        skip = self.members[after].renewal if after is not None else None
        found = reviewing.claim_next(campaign=campaign, by=self.staff[by], now=self.now, after=skip)
        if found:
            assert found.pk not in held_by_the_other
            assert found.status == Status.SUBMITTED
            assert found.held_at is None

    @rule(by=reviewers, who=members, mark=st.sampled_from([Mark.CONFIRMED, *Mark]))
    @some(Status.SUBMITTED)
    def looks_through(self, by: int, who: int, mark: Mark) -> None:
        who = self._one_of(who, Status.SUBMITTED)
        for discount in Discount:
            self.marks(by, who, discount, mark)

    @rule(
        by=reviewers, who=members, discount=st.sampled_from(list(Discount)), mark=st.sampled_from(list(Mark))
    )
    def marks(self, by: int, who: int, discount: Discount, mark: Mark) -> None:
        version = self._renewal(who).version
        reviewing_ = {"version": version, "discount": discount, "mark": mark, "by": self.staff[by]}
        before = Submission.objects.filter(renewal=self.members[who].renewal, version=version).first()
        if self._did(reviewing.mark, who, **reviewing_):
            assert before
            self.members[who].marked[version, discount] = mark

    @rule(by=reviewers, who=members)
    @some(Status.SUBMITTED)
    def puts_aside(self, by: int, who: int) -> None:
        self._try(
            reviewing.hold, who, version=self._renewal(who).version, reason="電話待ち", by=self.staff[by]
        )

    @rule(by=reviewers, who=members)
    def takes_up_again(self, by: int, who: int) -> None:
        self._try(reviewing.release, who, by=self.staff[by])

    @rule(
        by=reviewers,
        who=members,
        refused=st.sampled_from(
            [frozenset[Discount](), frozenset({Discount.SME}), frozenset({Discount.GROUP})]
        ),
        old=st.sampled_from([False, False, False, True]),
        wait=st.booleans(),
    )
    @some(Status.SUBMITTED)
    def approves(self, by: int, who: int, refused: frozenset[Discount], old: bool, wait: bool) -> None:
        who = self._one_of(who, Status.SUBMITTED)
        renewal = self._renewal(who)
        version = renewal.version - 1 if old else renewal.version
        approved = self._try(
            deciding.approve,
            who,
            version=version,
            refused=[Told(discount, "条件に当てはまりません。") for discount in sorted(refused)],
            by=self.staff[by],
            undo_for=UNDO_WINDOW if wait else timedelta(0),
        )
        if approved is None:
            return
        assert not old
        assert not renewal.is_leased_to_another(self.staff[by].pk, self.now)
        self.members[who].refused[version] = refused
        self._require_papers(who, version, refused)

    @rule(by=reviewers, who=members)
    @some(Status.SUBMITTED)
    def finds_all_well(self, by: int, who: int) -> None:
        who = self._one_of(who, Status.SUBMITTED)
        self.looks_through(by, who, Mark.CONFIRMED)
        self.approves(by, who, frozenset(), old=False, wait=True)

    @rule(by=reviewers, who=members)
    @some(Status.SUBMITTED)
    def returns(self, by: int, who: int) -> None:
        who = self._one_of(who, Status.SUBMITTED)
        told = [Told(Discount.SME, "書類が足りません。")]
        seen, version = self.members[who], self._renewal(who).version
        if self._did(deciding.return_for_correction, who, version=version, items=told, by=self.staff[by]):
            seen.draft = seen.submitted[version]

    @rule(by=reviewers, who=members)
    @some(Status.RETURNED, Status.APPROVED)
    def undoes(self, by: int, who: int) -> None:
        who = self._one_of(who, Status.RETURNED, Status.APPROVED)
        decision = Decision.objects.filter(renewal=self.members[who].renewal, undone_at__isnull=True).last()
        if decision is None:
            return
        sent = set(OutboxMessage.objects.filter(status=MessageStatus.SENT).values_list("pk", flat=True))
        if self._did(deciding.undo_decision, who, decision_id=decision.pk, by=self.staff[by]):
            kind = "approved" if decision.outcome == "approved" else "returned"
            about = OutboxMessage.objects.filter(
                kind=kind,
                member_number=self._renewal(who).establishment.member_number,
                status=MessageStatus.SKIPPED,
            )
            assert not sent.intersection(about.values_list("pk", flat=True))
            self.undone |= set(about.values_list("pk", flat=True))  # type: ignore[arg-type]

    @rule(by=reviewers, who=members)
    @some(Status.SUBMITTED)
    def lets_go(self, by: int, who: int) -> None:
        version = self._renewal(who).version
        self._try(leaving.accept_withdrawal, who, version=version, by=self.staff[by])

    @rule(by=reviewers, who=members)
    @some(*DECIDED, Status.SUBMITTED, Status.RETURNED)
    def opens_again(self, by: int, who: int) -> None:
        until = max(day_of(self.now), date(2027, 2, 20))
        if self._did(lifecycle.reopen, who, until=until, reason="電話での依頼", by=self.staff[by]):
            self.members[who].until = until

    # --- the clock ---

    @rule(minutes=st.sampled_from([1, 4, 31, 60 * 12, 60 * 24 * 3]))
    @precondition(lambda self: day_of(self.now) < date(2027, 3, 20))
    def time_passes(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)

    @rule()
    def reminders_fall_due(self) -> None:
        queue_correction_reminders(campaign=self._renewal(0).campaign, now=self.now)

    @rule()
    def mail_goes(self) -> None:
        """What leaves says what holds: nothing of a decision that was undone or that another one followed."""
        sent = set(OutboxMessage.objects.filter(status=MessageStatus.SENT).values_list("pk", flat=True))
        deliver_due(now=self.now)
        for mail in OutboxMessage.objects.filter(status=MessageStatus.SENT).exclude(pk__in=sent):
            renewal = Renewal.objects.get(pk=mail.params["renewal"])
            if mail.kind == "approved":
                assert (renewal.status, renewal.fixed_fee_id) == (Status.APPROVED, mail.params["fixed_fee"])
            if mail.kind in ("returned", "correction_reminder"):
                decision = Decision.objects.get(pk=mail.params["decision"])
                assert (decision.undone_at, decision.version) == (None, renewal.version)
                assert renewal.status == Status.RETURNED

    # --- what holds whatever they do ---

    @invariant()
    def each_fee_is_the_one_of_what_was_claimed_and_not_refused(self) -> None:
        for seen in self.members:
            renewal = Renewal.objects.select_related("fixed_fee").get(pk=seen.renewal)
            assert (renewal.fixed_fee is not None) == (renewal.status == Status.APPROVED)
            applied = AppliedDiscounts.objects.filter(
                establishment=renewal.establishment_id, fiscal_year=2027
            )
            if renewal.fixed_fee is None:
                assert not applied.exists()
                continue
            says, refused = seen.submitted[renewal.version], seen.refused[renewal.version]
            in_group = says.group is not None
            terms = (says.sme and Discount.SME not in refused, in_group and Discount.GROUP not in refused)
            assert renewal.fixed_fee.amount == RATES[terms]
            recorded = applied.get()
            assert (recorded.sme, recorded.group_id is not None) == terms

    @invariant()
    def versions_have_no_gap_and_one_submission_stands(self) -> None:
        for seen in self.members:
            renewal = Renewal.objects.get(pk=seen.renewal)
            versions = list(Submission.objects.filter(renewal=renewal).values_list("version", flat=True))
            assert versions == list(range(1, renewal.version + 1))
            assert sum(renewal.stands(version) for version in versions) <= 1

    @invariant()
    def no_reviewer_holds_two_cases(self) -> None:
        for reviewer in self.staff:
            assert Renewal.objects.filter(reviewer=reviewer, leased_until__gt=self.now).count() <= 1

    @invariant()
    def what_was_undone_is_never_sent(self) -> None:
        assert not OutboxMessage.objects.filter(pk__in=self.undone, status=MessageStatus.SENT).exists()

    # --- how they act ---

    def _require_papers(self, who: int, version: int, refused: frozenset[Discount]) -> None:
        """Whatever is new and not refused is proven by sealed papers, by the table above, and marked ○."""
        seen = self.members[who]
        says, submission = (
            seen.submitted[version],
            Submission.objects.get(renewal=seen.renewal, version=version),
        )
        new = seen.new_claims(says) if submission.intent == Intent.CHANGED else []
        for discount in set(new) - refused:
            assert seen.marked[version, discount] == Mark.CONFIRMED
            assert seen.is_proven(says, discount)
            if discount == Discount.SME or says.group in seen.certificates:
                evidence = submission.evidence_of(discount)
                assert evidence
                assert evidence.sealed_at
                said = frozenset(paper for part in evidence.parts.all() for paper in part.papers_named)
                assert said == (says.sme_papers if discount == Discount.SME else says.group_papers)

    def _try(self, verb, who: int, **given):  # type: ignore[no-untyped-def]
        try:
            return verb(renewal_id=self.members[who].renewal, now=self.now, **given)
        except Refused:
            return None

    def _did(self, verb, who: int, **given) -> bool:  # type: ignore[no-untyped-def]
        try:
            verb(renewal_id=self.members[who].renewal, now=self.now, **given)
        except Refused:
            return False
        return True

    def standing(self, *statuses: Status) -> list[int]:
        """The members whose renewal stands in one of ``statuses``."""
        found = dict(Renewal.objects.values_list("pk", "status"))
        return [place for place, seen in enumerate(self.members) if found[seen.renewal] in statuses]

    def _one_of(self, who: int, *statuses: Status) -> int:
        found = self.standing(*statuses) or [who]
        return found[who % len(found)]

    def _renewal(self, who: int) -> Renewal:
        return Renewal.objects.select_related("campaign", "establishment").get(pk=self.members[who].renewal)

    def _clerk(self, who: int) -> User:
        return clerk_of(self._renewal(who))


PLAYED = settings(
    max_examples=12,
    stateful_step_count=30,
    deadline=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


def test_nobody_finds_a_way_to_a_wrong_fee() -> None:
    run_state_machine_as_test(Season, settings=PLAYED)


# --- the negative controls: with a rule taken out the model notices ----------------------------------------------


def approves_without_a_mark(season: Season) -> None:
    season.declares_at_one_go(0, SmeMethod.CAPITAL, REGISTRY, group=None)
    season.approves(0, 0, frozenset(), old=False, wait=False)


def approves_what_needs_no_mark(season: Season) -> None:
    season.submits(0, Intent.UNCHANGED)
    season.approves(0, 0, frozenset(), old=False, wait=False)
    season.each_fee_is_the_one_of_what_was_claimed_and_not_refused()


def takes_two_cases(season: Season) -> None:
    for who in (0, 2):
        season.declares_at_one_go(who, SmeMethod.CAPITAL, REGISTRY, group=None)
    season.asks_for_the_next(0, None)
    season.asks_for_the_next(0, None)
    season.no_reviewer_holds_two_cases()


def meets_the_other(season: Season) -> None:
    season.declares_at_one_go(0, SmeMethod.CAPITAL, REGISTRY, group=None)
    season.asks_for_the_next(0, None)
    season.looks_through(1, 0, Mark.CONFIRMED)
    season.approves(1, 0, frozenset(), old=False, wait=False)


def without_the_check_of_marks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(deciding, "_require_confirmed", lambda *given: None)


def with_the_other_rate(monkeypatch: pytest.MonkeyPatch) -> None:
    real = deciding.fix_fee

    def fix(**given: Any) -> FixedFee:
        return real(**{**given, "in_group": not given["in_group"]})

    monkeypatch.setattr(deciding, "fix_fee", fix)


def without_giving_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reviewing, "give_back", lambda **given: None)


def without_leases(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transition, "require_not_leased", lambda *given, **more: None)


CONTROLS = {
    "no check of marks": (without_the_check_of_marks, approves_without_a_mark),
    "another rate": (with_the_other_rate, approves_what_needs_no_mark),
    "nothing given back": (without_giving_back, takes_two_cases),
    "no leases": (without_leases, meets_the_other),
}


@pytest.mark.parametrize("control", CONTROLS)
def test_the_model_notices(control: str, monkeypatch: pytest.MonkeyPatch) -> None:
    take_out, play = CONTROLS[control]
    season = Season()
    play(season)
    season.teardown()

    take_out(monkeypatch)
    season = Season()
    with pytest.raises((AssertionError, KeyError)):
        play(season)
    season.teardown()


FOUND_BY_PLAYING = [without_the_check_of_marks, with_the_other_rate]


@pytest.mark.parametrize("take_out", FOUND_BY_PLAYING, ids=lambda taken: taken.__name__)
def test_playing_finds_a_rule_that_is_missing(
    take_out: Callable[[pytest.MonkeyPatch], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody leads the way there."""
    take_out(monkeypatch)
    with pytest.raises((AssertionError, KeyError)):
        run_state_machine_as_test(Season, settings=PLAYED)

"""Members, reviewers and the clock play against the verbs; a model written by hand watches.

Whatever they do in whatever order: no wrong fee, no two open submissions, no approval without the papers, no case with
two reviewers, no mail about what was undone.
"""

from dataclasses import dataclass, field
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
from discounts.models import AppliedDiscounts, IndustryGroup
from discounts.papers import Paper, SmeMethod
from fees.models import FixedFee
from fiscal_calendar.tokyo import day_of
from mailing.models import OutboxMessage
from mailing.sending import deliver_due
from mailing.status import MessageStatus
from members.models import User
from renewals import deciding, drafting, leaving, lifecycle, reviewing, transition
from renewals.deciding import UNDO_WINDOW, Told
from renewals.lifecycle import Answer
from renewals.models import Decision, Renewal, Submission
from renewals.refusals import Refused
from renewals.status import Intent, Mark, Status
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
MEMBERS = 3
members = st.integers(0, MEMBERS - 1)
reviewers = st.integers(0, 1)
methods = st.sampled_from(SmeMethod)
enough = st.sampled_from([frozenset(papers) for sets in ENOUGH.values() for papers in sets])
papers = enough | st.frozensets(st.sampled_from(Paper), max_size=3)


@dataclass
class Seen:
    """What the model knows of one member: the receipt it holds, and what each version of its answer claimed."""

    renewal: int
    sme_this_year: bool
    in_group_this_year: bool
    receipt: str | None = None
    claimed: dict[int, tuple[bool, bool]] = field(default_factory=dict)
    proven: dict[int, tuple[str, frozenset[Paper]]] = field(default_factory=dict)
    refused: dict[int, frozenset[Discount]] = field(default_factory=dict)
    marked: dict[tuple[int, Discount], Mark] = field(default_factory=dict)


class Season(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.savepoint = transaction.atomic()
        self.savepoint.__enter__()
        self.now: datetime = OPENED_AT + timedelta(days=1)
        self.staff = [UserFactory(reviewer=True), UserFactory(reviewer=True)]
        self.group: IndustryGroup = IndustryGroupFactory(proof="none")
        self.members: list[Seen] = []
        self.undone: set[int] = set()
        for number in range(MEMBERS):
            establishment = EstablishmentFactory(sme=number == 1, in_group=number == 2)
            renewal = RenewalFactory(establishment=establishment)
            self.members.append(Seen(renewal.pk, number == 1, number == 2))

    def teardown(self) -> None:
        assert verify_chain() > 0
        transaction.set_rollback(True)
        self.savepoint.__exit__(None, None, None)

    # --- members ---

    @rule(who=members, sme=st.booleans(), method=methods, in_group=st.booleans())
    def fills_in(self, who: int, sme: bool, method: SmeMethod, in_group: bool) -> None:
        group = self._group_this_year(who) or self.group.pk
        form = filled(sme=sme, sme_method=method, in_group=in_group, group=group if in_group else None)
        self._try(drafting.save_draft, who, filled=form, by=self._clerk(who))

    @rule(who=members, said=papers)
    def hands_in(self, who: int, said: frozenset[Paper]) -> None:
        evidence = EvidenceFactory(
            establishment=self._renewal(who).establishment, files=[["証跡"]], papers=[tuple(sorted(said))]
        )
        self._try(drafting.keep_evidence, who, discount=Discount.SME, evidence=evidence, by=self._clerk(who))

    @rule(who=members)
    def starts_over(self, who: int) -> None:
        self._try(drafting.discard_draft, who, by=self._clerk(who))

    @rule(who=members, intent=st.sampled_from(Intent))
    def submits(self, who: int, intent: Intent) -> None:
        answer = Answer(intent, uuid4(), frozenset(STATEMENTS) if intent == Intent.WITHDRAW else frozenset())
        seen, before = self.members[who], self._renewal(who)
        submission = self._try(lifecycle.submit, who, answer=answer, by=self._clerk(who))
        if submission is None:
            return
        assert before.status in (Status.NOT_STARTED, Status.DRAFT, Status.RETURNED)
        assert submission.version == before.version + 1
        now = self._renewal(who)
        assert seen.receipt in (None, now.receipt_number)
        seen.receipt = now.receipt_number
        if intent == Intent.UNCHANGED:
            seen.claimed[submission.version] = (seen.sme_this_year, seen.in_group_this_year)
        if intent == Intent.CHANGED:
            seen.claimed[submission.version] = (submission.sme, submission.group_id is not None)
            if submission.sme_evidence and submission.sme_method:
                parts = submission.sme_evidence.parts.all()
                said = frozenset(Paper(code) for part in parts for code in part.papers)
                seen.proven[submission.version] = (submission.sme_method, said)

    @rule(who=members, method=methods, said=enough | papers, in_group=st.booleans())
    def declares_at_one_go(self, who: int, method: SmeMethod, said: frozenset[Paper], in_group: bool) -> None:
        self.fills_in(who, True, method, in_group)
        self.hands_in(who, said)
        self.submits(who, Intent.CHANGED)

    @rule(who=members)
    def takes_back(self, who: int) -> None:
        self._try(lifecycle.take_back, who, by=self._clerk(who))

    # --- reviewers ---

    @rule(by=reviewers, after=st.none() | members)
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
    def looks_through(self, by: int, who: int, mark: Mark) -> None:
        who = self._waiting(who)
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
    def approves(self, by: int, who: int, refused: frozenset[Discount], old: bool, wait: bool) -> None:
        who = self._waiting(who)
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
    def finds_all_well(self, by: int, who: int) -> None:
        who = self._waiting(who)
        self.looks_through(by, who, Mark.CONFIRMED)
        self.approves(by, who, frozenset(), old=False, wait=True)

    @rule(by=reviewers, who=members)
    def returns(self, by: int, who: int) -> None:
        who = self._waiting(who)
        told = [Told(Discount.SME, "書類が足りません。")]
        version = self._renewal(who).version
        self._try(deciding.return_for_correction, who, version=version, items=told, by=self.staff[by])

    @rule(by=reviewers, who=members)
    def undoes(self, by: int, who: int) -> None:
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
    def lets_go(self, by: int, who: int) -> None:
        version = self._renewal(who).version
        self._try(leaving.accept_withdrawal, who, version=version, by=self.staff[by])

    @rule(by=reviewers, who=members)
    def opens_again(self, by: int, who: int) -> None:
        until = max(day_of(self.now), date(2027, 2, 20))
        self._try(lifecycle.reopen, who, until=until, reason="電話での依頼", by=self.staff[by])

    # --- the clock ---

    @rule(minutes=st.sampled_from([1, 4, 31, 60 * 12, 60 * 24 * 3]))
    @precondition(lambda self: day_of(self.now) < date(2027, 3, 20))
    def time_passes(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)

    @rule()
    def mail_goes(self) -> None:
        deliver_due(now=self.now)

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
            sme, in_group = seen.claimed[renewal.version]
            refused = seen.refused[renewal.version]
            terms = (sme and Discount.SME not in refused, in_group and Discount.GROUP not in refused)
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
        """Of what is new this year, by the table of papers and by ○; nothing else is asked of the verb."""
        seen = self.members[who]
        submission = Submission.objects.get(renewal=seen.renewal, version=version)
        newly_small = submission.intent == Intent.CHANGED and submission.sme and not seen.sme_this_year
        if newly_small and Discount.SME not in refused:
            method, said = seen.proven[version]
            assert any(papers <= said for papers in ENOUGH[SmeMethod(method)])
            assert seen.marked[version, Discount.SME] == Mark.CONFIRMED
            assert submission.sme_evidence
            assert submission.sme_evidence.sealed_at

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

    def _waiting(self, who: int) -> int:
        """One whose answer awaits review, as long as there is one: otherwise few would ever be decided."""
        waiting = [place for place in range(MEMBERS) if self._renewal(place).status == Status.SUBMITTED] or [
            who
        ]
        return waiting[who % len(waiting)]

    def _renewal(self, who: int) -> Renewal:
        return Renewal.objects.select_related("campaign", "establishment").get(pk=self.members[who].renewal)

    def _clerk(self, who: int) -> User:
        return clerk_of(self._renewal(who))

    def _group_this_year(self, who: int) -> int | None:
        return (
            AppliedDiscounts.objects.filter(establishment=self._renewal(who).establishment, fiscal_year=2026)
            .values_list("group", flat=True)
            .first()
        )


PLAYED = settings(
    max_examples=10,
    stateful_step_count=25,
    deadline=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
REGISTRY = frozenset({Paper.REGISTRY})


def test_nobody_finds_a_way_to_a_wrong_fee() -> None:
    run_state_machine_as_test(Season, settings=PLAYED)


# --- the negative controls: with a rule taken out the model notices ----------------------------------------------


def approves_without_a_mark(season: Season) -> None:
    season.declares_at_one_go(0, SmeMethod.CAPITAL, REGISTRY, in_group=False)
    season.approves(0, 0, frozenset(), old=False, wait=False)


def approves_what_needs_no_mark(season: Season) -> None:
    season.submits(0, Intent.UNCHANGED)
    season.approves(0, 0, frozenset(), old=False, wait=False)
    season.each_fee_is_the_one_of_what_was_claimed_and_not_refused()


def takes_two_cases(season: Season) -> None:
    for who in (0, 2):
        season.declares_at_one_go(who, SmeMethod.CAPITAL, REGISTRY, in_group=False)
    season.asks_for_the_next(0, None)
    season.asks_for_the_next(0, None)
    season.no_reviewer_holds_two_cases()


def meets_the_other(season: Season) -> None:
    season.declares_at_one_go(0, SmeMethod.CAPITAL, REGISTRY, in_group=False)
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

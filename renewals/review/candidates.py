"""Reading renewals as reviewers see them: a handful of queries, however many renewals."""

from collections.abc import Iterable, Mapping, Sequence

from django.db.models import F, QuerySet

from discounts.models import AppliedDiscounts
from fees.models import FeeSchedule
from fiscal_calendar.tokyo import day_of
from renewals.models import Renewal, Submission
from renewals.quoting import NoFeeSchedule, applied_by_establishment, schedule_for
from renewals.review.planning import Candidate, Terms


def load_candidates(renewals: QuerySet[Renewal]) -> list[Candidate]:
    """The renewals of ``renewals``, in its order, with what was declared and what holds now."""
    found = list(renewals.select_related("campaign", "establishment__corporation", "reviewer"))
    submissions = current_submissions(found)
    by_year: dict[int, list[Renewal]] = {}
    for renewal in found:
        by_year.setdefault(renewal.campaign.fiscal_year, []).append(renewal)
    candidates: dict[int, Candidate] = {}
    for fiscal_year, of_year in by_year.items():
        schedule = schedule_or_none(fiscal_year)
        applied = applied_by_establishment(
            (renewal.establishment_id for renewal in of_year), fiscal_year=fiscal_year - 1
        )
        for renewal in of_year:
            candidates[renewal.pk] = as_candidate(
                renewal,
                submission=submissions.get(renewal.pk),
                applied=applied.get(renewal.establishment_id),
                schedule=schedule,
            )
    return [candidates[renewal.pk] for renewal in found]


def as_candidate(
    renewal: Renewal,
    *,
    submission: Submission | None,
    applied: AppliedDiscounts | None,
    schedule: FeeSchedule | None,
) -> Candidate:
    """``renewal`` with what it was read with; ``submission`` is the answer that stands, if any."""
    reviewed = renewal.review_started_at is not None and renewal.reviewer is not None
    return Candidate(
        renewal_id=renewal.pk,
        version=renewal.version,
        member_number=renewal.establishment.member_number,
        name=renewal.establishment.full_name,
        status=renewal.status,
        intent=renewal.intent,
        submitted_on=day_of(renewal.submitted_at) if renewal.submitted_at else None,
        reviewer_id=renewal.reviewer_id if reviewed else None,
        reviewer=str(renewal.reviewer) if reviewed else "",
        declared=_declared(submission),
        quoted=_quoted(submission, schedule),
        carried=terms_of(applied, schedule),
        certificate_valid_until=applied.certificate_valid_until if applied else None,
    )


def terms_of(applied: AppliedDiscounts | None, schedule: FeeSchedule | None) -> Terms:
    """The discounts of ``applied``, none where there is no record, and what they cost under ``schedule``."""
    sme = bool(applied and applied.sme)
    group_id = applied.group_id if applied else None
    return Terms(sme, group_id, amount_under(schedule, sme=sme, in_group=group_id is not None))


def amount_under(schedule: FeeSchedule | None, *, sme: bool, in_group: bool) -> int | None:
    """The fee in yen under ``schedule``; None where none holds."""
    return schedule.rates.amount(sme=sme, in_group=in_group) if schedule else None


def schedule_or_none(fiscal_year: int) -> FeeSchedule | None:
    try:
        return schedule_for(fiscal_year)
    except NoFeeSchedule:
        return None


def current_submissions(renewals: Sequence[Renewal]) -> Mapping[int, Submission]:
    """The answer that stands, by renewal; none for a renewal that awaits one (again)."""
    answered: Iterable[int] = [renewal.pk for renewal in renewals if renewal.intent]
    found = Submission.objects.filter(renewal__in=answered, version=F("renewal__version")).select_related(
        "group"
    )
    return {submission.renewal_id: submission for submission in found}


def _declared(submission: Submission | None) -> Terms | None:
    if submission is None or submission.amount is None:
        return None
    return Terms(submission.sme, submission.group_id, submission.amount)


def _quoted(submission: Submission | None, schedule: FeeSchedule | None) -> int | None:
    if submission is None or submission.amount is None:
        return None
    return amount_under(schedule, sme=submission.sme, in_group=submission.group_id is not None)

"""Newer certificates outside the season: filling in, submitting, accepting, returning."""

from datetime import date, timedelta
from typing import Any

import pytest

from audit.models import AuditEvent
from discounts import certificates
from discounts.certificate_status import TRANSITIONS, CertificateStatus, target_of
from discounts.certificates import Incomplete, NotNow
from discounts.kinds import Discount
from discounts.models import AppliedDiscounts, CertificateUpdate
from discounts.orphans import discard_orphans
from discounts.papers import Paper
from discounts.requirements import ProofOfBelonging
from fiscal_calendar.tokyo import at
from mailing.models import OutboxMessage
from members.models import Establishment
from tests.constraints import violates
from tests.factories import (
    AppliedDiscountsFactory,
    CertificateUpdateFactory,
    EstablishmentFactory,
    EvidenceFactory,
    IndustryGroupFactory,
    UserFactory,
    staff,
)

pytestmark = pytest.mark.django_db
NOW = at(date(2026, 9, 1), 10)
NEXT_YEAR = date(2028, 3, 31)


@pytest.fixture
def factory() -> Establishment:
    """A member whose group asks for a certificate: one that is good until 31 March 2027 is on record."""
    return EstablishmentFactory(in_group=True)


def papers_of(establishment: Establishment, **given: Any) -> Any:
    return EvidenceFactory(establishment=establishment, discount=Discount.GROUP, **given)


def filled_in(establishment: Establishment, **given: Any) -> CertificateUpdate:
    values = {"evidence": papers_of(establishment), "valid_until": NEXT_YEAR, **given}
    return certificates.fill_in(establishment=establishment, by=UserFactory(), now=NOW, **values)


def submitted(establishment: Establishment, **given: Any) -> CertificateUpdate:
    filled_in(establishment, **given)
    return certificates.submit_certificate(establishment=establishment, by=UserFactory(), now=NOW)


def recorded(establishment: Establishment) -> dict[int, date | None]:
    applied = AppliedDiscounts.objects.filter(establishment=establishment)
    return dict(applied.values_list("fiscal_year", "certificate_valid_until"))


def mails(kind: str) -> list[OutboxMessage]:
    return list(OutboxMessage.objects.filter(kind=kind))


# --- filling in -------------------------------------------------------------------------------------------


def test_what_is_filled_in_is_kept_and_commits_to_nothing(factory: Establishment) -> None:
    first = filled_in(factory, remark="再発行です。")
    again = certificates.fill_in(establishment=factory, valid_until=None, by=UserFactory(), now=NOW)
    assert again.pk == first.pk
    update = CertificateUpdate.objects.get()
    assert (update.status, update.remark, update.valid_until) == ("draft", "再発行です。", None)
    assert (recorded(factory), OutboxMessage.objects.count()) == ({2026: date(2027, 3, 31)}, 0)


@pytest.mark.parametrize(
    ("proof", "paper"),
    [(ProofOfBelonging.CERTIFICATE, Paper.CERTIFICATE), (ProofOfBelonging.DUES, Paper.DUES)],
)
def test_what_comes_is_said_to_be_what_the_group_asks_for(proof: str, paper: Paper) -> None:
    factory = EstablishmentFactory(applied__group=IndustryGroupFactory(proof=proof))
    update = filled_in(factory)
    assert update.evidence is not None
    assert [part.papers for part in update.evidence.parts.all()] == [[paper]]


@pytest.mark.parametrize(
    "traits",
    [
        {},
        {"sme": True},
        {"applied__group__proof": ProofOfBelonging.NONE, "in_group": True},
        {"in_group": True, "left_on": date(2026, 3, 31)},
    ],
)
def test_who_needs_no_proof_hands_in_none(traits: dict[str, Any]) -> None:
    if traits.pop("applied__group__proof", None):
        traits = {"applied__group": IndustryGroupFactory(proof=ProofOfBelonging.NONE)}
    establishment = EstablishmentFactory(**traits)
    with pytest.raises(NotNow, match="必要はありません"):
        filled_in(establishment)


def test_files_that_wait_to_be_submitted_are_no_orphans(factory: Establishment) -> None:
    evidence = filled_in(factory).evidence
    discard_orphans(now=NOW + timedelta(days=400))
    assert CertificateUpdate.objects.get().evidence == evidence


# --- submitting -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "field", "says"),
    [
        ({"evidence": None}, "papers", "「会員証」を提出してください。"),
        ({"valid_until": None}, "valid_until", "会員証に書かれている有効期限を入力してください。"),
        ({"valid_until": date(2026, 8, 31)}, "valid_until", "有効期限が切れています。"),
    ],
)
def test_what_is_missing_is_said(factory: Establishment, given: dict, field: str, says: str) -> None:
    with pytest.raises(Incomplete) as refusal:
        submitted(factory, **given)
    [problem] = refusal.value.problems
    assert problem.field == field
    assert says in problem.text
    assert CertificateUpdate.objects.get().status == CertificateStatus.DRAFT


def test_a_certificate_is_good_on_its_last_day(factory: Establishment) -> None:
    assert submitted(factory, valid_until=NOW.date()).status == CertificateStatus.WAITING


def test_proof_of_dues_bears_no_last_day() -> None:
    factory = EstablishmentFactory(applied__group=IndustryGroupFactory(proof=ProofOfBelonging.DUES))
    update = submitted(factory, valid_until=None)
    certificates.accept_certificate(update_id=update.pk, by=staff(), now=NOW)
    assert recorded(factory) == {2026: None}


def test_submitting_seals_the_papers_tells_the_member_and_leaves_a_trace(factory: Establishment) -> None:
    update = submitted(factory)
    assert update.evidence is not None
    update.evidence.refresh_from_db()
    assert update.evidence.sealed_at == NOW
    assert [mail.recipient for mail in mails("certificate_received")] == [
        factory.contacts.get(role="primary").email
    ]
    entry = AuditEvent.objects.latest("sequence")
    assert (entry.verb, entry.subject) == ("certificate.submit", f"certificateupdate:{update.pk}")
    assert entry.member_number == factory.member_number
    assert recorded(factory) == {2026: date(2027, 3, 31)}


def test_nothing_is_submitted_twice(factory: Establishment) -> None:
    submitted(factory)
    with pytest.raises(NotNow, match="提出する書類がありません"):
        certificates.submit_certificate(establishment=factory, by=UserFactory(), now=NOW)
    assert len(mails("certificate_received")) == 1


def test_another_takes_the_place_of_one_that_waits(factory: Establishment) -> None:
    first, second = submitted(factory), submitted(factory)
    first.refresh_from_db()
    assert (first.status, second.status) == (CertificateStatus.REPLACED, CertificateStatus.WAITING)
    with pytest.raises(NotNow, match="差し替え済み"):
        certificates.accept_certificate(update_id=first.pk, by=staff(), now=NOW)


# --- deciding ---------------------------------------------------------------------------------------------


def test_an_accepted_one_is_on_record(factory: Establishment) -> None:
    reviewer = staff()
    update = certificates.accept_certificate(update_id=submitted(factory).pk, by=reviewer, now=NOW)
    assert recorded(factory) == {2026: NEXT_YEAR}
    assert (update.decided_by, update.decided_at) == (reviewer, NOW)
    assert len(mails("certificate_accepted")) == 1
    entry = AuditEvent.objects.latest("sequence")
    assert (entry.verb, entry.details) == ("certificate.accept", {"fiscal_years": [2026]})


@pytest.mark.parametrize(
    ("day_of_next_year", "becomes"),
    [(None, NEXT_YEAR), (date(2027, 3, 31), NEXT_YEAR), (date(2029, 3, 31), date(2029, 3, 31))],
)
def test_it_counts_for_years_that_are_decided_already(
    factory: Establishment, day_of_next_year: date | None, becomes: date
) -> None:
    group = AppliedDiscounts.objects.get(establishment=factory).group
    AppliedDiscountsFactory(
        establishment=factory, fiscal_year=2027, group=group, certificate_valid_until=day_of_next_year
    )
    AppliedDiscountsFactory(establishment=factory, fiscal_year=2025, group=group)
    certificates.accept_certificate(update_id=submitted(factory).pk, by=staff(), now=NOW)
    assert recorded(factory) == {2025: None, 2026: NEXT_YEAR, 2027: becomes}


def test_it_says_nothing_about_another_group(factory: Establishment) -> None:
    AppliedDiscountsFactory(establishment=factory, fiscal_year=2027, group=IndustryGroupFactory())
    certificates.accept_certificate(update_id=submitted(factory).pk, by=staff(), now=NOW)
    assert recorded(factory) == {2026: NEXT_YEAR, 2027: None}


def test_of_a_group_whose_discount_applies_no_more_none_is_accepted(factory: Establishment) -> None:
    update = submitted(factory)
    AppliedDiscounts.objects.update(group=None, certificate_valid_until=None)
    with pytest.raises(NotNow, match="適用されていません"):
        certificates.accept_certificate(update_id=update.pk, by=staff(), now=NOW)
    assert (recorded(factory), mails("certificate_accepted")) == ({2026: None}, [])


def test_a_returned_one_says_why_and_another_may_come(factory: Establishment) -> None:
    update = submitted(factory)
    certificates.refuse_certificate(update_id=update.pk, reason=" 文字が読めません。 ", by=staff(), now=NOW)
    update.refresh_from_db()
    assert (update.status, update.reason) == (CertificateStatus.RETURNED, "文字が読めません。")
    assert recorded(factory) == {2026: date(2027, 3, 31)}
    assert [mail.params["reason"] for mail in mails("certificate_returned")] == ["文字が読めません。"]
    assert submitted(factory).status == CertificateStatus.WAITING


def test_nothing_is_returned_without_a_reason(factory: Establishment) -> None:
    update = submitted(factory)
    with pytest.raises(NotNow, match="理由を入力してください"):
        certificates.refuse_certificate(update_id=update.pk, reason="  ", by=staff(), now=NOW)


@pytest.mark.parametrize("status", CertificateStatus)
@pytest.mark.parametrize("verb", ["accept", "refuse"])
def test_only_one_that_waits_is_decided(verb: str, status: CertificateStatus) -> None:
    update = CertificateUpdateFactory(status=status)
    decide = {
        "accept": lambda: certificates.accept_certificate(update_id=update.pk, by=staff(), now=NOW),
        "refuse": lambda: certificates.refuse_certificate(
            update_id=update.pk, reason="期限切れ", by=staff(), now=NOW
        ),
    }[verb]
    if target_of(verb, status):
        assert decide().status == target_of(verb, status)
        return
    with pytest.raises(NotNow, match="開き直してください"):
        decide()
    update.refresh_from_db()
    assert update.status == status


def test_the_table_of_moves() -> None:
    assert {(move.verb, move.source.value, move.target.value) for move in TRANSITIONS} == {
        ("submit", "draft", "waiting"),
        ("replace", "waiting", "replaced"),
        ("accept", "waiting", "accepted"),
        ("refuse", "waiting", "returned"),
    }


# --- the database -----------------------------------------------------------------------------------------


def test_one_is_filled_in_at_a_time(factory: Establishment) -> None:
    CertificateUpdateFactory(establishment=factory, status="draft")
    with violates("one_certificate_filled_in_at_a_time"):
        CertificateUpdateFactory(establishment=factory, status="draft")


def test_one_waits_at_a_time(factory: Establishment) -> None:
    CertificateUpdateFactory(establishment=factory)
    with violates("one_certificate_waits_at_a_time"):
        CertificateUpdateFactory(establishment=factory)


@pytest.mark.parametrize(
    ("changes", "name"),
    [
        ({"status": "lost"}, "certificate_status_is_known"),
        ({"evidence": None}, "submitted_certificate_has_evidence"),
        ({"submitted_by": None}, "submitted_certificate_has_evidence"),
        ({"decided_at": NOW}, "decided_certificate_says_by_whom"),
        ({"reason": "期限切れ"}, "returned_certificate_says_why"),
    ],
)
def test_the_database_keeps_to_it_too(changes: dict, name: str) -> None:
    update = CertificateUpdateFactory()
    with violates(name):
        CertificateUpdate.objects.filter(pk=update.pk).update(**changes)

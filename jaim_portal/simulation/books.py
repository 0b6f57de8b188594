"""The books that are checked at the end of a season: the portal's data against the expectation."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date

from audit.models import AuditEvent
from audit.trail import ChainBroken, verify_chain
from discounts.models import AppliedDiscounts
from fees.models import FixedFee
from fiscal_calendar.japanese import format_day, format_day_time
from fiscal_calendar.tokyo import day_of
from jaim_portal.simulation.book import Book
from jaim_portal.simulation.expectation import Expectation
from jaim_portal.simulation.ledger import Entry
from jaim_portal.simulation.population import GROUPS, Member
from jaim_portal.simulation.season import Season
from jaim_portal.simulation.settling import Settled
from jaim_portal.simulation.standing import ANSWERED, APPROVED, Standing
from jaim_portal.simulation.steps import Step
from members.models import Establishment
from renewals.models import Renewal


def outcomes_book(steps: Sequence[Step], outcomes: Sequence[str], expectation: Expectation) -> Book:
    book = Book("操作：受け付けるべきものを受け付け、断るべきものを断った")
    for step, came_to, must in zip(steps, outcomes, expectation.outcomes, strict=True):
        book.expect(
            came_to == must,
            f"{format_day_time(step.at)}の{step.act}（{step.member}）が「{came_to or '完了'}」になりました。"
            f"正しくは「{must or '完了'}」です。",
        )
    return book


def members_book(people: Sequence[Member], settled: Settled, expectation: Expectation) -> Book:
    """Everyone who takes part has exactly one renewal, in the state its story leads to, and nobody else has one."""
    book = Book("会員：全員がちょうど1つの、正しい状態にある")
    by_key = {key: people[index] for index, key in settled.establishments.items()}
    expected = Counter(_expected_state(standing) for standing in expectation.standings if standing.status)
    found: Counter[tuple[object, ...]] = Counter()
    rows = Renewal.objects.values_list(
        "establishment", "status", "intent", "version", "answer_until", "held_at"
    )
    for establishment, *state, held_at in rows.iterator():
        member = by_key.get(establishment)
        found[(member.number if member else "?", *state, held_at is not None)] += 1
    book.compare(expected, found, lambda key: "、".join(map(str, key)))
    numbers = Counter(Establishment.objects.values_list("member_number", flat=True).iterator())
    book.compare(Counter(by_key[key].number for key in by_key), numbers, lambda number: f"事業所{number}")
    return book


def _expected_state(standing: Standing) -> tuple[object, ...]:
    intent = standing.intent if standing.status in ANSWERED else ""
    state = standing.status, intent, standing.version, standing.answer_until
    return standing.member.number, *state, standing.held


def fees_book(expectation: Expectation, *, fiscal_year: int) -> Book:
    """A fee is fixed for exactly the approved, as quoted; what an undone approval fixed stays as history."""
    book = Book("年会費：承認した会員だけに、見積りどおりの金額")
    fixed = Counter(
        (standing.member.number, fiscal_year, amount)
        for standing in expectation.standings
        for amount in standing.fees
    )
    rows = FixedFee.objects.values_list("establishment__member_number", "fiscal_year", "amount")
    book.compare(fixed, Counter(rows.iterator()), _fee)
    stands = Counter(
        (standing.member.number, fiscal_year, standing.fees[standing.fee])
        for standing in expectation.standings
        if standing.status == APPROVED and standing.fee is not None
    )
    of_renewals = Renewal.objects.filter(fixed_fee__isnull=False).values_list(
        "establishment__member_number", "campaign__fiscal_year", "fixed_fee__amount"
    )
    book.compare(stands, Counter(of_renewals.iterator()), lambda key: f"更新に結びついた{_fee(key)}")
    granted: Counter[tuple[object, ...]] = Counter(
        _granted(standing) for standing in expectation.standings if standing.status == APPROVED
    )
    applied = AppliedDiscounts.objects.filter(fiscal_year=fiscal_year).values_list(
        "establishment__member_number", "sme", "group__name", "certificate_valid_until"
    )
    recorded: Counter[tuple[object, ...]] = Counter(applied.iterator())
    book.compare(granted, recorded, lambda key: f"次年度の割引 {key[0]}")
    return book


def _fee(key: tuple[str, int, int]) -> str:
    return f"年会費 {key[0]}、{key[1]}年度、{key[2]:,}円"


def _granted(standing: Standing) -> tuple[str, bool, str | None, date | None]:
    """Next year's discounts: those declared, without what was found not to apply."""
    declared, ruling = standing.declared.terms, standing.ruling
    if declared is None or ruling is None:
        raise ValueError(f"{standing.member.number} is approved without an approval")
    terms = declared.without(ruling.told)
    group = None if terms.group is None else GROUPS[terms.group][0]
    return standing.member.number, terms.sme, group, terms.certificate_until


def roster_book(season: Season, settled: Settled, expectation: Expectation) -> Book:
    """The withdrawn are on the roster until 31 March and off it on 1 April; nobody else moves."""
    book = Book("名簿：退会した会員だけが、4月1日に外れる")
    written = [
        standing for standing in expectation.standings if standing.member.index in settled.establishments
    ]
    for day in (season.calendar.withdrawal_effective_on, season.calendar.roster_drops_on):
        expected = Counter(standing.member.number for standing in written if standing.on_roster(day))
        found = Counter(
            Establishment.objects.on_roster(day).values_list("member_number", flat=True).iterator()
        )
        book.compare(expected, found, f"{format_day(day)}の{{}}".format)
    return book


def chain_book() -> Book:
    book = Book("監査記録：連鎖が切れていない")
    try:
        book.checked = verify_chain()
    except ChainBroken as broken:
        book.findings.append(f"連鎖が切れています：{broken}")
    return book


def trail_book(people: Sequence[Member], settled: Settled, expectation: Expectation) -> Book:
    """One entry for everything that was done, by whom it was done, and none besides."""
    book = Book("監査記録：行われた操作がすべて、1件ずつある")
    book.compare(
        expectation.trail,
        Counter(_entries(people, settled)),
        lambda entry: (
            f"{format_day(entry.day)}　{entry.verb}　{_number(people, entry.member)}　{entry.actor}"
        ),
    )
    return book


def _entries(people: Sequence[Member], settled: Settled) -> Iterator[Entry]:
    places = {member.number: member.index for member in people}
    actors = {f"user:{user.pk}": f"desk:{desk}" for desk, user in settled.staff.items()}
    actors |= {f"user:{key}": f"clerk:{place}" for place, key in settled.clerks.items()}
    rows = AuditEvent.objects.order_by("sequence").values_list(
        "at", "actor", "verb", "member_number", "details"
    )
    for at, actor, verb, number, details in rows.iterator(chunk_size=5000):
        yield Entry(day_of(at), actors.get(actor, actor), verb, places.get(number, -1), details.get("amount"))


def _number(people: Sequence[Member], index: int) -> str:
    return people[index].number if index >= 0 else "年度全体"

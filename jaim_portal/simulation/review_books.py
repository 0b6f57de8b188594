"""The books about changed discounts: what was declared and proven, and what reviewers noted and decided."""

from collections import Counter
from collections.abc import Iterator, Sequence

from discounts.models import Evidence, EvidencePart
from fiscal_calendar.tokyo import day_of
from jaim_portal.simulation.book import Book
from jaim_portal.simulation.declaring import Declared, Proof
from jaim_portal.simulation.expectation import Expectation
from jaim_portal.simulation.expected_review import DAYS_TO_MEND
from jaim_portal.simulation.population import GROUPS
from jaim_portal.simulation.settling import Settled
from jaim_portal.simulation.standing import Ruling, Standing
from jaim_portal.simulation.steps import TOLD, Verdict
from jaim_portal.simulation.wishes import GROUP, SME
from renewals.models import ClaimMark, Decision, DecisionItem, DraftDeclaration, Submission

OUTCOMES = {Verdict.APPROVE: "approved", Verdict.RETURN: "returned"}
Key = tuple[object, ...]


def review_books(settled: Settled, expectation: Expectation) -> list[Book]:
    papers = _papers()
    return [
        _answers(expectation, papers),
        _drafts(expectation, papers),
        _evidence(expectation, papers),
        _decisions(settled, expectation),
        _marks(expectation),
    ]


# --- what members declared ---


def _answers(expectation: Expectation, papers: dict[int | None, tuple[str, ...]]) -> Book:
    """Each version with the discounts, the fee and the papers that were declared, and none besides."""
    book = Book("申請内容：申請されたとおりの割引と金額と書類")
    expected = Counter(
        (standing.member.number, version, declared.intent, channel, declared.amount, *_declared(declared))
        for standing in expectation.standings
        for version, (declared, channel) in enumerate(standing.submissions, 1)
    )
    rows = Submission.objects.values_list(
        "renewal__establishment__member_number",
        "version",
        "intent",
        "channel",
        "amount",
        "sme",
        "group__name",
        "sme_method",
        "certificate_valid_until",
        "sme_evidence",
        "group_evidence",
    )
    found: Counter[Key] = Counter(
        (*values, papers[sme], papers[group]) for *values, sme, group in rows.iterator()
    )
    book.compare(expected, found, lambda key: "申請 " + _in_words(key))
    return book


def _declared(declared: Declared) -> Key:
    terms = declared.terms
    return (
        terms is not None and terms.sme,
        _group(terms.group if terms else None),
        declared.method,
        declared.certificate_until,
        _of(declared.proofs.get(SME)),
        _of(declared.proofs.get(GROUP)),
    )


def _drafts(expectation: Expectation, papers: dict[int | None, tuple[str, ...]]) -> Book:
    """What was filled in last is kept, with its papers; what was discarded is gone."""
    book = Book("入力内容：最後に入力したとおりに残っている")
    expected: Counter[Key] = Counter(
        _filled_in(standing) for standing in expectation.standings if standing.draft is not None
    )
    rows = DraftDeclaration.objects.values_list(
        "renewal__establishment__member_number",
        "sme",
        "sme_method",
        "in_group",
        "group__name",
        "certificate_valid_until",
        "sme_evidence",
        "group_evidence",
    )
    found: Counter[Key] = Counter(
        (*values, papers[sme], papers[group]) for *values, sme, group in rows.iterator()
    )
    book.compare(expected, found, lambda key: "入力内容 " + _in_words(key))
    return book


def _filled_in(standing: Standing) -> Key:
    draft = standing.draft
    if draft is None:
        raise ValueError("no draft")
    wish = draft.wish
    filled = wish.sme, wish.method, wish.in_group, _group(wish.group), wish.certificate_until
    return standing.member.number, *filled, draft.papers(SME), draft.papers(GROUP)


def _evidence(expectation: Expectation, papers: dict[int | None, tuple[str, ...]]) -> Book:
    """Papers that were submitted are sealed; those that nothing refers to are discarded after a day."""
    book = Book("証跡：申請したものは変更できず、使われないものは残っていない")
    expected: Counter[Key] = Counter(
        (standing.member.number, discount, proof.papers, proof.sealed)
        for standing in expectation.standings
        for discount, proof in _proofs(standing)
    )
    rows = Evidence.objects.values_list("establishment__member_number", "discount", "pk", "sealed_at")
    found: Counter[Key] = Counter(
        (number, discount, papers[key], sealed_at is not None)
        for number, discount, key, sealed_at in rows.iterator()
    )
    book.compare(expected, found, lambda key: "証跡 " + _in_words(key))
    return book


def _proofs(standing: Standing) -> Iterator[tuple[str, Proof]]:
    """Each once, though a draft and several answers may hold it."""
    holders = [declared.proofs for declared, _ in standing.submissions]
    if standing.draft is not None:
        holders.append(standing.draft.proofs)
    yield from {id(proof): (discount, proof) for held in holders for discount, proof in held.items()}.values()


def _of(proof: Proof | None) -> tuple[str, ...]:
    return proof.papers if proof else ()


def _papers() -> dict[int | None, tuple[str, ...]]:
    """The papers of each evidence, in order; none where there is none."""
    found: dict[int | None, tuple[str, ...]] = {None: ()}
    rows = EvidencePart.objects.order_by("evidence", "position").values_list("evidence", "papers")
    for evidence, papers in rows.iterator():
        found[evidence] = (*found.get(evidence, ()), *papers)
    return found


# --- what reviewers noted and decided ---


def _decisions(settled: Settled, expectation: Expectation) -> Book:
    """Each decision by whom it was made, undone or not, and what the member is told with it."""
    book = Book("審査の決定：決定ごとに1件、理由と期限のとおり")
    desks = {user.pk: desk for desk, user in settled.staff.items()}
    expected: Counter[Key] = Counter(
        (*_ruling(standing, ruling), ruling.by, ruling.on, _mend_by(ruling), ruling.undone)
        for standing in expectation.standings
        for ruling in standing.rulings
    )
    rows = Decision.objects.values_list(
        "renewal__establishment__member_number",
        "version",
        "outcome",
        "decided_by",
        "decided_at",
        "mend_by",
        "undone_at",
    )
    found: Counter[Key] = Counter(
        (number, version, outcome, desks.get(by), day_of(decided_at), mend_by, undone_at is not None)
        for number, version, outcome, by, decided_at, mend_by, undone_at in rows.iterator()
    )
    book.compare(expected, found, lambda key: "決定 " + _in_words(key))
    told: Counter[Key] = Counter(
        (*_ruling(standing, ruling), discount, TOLD[discount])
        for standing in expectation.standings
        for ruling in standing.rulings
        for discount in ruling.told
    )
    items = DecisionItem.objects.values_list(
        "decision__renewal__establishment__member_number",
        "decision__version",
        "decision__outcome",
        "discount",
        "text",
    )
    said: Counter[Key] = Counter(items.iterator())
    book.compare(told, said, lambda key: "理由 " + _in_words(key))
    return book


def _ruling(standing: Standing, ruling: Ruling) -> Key:
    return standing.member.number, ruling.version, OUTCOMES[ruling.verdict]


def _mend_by(ruling: Ruling) -> object:
    return ruling.on + DAYS_TO_MEND if ruling.verdict == Verdict.RETURN else None


def _marks(expectation: Expectation) -> Book:
    book = Book("審査の印：付けたとおり、割引ごとに1つ")
    expected: Counter[Key] = Counter(
        (standing.member.number, version, discount, mark)
        for standing in expectation.standings
        for (version, discount), mark in standing.marks.items()
    )
    rows = ClaimMark.objects.values_list(
        "renewal__establishment__member_number", "version", "discount", "mark"
    )
    found: Counter[Key] = Counter(rows.iterator())
    book.compare(expected, found, lambda key: "印 " + _in_words(key))
    return book


def _group(place: int | None) -> str | None:
    return None if place is None else GROUPS[place][0]


def _in_words(key: Sequence[object]) -> str:
    return "、".join(map(str, key))

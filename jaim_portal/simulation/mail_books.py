"""The books about mail: what arrived against what was due, and the outbox against what arrived."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from fiscal_calendar.japanese import format_day
from fiscal_calendar.tokyo import day_of
from jaim_portal.simulation import expected_mail as mail
from jaim_portal.simulation.book import Book
from jaim_portal.simulation.expectation import Expectation
from jaim_portal.simulation.expected_mail import Facts, Matter
from jaim_portal.simulation.mailbox import Arrived, Mailbox, key_of
from jaim_portal.simulation.population import Member
from jaim_portal.simulation.steps import TOLD
from jaim_portal.simulation.wishes import GROUP, SME
from mailing.kinds import all_kinds
from mailing.models import OutboxMessage
from mailing.status import MessageStatus
from renewals.reasons import SUPERSEDED

CERTIFICATE_STEPS = (30, 8, 0)  # days left with which each step begins, the last once they are used up
LABELS = {SME: "中小企業割引", GROUP: "正会員団体割引"}


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter that arrived, with the outbox row that its Message-ID names."""

    arrived: Arrived
    matter: Matter

    @property
    def day(self) -> date:
        return day_of(self.arrived.at)


def mail_books(people: Sequence[Member], expectation: Expectation, mailbox: Mailbox) -> list[Book]:
    places = {member.number: member.index for member in people}
    outbox, arrived = _read_outbox(people, places, mailbox)
    letters = [letter for letter in arrived if letter.matter.kind != mail.CERTIFICATE]
    return [
        _delivered(people, expectation, letters),
        _reminders(people, expectation, letters),
        _addresses(people, arrived),
        _certificates(people, arrived),
        outbox,
        _withheld(people, expectation, places),
    ]


def _read_outbox(
    people: Sequence[Member], places: dict[str, int], mailbox: Mailbox
) -> tuple[Book, list[Letter]]:
    """No Message-ID twice; every letter from a row that is marked as sent, and every such row arrived."""
    book = Book("送信箱：Message-IDの重複・未送信・送信失敗がない")
    arrived: dict[UUID, Arrived] = {}
    for received in mailbox.arrived:
        key = key_of(received.message_id)
        if key is None:
            book.findings.append(f"送信箱にないMessage-IDのメールが届きました：{received.message_id}")
        elif key in arrived:
            book.findings.append(
                f"同じMessage-IDのメールが2度届きました：{received.subject}（{received.member_number}）"
            )
        else:
            arrived[key] = received
    letters = []
    rows = OutboxMessage.objects.values_list("pk", "kind", "member_number", "recipient", "status")
    for key, kind, number, recipient, status in rows.iterator(chunk_size=5000):
        letter = arrived.pop(key, None)
        about = f"{_label(kind)}（{number}）"
        book.expect(
            status in (MessageStatus.SENT, MessageStatus.SKIPPED), f"送信されていません：{about}　{status}"
        )
        if (letter is not None) != (status == MessageStatus.SENT):
            book.findings.append(f"送信箱の記録と届いたメールが合いません：{about}　{status}")
        if letter is not None and number in places:
            book.expect(letter.recipients == (recipient,), f"送信箱と違う宛先に届きました：{about}")
            book.expect(letter.member_number == number, f"本文の会員番号が違います：{about}")
            book.expect(letter.addressee.endswith(people[places[number]].site), f"宛名が違います：{about}")
            letters.append(Letter(letter, Matter(kind, places[number], recipient)))
    book.findings += [f"送信箱にないメールが届きました：{letter.subject}" for letter in arrived.values()]
    return book, letters


def _delivered(people: Sequence[Member], expectation: Expectation, letters: Sequence[Letter]) -> Book:
    """Exactly the letters that were due, each on its day, to its address, stating its fee or its last day."""
    book = Book("メール：送るべきものを、正しい宛先へ、その日に1通ずつ")
    due = {key: list(facts) for key, facts in expectation.post.sent.items()}
    expected = Counter({key: len(facts) for key, facts in due.items()})
    found = Counter((letter.matter, letter.day) for letter in letters)
    book.compare(expected, found, lambda key: _describe(people, key[0], key[1]))
    for letter in letters:
        facts = due.get((letter.matter, letter.day))
        if facts and not _states(letter.arrived, facts.pop()):
            about = _describe(people, letter.matter, letter.day)
            book.findings.append(f"金額、締切日、理由のどれかが違います：{about}「{letter.arrived.subject}」")
    return book


def _states(arrived: Arrived, facts: Facts) -> bool:
    fees = set() if facts.amount is None else {facts.amount}
    found = tuple((LABELS[discount], TOLD[discount]) for discount in facts.told)
    if set(arrived.fees) != fees or arrived.found != found:
        return False
    if arrived.mend_by != (format_day(facts.mend_by) if facts.mend_by else ""):
        return False
    if (last_day := facts.last_day) is None:
        return not arrived.last_day
    in_subject = f"{last_day.month}月{last_day.day}日締切" in arrived.subject
    return in_subject and arrived.last_day == format_day(last_day)


def _reminders(people: Sequence[Member], expectation: Expectation, letters: Sequence[Letter]) -> Book:
    book = Book("締切前のお知らせ：回答済みの会員には1通も届いていない")
    for letter in letters:
        if letter.matter.kind == mail.REMINDER:
            standing = expectation.standings[letter.matter.member]
            answered = standing.had_answered(letter.arrived.at)
            book.expect(
                not answered,
                f"回答済みの会員に届きました：{_describe(people, letter.matter, letter.day)}",
            )
    return book


def _certificates(people: Sequence[Member], letters: Sequence[Letter]) -> Book:
    """To holders of a certificate alone, from 30 days before its last day on, once per step of 30, 7 and -1 days."""
    book = Book("会員証の期限のお知らせ：期限の30日前、7日前、過ぎたあとに、1通ずつまで")
    told: Counter[tuple[Matter, int]] = Counter()
    for letter in letters:
        if letter.matter.kind == mail.CERTIFICATE:
            last_day = people[letter.matter.member].certificate_until
            left = (last_day - letter.day).days if last_day else None
            about = _describe(people, letter.matter, letter.day)
            book.expect(
                left is not None and left <= CERTIFICATE_STEPS[0], f"早すぎるか、対象ではありません：{about}"
            )
            step = sum(left < days for days in CERTIFICATE_STEPS[1:]) if left is not None else 0
            told[letter.matter, step] += 1
            book.expect(told[letter.matter, step] == 1, f"同じ時期に2通届きました：{about}")
    return book


def _addresses(people: Sequence[Member], letters: Sequence[Letter]) -> Book:
    book = Book("請求書送付先：手続きのメールが1通も届いていない")
    for letter in letters:
        member = people[letter.matter.member]
        book.expect(
            set(letter.arrived.recipients) <= set(member.addresses),
            f"担当者ではない宛先に届きました：{_describe(people, letter.matter, letter.day)}",
        )
    return book


def _withheld(people: Sequence[Member], expectation: Expectation, places: dict[str, int]) -> Book:
    """A mail whose reason went away, and a reminder that a later one replaced, are kept with a note."""
    book = Book("送らなかったメール：理由がなくなったもの、あとのお知らせにまとめたもの")
    superseded: Counter[Matter] = Counter()
    withheld: Counter[Matter] = Counter()
    for matter, note in _skipped_rows(places):
        (superseded if note == SUPERSEDED else withheld)[matter] += 1
        book.expect(bool(note), f"理由が記録されていません：{_describe(people, matter)}")
    book.compare(expectation.post.withheld, withheld, lambda key: _describe(people, key))
    book.compare(expectation.post.superseded, superseded, lambda key: f"まとめた{_describe(people, key)}")
    return book


def _skipped_rows(places: dict[str, int]) -> Iterator[tuple[Matter, str]]:
    rows = OutboxMessage.objects.filter(status=MessageStatus.SKIPPED)
    for kind, number, recipient, note in rows.values_list("kind", "member_number", "recipient", "note"):
        if number in places and kind != mail.CERTIFICATE:
            yield Matter(kind, places[number], recipient), note


def _describe(people: Sequence[Member], matter: Matter, day: date | None = None) -> str:
    role = "担当者1" if matter.address == people[matter.member].primary else "担当者1以外"
    when = f"、{format_day(day)}" if day else ""
    return f"{_label(matter.kind)}（{people[matter.member].number}、{role}{when}）"


def _label(kind: str) -> str:
    return next((known.label for known in all_kinds() if known.code == kind), kind)

"""The whole season as a list of steps in the order of time, and when which address refuses its mail."""

import random
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from fiscal_calendar.tokyo import at
from jaim_portal.simulation import stories
from jaim_portal.simulation import stories_of_changes as changes
from jaim_portal.simulation.config import Config
from jaim_portal.simulation.population import Member, Presence
from jaim_portal.simulation.review_days import review_days
from jaim_portal.simulation.season import BULK_HOUR, DELIVERIES, ONE_DAY, Season
from jaim_portal.simulation.steps import ALL_RIGHT, Act, Desk, Finding, Step
from jaim_portal.simulation.stories import Story
from jaim_portal.simulation.teller import Teller

# How many in a thousand; the rest continues, changing nothing.
STORIES: tuple[tuple[Story, str, int], ...] = (
    (stories.continues, "期間内に継続を申請", 497),
    (stories.presses_twice, "申請ボタンを何度も押す", 30),
    (stories.leaves, "退会を申請", 40),
    (stories.leaves_and_is_completed_by_hand, "退会を申請し、事務局が完了にする", 10),
    (stories.answers_again, "取り下げて申請し直す", 40),
    (stories.takes_back_and_falls_silent, "取り下げたまま回答しない", 10),
    (stories.stays_silent, "最後まで回答しない", 60),
    (stories.calls_after_the_deadline, "締切後に電話で回答", 40),
    (stories.sends_a_fax, "期間内にFAX・郵送で回答", 20),
    (stories.is_let_in_late, "締切後の再受付で回答", 20),
    (stories.is_let_in_late_and_stays_silent, "締切後の再受付でも回答しない", 10),
    (stories.is_given_more_time, "締切前に回答期限を延ばす", 10),
    (stories.is_reopened_after_approval, "承認後の再受付", 10),
    (stories.stays_after_all, "退会の受理を取り消して継続", 10),
    (stories.stays_though_completed, "退会の完了を取り消して継続", 5),
    (stories.is_reviewed_at_once, "審査開始後に取り下げを試みる", 15),
    (stories.overtakes_the_reviewer, "審査中に申請し直す", 10),
    (stories.takes_back_too_late, "締切後に取り下げを試みる", 10),
    (stories.waits_for_a_decision, "退会の申請が審査待ちのまま", 5),
    (stories.is_undone_in_time, "一括承認を取り消し、もう一度承認", 3),
    (changes.changes, "割引を変更して継続", 60),
    (changes.begins_and_forgets, "割引の変更を入力したまま申請しない", 8),
    (changes.begins_and_discards, "割引の変更を入力し、破棄する", 6),
    (changes.begins_and_answers_otherwise, "割引の変更を入力し、別の回答をする", 5),
    (changes.brings_too_little, "様式5だけで申請を試み、書類を足す", 8),
    (changes.changes_nothing, "変更がないまま「変更あり」で申請を試みる", 5),
    (changes.changes_and_changes_again, "割引の変更を取り下げて申請し直す", 5),
    (changes.confirms_an_old_page, "古い確認画面から割引の変更を申請", 3),
    (changes.mends_in_time, "差戻しをすぐに修正", 10),
    (changes.mends_late, "差戻しを催促のあとに修正", 8),
    (changes.is_returned_twice, "差戻しを2度受けて修正", 3),
    (changes.never_mends, "差戻しを最後まで修正しない", 4),
    (changes.mends_by_another_answer, "差戻しのあと、変更なし・退会で申請", 4),
    (changes.does_not_get_the_discount, "申請した割引が適用されない", 6),
    (changes.is_put_aside, "審査が保留になる", 4),
    (changes.overtakes_the_return, "古い申請への差戻しが断られる", 2),
    (changes.is_let_in_after_a_return, "差戻しのあとの再受付", 2),
    (changes.is_given_more_time_to_fill_in, "入力中に回答期限を延ばす", 2),
    (changes.is_decided_out_of_turn, "順番を待たずに審査し、取り消して承認し直す", 2),
    (changes.returns_by_mistake, "差戻しを取り消して承認", 2),
    (changes.calls_about_a_change, "割引の変更を電話で申請", 3),
)
IN_ONE_GO = "複数の事業所をまとめて継続"
JOINED_AND_ADDED, JOINED_AND_LEFT_OUT = "受付開始後に入会し、対象に追加", "受付開始後に入会し、対象外"
ANSWERS_IN_ONE_GO = 0.6
MEMBERS_PER_HANDING_IN, MOST_HANDED_IN = 50, 40
REFUSING, LONGEST_REFUSAL_HOURS = 0.04, 28


@dataclass(frozen=True, slots=True)
class Window:
    """From when until when a mail server refuses an address for the time being."""

    begins: datetime
    ends: datetime

    def holds(self, moment: datetime) -> bool:
        return self.begins <= moment < self.ends


class Findings:
    """What reviewers find: by member and version of the answer, look by look; all right where no story says."""

    def __init__(self) -> None:
        self._found: dict[tuple[int, int], Sequence[Finding]] = {}

    def add(self, member: int, of_versions: Mapping[int, Sequence[Finding]]) -> None:
        self._found |= {(member, version): found for version, found in of_versions.items()}

    def of(self, member: int, version: int, looks: Mapping[tuple[int, int], int]) -> Finding:
        """At the next look, after as many as ``looks`` counts; from the last one on always the same."""
        found = self._found.get((member, version), [ALL_RIGHT])
        return found[min(looks.get((member, version), 0), len(found) - 1)]


@dataclass(frozen=True)
class Script:
    """``steps`` in the order of time; ``told`` counts the stories; ``refused`` says which address is refused when;
    ``findings`` what is wrong with which answer."""

    steps: Sequence[Step]
    told: Counter[str]
    refused: Mapping[str, Window]
    findings: Findings


def write_script(config: Config, season: Season, people: Sequence[Member]) -> Script:
    told: Counter[str] = Counter()
    steps = [*_of_the_season(season), *review_days(season)]
    findings = Findings()
    for member, name, story in _cast(config, season, people):
        told[name] += 1
        teller = Teller(member, season, config.rng("story", member.index))
        story(teller)
        steps += teller.steps
        findings.add(member.index, teller.findings)
    steps.sort(key=lambda step: step.at)
    steps = list(
        _some_papers_for_real(steps, most=min(MOST_HANDED_IN, config.members // MEMBERS_PER_HANDING_IN))
    )
    return Script(steps, told, _refusals(config, season, people), findings)


def _some_papers_for_real(steps: Sequence[Step], *, most: int) -> Iterator[Step]:
    """The first papers are handed in as PDFs, which starts a process for each; the others are written down as rows."""
    left = most
    for step in steps:
        if left and step.wish and step.wish.brings_papers:
            left -= 1
            yield replace(step, for_real=True)
        else:
            yield step


def _cast(config: Config, season: Season, people: Sequence[Member]) -> Iterator[tuple[Member, str, Story]]:
    """Every story once, as far as there are members for it, then by its share."""
    rng = config.rng("cast")
    members = [member for member in people if member.in_season]
    together = _in_one_go(rng, season, members)
    alone = [member for member in members if member.index not in together]
    rng.shuffle(alone)
    first = [(story, name) for story, name, _ in STORIES][: len(alone)]
    rest = rng.choices(
        [(story, name) for story, name, _ in STORIES],
        weights=[share for _, _, share in STORIES],
        k=len(alone) - len(first),
    )
    for member, (story, name) in zip(alone, [*first, *rest], strict=True):
        yield member, name, story
    for member in members:
        if member.index in together:
            yield member, IN_ONE_GO, _at(together[member.index])
    joined = (member for member in people if member.presence == Presence.ADMITTED_AFTER_OPENING)
    for place, member in enumerate(joined):
        if place % 2 == 0:
            yield member, JOINED_AND_ADDED, stories.joins_and_takes_part
        else:
            yield member, JOINED_AND_LEFT_OUT, stories.joins_and_takes_no_part


def _in_one_go(rng: random.Random, season: Season, members: Sequence[Member]) -> dict[int, datetime]:
    """When the sites of an employer are answered for with one press, by member."""
    sites = Counter(member.corporation for member in members)
    moments: dict[int, datetime] = {}
    chosen: dict[int, datetime] = {}
    for member in members:
        if sites[member.corporation] < 2:
            continue
        if member.index == member.corporation and rng.random() < ANSWERS_IN_ONE_GO:
            moments[member.corporation] = Teller(member, season, rng).in_time()
        if moment := moments.get(member.corporation):
            chosen[member.index] = moment
    return chosen


def _at(moment: datetime) -> Story:
    def continues(teller: Teller) -> None:
        teller.submits(moment)
        teller.decides(moment, "unchanged")

    return continues


def _of_the_season(season: Season) -> Iterator[Step]:
    """The opening and its interruption, the moved deadline, jobs and deliveries of each day, bulk approvals."""
    opened = season.opened_at
    yield Step(season.planned_at, Act.PLAN, by=Desk.MANAGER)
    yield Step(opened, Act.OPEN, by=Desk.MANAGER)
    yield Step(opened + timedelta(minutes=1), Act.OPENING_INTERRUPTED)
    yield Step(opened + timedelta(minutes=10), Act.RUN_JOBS, send=False)
    yield Step(opened + timedelta(minutes=15), Act.DELIVER)
    yield Step(opened + timedelta(minutes=30), Act.DELIVER)
    yield Step(season.moved_at, Act.MOVE_DEADLINE, by=Desk.MANAGER, until=season.deadline)
    for day in season.bulk_days():
        yield Step(at(day, BULK_HOUR), Act.BULK_APPROVE)
    for day in season.days():
        if day in season.dark:
            continue
        if day not in season.skipped and day != season.calendar.opens_on:
            yield Step(at(day, 9), Act.RUN_JOBS)
            if hour := season.doubled.get(day):
                yield Step(at(day, hour, 1), Act.RUN_JOBS)
        for hour in DELIVERIES:
            yield Step(at(day, hour), Act.DELIVER)
        if at(day, 5) in season.server_down:
            yield Step(at(day, 5, 30), Act.DELIVER)


def _refusals(config: Config, season: Season, people: Sequence[Member]) -> Mapping[str, Window]:
    """For a while some addresses are refused: at the opening, at the deadline, or any time."""
    rng = config.rng("refusals")
    addresses = sorted({address for member in people if member.in_season for address in member.addresses})
    chosen = rng.sample(addresses, min(len(addresses), max(2, int(len(addresses) * REFUSING))))
    windows = {}
    for place, address in enumerate(chosen):
        if place % 3 == 0:
            begins = season.opened_at
        elif place % 3 == 1:
            begins = at(season.deadline - ONE_DAY, 8)
        else:
            days = (season.last_day - season.first_day).days - 3
            begins = at(season.first_day + rng.randrange(days) * ONE_DAY, rng.randrange(24))
        windows[address] = Window(
            begins, begins + timedelta(minutes=rng.randint(60, LONGEST_REFUSAL_HOURS * 60))
        )
    return windows

"""Members in the admin: what is edited leaves a trace, what must not be edited cannot be."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from audit.models import AuditEvent
from audit.trail import verify_chain
from fiscal_calendar.tokyo import at
from mailing.models import OutboxMessage
from mailing.status import MessageStatus
from members.models import Assignment, Contact, Corporation, Establishment, StaffRole, User
from tests.factories import CorporationFactory, EstablishmentFactory, UserFactory, address

pytestmark = pytest.mark.django_db
NOW = at(date(2027, 1, 5), 10)


@pytest.fixture
def browser(login: Any) -> Client:
    return login(UserFactory(manager=True))


def url(model: str, action: str, *args: Any) -> str:
    return reverse(f"admin:members_{model}_{action}", args=args)


def form_of(response: Any) -> dict[str, Any]:
    """What the browser would send back from a change page as it was shown."""
    context = response.context
    data: dict[str, Any] = {}
    forms = [context["adminform"].form]
    for inline in context["inline_admin_formsets"]:
        forms += [inline.formset.management_form, *inline.formset.forms]
    for form in forms:
        for bound in form:
            value = bound.value()
            if value is True:
                value = "on"
            if value is not None and value is not False:
                data[bound.html_name] = value if isinstance(value, str | int) else str(value)
    return data


def last_event() -> AuditEvent:
    return AuditEvent.objects.first()


# --- corporations -------------------------------------------------------------------------------------------


def test_a_corporation_is_changed_and_traced_without_its_values(browser: Client) -> None:
    corporation = CorporationFactory(name="株式会社旧")
    page = url("corporation", "change", corporation.pk)
    browser.post(page, {**form_of(browser.get(page)), "name": "株式会社𠮷田"})
    corporation.refresh_from_db()
    assert corporation.name == "株式会社𠮷田"
    event = last_event()
    assert (event.verb, event.subject) == ("corporation.change", f"corporation:{corporation.pk}")
    assert event.details == {"fields": ["name"]}
    verify_chain()


def test_saving_without_a_change_leaves_no_trace(browser: Client) -> None:
    corporation = CorporationFactory()
    page = url("corporation", "change", corporation.pk)
    browser.post(page, form_of(browser.get(page)))
    assert not AuditEvent.objects.exists()


@pytest.mark.parametrize(
    ("data", "error"),
    [
        ({"corporate_number": ""}, "法人番号を入力してください。"),
        ({"corporate_number": "1234567890123"}, "検査数字が合うもの"),
        (
            {"corporate_number": "7000012050002", "is_sole_proprietor": "on"},
            "個人事業主には法人番号を入力しないでください。",
        ),
    ],
)
def test_a_corporation_that_cannot_be_says_why(browser: Client, data: dict, error: str) -> None:
    shown = browser.post(url("corporation", "add"), {"name": "株式会社例", "name_kana": "", **data})
    assert error in shown.content.decode()
    assert "one_" not in shown.content.decode().split("errorlist")[1][:300]
    assert not Corporation.objects.exists()


def test_a_sole_proprietor_needs_no_number(browser: Client) -> None:
    browser.post(url("corporation", "add"), {"name": "髙橋 一郎", "is_sole_proprietor": "on"})
    assert Corporation.objects.get().corporate_number is None


# --- establishments -----------------------------------------------------------------------------------------


def test_an_establishment_and_its_contacts_are_changed_and_traced(browser: Client) -> None:
    establishment = EstablishmentFactory(phone="03-1111-1111")
    page = url("establishment", "change", establishment.pk)
    data = form_of(browser.get(page))
    data |= {"phone": "03-2222-2222", "contacts-0-email": "new@example.jp"}
    response = browser.post(page, data)
    assert response.status_code == 302, response.context["errors"]
    establishment.refresh_from_db()
    assert establishment.phone == "03-2222-2222"
    event = last_event()
    assert (event.verb, event.member_number) == ("establishment.change", establishment.member_number)
    assert event.details == {"fields": ["phone"], "contact.changed": ["email"]}
    assert "new@example.jp" not in str(event.details)


def test_rows_of_an_inline_that_come_and_go_are_counted(browser: Client) -> None:
    establishment = EstablishmentFactory()
    page = url("establishment", "change", establishment.pk)
    data = form_of(browser.get(page))
    data |= {
        "contacts-1-DELETE": "on",
        "industries-TOTAL_FORMS": 2,
        "industries-1-code": "2731",
        "industries-1-establishment": establishment.pk,
    }
    assert browser.post(page, data).status_code == 302
    assert last_event().details == {"contact.deleted": 1, "establishmentindustry.added": 1}


def test_the_day_of_leaving_and_the_member_number_cannot_be_typed(browser: Client) -> None:
    establishment = EstablishmentFactory(member_number="S1")
    page = url("establishment", "change", establishment.pk)
    data = {**form_of(browser.get(page)), "left_on": "2020-01-01", "member_number": "S2", "phone": "1"}
    browser.post(page, data)
    establishment.refresh_from_db()
    assert (establishment.member_number, establishment.left_on, establishment.phone) == ("S1", None, "1")


def test_an_establishment_can_go_to_another_corporation(browser: Client) -> None:
    establishment, other = EstablishmentFactory(), CorporationFactory()
    page = url("establishment", "change", establishment.pk)
    browser.post(page, {**form_of(browser.get(page)), "corporation": other.pk})
    establishment.refresh_from_db()
    assert establishment.corporation == other
    assert last_event().details == {"fields": ["corporation"]}


def test_an_establishment_can_be_added(browser: Client) -> None:
    corporation = CorporationFactory()
    data = form_of(browser.get(url("establishment", "add")))
    data |= {
        "member_number": "NEW-1",
        "corporation": corporation.pk,
        "name": "燕工場",
        "joined_on": "2026-10-01",
    }
    response = browser.post(url("establishment", "add"), data)
    assert response.status_code == 302
    assert Establishment.objects.get().member_number == "NEW-1"
    assert last_event().verb == "establishment.add"


def test_two_contacts_of_one_role_are_refused_in_words(browser: Client) -> None:
    establishment = EstablishmentFactory()
    page = url("establishment", "change", establishment.pk)
    data = {**form_of(browser.get(page)), "contacts-1-role": "primary", "contacts-0-role": "primary"}
    shown = browser.post(page, data).content.decode()
    assert "同じ区分の連絡先が2つあります。" in shown


@pytest.mark.parametrize("role", [StaffRole.READ_ONLY, StaffRole.BILLING])
def test_those_who_may_only_look_cannot_save(login: Any, role: str) -> None:
    establishment = EstablishmentFactory(phone="1")
    browser = login(UserFactory(role=role))
    page = url("establishment", "change", establishment.pk)
    shown = browser.get(page)
    assert shown.status_code == 200
    assert 'name="_save"' not in shown.content.decode()
    assert browser.post(page, {"phone": "2"}).status_code == 403
    establishment.refresh_from_db()
    assert establishment.phone == "1"


def test_the_lists_queries_do_not_depend_on_its_length(
    browser: Client, django_assert_max_num_queries: Any
) -> None:
    counts = []
    for more in (3, 27):
        for _ in range(more):
            EstablishmentFactory()
        with django_assert_max_num_queries(12) as queries:
            browser.get(url("establishment", "changelist"))
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_the_trail_of_one_member_is_one_link_away(browser: Client) -> None:
    establishment = EstablishmentFactory()
    response = browser.get(url("establishment", "history", establishment.pk))
    assert response["Location"].endswith(f"?subject=establishment%3A{establishment.pk}")
    assert browser.get(response["Location"]).status_code == 200


# --- inviting -----------------------------------------------------------------------------------------------


def act(browser: Client, model: str, action: str, *chosen: Any) -> Any:
    data = {"action": action, "_selected_action": [row.pk for row in chosen], "index": 0}
    return browser.post(url(model, "changelist"), data, follow=True)


def test_inviting_gives_contacts_an_account_and_queues_the_mail(browser: Client) -> None:
    establishment, unreachable = (
        EstablishmentFactory(several_contacts=True),
        EstablishmentFactory(contacts=[]),
    )
    response = act(browser, "establishment", "invite_contacts", establishment, unreachable)
    assert Assignment.objects.filter(establishment=establishment).count() == 2
    assert OutboxMessage.objects.filter(kind="invitation").count() == 2
    assert "2人の担当者を登録しました。" in response.content.decode()
    assert "担当者の連絡先がない事業所が1件ありました。" in response.content.decode()


def test_the_billing_contact_is_not_invited(browser: Client) -> None:
    establishment = EstablishmentFactory()
    act(browser, "establishment", "invite_contacts", establishment)
    billing = Contact.objects.get(establishment=establishment, role="billing")
    assert not User.objects.filter(email=billing.email).exists()


@pytest.mark.parametrize("role", [StaffRole.READ_ONLY, StaffRole.BILLING])
def test_others_do_not_invite(login: Any, role: str) -> None:
    establishment = EstablishmentFactory()
    act(login(UserFactory(role=role)), "establishment", "invite_contacts", establishment)
    assert not Assignment.objects.exists()


def invited() -> list[str]:
    return list(OutboxMessage.objects.filter(kind="invitation").values_list("member_number", flat=True))


def test_a_second_press_goes_on_where_the_first_stopped(
    browser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("members.admin.MOST_INVITED", 2)
    members = [EstablishmentFactory() for _ in range(5)]
    numbers = [member.member_number for member in members]
    first = act(browser, "establishment", "invite_contacts", *members).content.decode()
    assert sorted(invited()) == numbers[:2]
    assert "残りは3人です。" in first
    act(browser, "establishment", "invite_contacts", *members)
    third = act(browser, "establishment", "invite_contacts", *members).content.decode()
    assert sorted(invited()) == numbers
    assert "残りは" not in third
    fourth = act(browser, "establishment", "invite_contacts", *members).content.decode()
    assert sorted(invited()) == numbers
    assert "案内が必要な人はいませんでした。" in fourth


@pytest.mark.parametrize(
    ("status", "days_ago", "again"),
    [
        (MessageStatus.QUEUED, 20, False),
        (MessageStatus.SENT, 13, False),
        (MessageStatus.SENT, 14, True),
        (MessageStatus.FAILED, 1, True),
    ],
)
def test_an_invitation_is_repeated_once_it_failed_or_expired(
    clock: Any, login: Any, status: str, days_ago: int, again: bool
) -> None:
    clock.set(NOW)
    browser = login(UserFactory(manager=True))
    establishment = EstablishmentFactory()
    act(browser, "establishment", "invite_contacts", establishment)
    then = NOW - timedelta(days=days_ago)
    OutboxMessage.objects.update(status=status, queued_at=then, sent_at=then)
    clock.set(NOW + timedelta(seconds=1))
    act(browser, "establishment", "invite_contacts", establishment)
    assert len(invited()) == (2 if again else 1)


def test_those_who_act_already_or_whose_account_is_closed_need_no_invitation(browser: Client) -> None:
    using, closed, elsewhere = (EstablishmentFactory() for _ in range(3))
    UserFactory(email=address(using, "primary"), acts_for=[using])
    UserFactory(email=address(closed, "primary"), is_active=False)
    clerk = UserFactory(email=address(elsewhere, "primary"), acts_for=[using])
    shown = act(browser, "establishment", "invite_contacts", using, closed, elsewhere).content.decode()
    assert "1人の担当者を登録しました。" in shown
    assert clerk.establishments.count() == 2
    assert not invited()


def test_members_are_told_apart_by_how_far_they_have_come(browser: Client) -> None:
    waiting, invited_, using, closed = (EstablishmentFactory() for _ in range(4))
    UserFactory(invited=True, acts_for=[invited_, using])
    UserFactory(acts_for=[using])
    UserFactory(acts_for=[closed], is_active=False)
    found = {
        start: set(
            browser.get(url("establishment", "changelist"), {"start": start}).context["cl"].result_list
        )
        for start in ("none", "invited", "using")
    }
    assert found == {"none": {waiting, closed}, "invited": {invited_}, "using": {using}}
    shown = browser.get(url("establishment", "changelist")).content.decode()
    assert all(label in shown for label in ("利用開始", "未案内", "案内済み（未設定）", "利用中"))


def test_contacts_are_listed_contact_1_first(browser: Client) -> None:
    establishment = EstablishmentFactory(contacts=["billing", "secondary", "primary"])
    shown = browser.get(url("establishment", "change", establishment.pk))
    [contacts] = [
        inline.formset for inline in shown.context["inline_admin_formsets"] if inline.formset.model is Contact
    ]
    assert [form.instance.role for form in contacts.initial_forms] == ["primary", "secondary", "billing"]


def test_an_assignment_names_person_and_member(browser: Client, django_assert_max_num_queries: Any) -> None:
    establishment = EstablishmentFactory(member_number="S7")
    for name in ("a", "b"):
        UserFactory(email=f"{name}@people.example.jp", acts_for=[establishment])
    shown = browser.get(url("establishment", "change", establishment.pk))
    assert "a@people.example.jp → S7" in shown.content.decode()
    [rows] = [
        inline.formset.queryset
        for inline in shown.context["inline_admin_formsets"]
        if inline.formset.model is Assignment
    ]
    with django_assert_max_num_queries(1):
        assert len({str(row) for row in rows.all()}) == 2


# --- accounts -----------------------------------------------------------------------------------------------


def test_an_account_is_made_without_a_password(browser: Client) -> None:
    data = form_of(browser.get(url("user", "add")))
    data |= {"email": "Hanako@JAIM.example", "name": "審査 花子", "role": "reviewer", "is_active": "on"}
    assert browser.post(url("user", "add"), data).status_code == 302
    user = User.objects.get(email="hanako@jaim.example")
    assert not user.has_usable_password()
    assert last_event().details["role"] == "reviewer"


def test_an_address_that_is_taken_is_said(browser: Client) -> None:
    UserFactory(email="taken@example.jp")
    data = {**form_of(browser.get(url("user", "add"))), "email": "TAKEN@example.jp", "is_active": "on"}
    assert (
        "このメールアドレスのアカウントは、すでにあります。"
        in browser.post(url("user", "add"), data).content.decode()
    )


def test_a_role_is_changed_and_the_new_one_is_in_the_trail(browser: Client) -> None:
    user = UserFactory(reviewer=True)
    page = url("user", "change", user.pk)
    browser.post(page, {**form_of(browser.get(page)), "role": "manager"})
    user.refresh_from_db()
    assert user.role == StaffRole.MANAGER
    assert last_event().details == {"fields": ["role"], "role": "manager"}


@pytest.mark.parametrize("changes", [{"role": "read_only"}, {"is_active": ""}])
def test_nobody_takes_away_their_own_way_in(login: Any, changes: dict) -> None:
    me = UserFactory(manager=True)
    browser = login(me)
    page = url("user", "change", me.pk)
    data = {**form_of(browser.get(page)), **changes}
    shown = browser.post(page, {key: value for key, value in data.items() if value})
    assert "ほかの管理者に頼んでください。" in shown.content.decode()
    me.refresh_from_db()
    assert (me.role, me.is_active) == (StaffRole.MANAGER, True)


def test_no_page_shows_or_takes_a_password(browser: Client) -> None:
    user = UserFactory()
    shown = browser.get(url("user", "change", user.pk)).content.decode()
    assert "password" not in shown.replace("account_change_password", "")
    before = user.password
    page = url("user", "change", user.pk)
    browser.post(page, {**form_of(browser.get(page)), "password": "x", "name": "新しい名"})
    user.refresh_from_db()
    assert (user.password, user.name) == (before, "新しい名")


def test_a_password_link_is_sent_and_says_who_asked(browser: Client) -> None:
    user = UserFactory(reviewer=True)
    act(browser, "user", "send_password_links", user)
    assert OutboxMessage.objects.get().recipient == user.email
    manager = User.objects.get(role=StaffRole.MANAGER)
    assert AuditEvent.objects.get(verb="account.reset_password").actor == f"user:{manager.pk}"


def test_password_links_beyond_one_press_are_said(browser: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("members.admin.MOST_INVITED", 2)
    users = [UserFactory(reviewer=True) for _ in range(5)]
    shown = act(browser, "user", "send_password_links", *users).content.decode()
    assert OutboxMessage.objects.count() == 2
    assert "残りの3人には送っていません。" in shown


@pytest.mark.parametrize("role", [StaffRole.REVIEWER, StaffRole.BILLING, StaffRole.READ_ONLY])
def test_only_a_manager_changes_accounts(login: Any, role: str) -> None:
    other = UserFactory(reviewer=True)
    browser = login(UserFactory(role=role))
    assert browser.post(url("user", "change", other.pk), {"role": "manager"}).status_code == 403
    act(browser, "user", "send_password_links", other)
    assert not OutboxMessage.objects.exists()

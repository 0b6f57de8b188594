import re
from datetime import datetime, timedelta

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from audit.models import AuditEvent
from mailing.models import OutboxMessage
from mailing.sending import deliver_due
from mailing.status import MessageStatus
from members.invitations import INVITATION, PASSWORD_RESET, invite, password_link_tokens, send_password_reset
from members.models import Contact, ContactRole, User
from tests.factories import JOB, OPENED_AT, PASSWORD, ContactFactory, EstablishmentFactory, UserFactory

pytestmark = pytest.mark.django_db
NEW_PASSWORD = "a-new-and-long-password"


@pytest.fixture
def contact() -> Contact:
    return EstablishmentFactory().contacts.get(role=ContactRole.PRIMARY)


def sent_link() -> str:
    """The path of the link in the last mail, after sending what is due."""
    deliver_due(now=OPENED_AT)
    [link] = re.findall(r"http://localhost:8000(\S+)", mail.outbox[-1].body)
    return link


def set_password(link: str) -> bool:
    """Follow ``link`` and set a new password; False if the page says that the link is no good."""
    client = Client()
    form = client.get(link, follow=True)
    if not form.context["validlink"]:
        return False
    form_path = form.redirect_chain[-1][0]
    done = client.post(form_path, {"new_password1": NEW_PASSWORD, "new_password2": NEW_PASSWORD})
    assert (done.status_code, done["Location"]) == (302, reverse("password_link_done"))
    return True


# --- inviting -----------------------------------------------------------------------------------------


def test_a_contact_gets_an_account_that_acts_for_its_establishment(contact: Contact) -> None:
    user = invite(contact=contact, by=JOB, now=OPENED_AT)
    assert user.email == contact.email
    assert list(user.establishments.all()) == [contact.establishment]
    assert not user.has_usable_password()
    message = OutboxMessage.objects.get()
    assert (message.kind, message.recipient) == (INVITATION.code, contact.email)
    assert message.member_number == contact.establishment.member_number
    [entry] = AuditEvent.objects.filter(verb="account.invite")
    assert (entry.subject, entry.member_number) == (f"user:{user.pk}", contact.establishment.member_number)


def test_somebody_with_a_password_is_assigned_one_more_establishment_without_mail(contact: Contact) -> None:
    user = UserFactory(email=contact.email, acts_for=[EstablishmentFactory()])
    assert invite(contact=contact, by=JOB, now=OPENED_AT) == user
    assert user.establishments.count() == 2
    assert not OutboxMessage.objects.exists()


def test_whoever_has_no_password_yet_is_invited_again(contact: Contact) -> None:
    for days in (0, 7):
        invite(contact=contact, by=JOB, now=OPENED_AT + timedelta(days=days))
    assert User.objects.count() == 1
    assert OutboxMessage.objects.count() == 2


def test_an_address_in_capitals_is_the_same_person() -> None:
    in_capitals = ContactFactory(establishment=EstablishmentFactory(contacts=[]), email="Hanako@Example.JP")
    first = invite(contact=in_capitals, by=JOB, now=OPENED_AT)
    assert invite(contact=in_capitals, by=JOB, now=OPENED_AT + timedelta(days=1)) == first
    assert first.email == "hanako@example.jp"


# --- the link -----------------------------------------------------------------------------------------


def test_the_link_sets_a_password_once(contact: Contact) -> None:
    user = invite(contact=contact, by=JOB, now=OPENED_AT)
    link = sent_link()
    assert set_password(link)
    user.refresh_from_db()
    assert user.check_password(NEW_PASSWORD)
    assert not set_password(link)


def test_the_link_is_in_the_mail_and_nowhere_else(contact: Contact) -> None:
    invite(contact=contact, by=JOB, now=OPENED_AT)
    token = sent_link().rstrip("/").rpartition("/")[2]
    message = OutboxMessage.objects.get()
    assert message.status == MessageStatus.SENT
    assert token in mail.outbox[0].body
    assert token not in "".join(map(str, OutboxMessage.objects.values_list().get()))
    assert token not in "".join(map(str, AuditEvent.objects.values_list("details", flat=True)))


@pytest.mark.parametrize(
    ("invited", "age", "good"),
    [
        (True, timedelta(days=13, hours=23), True),
        (True, timedelta(days=14, minutes=1), False),
        (False, timedelta(hours=23), True),
        (False, timedelta(hours=24, minutes=1), False),
    ],
    ids=["invitation in time", "invitation too late", "reset in time", "reset too late"],
)
def test_the_link_expires(
    invited: bool, age: timedelta, good: bool, contact: Contact, monkeypatch: pytest.MonkeyPatch
) -> None:
    if invited:
        invite(contact=contact, by=JOB, now=OPENED_AT)
    else:
        send_password_reset(user=UserFactory(password=PASSWORD), now=OPENED_AT)
    link = sent_link()
    later = datetime.now() + age  # noqa: DTZ005  (as Django's tokens count)
    monkeypatch.setattr(password_link_tokens, "_now", lambda: later)
    assert set_password(link) is good


@pytest.mark.parametrize("token", ["", "nonsense", "c-", "!!!-abc", "set-password"])
def test_a_link_that_nobody_sent_is_no_good(token: str) -> None:
    user = UserFactory()
    assert not password_link_tokens.check_token(user, token)


def test_a_link_is_good_for_its_own_account_only() -> None:
    one, other = UserFactory.create_batch(2)
    assert not password_link_tokens.check_token(other, password_link_tokens.make_token(one))


def test_every_reset_that_was_asked_for_is_a_mail_of_its_own() -> None:
    user = UserFactory()
    for seconds in (0, 1):
        send_password_reset(user=user, now=OPENED_AT + timedelta(seconds=seconds))
    assert OutboxMessage.objects.filter(kind=PASSWORD_RESET.code, recipient=user.email).count() == 2
    assert AuditEvent.objects.filter(verb="account.reset_password", actor=f"user:{user.pk}").count() == 2


@pytest.mark.parametrize("gone", ["closed", "deleted"])
def test_an_account_that_is_gone_gets_no_link(gone: str, contact: Contact) -> None:
    user = invite(contact=contact, by=JOB, now=OPENED_AT)
    if gone == "closed":
        User.objects.update(is_active=False)
    else:
        user.delete()
    assert deliver_due(now=OPENED_AT).skipped == 1
    message = OutboxMessage.objects.get()
    assert (message.status, message.note) == (MessageStatus.SKIPPED, "アカウントが無効")
    assert mail.outbox == []


# --- an invitation that expired -------------------------------------------------------------------------


def test_somebody_without_a_password_gets_a_new_link_from_the_login_page(contact: Contact, clock) -> None:
    clock.set(OPENED_AT)
    invited = invite(contact=contact, by=JOB, now=OPENED_AT)
    Client().post(reverse("account_reset_password"), {"email": invited.email})
    assert set_password(sent_link())
    invited.refresh_from_db()
    assert invited.check_password(NEW_PASSWORD)


def test_a_link_that_is_no_good_leads_to_a_new_one() -> None:
    page = Client().get(reverse("password_link", args=["MQ", "abc-def"])).content.decode()
    assert "はじめての方も" in page
    assert page.count(reverse("account_reset_password")) == 2

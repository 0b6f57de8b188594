"""The secretariat looks at evidence, and words what members read about each paper."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from audit.models import AuditEvent
from discounts.models import PaperText
from discounts.papers import Paper
from members.models import StaffRole, User
from tests.factories import EvidenceFactory, UserFactory

pytestmark = pytest.mark.django_db
SAID = {"help": "会費の領収書です。", "where": "経理担当の方にお尋ねください。"}


@pytest.fixture
def manager(login: Callable[[User], Client]) -> Client:
    return login(UserFactory(manager=True))


def page(client: Client, name: str, *args: object) -> str:
    response = client.get(reverse(f"admin:discounts_{name}", args=args))
    assert response.status_code == 200
    return response.content.decode()


def test_evidence_leads_to_its_pdf_and_shows_what_was_said(manager: Client) -> None:
    evidence = EvidenceFactory(files=[["秘密の本文"]], papers=[[Paper.FORM5]])
    pdf = reverse("evidence_pdf", args=[evidence.key])
    shown = page(manager, "evidence_changelist")
    assert pdf in shown
    assert evidence.establishment.member_number in shown
    shown = page(manager, "evidence_change", evidence.pk)
    assert pdf in shown
    assert Paper.FORM5.label in shown


def test_a_file_leads_to_its_copy_and_its_original_and_shows_no_text(manager: Client) -> None:
    file = EvidenceFactory(files=[["秘密の本文"]]).parts.get().file
    shown = page(manager, "evidencefile_change", file.pk)
    assert reverse("evidence_file", args=[file.key]) in shown
    assert reverse("evidence_original", args=[file.key]) in shown
    for text in (shown, page(manager, "evidencefile_changelist"), page(manager, "evidence_changelist")):
        assert "秘密の本文" not in text
        assert file.original not in text


@pytest.mark.parametrize("name", ["evidence_changelist", "evidencefile_changelist"])
def test_a_list_costs_the_same_however_long(
    name: str, manager: Client, django_assert_max_num_queries: Callable
) -> None:
    for _ in range(12):
        EvidenceFactory()
    with django_assert_max_num_queries(8):
        page(manager, name)


def test_evidence_is_found_by_its_member(manager: Client) -> None:
    wanted, other = EvidenceFactory(), EvidenceFactory()
    address = reverse("admin:discounts_evidence_changelist")
    shown = manager.get(address, {"q": wanted.establishment.member_number}).content.decode()
    assert reverse("evidence_pdf", args=[wanted.key]) in shown
    assert reverse("evidence_pdf", args=[other.key]) not in shown


def test_a_manager_words_a_text_and_the_trail_says_so(manager: Client) -> None:
    text = PaperText.objects.get(paper=Paper.DUES)
    manager.post(reverse("admin:discounts_papertext_change", args=[text.pk]), SAID)
    text.refresh_from_db()
    assert (text.help, text.where, text.paper) == (*SAID.values(), Paper.DUES)
    entry = AuditEvent.objects.latest("sequence")
    assert (entry.verb, entry.details) == ("papertext.change", {"fields": ["help", "where"]})


@pytest.mark.parametrize("role", [StaffRole.REVIEWER, StaffRole.BILLING, StaffRole.READ_ONLY])
def test_nobody_else_does(role: str, login: Callable[[User], Client]) -> None:
    text = PaperText.objects.get(paper=Paper.DUES)
    address = reverse("admin:discounts_papertext_change", args=[text.pk])
    assert login(UserFactory(role=role)).post(address, SAID).status_code == 403


def test_no_text_is_added(manager: Client) -> None:
    assert manager.get(reverse("admin:discounts_papertext_add")).status_code == 403

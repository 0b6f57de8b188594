"""Whoever changes something leaves an entry in the trail, in the same transaction."""

import ast
import re
from functools import cache

import pytest

from audit.models import AuditEvent
from audit.wording import verb_label
from renewals.status import TRANSITIONS, Transition
from tests.architecture.sources import Module, modules
from tests.factories import clerk_of, staff
from tests.renewals.test_status import BY_THE_MEMBER, VERBS, renewal_for

# Transactions that change no member's affairs: queued mail is a record of its own.
NOT_A_VERB = {
    "discounts.certificate_notices._remind",
    "mailing.sending.claim_due",
    "renewals.reminders._remind",
    "renewals.corrections.queue_correction_reminders",
    "fees.admin.change_view",
}


@pytest.mark.django_db
@pytest.mark.parametrize("move", TRANSITIONS, ids=lambda move: f"{move.verb} from {move.source}")
def test_every_move_leaves_one_entry(move: Transition) -> None:
    renewal = renewal_for(move.verb, move.source)
    by = clerk_of(renewal) if move.verb in BY_THE_MEMBER else staff()
    before = AuditEvent.objects.count()
    VERBS[move.verb](renewal, by)
    entry = AuditEvent.objects.latest("sequence")
    assert AuditEvent.objects.count() == before + 1
    assert (entry.verb, entry.subject) == (f"renewal.{move.verb}", f"renewal:{renewal.pk}")
    assert entry.member_number == renewal.establishment.member_number


# --- by reading the code ------------------------------------------------------------------------------


@cache
def functions() -> dict[str, ast.FunctionDef]:
    """Every function and method by module and name."""
    return {
        f"{module.name}.{node.name}": node
        for module in modules()
        for node in ast.walk(module.tree)
        if isinstance(node, ast.FunctionDef)
    }


@cache
def names_in(module: Module) -> dict[str, str]:
    """What a name in the module stands for."""
    local = {name.rpartition(".")[2]: name for name in functions() if name.rpartition(".")[0] == module.name}
    return {full.rpartition(".")[2]: full for full in module.imports()} | local


def opens_a_transaction(function: ast.FunctionDef) -> bool:
    return any(
        isinstance(node, ast.With) and any("transaction.atomic" in ast.unparse(item) for item in node.items)
        for node in ast.walk(function)
    )


def leads_to_the_trail(name: str, seen: frozenset[str] = frozenset()) -> bool:
    """Whether the function calls ``audit.trail.record``, itself or through what it calls."""
    if name == "audit.trail.record":
        return True
    if name in seen or name not in functions():
        return False
    module = next(module for module in modules() if module.name == name.rpartition(".")[0])
    known = names_in(module)
    calls = (node.func for node in ast.walk(functions()[name]) if isinstance(node, ast.Call))
    return any(leads_to_the_trail(full, seen | {name}) for call in calls if (full := full_name(call, known)))


def full_name(call: ast.expr, known: dict[str, str]) -> str | None:
    """What is called by ``verb(…)``, ``module.verb(…)`` or ``thing.verb(…)``, as far as the module's names tell."""
    if not isinstance(call, ast.Attribute):
        return known.get(getattr(call, "id", ""))
    owner = known.get(getattr(call.value, "id", ""))
    in_module = f"{owner}.{call.attr}"
    return in_module if in_module in functions() else known.get(call.attr)


TRANSACTIONS = sorted(name for name, node in functions().items() if opens_a_transaction(node))


def test_the_verbs_are_found() -> None:
    assert {
        "renewals.lifecycle.submit",
        "renewals.campaign.move_deadline",
        "members.invitations.invite",
    } <= set(TRANSACTIONS)


def test_every_transaction_ends_in_the_trail() -> None:
    assert {name for name in TRANSACTIONS if not leads_to_the_trail(name)} == NOT_A_VERB


def test_every_verb_of_the_trail_has_a_name_for_people() -> None:
    """A verb is a dotted literal that stands in a module where events are made."""
    written = {
        node.value
        for module in modules()
        if "audit.trail.Event" in module.imports()
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and re.fullmatch(r"(member|corporation|industry_groups|account|mail)\.[a-z_]+", node.value)
    }
    assert len(written) > 6
    assert not [verb for verb in sorted(written) if verb_label(verb) == verb]

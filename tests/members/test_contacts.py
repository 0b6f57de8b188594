"""Who gets procedural mail: contacts 1 and 2, each address once, contact 1 first."""

import pytest

from members.models import Contact, ContactRole, procedural_addresses

ONE, TWO, BILLING = ContactRole.PRIMARY, ContactRole.SECONDARY, ContactRole.BILLING


@pytest.mark.parametrize(
    ("contacts", "addresses"),
    [
        ([], []),
        ([(ONE, "a@x.jp")], ["a@x.jp"]),
        ([(TWO, "b@x.jp"), (ONE, "a@x.jp")], ["a@x.jp", "b@x.jp"]),
        ([(ONE, "a@x.jp"), (TWO, "a@x.jp")], ["a@x.jp"]),
        ([(ONE, "a@x.jp"), (TWO, "A@x.jp")], ["a@x.jp"]),
        ([(BILLING, "c@x.jp"), (ONE, "a@x.jp")], ["a@x.jp"]),
        ([(BILLING, "a@x.jp"), (ONE, "a@x.jp")], ["a@x.jp"]),
        ([(BILLING, "c@x.jp")], []),
    ],
)
def test_procedural_addresses(contacts: list[tuple[str, str]], addresses: list[str]) -> None:
    assert procedural_addresses(Contact(role=role, email=email) for role, email in contacts) == addresses

"""Which constraint refused: by its name, on both databases."""

import re
from typing import Any

import pytest
from django.apps import apps
from django.db import IntegrityError, connection
from django.db.models import Model, UniqueConstraint
from django.db.models.constraints import BaseConstraint

OURS = ("audit", "mailing", "members", "discounts", "fees", "renewals")


def our_models() -> list[type[Model]]:
    return [model for app in OURS for model in apps.get_app_config(app).get_models()]


def our_constraints() -> dict[str, tuple[type[Model], BaseConstraint]]:
    """Every constraint of the portal by its name."""
    return {
        constraint.name: (model, constraint)
        for model in our_models()
        for constraint in model._meta.constraints
    }


def violates(name: str) -> Any:
    """``with violates("one_contact_per_role"): …`` SQLite names a unique constraint by its columns only."""
    model, constraint = our_constraints()[name]
    if connection.vendor == "sqlite" and isinstance(constraint, UniqueConstraint) and constraint.fields:
        columns = [model._meta.get_field(field).column for field in constraint.fields]
        told = "UNIQUE constraint failed: " + ", ".join(
            f"{model._meta.db_table}.{column}" for column in columns
        )
        return pytest.raises(IntegrityError, match=f"^{re.escape(told)}$")
    return pytest.raises(IntegrityError, match=rf"\b{name}\b")

"""The tables that are made out of the record, in a form that two of them can be compared in."""

from typing import Any

from django.db.models import BigAutoField

from comity.node.models import PROJECTIONS


def state() -> dict[str, list[dict[str, Any]]]:
    """All rows of all projections but for the numbers that the database gives itself."""
    return {
        model.__name__: sorted(
            (
                {
                    field.attname: getattr(row, field.attname)
                    for field in model._meta.concrete_fields
                    if not isinstance(field, BigAutoField)
                }
                for row in model._default_manager.all()
            ),
            key=str,
        )
        for model in PROJECTIONS
    }

"""Requests that nobody thought of, made by schemathesis from the description that is served."""

from collections.abc import Mapping
from typing import Any

from hypothesis import strategies as st
from schemathesis import Case, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.schemas import APIOperation, BaseSchema
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
ENDS_THE_RUN = frozenset({"revoke_token"})
"""Operations that would take the token away from whoever asks. Closing accounts would not: nobody
closes their own, and the others are of no use here."""


def operations(schema: BaseSchema) -> dict[str, APIOperation[Any, Any, Any, Any]]:
    """Every operation that can be asked again and again, by its name."""
    found = {}
    for result in schema.get_all_operations():
        assert isinstance(result, Ok)
        operation = result.ok()
        name = operation.definition.raw["operationId"]
        if name not in ENDS_THE_RUN:
            found[name] = operation
    return found


def cases(
    operation: APIOperation[Any, Any, Any, Any], known: Mapping[str, str]
) -> st.SearchStrategy[Case[Any]]:
    """Requests that fit the description and such that do not, on things that are there and not."""
    names = [parameter.name for parameter in operation.path_parameters]
    there = {name: known[name] for name in names if name in known}
    kinds = [operation.as_strategy()]
    may_misfit = bool(names or operation.query or operation.body)
    if there:
        kinds.append(operation.as_strategy(path_parameters=there))
    if may_misfit:
        kinds.append(operation.as_strategy(GenerationMode.NEGATIVE))
    if there and (operation.body or operation.query):
        kinds.append(operation.as_strategy(GenerationMode.NEGATIVE, path_parameters=there))
    return st.one_of(kinds)

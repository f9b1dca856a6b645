"""The description of the API is valid, whole, and says what the node holds to."""

import msgspec
from msgspec import inspect
from openapi_spec_validator import validate

from comity.api.endpoint import File, Request
from comity.api.routes import ENDPOINTS
from tests.api.asking import ask


def described():
    return ask("GET", "openapi.json").done()


def test_the_description_is_valid_and_open_to_all(home):
    document = described()
    validate(document)
    operations = {
        operation["operationId"]
        for methods in document["paths"].values()
        for operation in methods.values()
    }
    assert operations == {one.name for one in ENDPOINTS}


def test_every_operation_says_what_it_does(home):
    for methods in described()["paths"].values():
        for operation in methods.values():
            assert operation["summary"].endswith(".")


def texts(kind, path=""):
    """Every text that can stand in a type, with where it stands."""
    match kind:
        case inspect.StrType() | inspect.BytesType():
            yield path, kind
        case inspect.StructType(cls=cls, fields=fields):
            assert cls.__struct_config__.forbid_unknown_fields, cls
            assert issubclass(cls, Request), cls
            for field in fields:
                yield from texts(field.type, f"{path}.{field.encode_name}")
        case inspect.UnionType(types=types):
            for one in types:
                yield from texts(one, path)
        case inspect.VarTupleType(item_type=item):
            yield from texts(item, f"{path}[]")
        case inspect.DictType(key_type=key, value_type=value):
            yield from texts(key, f"{path}{{key}}")
            yield from texts(value, f"{path}{{}}")
        case _:
            pass


def test_every_text_of_a_request_has_a_limit_and_takes_no_control_characters():
    found = 0
    for endpoint in ENDPOINTS:
        for kind in (endpoint.body, endpoint.query):
            for path, text in texts(inspect.type_info(kind)) if kind else ():
                found += 1
                assert text.max_length, (endpoint.name, path)
                if isinstance(text, inspect.StrType) and not text.pattern:
                    assert path in {".marking", ".way"}  # words of a list, which actions check
    assert found > 20


def test_every_answer_is_a_type_of_its_own():
    for endpoint in ENDPOINTS:
        assert endpoint.answer in {File, msgspec.Raw} or issubclass(
            endpoint.answer, msgspec.Struct
        ), endpoint.name

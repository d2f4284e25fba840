"""openapi.yaml as operations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import jsonschema_rs
import pytest

from vendorproof.contract.model import Basis, Effect, Kind, Media, Parameter
from vendorproof.contract.references import References

if TYPE_CHECKING:
    from tests.contract.conftest import Acme

LIMIT = {"type": "integer", "minimum": 1}


def test_operations_come_in_the_order_of_the_file(acme: Acme) -> None:
    contract = acme.load()
    assert [operation.label for operation in contract.operations] == [
        "GET /things",
        "POST /things",
        "GET /things/{thingId}",
        "DELETE /things/{thingId}",
        "POST /login",
    ]
    assert contract.base_url == "https://acme.test/v1"


def test_parameters_of_path_and_operation_are_merged(acme: Acme) -> None:
    assert acme.load().operation("listThings").parameters == (
        Parameter("team", "query", False, {"type": "string"}),
        Parameter("limit", "query", False, LIMIT, 7),
        Parameter("after", "query", False, {"type": "string"}, "cur_1"),
    )
    assert acme.load().operation("getThing").path_parameters == (
        Parameter("thingId", "path", True, {"type": "string"}),
    )


def test_references_to_bodies_examples_headers_and_responses_are_followed(acme: Acme) -> None:
    contract = acme.load()
    create = contract.operation("createThing")
    schema = {
        "type": "object",
        "required": ["name"],
        "properties": {"name": {"type": "string"}},
        "examples": [{"name": "b"}],
    }
    assert create.request == (Media("application/json", schema, {"smallest": {"name": "a"}}),)
    assert create.request_required
    page, client_error, other = contract.operation("listThings").responses
    assert page.headers == {"X-Limit": {"required": True, "schema": LIMIT}}
    assert page.media[0].examples == {"example": {"data": [{"id": "t1"}]}}
    assert (client_error.status, other.status) == ("4XX", "default")
    assert client_error.media == other.media == (Media("application/json", {"type": "object"}),)


def test_an_example_of_the_schema_serves_where_there_is_no_other(acme: Acme) -> None:
    acme.spoil("openapi", '            examples: {smallest: {$ref: "#/components/examples/smallest"}}\n', "")
    [media] = acme.load().operation("createThing").request
    assert media.examples == {"example 1": {"name": "b"}}


def test_a_schema_that_contains_itself_stands_alone_and_compiles(acme: Acme) -> None:
    [made] = acme.load().operation("createThing").successes
    schema = dict(made.media[0].schema)
    assert schema["$ref"] == "#/$defs/Thing"
    validator = jsonschema_rs.Draft202012Validator(schema)
    assert validator.is_valid({"id": "a", "parent": {"id": "b", "parent": {"id": "c"}}})
    assert not validator.is_valid({"id": "a", "parent": {"id": "b", "parent": {"id": 3}}})


@pytest.mark.parametrize(
    ("name", "effects"),
    [
        ("listThings", {Effect.READ}),
        ("createThing", {Effect.WRITE}),
        ("deleteThing", {Effect.DELETE_OWN}),
        ("login", {Effect.READ, Effect.COSTLY}),
    ],
)
def test_effects_follow_from_the_method_unless_needs_says_otherwise(
    acme: Acme, name: str, effects: set[Effect]
) -> None:
    assert acme.load().operation(name).effects == effects


def test_security_says_which_operations_are_public(acme: Acme) -> None:
    assert [operation.id for operation in acme.load().operations if operation.public] == ["login"]


def test_what_x_vendorproof_says_is_kept(acme: Acme) -> None:
    contract = acme.load()
    create = contract.operation("createThing")
    assert (create.kind, create.basis, create.resource) == (Kind.CREATE, Basis.STATED, "things")
    assert (create.assumed, create.question) == (("body",), "acme.question.body")
    assert contract.operation("getThing").basis is Basis.IMPLIED
    assert contract.operation("login").resource is None


def test_an_operation_knows_its_line(acme: Acme) -> None:
    line = acme.spoil("openapi", "      operationId: deleteThing", "      operationId: deleteThing")
    place = acme.load().operation("deleteThing").place
    assert (place.path, place.line) == (acme.file("openapi"), line - 1)


def test_a_base_url_takes_the_defaults_of_its_variables(acme: Acme) -> None:
    acme.spoil(
        "openapi",
        'servers: [{url: "https://acme.test/v1/"}]',
        'servers: [{url: "https://{region}.acme.test", variables: {region: {default: eu}}}]',
    )
    assert acme.load().base_url == "https://eu.acme.test"


@pytest.mark.parametrize(
    ("old", "new", "message", "fix"),
    [
        ("openapi: 3.1.0", "openapi: 3.0.3", "OpenAPI '3.0.3' is not read here", "3.1.0"),
        ("openapi: 3.1.0", "openapi: 3.1", "OpenAPI 3.1 is not read here", "3.1.0"),
        ('servers: [{url: "https://acme.test/v1/"}]', "servers: []", "no server is declared", "base URL"),
        ("operationId: getThing", "operationId: get-thing", "has the operationId 'get-thing'", "camelCase"),
        ("operationId: getThing", "operationId: listThings", "'listThings' stands twice", "another name"),
        ("{kind: login,", "{kind: logon,", '"logon" is none of the allowed values', "did you mean 'login'?"),
        ("{kind: login,", "{kind: login, ressource: x,", "unknown key 'ressource'", "did you mean 'resource'?"),
        ("[read, costly]", "[read, cheap]", '"cheap" is none of the allowed values', "known: read"),
        ("basis: implied", "basis: standard", '"standard" is none of the allowed values', "known: stated"),
        ("schemas/NewThing", "schemas/NewThin", "names nothing", "schemas/NewThing'?"),
        ("examples/smallest", "examples/small", "names nothing", "examples/smallest'?"),
        ('default: {$ref: "#/components/responses/Error"}', 'default: {$ref: "#/x"}', "names nothing", "known: #/"),
        ("#/components/schemas/NewThing", "things.yaml#/Thing", "leaves the document", "#/components/"),
    ],
)
def test_a_wrong_part_is_refused_where_it_stands(acme: Acme, old: str, new: str, message: str, fix: str) -> None:
    line = acme.spoil("openapi", old, new)
    [problem] = acme.load_problems()
    assert message in problem.message
    assert fix in problem.fix
    assert (problem.place.path, problem.place.line) == (acme.file("openapi"), line)


GET_THING = "    get:\n      operationId: getThing"
DELETE_THING = "    delete:\n"
LOGIN = "    post:\n      operationId: login"
LIST_THINGS = "    get:\n      operationId: listThings"


@pytest.mark.parametrize(
    ("old", "new", "at", "message", "fix"),
    [
        ("      operationId: getThing\n", "", GET_THING, "the operation has no operationId", "camelCase"),
        (
            "      x-vendorproof: {kind: login, needs: [read, costly]}\n",
            "",
            LOGIN,
            "has no x-vendorproof",
            "kind: list",
        ),
        ("name: thingId,", "name: thingID,", GET_THING, "'thingId' of /things/{thingId} is not declared", "add {name"),
        ("thingId, in: path", "thingId, in: query", GET_THING, "'thingId' of /things/{thingId} is not", "add {name"),
        ("responses: {204: {description: Gone.}}", "responses: 204", DELETE_THING, "does not have the shape", "lint"),
        ("{name: after,", "{name: true,", LIST_THINGS, "GET /things does not have the shape", "lint"),
        ("tags: [accounts]", "tags: [{a: b}]", LOGIN, "POST /login does not have the shape", "lint"),
        ("schema: {type: object}}}}", "schema: object}}}", LIST_THINGS, "does not have the shape", "lint"),
    ],
)
def test_a_wrong_operation_is_refused(acme: Acme, old: str, new: str, at: str, message: str, fix: str) -> None:
    line = acme.spoil("openapi", at, at)
    acme.spoil("openapi", old, new)
    problem = acme.load_problems()[0]
    assert message in problem.message
    assert fix in problem.fix
    assert (problem.place.path, problem.place.line) == (acme.file("openapi"), line)


def test_a_reference_to_itself_is_refused(acme: Acme) -> None:
    acme.spoil("openapi", "Limit: {type: integer, minimum: 1}", 'Limit: {$ref: "#/components/schemas/Limit"}')
    assert {problem.message for problem in acme.load_problems()} == {
        "the reference '#/components/schemas/Limit' leads back to itself"
    }


def test_a_path_parameter_too_many_is_refused(acme: Acme) -> None:
    acme.spoil("openapi", "- {name: team, in: query", "- {name: team, in: path")
    assert {problem.message for problem in acme.load_problems()} == {
        "the path parameter 'team' is declared, but /things has none"
    }


@pytest.mark.parametrize("text", ["[]", "3", "openapi: 3.1.0\nservers: [{url: x}]\npaths: []\n"])
def test_what_is_no_document_is_refused(acme: Acme, text: str) -> None:
    acme.file("openapi").write_text(text, "utf-8")
    assert acme.load_problems()


def schemas(**parts: Any) -> References:
    return References({"components": {"schemas": parts}})


def ref(name: str, **siblings: Any) -> dict[str, Any]:
    return {"$ref": f"#/components/schemas/{name}", **siblings}


def test_words_beside_a_reference_replace_those_of_what_it_names() -> None:
    references = schemas(Id={"type": "string", "description": "An id."})
    assert references.write_out(ref("Id", description="Its id.")) == {"type": "string", "description": "Its id."}


def test_a_rule_beside_a_reference_holds_too() -> None:
    references = schemas(Id={"type": "string", "minLength": 1})
    assert references.write_out(ref("Id", minLength=3)) == {
        "allOf": [{"type": "string", "minLength": 1}],
        "minLength": 3,
    }


def test_data_and_names_that_look_like_references_are_left_alone() -> None:
    schema = {"properties": {"$ref": {"type": "string"}, "default": ref("Id")}, "default": ref("Id")}
    assert schemas(Id={"type": "string"}).write_out(schema) == {
        "properties": {"$ref": {"type": "string"}, "default": {"type": "string"}},
        "default": ref("Id"),
    }


def test_schemas_that_contain_each_other_stand_alone() -> None:
    references = schemas(
        Tree={"type": "array", "items": ref("Leaf")},
        Leaf={"anyOf": [ref("Tree"), ref("Word")]},
        Word={"type": "string"},
    )
    schema = dict(references.write_out({"type": "object", "properties": {"tree": ref("Tree")}}))
    assert set(schema["$defs"]) == {"Tree", "Leaf"}
    validator = jsonschema_rs.Draft202012Validator(schema)
    assert validator.is_valid({"tree": ["a", ["b", []]]})
    assert not validator.is_valid({"tree": ["a", ["b", [1]]]})


def test_names_that_a_fragment_would_read_otherwise_stay_apart() -> None:
    document = {
        "paths": {
            "/a": {"x": {"type": "array", "items": {"$ref": "#/paths/~1a/x"}}},
            "-a": {"x": {"type": "object", "additionalProperties": {"$ref": "#/paths/-a/x"}}},
        }
    }
    schema = References(document).write_out({"anyOf": [{"$ref": "#/paths/~1a/x"}, {"$ref": "#/paths/-a/x"}]})
    validator = jsonschema_rs.Draft202012Validator(dict(schema))
    assert validator.is_valid([[], [[]]])
    assert validator.is_valid({"a": {"b": {}}})
    assert not validator.is_valid({"a": []})


@pytest.mark.parametrize(("schema", "written"), [(True, {}), (False, {"not": {}})])
def test_a_truth_value_is_a_schema(schema: bool, written: dict[str, Any]) -> None:
    assert schemas().write_out(schema) == written


def test_a_percent_encoded_reference_is_followed() -> None:
    references = References({"paths": {"/a/{id}": {"x": {"type": "string"}}}})
    assert references.write_out({"$ref": "#/paths/~1a~1%7Bid%7D/x"}) == {"type": "string"}

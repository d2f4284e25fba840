"""A small contract of a made-up vendor that each test spoils in one place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from vendorproof.contract.check_parameters import (
    CARRIER,
    ERROR_FIELD,
    PROVOCATION,
    REFUSAL,
    CheckParameter,
    Form,
    may,
    needs,
)
from vendorproof.contract.lint import lint
from vendorproof.contract.load import load_contract
from vendorproof.contract.model import Contract
from vendorproof.errors import ContractError, Problem

CONVENTIONS = """\
vendor: acme
title: Acme
authentication:
  carriers:
    - {name: bearer, in: header, parameter: Authorization, template: "Bearer {credential}"}
  variable: ACME_TOKEN
  refusal: {missing: 401, invalid: 401, forbidden: unspecified}
  context:
    - header: X-Team-Id
      value: team
      variable: ACME_TEAM
      template: "team:{value}"
      applies: [things]
      required: unspecified
  login: {operation: login, request: {email: ACME_EMAIL}, token: /token}
errors:
  fields: {code: /error/code, message: /error/message}
envelope: {data: /data}
pagination:
  style: cursor
  request: {limit: limit, cursor: after}
  response: {items: /data, cursor: /next}
  defaultPageSize: 25
  maxPageSize: unspecified
  end: null-cursor
  applies: [listThings]
idempotency:
  header: Idempotency-Key
  onDuplicate: replay
  window: PT24H
  onMismatch: unspecified
  applies: [creations]
rateLimit:
  presence: every-response
  headers: {limit: X-Limit, reset: {name: X-Reset, format: epoch-seconds}}
  retryAfter: seconds
  window: PT1M
quota: {status: 402, environments: [sandbox]}
formats: {timestamps: utc, ids: unspecified, emptyFields: omitted, emptyExceptions: [/next], decimalStrings: [amount]}
resources:
  things:
    parameter: thingId
    id: /id
    list: listThings
    create: createThing
    read: getThing
    delete: deleteThing
    mark: name
    change: {name: other}
  parts: {id: /id, item: "", items: /parts, parent: things, scope: team}
provocations:
  close-twice:
    status: 409
    assumed: the documentation gives no body
    steps:
      - {operation: createThing, body: {name: a}}
      - {operation: createThing, body: {name: a}, query: {limit: 3, deep: true}, expect: {/data/state: closed}}
versioning: {deprecationHeader: X-Deprecation, openapi: /openapi.json}
transport: {plainHttp: redirect}
"""

OPENAPI = """\
openapi: 3.1.0
info: {title: Acme, version: v1}
servers: [{url: "https://acme.test/v1/"}]
security: [{bearer: []}]
paths:
  /things:
    parameters:
      - {name: team, in: query, schema: {type: string}}
      - {name: limit, in: query, schema: {type: string}}
    get:
      operationId: listThings
      tags: [things]
      x-vendorproof: {kind: list, resource: things}
      parameters:
        - {$ref: "#/components/parameters/limit"}
        - {name: after, in: query, schema: {type: string}, examples: {first: {value: cur_1}}}
      responses:
        200:
          description: A page.
          headers: {X-Limit: {$ref: "#/components/headers/Limit"}}
          content:
            application/json:
              schema: {type: object, properties: {data: {type: array, items: {$ref: "#/components/schemas/Thing"}}}}
              example: {data: [{id: t1}]}
        4XX: {$ref: "#/components/responses/Error"}
        default: {$ref: "#/components/responses/Error"}
    post:
      operationId: createThing
      tags: [things]
      x-vendorproof: {kind: create, resource: things, assumed: [body], question: acme.question.body}
      requestBody:
        required: true
        content:
          application/json:
            schema: {$ref: "#/components/schemas/NewThing"}
            examples: {smallest: {$ref: "#/components/examples/smallest"}}
      responses:
        201:
          description: Made.
          content: {application/json: {schema: {$ref: "#/components/schemas/Thing"}}}
  /things/{thingId}:
    parameters:
      - {name: thingId, in: path, required: true, schema: {type: string}}
    get:
      operationId: getThing
      tags: [things]
      x-vendorproof: {kind: read, resource: things, basis: implied}
      responses: {200: {description: One.}}
    delete:
      operationId: deleteThing
      tags: [things]
      x-vendorproof: {kind: delete, resource: things}
      responses: {204: {description: Gone.}}
  /login:
    post:
      operationId: login
      tags: [accounts]
      security: []
      x-vendorproof: {kind: login, needs: [read, costly]}
      responses: {200: {description: In.}}
components:
  securitySchemes: {bearer: {type: http, scheme: bearer}}
  parameters:
    limit: {name: limit, in: query, schema: {$ref: "#/components/schemas/Limit"}, example: 7}
  headers:
    Limit: {required: true, schema: {$ref: "#/components/schemas/Limit"}}
  examples:
    smallest: {value: {name: a}}
  responses:
    Error: {description: An error., content: {application/json: {schema: {type: object}}}}
  schemas:
    Limit: {type: integer, minimum: 1}
    NewThing: {type: object, required: [name], properties: {name: {type: string}}, examples: [{name: b}]}
    Thing:
      type: object
      required: [id]
      properties:
        id: {type: string}
        made: {type: string, format: date-time}
        parent: {$ref: "#/components/schemas/Thing"}
"""

REQUIREMENTS = """\
sections: {Introduction: 0000000000000000x, Lists: aaaaaaaaaaaaaaaa}
requirements:
  - id: acme.operations.rows
    source: {page: acme, section: Lists}
    level: must
    basis: stated
    text: Every row of the table answers.
    check: operations.answers
    on: [things, login]
  - id: acme.pagination.limit-honoured
    source: {page: acme, section: Lists}
    level: should
    basis: example
    text: A page is no longer than asked for.
    check: pagination.limit_honoured
    on: [paginated]
    with: {sizes: [1, 2]}
  - id: acme.auth.bearer
    source: {page: acme, section: Introduction}
    level: must
    basis: stated
    text: The bearer token is accepted.
    check: auth.accepted
    with: {carrier: bearer}
  - id: acme.transport.secret
    source: {page: acme, section: Introduction}
    level: may
    basis: standard
    text: Nobody reads along.
    undecidable: Nothing outside shows who reads.
    on: [once]
questions:
  - {id: acme.question.body, section: Lists, text: What is in a body?, reading: A name.}
""".replace("0000000000000000x", '"0000000000000000"')

KNOWN = """\
deviations:
  - requirement: acme.pagination.limit-honoured
    operation: listThings
    reason: They know.
    link: https://acme.test/ticket/1
    expires: 2031-12-31
"""

FILES = {"conventions": CONVENTIONS, "openapi": OPENAPI, "requirements": REQUIREMENTS, "known": KNOWN}


def named(*parameters: CheckParameter) -> dict[str, CheckParameter]:
    return {parameter.name: parameter for parameter in parameters}


SIZES = Form("a size", lambda value: isinstance(value, int), many=True)
CHECKS = {
    "operations.answers": {},
    "pagination.limit_honoured": named(
        may("sizes", Form("a size", lambda value: isinstance(value, int), many=True), "")
    ),
    "auth.accepted": named(needs("carrier", CARRIER, "")),
    "errors.field": named(needs("field", ERROR_FIELD, "")),
    "errors.status": named(needs("status", REFUSAL, ""), needs("provoke", PROVOCATION, "")),
}


@dataclass(frozen=True)
class Acme:
    """The folder of the made-up contract."""

    folder: Path

    def file(self, name: str) -> Path:
        return self.folder / f"{name}.yaml"

    def spoil(self, name: str, old: str, new: str) -> int:
        """Replaces the one occurrence of `old`; the line where it stands."""
        text = FILES[name]
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {name}.yaml"
        self.file(name).write_text(text.replace(old, new), encoding="utf-8")
        return text[: text.index(old)].count("\n") + 1

    def load(self) -> Contract:
        return load_contract(self.folder)

    def load_problems(self) -> Sequence[Problem]:
        with pytest.raises(ContractError) as caught:
            self.load()
        return caught.value.problems

    def lint(self) -> list[Problem]:
        return lint(self.folder, CHECKS)


@pytest.fixture
def acme(tmp_path: Path) -> Acme:
    folder = tmp_path / "acme"
    folder.mkdir()
    for name, text in FILES.items():
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    return Acme(folder)

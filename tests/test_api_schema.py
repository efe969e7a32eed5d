"""The API against its own OpenAPI document, by schemathesis, over loopback."""

# ruff: noqa: F811 - fixtures of other files are named again where they are used

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, assume, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.specs.openapi.checks import positive_data_acceptance

from monitor.web.api.endpoints import TABLE
from tests.api_desk import Client, served
from tests.test_web import Place, filled, own, read  # noqa: F401

pytestmark = pytest.mark.slow
# A schema cannot say which text is a cursor, nor that a search needs words or a filter.
NOT_SAID = [positive_data_acceptance]
ADDRESSES = [("GET", "/health"), *((each.method, each.path) for each in TABLE)]


@pytest.fixture(scope="module")
def client(read: Place) -> Iterator[Client]:
    with served(read) as client:
        yield client


@pytest.fixture(scope="module")
def document(client: Client) -> Any:
    headers = {"authorization": f"Bearer {client.token}"}
    return schemathesis.openapi.from_url(f"{client.address}/api/v1/openapi.json", headers=headers)


@pytest.mark.parametrize("mode", list(GenerationMode))
@pytest.mark.parametrize(("method", "path"), ADDRESSES)
def test_an_address_answers_as_the_document_says(
    client: Client, document: Any, method: str, path: str, mode: GenerationMode
) -> None:
    @settings(max_examples=5, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(case=document[path][method].as_strategy(generation_mode=mode))
    def hold(case: Any) -> None:
        assume([] not in (case.query or {}).values())  # it would leave no trace in the address
        headers = {"authorization": f"Bearer {client.token}"}
        case.call_and_validate(
            base_url=f"{client.address}/api/v1", headers=headers, timeout=60, excluded_checks=NOT_SAID
        )

    try:
        hold()
    except Unsatisfiable:  # no parameter, or one that takes every text, cannot be given wrongly
        assert (mode, method) == (GenerationMode.NEGATIVE, "GET")

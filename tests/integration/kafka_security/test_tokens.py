"""OAUTHBEARER: librdkafka gets tokens from an endpoint by itself, and new ones before they expire."""

import time
from collections.abc import Iterator
from contextlib import closing

import pytest
from secured_broker import SecuredBroker
from secured_shop import SecuredShop, client_of
from services import eventually
from token_endpoint import LIFETIME, TokenEndpoint

from foldline.errors import LogDenied
from foldline.log.open import open_log

TEA = {"name": "Tea", "price": 4.5}


@pytest.fixture
def endpoint() -> Iterator[TokenEndpoint]:
    with TokenEndpoint("hush").serving() as serving:
        yield serving


def options(broker: SecuredBroker, endpoint: TokenEndpoint, client: str, secret: str = "hush") -> dict[str, str]:
    return {
        **broker.tls,
        "sasl.mechanism": "OAUTHBEARER",
        "sasl.oauthbearer.method": "oidc",
        "sasl.oauthbearer.token.endpoint.url": endpoint.url,
        "sasl.oauthbearer.client.id": client,
        "sasl.oauthbearer.client.secret": secret,
    }


def test_a_service_goes_on_when_its_tokens_expire(shop: SecuredShop, endpoint: TokenEndpoint) -> None:
    client = shop.user("products")
    shop.grant_needs("products")
    service = shop.serve("products", options(shop.broker, endpoint, client))
    products = client_of(service)
    assert products.post("/products", json=TEA).status_code == 201
    of_the_start = len(endpoint.issued)
    expired = time.monotonic() + LIFETIME
    eventually(lambda: len(endpoint.issued) >= 2 * of_the_start and time.monotonic() > expired)
    created = products.post("/products", json=TEA)
    assert created.status_code == 201
    assert products.get(f"{created.headers['Location']}/history").status_code == 200
    assert not service.operations.readiness()
    assert set(endpoint.issued) == {client}


def test_a_client_that_gets_no_token_is_told_what_the_endpoint_says(
    secured_broker: SecuredBroker, endpoint: TokenEndpoint
) -> None:
    refused = options(secured_broker, endpoint, "me", "a-wrong-secret")
    with closing(open_log(secured_broker.url, refused, "tests")) as log, pytest.raises(LogDenied) as caught:
        log.describe(["a.topic"], 1.5)
    assert "no such client" in caught.value.message
    assert "check FOLDLINE_KAFKA_SASL_MECHANISM and the credentials" in caught.value.message
    assert "a-wrong-secret" not in caught.value.message

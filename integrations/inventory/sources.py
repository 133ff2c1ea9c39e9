"""Opens sources of stock, and reads what they send."""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Mapping
from typing import Any

from pydantic import TypeAdapter, ValidationError
from standardwebhooks import Webhook, WebhookVerificationError

from integrations.fetcher.addresses import AddressRules
from integrations.inventory.rest import part, shop_at
from integrations.inventory.shopify import ShopifyStock
from integrations.inventory.woocommerce import WooCommerceStock, level_of
from magicai.catalogue.inventory.sent import Sent
from magicai.catalogue.inventory.stock import Change, Level, Source
from magicai.catalogue.ports import Credentials, OutsideStock, StockSources
from magicai.errors import Invalid, Unknown
from magicai.ports import Seal

_SENT = TypeAdapter[list[Sent]](list[Sent])


class HttpStockSources(StockSources):
    """Sources by their APIs and webhooks.

    Args:
        rules: which addresses may be asked.
        seal: of credentials.
    """

    def __init__(self, rules: AddressRules, seal: Callable[[], Seal]) -> None:
        self._rules, self._seal = rules, seal

    def seal(self, credentials: Credentials, *, owner_id: str) -> str:
        """Credentials, unreadable in the records."""
        return self._seal().seal(credentials.model_dump_json(), owner_id=owner_id)

    def open(self, source: Source) -> OutsideStock:
        """A source's count."""
        secrets = self._credentials(source)
        if source.kind == "shopify":
            return self._shopify(source)
        if source.kind == "woocommerce":
            basic = base64.b64encode(f"{secrets.key}:{secrets.secret}".encode()).decode()
            headers, never = {"Authorization": f"Basic {basic}"}, (secrets.secret, basic)
            return WooCommerceStock(shop_at(self._rules, source.url, headers, never))
        raise Invalid("stock_source_send_only", name=source.name)

    async def received(self, source: Source, headers: Mapping[str, str], body: bytes) -> list[Level | Change]:
        """What a signed webhook says."""
        signing = self._credentials(source).signing
        if not signing or not _signed(source.kind, signing, headers, body):
            raise Unknown("stock_webhook_signature_invalid", name=source.name)
        try:
            said: Any = json.loads(body)
        except (ValueError, RecursionError) as exc:
            raise Invalid("stock_webhook_json_invalid", name=source.name) from exc
        if source.kind == "shopify":
            return await self._of_shopify(source, said)
        if source.kind == "woocommerce":
            found = level_of(said) if isinstance(said, dict) and "id" in said else None
            return [] if found is None else [found]
        try:
            rows = _SENT.validate_python(said if isinstance(said, list) else [said])
        except ValidationError as exc:
            raise Invalid("stock_webhook_invalid", name=source.name, reason=exc.errors()[0]["msg"]) from exc
        return [row.value for row in rows]

    async def _of_shopify(self, source: Source, said: Any) -> list[Level | Change]:
        if str(part(said, "location_id")) != source.location or part(said, "available") is None:
            return []  # of another location, or of what is not counted
        shop = self._shopify(source)
        try:
            return [await shop.level_of(said)]
        finally:
            await shop.close()

    def _shopify(self, source: Source) -> ShopifyStock:
        token = self._credentials(source).secret
        shop = shop_at(self._rules, source.url, {"X-Shopify-Access-Token": token}, (token,))
        return ShopifyStock(shop, source.location)

    def _credentials(self, source: Source) -> Credentials:
        opened = self._seal().open(source.sealed, owner_id=source.owner_id)
        return Credentials.model_validate_json(opened)


def _signed(kind: str, signing: str, headers: Mapping[str, str], body: bytes) -> bool:
    """Whether a body is signed: as each shop does it, or as Standard Webhooks says."""
    name = {"shopify": "x-shopify-hmac-sha256", "woocommerce": "x-wc-webhook-signature"}.get(kind)
    if name is not None:
        right = base64.b64encode(hmac.new(signing.encode(), body, hashlib.sha256).digest())
        return hmac.compare_digest(right, headers.get(name, "").encode())
    try:
        Webhook(signing).verify(body, dict(headers))
    except (WebhookVerificationError, ValueError):
        return False
    return True

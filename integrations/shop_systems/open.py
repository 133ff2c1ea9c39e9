"""Opens the shops that people connect."""

from collections.abc import Callable, Mapping

from pydantic import SecretStr

from integrations.fetcher.addresses import AddressRules
from integrations.http.json_client import JsonClient
from integrations.shop_systems.shopify import ShopifySystem
from integrations.shop_systems.vendure import VendureSystem
from integrations.shop_systems.woocommerce import WooCommerceSystem
from magicai.catalogue.ports import ShopSystem
from magicai.catalogue.shop_system import Kind, ShopConnection
from magicai.messages import say
from magicai.ports import Seal
from magicai.runs.requests.secrets import revealed

_LIMIT_S = 30.0
_LARGEST = 20_000_000
_SYSTEMS: Mapping[Kind, Callable[[JsonClient, ShopConnection, str], ShopSystem]] = {
    "shopify": ShopifySystem,
    "vendure": VendureSystem,
    "woocommerce": WooCommerceSystem,
}


class ShopSystems:
    """Opens connections.

    Args:
        rules: which addresses may be asked.
        seal: opens their secrets.
    """

    def __init__(self, rules: AddressRules, seal: Callable[[], Seal], *, limit_s: float = _LIMIT_S) -> None:
        self._rules, self._seal, self._limit_s = rules, seal, limit_s

    def __call__(self, connection: ShopConnection) -> ShopSystem:
        """The shop of a connection, which the caller closes.

        Raises:
            Permanent: its secret can't be decrypted.
        """
        secret = revealed(self._seal(), SecretStr(connection.secret), owner_id=connection.owner_id)
        client = JsonClient(
            self._rules,
            connection.address,
            limit_s=self._limit_s,
            max_bytes=_LARGEST,
            renewal=say("connect_again"),
            secrets=(secret,),
        )
        return _SYSTEMS[connection.kind](client, connection, secret)

"""The lab's Vendure, with the products of the fakes made anew for each test."""

from typing import Any

import aiohttp

from tests.contract.shop_systems.fakes import Goods, goods

_CREATE = "mutation($input: CreateProductInput!) { createProduct(input: $input) { id } }"
_KINDS = "mutation($input: [CreateProductVariantInput!]!) { createProductVariants(input: $input) { id } }"
_GROUP = (
    "mutation($input: CreateProductOptionGroupInput!) { createProductOptionGroup(input: $input) { id options { id } } }"
)
_ADD = "mutation($p: ID!, $g: ID!) { addOptionGroupToProduct(productId: $p, optionGroupId: $g) { id } }"
_ONE = """query($id: ID!) { product(id: $id) { name description variants { id price stockLevels { stockOnHand } } } }"""


class RealVendure:
    """A shop of the lab.

    Attributes:
        ids: of its products and variants, by those of the fakes.
    """

    kind, user = "vendure", "superadmin"

    def __init__(self, address: str, password: str) -> None:
        self.address, self.secret, self.host = address, password, address.removeprefix("http://")
        self.ids: dict[str, str] = {}
        self._session: aiohttp.ClientSession | None = None

    async def ask(self, query: str, **variables: Any) -> Any:
        self._session = self._session or aiohttp.ClientSession()
        sent = {"query": query, "variables": variables}
        async with self._session.post(f"{self.address}/admin-api", json=sent) as response:
            body = await response.json()
            assert "errors" not in body, body
            if token := response.headers.get("vendure-auth-token"):
                self._session.headers["Authorization"] = f"Bearer {token}"
            return body["data"]

    async def fill(self) -> None:
        """Delete all products, and make those of the fakes."""
        login = 'mutation($p: String!) { login(username: "superadmin", password: $p) { __typename } }'
        await self.ask(login, p=self.secret)
        for old in (await self.ask("{ products(options: {take: 100}) { items { id } } }"))["products"]["items"]:
            await self.ask("mutation($id: ID!) { deleteProduct(id: $id) { result } }", id=old["id"])
        for number, one in goods().items():
            await self.make(number, one)

    async def make(self, number: str, one: Goods) -> None:
        slug = one.title.lower().replace(" ", "-")
        texts = {"languageCode": "en", "name": one.title, "slug": slug, "description": one.description}
        made = (await self.ask(_CREATE, input={"translations": [texts]}))["createProduct"]["id"]
        self.ids[number] = made
        options: list[list[str]] = [[]] * len(one.variants)
        if len(one.variants) > 1:
            names = [kind["sku"] for kind in one.variants.values()]
            group: dict[str, Any] = {"code": slug, "translations": [{"languageCode": "en", "name": "size"}]}
            group["options"] = [
                {"code": name, "translations": [{"languageCode": "en", "name": name}]} for name in names
            ]
            found = (await self.ask(_GROUP, input=group))["createProductOptionGroup"]
            await self.ask(_ADD, p=made, g=found["id"])
            options = [[option["id"]] for option in found["options"]]
        variants = [
            {
                "productId": made, "sku": kind["sku"], "price": round(float(kind["price"]) * 100),
                "stockOnHand": int(kind["stock"]), "optionIds": chosen,
                "translations": [{"languageCode": "en", "name": kind["sku"]}],
            }
            for kind, chosen in zip(one.variants.values(), options, strict=True)
        ]  # fmt: skip
        created = (await self.ask(_KINDS, input=variants))["createProductVariants"]
        self.ids |= {f"v{fake}": real["id"] for fake, real in zip(one.variants, created, strict=True)}

    async def edit(self, product_id: str, variant_id: str, name: str, value: str) -> None:
        if not variant_id:
            names = {"title": "name", "description": "description"}
            given = {"id": product_id, "translations": [{"languageCode": "en", names[name]: value}]}
            await self.ask("mutation($input: UpdateProductInput!) { updateProduct(input: $input) { id } }", input=given)
            return
        changed = {"price": round(float(value) * 100)} if name == "price" else {"stockOnHand": int(value)}
        mutation = "mutation($input: [UpdateProductVariantInput!]!) { updateProductVariants(input: $input) { id } }"
        await self.ask(mutation, input=[{"id": variant_id, **changed}])

    async def value(self, product_id: str, variant_id: str, name: str) -> str:
        found = (await self.ask(_ONE, id=product_id))["product"]
        if not variant_id:
            return str(found["name" if name == "title" else name])
        kind = next(one for one in found["variants"] if one["id"] == variant_id)
        return f"{kind['price'] / 100:g}" if name == "price" else str(kind["stockLevels"][0]["stockOnHand"])

    async def remove(self, product_id: str) -> None:
        await self.ask("mutation($id: ID!) { deleteProduct(id: $id) { result } }", id=product_id)

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()

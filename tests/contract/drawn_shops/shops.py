"""Small shops that only a browser sees, each drawn in another way; they answer on loopback."""

import asyncio
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qs

from aiohttp import web

_NOUNS = "Kettle Lantern Basket Trowel Blanket Teapot Saucer Bucket Ladder Hammock Candle Compass Apron Whistle Pillow"
NOUNS = _NOUNS.split()
Goods = list[dict[str, object]]
Answer = tuple[str, str]  # body, media type


def goods(number: int = 9) -> Goods:
    """What a shop sells."""
    return [
        {"id": n + 1, "name": f"{NOUNS[n]} Nr {n + 1}", "price": 7.25 + 3 * n, "currency": "EUR", "inStock": True}
        for n in range(number)
    ]


@dataclass
class DrawnShop:
    """One shop.

    Attributes:
        answer: body and type for a path and its parameters; None where there is nothing.
        address: path of a product's page, `{}` for its id.
        shown: ids of what a visitor may read; all where None.
        asked: method and path of each request.
    """

    answer: Callable[[str, Mapping[str, str]], Answer | None]
    address: str = "/product/{}"
    sells: Goods = field(default_factory=goods)
    shown: frozenset[int] | None = None
    robots: str = "User-agent: *\nDisallow:"
    delay_s: float = 0.0
    asked: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])
    port: int = 0

    @property
    def url(self) -> str:
        """Its front page."""
        return f"http://127.0.0.1:{self.port}/"

    @property
    def expected(self) -> set[tuple[str, str, str]]:
        """Name, price and address of each product that is to be found."""
        return {
            (str(one["name"]), f"{one['price']:.2f}", self.url + self.address.format(one["id"]).lstrip("/"))
            for one in self.sells
            if self.shown is None or one["id"] in self.shown
        }

    async def serve(self, request: web.BaseRequest) -> web.StreamResponse:
        """Answer one request."""
        self.asked.append((request.method, request.path_qs))
        if request.path == "/robots.txt":
            return web.Response(text=self.robots)
        found = self.answer(request.path, {key: values[0] for key, values in parse_qs(request.query_string).items()})
        if found is None or request.method != "GET":
            return web.Response(status=404, text="nothing here")
        if found[1] == "application/json":
            await asyncio.sleep(self.delay_s)
        return web.Response(text=found[0], content_type=found[1])


def shell(script: str, body: str = '<div id="root"></div>') -> Answer:
    """A page that holds nothing but a script."""
    return (
        f"<!doctype html><html lang=en><title>Shop</title><body>{body}<script>{script}</script></body></html>",
        "text/html",
    )


def page(path: str, script: str, body: str = '<div id="root"></div>') -> Answer | None:
    """The one page that a shop of scripts answers its own addresses with."""
    return shell(script, body) if path == "/" or path.startswith("/product/") else None


_DATA = f"const goods = {json.dumps(goods())}; const money = one => '€' + one.price.toFixed(2);"
_DETAIL = """const detail = one => `<h1>${one.name}</h1><p class=price>${money(one)}</p><p>In stock</p>
  <button>Add to cart</button><p>Made by hand in a small workshop, and sent within two days of your order.</p>`;"""
_CARD = """const card = one => `<li class=card><a href="/product/${one.id}"><h3>${one.name}</h3></a>
  <b>${money(one)}</b></li>`;"""
_OWN = "const own = goods.find(one => location.pathname === '/product/' + one.id);"


def components(mode: str) -> DrawnShop:
    """Web components, one inside the other, with a slot."""
    script = f"""{_DATA}{_DETAIL}{_OWN}
    customElements.define("price-tag", class extends HTMLElement {{ connectedCallback() {{
      this.attachShadow({{mode: "{mode}"}}).innerHTML = "<b class=price><slot></slot></b>"; }} }});
    customElements.define("product-card", class extends HTMLElement {{ connectedCallback() {{
      const one = goods[this.dataset.place];
      this.attachShadow({{mode: "{mode}"}}).innerHTML =
        `<a href="/product/${{one.id}}"><h3>${{one.name}}</h3></a><price-tag>${{money(one)}}</price-tag>`; }} }});
    customElements.define("shop-front", class extends HTMLElement {{ connectedCallback() {{
      const root = this.attachShadow({{mode: "{mode}"}});
      root.innerHTML = own ? detail(own) : "<style>b {{color: red}}</style><main>" + goods.map((_, place) =>
        `<product-card data-place=${{place}}></product-card>`).join("") + "</main>"; }} }});"""
    return DrawnShop(
        lambda path, _: page(path, script, "<shop-front></shop-front>"), shown=None if mode == "open" else frozenset()
    )


def clicks(*, dialogs: bool = False) -> DrawnShop:
    """Cards without links, whose click changes the address and what is drawn, beside buttons that would buy.

    With `dialogs`, a click opens a dialog instead, and products have no address.
    """
    step = (
        "dialog.innerHTML = detail(one); dialog.showModal();"
        if dialogs
        else 'history.pushState({}, "", "/product/" + one.id); draw();'
    )
    script = f"""{_DATA}{_DETAIL}
    const buy = event => {{ event.stopPropagation(); fetch("/cart", {{method: "POST"}}); }};
    const draw = () => {{
      const own = goods.find(one => location.pathname === "/product/" + one.id);
      root.innerHTML = own ? detail(own) : "<div class=grid></div>";
      if (!own) for (const one of goods) {{
        const card = document.createElement("div");
        card.className = "card";
        card.innerHTML = `<button>Add to cart</button><h3>${{one.name}}</h3><span>${{money(one)}}</span>`;
        card.querySelector("button").onclick = buy;
        card.onclick = () => {{ {step} }};
        root.firstChild.append(card);
      }}
    }};
    onpopstate = draw;
    draw();"""
    body = '<div id="root"></div><dialog id="dialog"></dialog>'
    return DrawnShop(lambda path, _: page(path, script, body), address="/" if dialogs else "/product/{}")


def parts(*, scrolling: bool) -> DrawnShop:
    """A list that grows by four, at a button or at its end."""
    goes_on = (
        "new IntersectionObserver(([end]) => end.isIntersecting && more()).observe(end);"
        if scrolling
        else "button.onclick = more;"
    )
    end = (
        "<div id=end style='height:1px;margin-top:1500px'></div>"
        if scrolling
        else "<button id=button>Load more</button>"
    )
    script = f"""{_DATA}{_DETAIL}{_CARD}{_OWN}
    let number = 0;
    const more = async () => {{
      const part = await (await fetch("/part?from=" + number)).text();
      number += 4;
      list.insertAdjacentHTML("beforeend", part);
      if (number >= goods.length) document.getElementById("button")?.remove();
    }};
    if (own) root.innerHTML = detail(own);
    else {{ root.innerHTML = "<ul id=list></ul>{end}"; more(); {goes_on} }}"""
    sells = goods()

    def answer(path: str, asked: Mapping[str, str]) -> Answer | None:
        if path != "/part":
            return page(path, script)
        start = int(asked["from"])
        cards = (
            f"<li class=card><a href='/product/{one['id']}'><h3>{one['name']}</h3></a><b>€{one['price']:.2f}</b></li>"
            for one in sells[start : start + 4]
        )
        return "".join(cards), "text/html"

    return DrawnShop(answer)


def api(*, forbidden: bool = False, partial: bool = False, delay_s: float = 0.0, number: int = 15) -> DrawnShop:
    """A list of which the page shows the first five; the API that it asks has all, or a part of each (`partial`)."""
    script = f"""const money = one => one.price ? '€' + one.price.toFixed(2) : "";{_DETAIL}{_CARD}
    const ask = async address => (await fetch(address)).json();
    (async () => {{
      if (location.pathname !== "/") {{
        root.innerHTML = detail(await ask("/api/products/" + location.pathname.split("/").pop()));
        return;
      }}
      let number = 1;
      root.innerHTML = "<ul id=list></ul>" + ({int(forbidden)} ? "<button id=more>Show more</button>" : "");
      const part = async () => {{
        const answer = await ask(`/api/products?page=${{number++}}&size=5`);
        list.insertAdjacentHTML("beforeend", answer.items.map(card).join(""));
      }};
      await part();
      if ({int(forbidden)}) more.onclick = part;
    }})();"""
    sells = goods(number)

    def answer(path: str, asked: Mapping[str, str]) -> Answer | None:
        if path == "/api/products":
            start = 5 * (int(asked["page"]) - 1)
            kept = ("id", "name", *(() if partial else ("price", "currency", "inStock")))
            items = [{key: one[key] for key in kept} for one in sells[start : start + (number if partial else 5)]]
            return json.dumps({"items": items, "total": number}), "application/json"
        if path.startswith("/api/products/"):
            return json.dumps(sells[int(path.rpartition("/")[2]) - 1]), "application/json"
        return page(path, script)

    robots = "User-agent: *\nDisallow: /api/" if forbidden else "User-agent: *\nDisallow:"
    return DrawnShop(
        answer, sells=sells, robots=robots, delay_s=delay_s, shown=frozenset(range(1, 6)) if forbidden else None
    )


def hashes() -> DrawnShop:
    """Addresses of one page's own, behind `#`."""
    script = f"""{_DATA}{_DETAIL}
    const draw = () => {{
      const own = goods.find(one => location.hash === "#/product/" + one.id);
      root.innerHTML = own ? detail(own) : goods.map(one =>
        `<div class=card><a href="#/product/${{one.id}}"><h3>${{one.name}}</h3></a>
          <b>${{money(one)}}</b></div>`).join("");
    }};
    onhashchange = draw;
    draw();"""
    return DrawnShop(lambda path, _: page(path, script), address="/#/product/{}")


CLOSED, DETAILS = "closed components", "an API whose list has no prices"
SHOPS: Mapping[str, Callable[[], DrawnShop]] = {
    "open components": lambda: components("open"),
    CLOSED: lambda: components("closed"),
    "cards that are clicked": clicks,
    "cards that open a dialog": lambda: clicks(dialogs=True),
    "load more": lambda: parts(scrolling=False),
    "endless scrolling": lambda: parts(scrolling=True),
    "an API with pages": api,
    "an API that robots.txt forbids": lambda: api(forbidden=True),
    DETAILS: lambda: api(partial=True),
    "hash routes": hashes,
    "a slow API": lambda: api(delay_s=1.5, number=7),
}

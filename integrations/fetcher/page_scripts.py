"""What a browser is asked to do on a page: JavaScript that runs there.

`deep` goes through all elements that a visitor sees the contents of: those of open shadow roots stand where they are
shown, and what is slotted stands in its slot.
"""

_DEEP = """
  const inside = node => node.shadowRoot ? [...node.shadowRoot.childNodes]
    : node.localName === "slot" && node.assignedNodes().length ? node.assignedNodes() : [...node.childNodes];
  const elements = node => inside(node).filter(child => child.nodeType === 1);
  function* deep(root) {
    for (const waiting = elements(root).reverse(); waiting.length;) {
      const node = waiting.pop();
      yield node;
      waiting.push(...elements(node).reverse());
    }
  }
  const text = node => node.nodeType === 3 ? node.data : ["script", "style"].includes(node.localName) ? ""
    : inside(node).map(text).join(" ");
  const among = (node, selector) => {
    for (; node; node = node.assignedSlot || node.parentNode || node.host) if (node.matches?.(selector)) return true;
    return false;
  };
  const leads = link => !/^(#!?\\/?$|javascript:|$)/.test(link.getAttribute("href") || "");
  const seen = node => node.checkVisibility?.() ?? true;
"""

# Document state, and what tells whether there is more of it than before.
MEASURE = f"""() => {{ {_DEEP}
  let number = 0, length = 0;
  for (const node of deep(document)) {{
    number++;
    for (const child of inside(node)) length += child.nodeType === 3 ? child.data.length : 0;
  }}
  return [document.readyState, number, length];
}}"""

# What waits for the end to come into view sees it go first, and a frame of either.
SCROLL = """async () => {
  const frame = () => Promise.race([new Promise(requestAnimationFrame), new Promise(done => setTimeout(done, 300))]);
  for (const place of [0, document.documentElement.scrollHeight]) {
    window.scrollTo(0, place);
    await frame();
    await frame();
  }
}"""

# Buttons that lead to no address and send no form.
BUTTONS = f"""() => {{ {_DEEP}
  return [...deep(document)].filter(node =>
    node.matches("button,[role=button],input[type=button],a") && seen(node) && !node.disabled
    && !(node.localName === "a" && leads(node)) && !(node.form && node.type === "submit")
    && !among(node, "form,dialog,[role=dialog]"));
}}"""
SAID = f"""nodes => {{ {_DEEP} return nodes.map(node => (text(node).trim() || node.value || "").slice(0, 100)); }}"""
PRESS = "([nodes, place]) => nodes[place].click()"

# Three or more siblings of one kind that show a price and hold no link. The outermost ones.
CARDS = f"""() => {{ {_DEEP}
  const price = /\\p{{Sc}}\\s?\\d|\\d\\s?\\p{{Sc}}|\\d[.,]\\d\\d(?!\\d)|\\b[A-Z]{{3}}\\s?\\d/u;
  const apart = "nav,header,footer,form,dialog,[role=dialog],[aria-hidden=true]";
  const isCard = node => {{
    const shown = text(node);
    return shown.length < 2500 && price.test(shown) && seen(node)
      && ![node, ...deep(node)].some(one => one.localName === "a" && leads(one));
  }};
  const found = [], look = node => {{
    const kinds = new Map();
    const children = elements(node).filter(child => !child.matches(apart));
    for (const child of children) {{
      const kind = child.localName + " " + child.classList[0];
      kinds.set(kind, [...(kinds.get(kind) || []), child]);
    }}
    const taken = new Set();
    for (const alike of kinds.values()) {{
      const cards = alike.length < 3 ? [] : alike.filter(isCard);
      if (cards.length > 2) cards.forEach(card => {{ taken.add(card); found.push(card); }});
    }}
    for (const child of children) if (!taken.has(child) && !(child.localName === "a" && leads(child))) look(child);
  }};
  look(document.body);
  return found;
}}"""

# A click whose step to another address is noted and stopped, so that the list stays. Answers what is noted.
CLICK = f"""([cards, place]) => {{ {_DEEP}
  const noted = {{led: "", from: location.href}};
  const stop = (_state, _title, url) => {{
    const to = new URL(url ?? "", location).href;
    if (to === location.href) return;
    noted.led = to;
    throw new Error("noted");
  }};
  globalThis.cameFrom = location.href;
  history.pushState = history.replaceState = stop;
  window.open = url => {{ noted.led = new URL(url, location).href; return null; }};
  const parts = [...deep(cards[place])].filter(part => !among(part, "button,input,select,[role=button]"));
  (parts.find(part => part.matches("h1,h2,h3,h4,h5,h6,img")) || cards[place]).click();
  return noted;
}}"""
LED = "noted => noted.led || (location.href !== noted.from ? location.href : '')"
HAS_MOVED = "() => location.href !== globalThis.cameFrom"
# What a click opened in front of the page.
DIALOG = f"""() => {{ {_DEEP}
  return [...deep(document)].some(node => node.matches("dialog[open],[role=dialog],[aria-modal=true]") && seen(node));
}}"""

# The page as HTML, each card as a link to `card:<place>`. A document without a window runs and upgrades nothing.
SNAPSHOT = f"""cards => {{ {_DEEP}
  const made = document.implementation.createHTMLDocument("");
  const copy = node => {{
    if (node.localName === "slot") {{
      const shown = made.createDocumentFragment();
      shown.append(...inside(node).map(copy));
      return shown;
    }}
    const copied = made.importNode(node, node.localName === "template");
    if (node.nodeType !== 1 || node.localName === "template") return copied;
    const children = inside(node).map(copy), place = cards.indexOf(node);
    if (node.shadowRoot) for (const script of node.querySelectorAll(":scope > script")) children.push(copy(script));
    copied.append(...children);
    if (place < 0) return copied;
    const links = [copied, ...copied.querySelectorAll("a")].filter(one => one.localName === "a");
    if (!links.length) {{
      const whole = copied.localName === "tr" ? copied.firstElementChild : copied, link = made.createElement("a");
      link.append(...whole.childNodes);
      whole.append(link);
      links.push(link);
    }}
    for (const link of links) link.setAttribute("href", "card:" + place);
    return copied;
  }};
  try {{
    return "<!DOCTYPE html>" + copy(document.documentElement).outerHTML;
  }} catch (fault) {{  // it is nested too deep
    return document.documentElement.outerHTML;
  }}
}}"""

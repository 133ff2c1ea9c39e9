"""All attacks of the collections in every field of a piece, on four platforms and a static site: text stays text.

    python3 -m benchmarks.publishing.attacks ATTACKS

ATTACKS is a folder with `*.json` (lists of strings), `xss/*.txt`, `payloads`, `*.md` and `svg/`; or a file with one
attack a line. Each attack is the title, text, summary, a tag, the alternative text and the link's query of a piece,
which is checked, adapted, and posted to platforms in this process. Counted are attacks after which a page has a tag,
attribute or shortcode of the attack's, whose piece differs from what was approved, or on which a check fails.
"""

import argparse
import asyncio
import json
import re
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, cast
from urllib.parse import quote

from integrations.open import open_ports
from integrations.records.columns import storable
from magicai.errors import MagicError
from magicai.publishing.adapting import adapt_all
from magicai.publishing.checks import check
from magicai.publishing.checks.context import Context
from magicai.publishing.checks.manuscript import manuscript
from magicai.publishing.draft import Draft, Payload, digest_of_all
from magicai.publishing.ports import Intent, Publisher
from magicai.publishing.target import NewTarget, add_target, targets_of
from magicai.settings import Settings
from tests.platforms.bluesky import Bluesky
from tests.platforms.ghost import Ghost
from tests.platforms.mastodon import Mastodon
from tests.platforms.wordpress import WordPress

_TAG = re.compile(
    r"<(?!/?(?:p|a|h[1-6]|ul|ol|li|figure|img|strong|em|main|body|html|article|br|code|pre)\b)[a-z!?]", re.IGNORECASE
)
_RUNS = re.compile(r"<[^>]*\s(?:on\w+=|(?:href|src)=[\"']?\s*(?:javascript|data|vbscript):)", re.IGNORECASE)
_LONGEST = 100_000
# What is not checked in languages that it does not read.
_WORDS = frozenset(("legality", "sensitive"))


def attacks(place: Path) -> Iterator[str]:
    """Each attack once."""
    if place.is_file():
        yield from dict.fromkeys(
            line for line in place.read_text("utf-8", errors="replace").splitlines() if line.strip()
        )
        return
    found: dict[str, None] = {}
    for path in sorted(one for one in place.rglob("*") if one.is_file() and one.name != "README"):
        text = path.read_text("utf-8", errors="replace")
        if path.suffix == ".json":
            said: Any = json.loads(text)
            some = cast("list[Any]", said) if isinstance(said, list) else [said]
            found |= dict.fromkeys(str(one) for one in some)
        elif path.suffix == ".svg":
            found[text] = None
        else:
            found |= dict.fromkeys(text.splitlines())
    yield from (one[:_LONGEST] for one in found if one.strip())


def _pieces(attack: str) -> Draft:
    text = storable(attack)
    return Draft(
        title=text[:500],
        text=f"# {text}\n\n{text}\n\n- {text}",
        summary=text[:2_000],
        tags=(text[:100],),
        link=f"https://havn.example/?q={quote(text[:500], safe='')}",
    )


async def _post(publisher: Publisher, payload: Payload, number: int) -> None:
    intent = Intent(
        key=f"k{number}:{payload.target}",
        created_at=1_700_000_000_000_000 + number * 1_000_000,
        digest=payload.digest,
        body=payload.body,
    )
    kept = await publisher.prepare(intent)
    await publisher.publish(Intent(intent.key, intent.created_at, intent.digest, intent.body, kept=kept))


async def _measure(found: list[str]) -> Counter[str]:
    counted: Counter[str] = Counter()
    async with WordPress() as wordpress, Ghost() as ghost, Mastodon() as mastodon, Bluesky() as bluesky:
        platforms = (wordpress, ghost, mastodon, bluesky)
        with TemporaryDirectory(prefix="magicai-") as folder:
            hosts = tuple(one.host for one in platforms)
            async with open_ports(
                Settings(home=Path(folder) / "home", model="none", publish_allow_hosts=hosts)
            ) as ports:
                for one in platforms:
                    await add_target(ports.records, ports.seal, NewTarget(name=one.name, **one.target), owner_id="o")
                targets = await targets_of(ports.records, "o")
                for number, attack in enumerate(found):
                    draft = _pieces(attack)
                    payloads = adapt_all(draft, targets)
                    counted["attacks"] += 1
                    if number % 500 == 0:
                        print(f"{number} of {len(found)}", file=sys.stderr, flush=True)
                    counted["changed by storing"] += digest_of_all(payloads) != digest_of_all(
                        tuple(Payload.model_validate_json(one.model_dump_json()) for one in payloads)
                    )
                    try:
                        result = await check(draft.piece, Context())
                        counted["blocked by a check"] += bool(result.blocking)
                        unread = frozenset[str]() if manuscript(draft.piece).is_read else _WORDS
                        counted["a check failed"] += bool({one.check for one in result.not_checked} - unread)
                        for payload, target in zip(payloads, targets, strict=True):
                            await _post(await ports.publishers(target), payload, number)
                    except MagicError as exc:
                        counted[f"refused: {type(exc).__name__}"] += 1
                    made = [*wordpress.posts.values(), *ghost.posts.values()]
                    pages = [one["content"]["raw"] + one["title"]["raw"] for one in wordpress.posts.values()]
                    counted["shortcode"] += any("[" in one for one in pages)
                    pages += [one["html"] for one in ghost.posts.values()]
                    site = ports.settings.home / "sites" / "o" / "site"
                    for page in site.glob("*/index.html"):
                        pages.append(page.read_text("utf-8").partition("<main")[2].partition("</main")[0])
                        page.unlink()
                    bad = [one for one in pages if _TAG.search(one) or _RUNS.search(one)]
                    counted["code in a page"] += bool(bad)
                    if bad:
                        print(repr(attack[:200]), file=sys.stderr)
                    counted["posts"] += len(made) + len(mastodon.statuses) + len(bluesky.records)
                    for each in (wordpress.posts, ghost.posts, mastodon.statuses, bluesky.records):
                        each.clear()
    return counted


def main() -> int:
    """Print the counts; 1 where code reached a page or a check failed."""
    parser = argparse.ArgumentParser(prog="python3 -m benchmarks.publishing.attacks", description=__doc__)
    parser.add_argument("attacks", type=Path)
    parser.add_argument("--every", type=int, default=1, help="only each Nth")
    wanted = parser.parse_args()
    found, begun = list(attacks(wanted.attacks))[:: wanted.every], time.monotonic()
    counted = asyncio.run(_measure(found))
    for name, count in counted.most_common():
        print(f"{name:<24} {count:>7}")
    print(f"{'seconds':<24} {time.monotonic() - begun:>7.0f}")
    return int(bool(counted["code in a page"] or counted["shortcode"] or counted["a check failed"]))


if __name__ == "__main__":
    sys.exit(main())

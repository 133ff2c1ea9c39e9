"""A till at a real gateway: a thousand requests a minute, and sellers some of whose payments are refused."""

import argparse
import asyncio
import random
import tempfile
import time
from collections import Counter
from pathlib import Path
from statistics import quantiles
from typing import Any

import httpx

from benchmarks.gateway import serving_gateway, token_of_user

_A_MINUTE, _GOAL_MS = 1_000, 100.0
_UNITS, _SELLERS = 10, 60
_OK = 200


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Nothing of its own."""
    del parser


def measure(options: argparse.Namespace) -> bool:
    """Print what was served, refused and sold."""
    with tempfile.TemporaryDirectory() as folder:
        token = asyncio.run(token_of_user(Path(folder)))
        with serving_gateway(Path(folder), {}) as port:
            return asyncio.run(_measure(port, token, seconds=10 if options.quick else 60))


async def _measure(port: int, token: str, *, seconds: int) -> bool:
    async with httpx.AsyncClient(
        base_url=f"http://127.0.0.1:{port}/api",
        headers={"Authorization": f"Bearer {token}"},
        timeout=30,
        trust_env=False,
    ) as http:
        lines = [{"item": item, "quantity": units} for item, units in (("tea", 1_000_000), ("last", _UNITS))]
        (
            await http.post("/inventory/movements", json={"key": "in", "kind": "receipt", "lines": lines})
        ).raise_for_status()
        answers, took = await _till(http, seconds)
        sold, spread = await _sellers(http)
    p50, p95 = quantiles(took, n=20)[9], quantiles(took, n=20)[-1]
    served = answers[200] * 60 / seconds
    print("| what | reached | goal |\n| --- | --- | --- |")
    print(f"| requests a minute that were served, one user | {served:.0f} | {_A_MINUTE} |")
    print(f"| refused | {sum(answers.values()) - answers[200]} | 0 |")
    print(f"| milliseconds, median and p95 | {p50:.0f}, {p95:.0f} | p95 {_GOAL_MS:.0f} |")
    print(f"| {_SELLERS} sellers of {_UNITS} units, a third of the payments refused: sold | {sold} | {_UNITS} |")
    print(f"| answers to them | {dict(spread)} | |")
    return served >= 0.99 * _A_MINUTE and p95 < _GOAL_MS and sold == _UNITS


async def _till(http: httpx.AsyncClient, seconds: int) -> tuple[Counter[int], list[float]]:
    """Requests at an even pace, whether or not the ones before are answered: sales, and reservations that are sold."""
    answers, took = Counter[int](), list[float]()

    async def ask(path: str, body: Any = None) -> Any:
        began = time.perf_counter()
        answer = await http.post(path, json=body)
        took.append(1_000 * (time.perf_counter() - began))
        answers[answer.status_code] += 1
        return answer.json()

    async def customer(number: int) -> None:
        lines = [{"item": "tea", "quantity": 1}]
        if number % 3 == 0:
            held = await ask("/inventory/reservations", {"key": f"r{number}", "lines": lines, "ttl_s": 60})
            await ask(f"/inventory/reservations/{held.get('reservation_id', '-')}/sale")
        else:
            await ask("/inventory/movements", {"key": f"s{number}", "kind": "sale", "lines": lines})

    count = _A_MINUTE * seconds // 60 * 3 // 4  # of four requests, two are of one customer
    began = time.perf_counter()
    async with asyncio.TaskGroup() as customers:
        for number in range(count):
            await asyncio.sleep(max(0.0, began + number * seconds / count - time.perf_counter()))
            customers.create_task(customer(number))
    return answers, took


async def _sellers(http: httpx.AsyncClient) -> tuple[int, Counter[int]]:
    """All at once; one who finds nothing asks again until all is sold."""
    dice, answers = random.Random(7), Counter[int]()  # noqa: S311 - whose payment is refused
    refused = [dice.random() < 1 / 3 for _ in range(_SELLERS)]
    left = asyncio.Semaphore(8)

    async def sell(number: int) -> int:
        lines = [{"item": "last", "quantity": 1}]
        for attempt in range(50):
            async with left:
                key = f"o{number}-{attempt}"
                held = await http.post("/inventory/reservations", json={"key": key, "lines": lines, "ttl_s": 60})
            answers[held.status_code] += 1
            if held.status_code == _OK:
                path = f"/inventory/reservations/{held.json()['reservation_id']}"
                await asyncio.sleep(0.05)
                if refused[number]:
                    await http.delete(path)
                    return 0
                return int((await http.post(f"{path}/sale")).status_code == _OK)
            stock = (await http.get("/inventory", params={"prefix": "last"})) if attempt % 5 == 0 else None
            if stock is not None and stock.status_code == _OK and not stock.json()["items"][0]["on_hand"]:
                return 0
            await asyncio.sleep(1)
        return 0

    return sum(await asyncio.gather(*map(sell, range(_SELLERS)))), answers

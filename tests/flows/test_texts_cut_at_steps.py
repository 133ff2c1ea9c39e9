"""generate-content, cut after each of its steps before what it gave is kept: in this process, without Prefect."""

from pathlib import Path

import pytest

from flows.generate_content import GOAL
from integrations.open import open_ports
from magicai.content.content import KIND, content_in
from magicai.content.generate_content import GenerateContent, Variables
from tests.flows.cutting import carry_out, cut_once

STEPS = ("read_template", "write_texts", "file_texts", "index_stores")
PRICES = {"Mug": "12 EUR", "Bowl": "19 EUR", "Jug": "31 EUR"}
ROWS: tuple[Variables, ...] = tuple({"name": name, "price": price} for name, price in PRICES.items())
REQUEST = GenerateContent(content_type="product-description", variables=ROWS)


def _not_installed(_extra: str) -> bool:
    return False


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An installation without vectors, whose server would take seconds to start."""
    monkeypatch.setenv("MAGICAI_HOME", str(tmp_path))
    monkeypatch.setenv("MAGICAI_MODEL", "none")
    monkeypatch.setattr("magicai.extras.is_installed", _not_installed)
    return tmp_path


async def test_cut_after_every_step_each_text_is_there_once_and_in_every_file_and_store(home: Path) -> None:
    async with open_ports() as ports:
        left: set[str] = set(STEPS)
        run_id, result = await carry_out(ports, cut_once(left, GOAL), REQUEST, "disturbed")
        assert not left
        page = await ports.records.entities.listed("disturbed", KIND)
        texts = [content_in(item.entity) for item in page.items if item.entity is not None]
        assert [(one.variables, len(one.versions)) for one in texts] == [(row, 1) for row in ROWS]
        assert [text["content_id"] for text in result["texts"]] == [one.content_id for one in texts]
        files = {name: await ports.files.result(f"{run_id}/texts.{name}") for name in result["files"]}
        assert {name for name, body in files.items() if not body} == set()
        assert [files["md"].count(price.encode()) for price in PRICES.values()] == [1, 1, 1]
        assert "vectors" not in ports.stores
        for store in ports.stores:
            assert await ports.records.entities.behind(store) == 0, store

"""A home that can't be written to is told in a sentence, with a way out, by whatever finds it first."""

from pathlib import Path

import pytest

from deployments import launcher
from integrations import ondemand
from magicai.errors import Permanent


def test_up_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAGICAI_HOME", str(tmp_path))
    (tmp_path / "up.lock").mkdir()  # no rights would not stop a test that runs as root
    with pytest.raises(Permanent, match=r"up\.lock: .*\. Check the folder's rights and space\."):
        launcher.main(open_it=False)


async def test_a_server_that_is_started_on_demand_says_so(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("")
    server = ondemand.Startable("vector server", tmp_path / "home" / "chroma", "integrations.vectors.server", "{}")
    with pytest.raises(Permanent, match=r"chroma: Not a directory\. Check the folder's rights and space\."):
        await ondemand.ensure(server)

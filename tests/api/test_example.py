import asyncio
import re
import sys
from pathlib import Path

from magicai.accounts.identity import Role
from magicai.accounts.users import add_user
from magicai.runs.run import RunStatus
from tests.api.conftest import Api

PASSWORD = "correct horse battery"
PAGE = Path(__file__).parents[2] / "docs" / "reference" / "api.md"


async def test_the_example_of_the_documentation_starts_and_follows_a_run(api: Api, tmp_path: Path) -> None:
    await add_user(api.records.identities, "ann", Role.USER, PASSWORD)
    (code,) = re.findall(r"^```python\n(.*?)^```", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    (tmp_path / "example.py").write_text(code)
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        str(tmp_path / "example.py"),
        env={"MAGICAI_URL": api.url, "NAME": "ann", "PASSWORD": PASSWORD},
        stdout=asyncio.subprocess.PIPE,
    )
    async with asyncio.timeout(120):
        while not (waiting := await api.records.runs.waiting()):  # noqa: ASYNC110 - the example says nothing yet
            await asyncio.sleep(0.05)
        run_id = waiting[0].run_id
        attempt = await api.begin(run_id)
        await api.records.runs.finish(attempt, RunStatus.FAILED, {"run_id": run_id, "status": "failed", "problems": []})
        out, _ = await process.communicate()
    assert process.returncode == 0
    assert out.decode().splitlines() == ["1 status processing 0.0", "2 status failed 0.0", "failed []"]

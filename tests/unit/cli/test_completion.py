from pathlib import Path

import pytest
from click.shell_completion import ShellComplete

from magicai.cli.completion import install
from magicai.cli.root import root


@pytest.mark.parametrize(("shell", "start"), [("bash", ".bashrc"), ("zsh", ".zshrc"), ("fish", "")])
def test_one_command_installs_it_and_again_changes_nothing(shell: str, start: str, tmp_path: Path) -> None:
    if start:
        (tmp_path / start).write_text("alias ll='ls -l'")
    script = install(shell, tmp_path, root)[0]
    assert "_MAGICAI_COMPLETE" in script.read_text()
    before = (tmp_path / start).read_text() if start else ""
    assert install(shell, tmp_path, root)[0] == script
    if start:
        assert before.startswith("alias ll='ls -l'\n")
        assert before.count(str(script)) == 2
        assert (tmp_path / start).read_text() == before


def test_commands_and_workflows_are_completed() -> None:
    def completed(*words: str, begun: str) -> list[str]:
        found = ShellComplete(root, {}, "magicai", "_MAGICAI_COMPLETE").get_completions(list(words), begun)
        return [one.value for one in found]

    assert completed(begun="sch") == ["schedule"]
    assert completed("run", begun="crawl") == ["crawl-analyze-generate"]
    assert "--status" in completed("runs", begun="--st")

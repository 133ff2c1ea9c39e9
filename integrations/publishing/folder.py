"""A static site: a folder with a page per piece, optionally as commits of a Git repository.

Every file is named by the post's key, so a repeated call writes the same files again.
"""

import asyncio
import hashlib
import json
import os
import shutil
import subprocess
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from filelock import FileLock, Timeout

from integrations.publishing.site_pages import article_page, image_name, list_page
from magicai.errors import Invalid, Temporary
from magicai.publishing.draft import Article, Body
from magicai.publishing.ports import Intent, Picture, Posted, PostStatus, Publisher
from magicai.space import unwritable
from magicai.values.times import now_us, to_iso

_LOCK_S = 20.0
_GIT_S = 60.0


class FolderPublisher(Publisher):
    """Publishes into a folder.

    Args:
        folder: where its pages are.
        address: under which it is served; a path of the gateway if nothing else serves it.
        git: whether each change is a commit.
    """

    settle_s = 0.0
    finds_by_content = False

    def __init__(self, folder: Path, *, address: str, git: bool = False) -> None:
        self._folder, self._address, self._git = folder, address.rstrip("/"), git

    def preview(self, body: Body, images: Sequence[Picture]) -> str:
        """The page, as if it were written now."""
        assert isinstance(body, Article)
        return article_page(body, images, site=self._folder.name, created_at=now_us())

    async def check(self) -> str:
        """The folder's name."""
        await asyncio.to_thread(self._prepare)
        return str(self._folder)

    async def prepare(self, intent: Intent) -> Mapping[str, str]:
        """The name of the page, which stays as it is when the title changes."""
        name = f"{_article(intent).slug}-{hashlib.sha256(intent.key.encode()).hexdigest()[:8]}"
        return {"name": name}

    async def publish(self, intent: Intent) -> Posted:
        """Write the page."""
        return await asyncio.to_thread(self._locked, self._write, intent, intent.kept["name"])

    async def look_up(self, intent: Intent) -> Posted | None:
        """The page, if it is complete."""
        name = intent.kept["name"]
        return self._posted(name) if (self._folder / name / "post.json").exists() else None

    async def update(self, intent: Intent, posted: Posted) -> Posted:
        """Write the page again."""
        return await asyncio.to_thread(self._locked, self._write, intent, posted.remote_id)

    async def remove(self, posted: Posted) -> None:
        """Delete the page."""
        await asyncio.to_thread(self._locked, self._remove, posted.remote_id)

    async def see(self, posted: Posted) -> PostStatus:
        """Whether the page is there, and as it was written."""
        page = self._folder / posted.remote_id / "index.html"
        if not page.exists():
            return PostStatus(there=False)
        return PostStatus(there=True, changed=hashlib.sha256(page.read_bytes()).hexdigest())

    async def close(self) -> None:
        """Nothing is held."""

    def _prepare(self) -> None:
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
        except OSError as exc:
            raise unwritable(self._folder, exc) from exc

    def _locked(self, work: Callable[..., Posted], *given: object) -> Posted:
        self._prepare()
        try:
            with FileLock(self._folder.with_name(f".{self._folder.name}.lock"), timeout=_LOCK_S):
                return work(*given)
        except Timeout as exc:
            raise Temporary("folder_locked", folder=self._folder, limit_s=f"{_LOCK_S:g}") from exc
        except OSError as exc:
            raise unwritable(self._folder, exc) from exc

    def _write(self, intent: Intent, name: str) -> Posted:
        body, page = _article(intent), self._folder / name
        page.mkdir(exist_ok=True)
        for one in intent.media:
            _save(page / image_name(one.media.digest, one.media.name), one.body)
        images = [Picture(image_name(one.digest, one.name), one.alt) for one in body.media]
        made = article_page(body, images, site=self._folder.name, created_at=intent.created_at)
        _save(page / "index.html", made.encode())
        _save(page / "index.md", f"# {body.title}\n\n{body.text}\n".encode())
        about = {"title": body.title, "excerpt": body.excerpt, "at": to_iso(intent.created_at), "tags": [*body.tags]}
        # Last: a page with this file is complete.
        _save(page / "post.json", json.dumps(about | {"digest": intent.digest}, ensure_ascii=False).encode())
        self._index()
        self._commit(f"Publish {body.title}", intent.key)
        return self._posted(name)

    def _remove(self, name: str) -> Posted:
        if (self._folder / name).is_dir() and (self._folder / name / "post.json").exists():
            (self._folder / name / "post.json").unlink()
            shutil.rmtree(self._folder / name)
        self._index()
        self._commit(f"Remove {name}", name)
        return Posted(name, "")

    def _posted(self, name: str) -> Posted:
        return Posted(name, f"{self._address}/{name}/")

    def _index(self) -> None:
        found = [(path.parent.name, json.loads(path.read_bytes())) for path in self._folder.glob("*/post.json")]
        found.sort(key=lambda one: one[1]["at"], reverse=True)
        pages = [(name, about["title"], about["at"][:10]) for name, about in found]
        _save(self._folder / "index.html", list_page(self._folder.name, pages).encode())

    def _commit(self, title: str, key: str) -> None:
        if not self._git:
            return
        if not (self._folder / ".git").exists():
            self._run("init", "-q")
        self._run("add", "-A", ".")
        if self._run("status", "--porcelain").strip():
            who = ("-c", "user.name=MagicAI", "-c", "user.email=magicai@localhost", "-c", "commit.gpgsign=false")
            self._run(*who, "commit", "-q", "-m", " ".join(title.split()), "-m", f"MagicAI-Post: {key}")

    def _run(self, *words: str) -> str:
        git = shutil.which("git")
        if git is None:
            raise Invalid("git_not_installed")
        # No hooks: a repository's files are data here.
        command = [git, "-C", str(self._folder), "-c", f"core.hooksPath={os.devnull}", *words]
        try:
            done = subprocess.run(command, capture_output=True, text=True, timeout=_GIT_S, check=False)  # noqa: S603
        except subprocess.TimeoutExpired as exc:
            raise Temporary("git_timed_out", limit_s=f"{_GIT_S:g}", folder=self._folder) from exc
        if done.returncode:
            raise Temporary("git_failed", folder=self._folder, reason=done.stderr.strip()[:300])
        return done.stdout


def _article(intent: Intent) -> Article:
    assert isinstance(intent.body, Article)
    return intent.body


def _save(path: Path, body: bytes) -> None:
    draft = path.with_name(f".{path.name}.new")
    draft.write_bytes(body)
    draft.replace(path)

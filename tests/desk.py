"""Runs of review-and-publish as processes carry them out, without an orchestrator."""

import os
import socket
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from pydantic import SecretStr

from integrations.open import Ports
from magicai.accounts.identity import Caller, Role, User, WorkspaceRole
from magicai.errors import Temporary
from magicai.publishing import reviewing
from magicai.publishing.ports import StoredSubmission
from magicai.publishing.posts import Post, posts_of
from magicai.publishing.review_settings import rules_of
from magicai.publishing.target import NewTarget, add_target
from magicai.runs import registry
from magicai.runs.execution.executor import Executor
from magicai.runs.execution.step_calls import StepCall
from magicai.runs.requests.accept import accept, check_request
from magicai.runs.requests.intake import prepare_request
from magicai.runs.run import JSON, Origin, Run, RunStatus
from tests.members import join
from tests.platforms.platform import Platform

NAME = "review-and-publish"


class Desk:
    """An installation where pieces are submitted, decided and published."""

    def __init__(self, ports: Ports) -> None:
        self.ports, self.records = ports, ports.publishing
        self.goal = registry.goal(NAME)
        self.crash: str = ""

    async def user(self, name: str, role: WorkspaceRole = WorkspaceRole.REVIEWER) -> Caller:
        """Somebody in the workspace."""
        identities = self.records.identities
        await identities.add_user(User(user_id="o", name="o", role=Role.USER, created_at=1))
        user = await identities.add_user(User(user_id=f"id-{name}", name=name, role=Role.USER, created_at=1))
        return Caller(user=user, member=await join(self.records, "o", user.user_id, role))

    async def target(self, platform: Platform, name: str = "", **more: Any) -> str:
        given = {**platform.target, **more}
        given["secret"] = SecretStr(given["secret"])
        name = name or platform.name
        await add_target(self.ports.records, self.ports.seal, NewTarget(name=name, **given), owner_id="o")
        return name

    async def submit(self, **request: Any) -> tuple[RunStatus, JSON]:
        model = registry.workflow(NAME).request
        wanted = check_request(model, {"title": "Linen aprons", "text": "Washed linen, in three colours.", **request})
        wanted = await prepare_request(self.ports, wanted, owner_id="o", origin=Origin.API)
        return await self.carry_out(await accept(self.records, NAME, wanted, owner_id="o", origin=Origin.CLI))

    async def carry_out(self, run: Run) -> tuple[RunStatus, JSON]:
        attempt = await self.records.runs.begin(
            run.run_id, host=socket.gethostname(), pid=os.getpid(), process_started_at=1, flow_run_id=None
        )
        request = registry.workflow(NAME).request.model_validate(run.request)
        executor = Executor(self.goal, run, request, attempt, self.ports, perform=self._perform, show=self._show)
        return await executor.carry_out()

    async def queued(self) -> list[Run]:
        return await self.records.runs.listed(workflow=NAME, statuses=(RunStatus.QUEUED,))

    async def follow(self) -> list[tuple[RunStatus, JSON]]:
        """Carry out what is queued."""
        return [await self.carry_out(run) for run in await self.queued()]

    async def decide(
        self, content_id: str, by: Caller, verdict: Any = "approve", reasons: str = "no"
    ) -> StoredSubmission:
        kept = await self.records.submissions.get(content_id, owner_id=None)
        new = reviewing.NewDecision(verdict, kept.submission.digest, reasons)
        return await reviewing.decide(self.records, content_id, new, by=by, rules=rules_of(self.ports.settings))

    async def posts(self, content_id: str) -> list[Post]:
        return await posts_of(self.records, content_id, owner_id="o")

    async def published(self, *names: str, **request: Any) -> tuple[str, RunStatus, JSON]:
        """Submit, approve, and publish."""
        _, result = await self.submit(platforms=[*names], **request)
        await self.decide(result["content_id"], await self.user("rita"))
        ((status, after),) = await self.follow()
        return result["content_id"], status, after

    async def _perform(self, task: StepCall, do: Callable[[], Awaitable[Any]]) -> Any:
        for left in range(task.retries, -1, -1):
            try:
                return await do()
            except Temporary:
                if not left:
                    raise
        return None

    async def _show(self, key: str, content: str | Sequence[Mapping[str, object]]) -> None:
        pass

"""Decisions and their rewards, and the statistics that learn from them: all changed together."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, RowMapping, delete, func, insert, select, tuple_, update

from integrations.records import attempts, lessons, models
from integrations.records.database import in_parts, upsert
from integrations.records.documents import CHOICE, MEASURES
from integrations.records.entities import NOBODY
from integrations.records.lessons import begin_anew, both_statistics, save, seen
from integrations.records.transactions import Rows, reading, writing, writing_now
from magicai.brain.sampler import MOST_SHARED, POLICY, Lesson, Statistics, learn, share
from magicai.brain.situation import FEATURES
from magicai.errors import NotFound
from magicai.ports import LoggedDecision, Reward
from magicai.runs.plan import Choice, Plan
from magicai.runs.run import Attempt
from magicai.values.rewards import VERDICTS, check, total

_DECISION = models.decisions.c
_REWARD = models.rewards.c


def save_plan(connection: Connection, now: int, attempt: Attempt, plan: Plan) -> None:
    """Insert a revision that is not there yet, with the decisions that it was made of."""
    attempts.save_plan(connection, now, attempt, plan)
    add(connection, now, attempt, POLICY, plan.decision.choices)


def add(
    connection: Connection,
    now: int,
    attempt: Attempt,
    policy: str,
    choices: Sequence[Choice],
    *,
    instead_of: str | None = None,
) -> None:
    """Insert decisions that are not there yet; forced choices are none."""
    run = attempts.current(connection, attempt)
    made = {(one.step, one.choice, one.item or ""): one for one in choices if one.id is not None}
    place = tuple_(_DECISION.step, _DECISION.choice, _DECISION.item)
    there = select(_DECISION.step, _DECISION.choice, _DECISION.item).where(
        _DECISION.run_id == attempt.run_id, _DECISION.decision_id != (instead_of or "")
    )
    for part in in_parts(list(made), 200):
        for step, choice, item in connection.execute(there.where(place.in_(part))):
            del made[step, choice, item]
    rows: list[dict[str, Any]] = []
    for _, one in sorted(made.items()):
        key = (run["workflow"], one.step, one.choice)
        known, anew = seen(connection, key, run["owner_id"]), Statistics.of(one.features)
        if not known.like(anew):
            begin_anew(connection, key, run["owner_id"], anew)
        rows.append(
            {
                "decision_id": one.id,
                "owner_id": run["owner_id"],
                "run_id": attempt.run_id,
                "workflow": run["workflow"],
                "step": one.step,
                "choice": one.choice,
                "item": one.item or "",
                "option": one.option,
                "number": known.lessons if known.like(anew) else 0,
                "policy": policy,
                "features_version": FEATURES,
                "at": now,
                "reward": None,
                "lesson": None,
                "made": CHOICE.write(one),
                "measures": MEASURES.write({}),
            }
        )
    if instead_of is not None:
        for table in (models.rewards, models.decisions):
            connection.execute(delete(table).where(table.c.decision_id == instead_of))
    if rows:
        connection.execute(insert(models.decisions), rows)


def _reward(
    connection: Connection,
    now: int,
    decision_id: str,
    rewards: Sequence[Reward],
    *,
    owner_id: str,
    measures: Mapping[str, float] | None = None,
) -> LoggedDecision:
    for one in rewards:
        check(one.kind, one.value)
    row = _row(connection, decision_id, owner_id)
    key = (row["workflow"], row["step"], row["choice"])
    pooled, own = both_statistics(connection, key, owner_id)
    row = _row(connection, decision_id, owner_id, lock=True)
    if judges := [one.source for one in rewards if one.kind in VERDICTS]:
        earlier = (_REWARD.decision_id == decision_id, _REWARD.kind.in_(VERDICTS), _REWARD.source.in_(judges))
        connection.execute(delete(models.rewards).where(*earlier))
    upsert(
        connection,
        models.rewards,
        [
            {
                "decision_id": decision_id,
                "kind": one.kind,
                "source": one.source,
                "owner_id": owner_id,
                "value": one.value,
                "weight": one.weight,
                "at": now,
            }
            for one in rewards
        ],
    )
    known = MEASURES.read(row["measures"])
    changed: dict[str, Any] = {"reward": row["reward"], "lesson": row["lesson"]}
    given = select(_REWARD.kind, _REWARD.value, _REWARD.weight).where(_REWARD.decision_id == decision_id)
    reward = total([(kind, value, weight) for kind, value, weight in connection.execute(given)])
    if reward is None:
        reward = row["reward"]
    measured = {**known, **(measures or {})}
    if reward is not None:
        changed["reward"] = reward
        before, place = Statistics.from_json(own.to_json()), own.lessons
        _learn(own, row, reward, known, measured)
        if own.lessons > place:
            changed["lesson"] = place
        share(pooled, before, own, MOST_SHARED)
        save(connection, key, NOBODY, pooled)
        save(connection, key, owner_id, own)
    changed["measures"] = MEASURES.write(measured)
    connection.execute(update(models.decisions).where(_DECISION.decision_id == decision_id).values(changed))
    return _get(connection, decision_id)


def _learn(
    own: Statistics, row: RowMapping, reward: float, known: Mapping[str, float], measured: Mapping[str, float]
) -> None:
    if row["features_version"] != FEATURES:
        return  # the same names may mean something else
    choice = CHOICE.read(row["made"])
    learn(
        own,
        option=choice.option,
        x=choice.features,
        reward=reward,
        usual=choice.alternatives[0].option,
        number=row["number"],
        former=None if row["lesson"] is None else Lesson(row["reward"], row["lesson"], known),
        measures=measured,
    )


def _get(connection: Connection, decision_id: str, *, owner_id: str | None = None) -> LoggedDecision:
    return _logged(connection, [_row(connection, decision_id, owner_id)])[0]


def _of_run(connection: Connection, run_id: str) -> list[LoggedDecision]:
    query = select(models.decisions).where(_DECISION.run_id == run_id)
    rows = connection.execute(query.order_by(_DECISION.at, _DECISION.decision_id)).mappings().all()
    return _logged(connection, rows)


def _made(
    connection: Connection, run_id: str, step: str, choice: str, item: str | None = None
) -> LoggedDecision | None:
    place = {"run_id": run_id, "step": step, "choice": choice, "item": item or ""}
    query = select(models.decisions).where(*(_DECISION[name] == value for name, value in place.items()))
    rows = connection.execute(query).mappings().all()
    return next(iter(_logged(connection, rows)), None)


def _counted(connection: Connection, run_id: str) -> Mapping[tuple[str, str], Mapping[str, int]]:
    about = (_DECISION.step, _DECISION.choice, _DECISION.option)
    query = select(*about, func.count()).where(_DECISION.run_id == run_id).group_by(*about).order_by(*about)
    found: dict[tuple[str, str], dict[str, int]] = {}
    for step, choice, option, count in connection.execute(query):
        found.setdefault((step, choice), {})[option] = count
    return found


def _listed(
    connection: Connection,
    *,
    owner_id: str | None = None,
    workflow: str | None = None,
    run_id: str | None = None,
    step: str | None = None,
    choice: str | None = None,
    before: tuple[int, str] | None = None,
    limit: int = 50,
) -> list[LoggedDecision]:
    query = select(models.decisions).order_by(_DECISION.at.desc(), _DECISION.decision_id.desc()).limit(limit)
    wanted = {"owner_id": owner_id, "workflow": workflow, "run_id": run_id, "step": step, "choice": choice}
    for name, value in wanted.items():
        if value is not None:
            query = query.where(_DECISION[name] == value)
    if before is not None:
        query = query.where(tuple_(_DECISION.at, _DECISION.decision_id) < tuple_(*before))
    return _logged(connection, connection.execute(query).mappings().all())


def _row(connection: Connection, decision_id: str, owner_id: str | None, *, lock: bool = False) -> RowMapping:
    query = select(models.decisions).where(_DECISION.decision_id == decision_id)
    if owner_id is not None:
        query = query.where(_DECISION.owner_id == owner_id)
    row = connection.execute(query.with_for_update() if lock else query).mappings().first()
    if row is None:
        raise NotFound("decision_not_found", decision_id=decision_id)
    return row


def _logged(connection: Connection, rows: Sequence[RowMapping]) -> list[LoggedDecision]:
    given: dict[str, list[Reward]] = {row["decision_id"]: [] for row in rows}
    query = select(models.rewards).order_by(_REWARD.decision_id, _REWARD.kind, _REWARD.source)
    for part in in_parts(list(given), 200):
        for row in connection.execute(query.where(_REWARD.decision_id.in_(part))).mappings():
            values: dict[str, Any] = {name: row[name] for name in ("kind", "value", "weight", "source", "at")}
            given[row["decision_id"]].append(Reward(**values))
    names = ("run_id", "owner_id", "workflow", "number", "policy", "features_version", "at", "reward")
    return [
        LoggedDecision(
            choice=CHOICE.read(row["made"]),
            measures=MEASURES.read(row["measures"]),
            rewards=tuple(given[row["decision_id"]]),
            **{name: row[name] for name in names},
        )
        for row in rows
    ]


class SqlDecisions(Rows):
    """Decisions and what was learnt from them."""

    learnt = reading(lessons.learnt)
    add = writing_now(add)
    of_run = reading(_of_run)
    made = reading(_made)
    counted = reading(_counted)
    get = reading(_get)
    listed = reading(_listed)
    reward = writing_now(_reward)
    forget = writing(lessons.forget)
    taught = reading(lessons.taught)
    teach = writing(lessons.teach)
    take_snapshot = writing_now(lessons.take_snapshot)
    snapshots = reading(lessons.snapshots)

"""The cheapest valid plan: an AND-OR search by branch and bound.

All that a goal or a step needs is to be given (AND), by one of the steps that give it (OR). A set of steps is a plan if

- what the goal or a step of it needs, one step of it gives;
- there is an order in which each step comes after all that it needs, and before a step that uses it: one that needs
  what it gives or, where it is optional, wants it. What the goal names is used by the goal;
- no optional step could be added so that it is still a plan.

The cheapest plan costs the least in all; what several steps use counts once. A want that only a later step could meet,
since they would wait for each other, is not met.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import inf

from magicai.brain.steps import Step

Chosen = Mapping[str, Step]  # by what they give


@dataclass(frozen=True, slots=True)
class Ask:
    """What is to be planned.

    Attributes:
        steps: those that may be used, in the order in which a person would tell them.
        required, wanted: what the goal needs, and what it uses where an optional step gives it.
        weights: by step, what it costs; at least 0.
        fixed: names of steps that are part of the plan, and cost nothing more.
    """

    steps: Sequence[Step]
    required: Sequence[str]
    wanted: Sequence[str]
    weights: Mapping[str, float]
    fixed: Collection[str] = ()


@dataclass(frozen=True, slots=True)
class Ordered:
    """A plan's steps, each after all that it waits for.

    Attributes:
        waits_for: by step, what it needs, and those of its wants that an earlier step meets.
    """

    steps: tuple[Step, ...]
    waits_for: Mapping[str, tuple[str, ...]]


def needs_of(step: Step) -> tuple[str, ...]:
    """What other steps have to give it."""
    return tuple(need for need in step.needs if need != "request")


def attainable(steps: Sequence[Step], fixed: Collection[str] = ()) -> list[Step]:
    """The steps whose needs can be met by others of them, without a circle."""
    given: set[str] = set()
    found: set[str] = set()
    todo = list(steps)
    while ready := [step for step in todo if step.name in fixed or given.issuperset(needs_of(step))]:
        given.update(step.provides for step in ready)
        found.update(step.name for step in ready)
        todo = [step for step in todo if step.name not in found]
    return [step for step in steps if step.name in found]


def cheapest(ask: Ask) -> Ordered | None:
    """The cheapest plan; None where what is required cannot be given."""
    return _Search(ask).best()


def order(chosen: Sequence[Step], used: Collection[str]) -> Ordered | None:
    """Order steps, as near to the given order as can be; None where no order makes a plan of them.

    Built from its end, where any step may go that no step left needs and that the goal or a step placed already uses.
    A step that may go there still may when another has been placed, so no choice is wrong. Those go first that no step
    left waits for; within a circle of wants, the last.

    Args:
        used: names of the steps that the goal itself uses.
    """
    graph = _Graph(chosen)
    left, placed = (1 << len(chosen)) - 1, 0
    backwards: list[int] = []
    while left:
        best, fewest = -1, len(chosen) + 1
        for number in reversed(range(len(chosen))):
            if not left >> number & 1 or graph.needed_by[number] & left:
                continue
            users = graph.needed_by[number] | (graph.wanted_by[number] if chosen[number].optional else 0)
            if chosen[number].name not in used and not users & placed:
                continue
            waiting = graph.waiting_for(number, left).bit_count()
            if waiting < fewest:
                best, fewest = number, waiting
            if not waiting:
                break
        if best < 0:
            return None
        backwards.append(best)
        left &= ~(1 << best)
        placed |= 1 << best
    steps = tuple(chosen[number] for number in reversed(backwards))
    given: set[str] = set()
    waits_for: dict[str, tuple[str, ...]] = {}
    for step in steps:
        waits_for[step.name] = (*needs_of(step), *(want for want in step.wants if want in given))
        given.add(step.provides)
    return Ordered(steps, waits_for)


class _Graph:
    """Who uses whom, as bits by the steps' numbers."""

    def __init__(self, steps: Sequence[Step]) -> None:
        givers: dict[str, list[int]] = {}
        for number, step in enumerate(steps):
            givers.setdefault(step.provides, []).append(number)
        self.needed_by, self.wanted_by = [0] * len(steps), [0] * len(steps)
        for number, step in enumerate(steps):
            for names, used_by in ((step.needs, self.needed_by), (step.wants, self.wanted_by)):
                for giver in (giver for name in names for giver in givers.get(name, ()) if giver != number):
                    used_by[giver] |= 1 << number

    def waiting_for(self, number: int, among: int) -> int:
        """Those that wait for a step, by whatever way; itself too, if it is in a circle."""
        found, todo = 0, 1 << number
        while todo:
            bit = todo & -todo
            todo ^= bit
            one = bit.bit_length() - 1
            new = (self.needed_by[one] | self.wanted_by[one]) & among & ~found
            found |= new
            todo |= new
        return found


@dataclass(slots=True)
class _Search:
    ask: Ask
    cost: float = inf
    found: Ordered | None = None
    givers: dict[str, list[Step]] = field(default_factory=dict[str, list[Step]])
    always: set[str] = field(default_factory=set[str])
    _position: dict[str, int] = field(default_factory=dict[str, int])

    def best(self) -> Ordered | None:
        ask = self.ask
        usable = attainable(ask.steps, ask.fixed)
        self._position = {step.name: number for number, step in enumerate(ask.steps)}
        fixed = {step.provides: step for step in usable if step.name in ask.fixed}
        for step in usable:
            if step.provides not in fixed or step.name in ask.fixed:
                self.givers.setdefault(step.provides, []).append(step)
        for some in self.givers.values():
            some.sort(key=self._weight)
        self.always = self._joins_always(usable)
        for chosen, cost in self._closures(fixed, [*ask.required], 0.0, bounded=True):
            self._add_optional(chosen, cost, frozenset())
        return self.found

    def _weight(self, step: Step) -> float:
        return 0.0 if step.name in self.ask.fixed else self.ask.weights[step.name]

    def _closures(
        self, chosen: Chosen, todo: Sequence[str], cost: float, *, bounded: bool
    ) -> Iterator[tuple[Chosen, float]]:
        """Each way to give what is still to do, cheap givers first; those that cannot be the best are passed over."""
        open_names = [name for name in dict.fromkeys(todo) if name not in chosen]
        if any(name not in self.givers for name in open_names):
            return
        if bounded and cost + sum(self._weight(self.givers[name][0]) for name in open_names) >= self.cost:
            return
        if not open_names:
            yield chosen, cost
            return
        name = min(open_names, key=lambda one: len(self.givers[one]))
        for giver in self.givers[name]:
            if not _closes_circle(chosen, giver):
                more = {**chosen, name: giver}
                yield from self._closures(
                    more, [*open_names, *needs_of(giver)], cost + self._weight(giver), bounded=bounded
                )

    def _add_optional(self, chosen: Chosen, cost: float, refused: frozenset[str]) -> None:
        """Try each way to add the optional steps that are used, and keep the cheapest plan."""
        if cost >= self.cost:
            return
        name = next((want for want in self._wants(chosen) if want not in refused), None)
        if name is None:
            ordered = self._ordered(chosen)
            if ordered is not None and not any(self._can_join(chosen, one) for one in refused):
                self.cost, self.found = cost, ordered
            return
        for more, total in self._joined(chosen, name, cost, bounded=True):
            self._add_optional(more, total, refused)
        if name not in self.always:
            self._add_optional(chosen, cost, refused | {name})

    def _wants(self, chosen: Chosen) -> Iterator[str]:
        """What the goal or a chosen step wants, an optional step gives, and nothing gives yet."""
        wants = [*self.ask.wanted, *(want for step in chosen.values() for want in step.wants)]
        for name in wants:
            if name not in chosen and any(giver.optional for giver in self.givers.get(name, ())):
                yield name

    def _joined(self, chosen: Chosen, name: str, cost: float, *, bounded: bool) -> Iterator[tuple[Chosen, float]]:
        for giver in self.givers[name]:
            if giver.optional and not _closes_circle(chosen, giver):
                more = {**chosen, name: giver}
                yield from self._closures(more, needs_of(giver), cost + self._weight(giver), bounded=bounded)

    def _can_join(self, chosen: Chosen, name: str) -> bool:
        """Whether the plan would still be one with an optional step that gives this. More would help it no further."""
        if name in chosen:
            return False
        return any(self._ordered(more) is not None for more, _ in self._joined(chosen, name, 0.0, bounded=False))

    def _ordered(self, chosen: Chosen) -> Ordered | None:
        ask = self.ask
        steps = sorted(chosen.values(), key=lambda step: self._position[step.name])
        return order(steps, [step.name for step in steps if step.name in ask.fixed or _used_by_goal(ask, step)])

    def _joins_always(self, usable: Sequence[Step]) -> set[str]:
        """What can be given whatever else is chosen: nothing on its way has an alternative, or lies in a circle."""
        every = _Graph(usable)
        alone = {
            step.provides
            for number, step in enumerate(usable)
            if len(self.givers.get(step.provides, ())) == 1 and not every.waiting_for(number, -1) >> number & 1
        }
        while True:
            fewer = {name for name in alone if alone.issuperset(needs_of(self.givers[name][0]))}
            if fewer == alone:
                return alone
            alone = fewer


def _used_by_goal(ask: Ask, step: Step) -> bool:
    return step.provides in ask.required or (step.optional and step.provides in ask.wanted)


def _closes_circle(chosen: Chosen, step: Step) -> bool:
    """Whether a step needs, by way of those chosen, what it gives."""
    seen: set[str] = set()
    todo = list(needs_of(step))
    while todo:
        name = todo.pop()
        if name == step.provides:
            return True
        if name in chosen and name not in seen:
            seen.add(name)
            todo.extend(needs_of(chosen[name]))
    return False

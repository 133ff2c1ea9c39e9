"""Bandits of others behind one protocol, with their published defaults unless the name says otherwise.

Contexts are standardised over what was seen before each decision: some of them have no other way to cope with
features in thousands. Rewards are 0 to 1.
"""

from collections.abc import Callable
from functools import partial
from importlib import import_module
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]


class Policy(Protocol):
    """Decides, and learns what came of it."""

    def decide(self, x: Array) -> int:
        """Which option to take at `x`."""
        ...

    def learn(self, x: Array, option: int, reward: float) -> None:
        """Take in the reward of an option at `x`."""
        ...


# Number of options, of features, seed.
Maker = Callable[[int, int, int], Policy]


class Standardised:
    """A policy that sees features of mean 0 and deviation 1, as far as they were seen."""

    def __init__(self, policy: Policy, features: int) -> None:
        self._policy, self._seen = policy, np.zeros((3, features))

    def decide(self, x: Array) -> int:
        """As the policy does."""
        self._seen += np.stack((np.ones_like(x), x, x * x))
        return self._policy.decide(self._scaled(x))

    def learn(self, x: Array, option: int, reward: float) -> None:
        """As the policy does."""
        self._policy.learn(self._scaled(x), option, reward)

    def _scaled(self, x: Array) -> Array:
        count, total, squares = self._seen
        mean = total / count
        variance = squares / count - mean**2
        known = variance > 1e-9 * (1e-9 + mean**2)
        return np.where(known, np.clip((x - mean) / np.sqrt(np.where(known, variance, 1.0)), -3, 3), 0.0)


class Ucb1:
    """Auer, Cesa-Bianchi and Fischer (2002), its bonus scaled: by 1 as published, for rewards anywhere in 0..1."""

    def __init__(self, options: int, features: int, seed: int, *, scale: float = 1.0) -> None:
        del features, seed
        self._count, self._total, self._scale = np.zeros(options), np.zeros(options), scale

    def decide(self, x: Array) -> int:
        """Each once, then the highest bound."""
        del x
        if not self._count.all():
            return int(self._count.argmin())
        bonus = np.sqrt(2 * np.log(self._count.sum()) / self._count)
        return int((self._total / self._count + self._scale * bonus).argmax())

    def learn(self, x: Array, option: int, reward: float) -> None:
        """Count it."""
        del x
        self._count[option] += 1
        self._total[option] += reward


class SquareCb:
    """Vowpal Wabbit's SquareCB: inverse gap weighting on its online regression (Foster and Rakhlin 2020)."""

    def __init__(self, options: int, features: int, seed: int) -> None:
        del features
        pyvw: Any = import_module("vowpalwabbit.pyvw")
        # Interactions of context and option, else all options would share their slopes.
        self._vw = pyvw.Workspace(f"--cb_explore_adf --squarecb --quiet -q SO --random_seed {seed + 1}")
        self._options, self._random = options, np.random.default_rng(seed)
        self._shares: list[float] = []

    def _example(self, x: Array, label: str = "", option: int = -1) -> list[str]:
        shared = "shared |S " + " ".join(f"f{index}:{value:.6g}" for index, value in enumerate(x))
        return [shared, *(f"{label if index == option else ''}|O o{index}" for index in range(self._options))]

    def decide(self, x: Array) -> int:
        """Draw by its distribution."""
        shares = np.array(self._vw.predict(self._example(x)), dtype=np.float64)
        self._shares = (shares / shares.sum()).tolist()
        return int(self._random.choice(self._options, p=self._shares))

    def learn(self, x: Array, option: int, reward: float) -> None:
        """Its cost is what the reward lacks to 1."""
        self._vw.learn(self._example(x, f"0:{1 - reward:.6g}:{self._shares[option]:.6g} ", option))


class LinUcb:
    """mabwiser's LinUCB (Li et al. 2010)."""

    def __init__(self, options: int, features: int, seed: int, *, alpha: float = 1.0) -> None:
        library: Any = import_module("mabwiser.mab")
        policy = library.LearningPolicy.LinUCB(alpha=alpha)
        self._bandit = library.MAB(list(range(options)), policy, seed=seed)
        self._started = False
        del features

    def decide(self, x: Array) -> int:
        """The highest bound; the first one before there is any reward."""
        return int(self._bandit.predict([_with_one(x)])) if self._started else 0

    def learn(self, x: Array, option: int, reward: float) -> None:
        """One row."""
        learn = self._bandit.partial_fit if self._started else self._bandit.fit
        learn(decisions=[option], rewards=[reward], contexts=[_with_one(x)])
        self._started = True


class BayesianBandits:
    """bayesianbandits: a normal-inverse-gamma regression by option, and one of its policies."""

    def __init__(self, options: int, features: int, seed: int, *, policy: str = "ThompsonSampling") -> None:
        del features
        library: Any = import_module("bayesianbandits")
        arms = [library.Arm(index, learner=library.NormalInverseGammaRegressor()) for index in range(options)]
        self._agent = library.ContextualAgent(arms, getattr(library, policy)(), random_seed=seed)

    def decide(self, x: Array) -> int:
        """As its policy pulls."""
        return int(self._agent.pull(_with_one(x)[None])[0])

    def learn(self, x: Array, option: int, reward: float) -> None:
        """One row."""
        self._agent.select_for_update(option).update(_with_one(x)[None], np.array([reward]))


class ParetoBandit:
    """ParetoBandit's disjoint LinUCB with geometric forgetting; no costs, no priors."""

    def __init__(self, options: int, features: int, seed: int, *, alpha: float | None = None) -> None:
        published: Any = import_module("pareto_bandit.config").BEST_K3_HPARAMS
        library: Any = import_module("pareto_bandit.policy")
        self._names = [str(index) for index in range(options)]
        self._policy = library.DisjointLinUCBPolicy(
            self._names,
            dim=features + 1,
            alpha=published["alpha"] if alpha is None else alpha,
            forgetting_factor=published["forgetting_factor"],
            seed=seed,
        )

    def decide(self, x: Array) -> int:
        """The highest bound."""
        name, _ = self._policy.select_arm(_with_one(x))
        self._policy.mark_selected(name)
        return self._names.index(name)

    def learn(self, x: Array, option: int, reward: float) -> None:
        """One row."""
        self._policy.update(self._names[option], _with_one(x), reward, advance_time=False)


def _with_one(x: Array) -> Array:
    """ParetoBandit wants its bias last; to the others it is all the same."""
    return np.append(x, 1.0)


RIVALS: dict[str, Callable[..., Policy]] = {
    "UCB1": Ucb1,
    "UCB1, a quarter of its bonus": partial(Ucb1, scale=0.25),
    "VW squarecb": SquareCb,
    "mabwiser LinUCB": LinUcb,
    "mabwiser LinUCB, alpha 0.25": partial(LinUcb, alpha=0.25),
    "bayesianbandits Thompson": BayesianBandits,
    "bayesianbandits IDS": partial(BayesianBandits, policy="InformationDirectedSampling"),
    "ParetoBandit": ParetoBandit,
    "ParetoBandit, alpha 0.25": partial(ParetoBandit, alpha=0.25),
}


def rival(name: str, options: int, features: int, seed: int) -> Policy:
    """A fresh rival by its name in `RIVALS`."""
    return Standardised(RIVALS[name](options, features, seed), features)

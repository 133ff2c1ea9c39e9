"""One linear regression of all options: a baseline that they share, and what each differs by.

    reward = z (β + δ[option]) + noise

How much options differ, and whether they differ by the features too, is not assumed but weighed: the fit is a mixture
over scales of δ, each with the weight that the rewards give it (empirical Bayes; conjugate normal-inverse-gamma, so
noise is estimated, and all is closed form). Where options do not differ by the features, the mixture soon says so, and
nothing is spent on finding out how.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from magicai.brain.choice_statistics import Array, Evidence, Statistics

# Scales in units of the noise's deviation: of an option's offset, and of its slopes (features are standardised).
_OFFSETS = (0.3, 1.0, 3.0)
_SLOPES = (0.05, 0.5, 2.0)
# That options hardly differ by the features is as probable at first as that they do.
_SLOPE_ODDS = (2.0, 1.0, 1.0)
_OFFSET_SCALES, _SLOPE_SCALES = (grid.ravel() for grid in np.meshgrid(_OFFSETS, _SLOPES))
_LOG_ODDS = np.log(np.repeat(_SLOPE_ODDS, len(_OFFSETS)))
_BASELINE_INTERCEPT, _BASELINE_SLOPE = 6.0, 2.0
# Worth this many rewards with this much noise.
_NOISE_PRIOR, _NOISE = 4.0, 0.15
_MEAN = 0.6
# The first option is what somebody wrote down as the sensible one.
_HEAD_START = 0.03
# A situation unlike any that was seen is not reckoned with beyond so many deviations.
_FARTHEST = 3.0
# A measure's slopes are drawn to 0 as by so many values.
_SHRINK = 4.0
# Options that are closed now tell about the baseline; more than so many add nothing.
_MOST_CLOSED = 8


@dataclass(frozen=True, slots=True)
class Beliefs:
    """What is believed of the options' expected rewards in one situation: a mixture of normal distributions.

    Attributes:
        weights: of the mixture's parts, shape (parts,).
        means: shape (parts, options).
        covariances: shape (parts, options, options).
        noise: variance of a reward around its expectation, by part.
    """

    weights: Array
    means: Array
    covariances: Array
    noise: Array

    @property
    def mean(self) -> Array:
        """Expected reward by option."""
        return self.weights @ self.means

    @property
    def variance(self) -> Array:
        """Of that expectation, by option."""
        within: Array = self.weights @ np.diagonal(self.covariances, axis1=-2, axis2=-1)
        return within + self.weights @ (self.means - self.mean) ** 2


def beliefs(known: Statistics, options: Sequence[str], z: Array) -> Beliefs:
    """What is believed of these options at `z`, the default option first."""
    closed = sorted(known.options.keys() - set(options), key=lambda name: (-known.options[name].n, name))
    none = Evidence.none(known.size)
    names = [*options, *closed[:_MOST_CLOSED]]
    rewards = [known.options[name].reward if name in known.options else none for name in names]
    gram, moment, at = standardised(
        np.stack([evidence.gram for evidence in rewards]), np.stack([evidence.moment for evidence in rewards]), z
    )
    found = fit(gram, moment, sum(evidence.squares for evidence in rewards), at)
    count = len(options)
    return Beliefs(found.weights, found.means[:, :count], found.covariances[:, :count, :count], found.noise)


def standardised(gram: Array, moment: Array, z: Array) -> tuple[Array, Array, Array]:
    """Gram matrices, moments and a situation in features of mean 0 and deviation 1, over what was seen and is now.

    Args:
        gram: by option, shape (options, d, d).
        moment: by option, shape (options, d).
        z: the situation, shape (d,), 1 first.
    """
    total: Array = gram.sum(0) + np.outer(z, z)
    mean = total[0] / total[0, 0]
    variance = np.diagonal(total) / total[0, 0] - mean**2
    known = variance > 1e-9 * (1e-9 + mean**2)
    scale = np.where(known, 1 / np.sqrt(np.where(known, variance, 1.0)), 0.0)
    change = np.diag(scale)
    change[:, 0] = -mean * scale
    change[0] = 0.0
    change[0, 0] = 1.0
    return change @ gram @ change.T, moment @ change.T, np.clip(change @ z, -_FARTHEST, _FARTHEST)


def fit(gram: Array, moment: Array, squares: float, z: Array) -> Beliefs:
    """Fit all options at once, and tell what to expect at `z`.

    Args:
        gram: by option, standardised, shape (options, d, d).
        moment: by option, shape (options, d).
        squares: of all together.
        z: the situation, standardised, shape (d,).
    """
    options, size = moment.shape
    each, index = range(options), range(size)
    prior = np.repeat(_SLOPE_SCALES[:, None] ** -2.0, size, axis=1)
    prior[:, 0] = _OFFSET_SCALES**-2.0
    start = np.zeros(options)
    start[0] = _HEAD_START
    baseline = np.full(size, _BASELINE_SLOPE**-2.0)
    baseline[0] = _BASELINE_INTERCEPT**-2.0

    # By part and option: δ given β is normal, with this precision, and inverse @ (pull - gram β) as its mean.
    precision = np.repeat(gram[None], len(prior), axis=0)
    precision[..., index, index] += prior[:, None, :]
    inverse = np.linalg.inv(precision)
    pull = np.repeat(moment[None], len(prior), axis=0)
    pull[..., 0] += start * prior[:, :1]
    own = _times(inverse, pull)
    answer = inverse @ gram

    # By part: β, all δ integrated out.
    shared: Array = (gram - gram @ answer).sum(1)
    shared[..., index, index] += baseline
    total: Array = (moment - _times(gram, own)).sum(1)
    total[:, 0] += baseline[0] * _MEAN
    shared_inverse = np.linalg.inv(shared)
    beta = _times(shared_inverse, total)

    # The noise integrated out: a Student's t, whose weights are by how well a part foretold the rewards.
    degrees = _NOISE_PRIOR + gram[:, 0, 0].sum()
    before = baseline[0] * _MEAN**2 + (start**2).sum() * prior[:, 0]
    explained: Array = (total * beta).sum(1) + (pull * own).sum((1, 2))
    left = np.maximum(_NOISE_PRIOR * _NOISE**2 + squares + before - explained, 1e-6 * degrees)
    evidence = _LOG_ODDS + 0.5 * (
        options * np.log(prior).sum(1)
        - np.linalg.slogdet(precision)[1].sum(1)
        - np.linalg.slogdet(shared)[1]
        - degrees * np.log(left)
    )
    weights = np.exp(evidence - evidence.max())
    noise = left / degrees

    towards = z - z @ answer  # (parts, options, d): how an option's reward answers to β
    means = own @ z + _times(towards, beta)
    covariances = towards @ shared_inverse @ np.swapaxes(towards, 1, 2)
    covariances[:, each, each] += _times(inverse, z) @ z
    return Beliefs(weights / weights.sum(), means, covariances * noise[:, None, None], noise)


def ridge(gram: Array, moment: Array, z: Array) -> Array:
    """Answers of regressions that have nothing to do with each other, at `z`.

    Args:
        gram: shape (regressions, d, d).
        moment: shape (regressions, d).
        z: the situation, shape (d,), 1 first.

    Returns:
        Means where there were few values, shape (regressions,); slopes count from a handful on.
    """
    count = gram[:, :1, 0]
    centre, level = gram[:, 0, 1:] / count, moment[:, :1] / count
    spread = gram[:, 1:, 1:] - gram[:, 1:, :1] * centre[:, None, :]
    square = np.diagonal(spread, axis1=1, axis2=2) / count + 1e-12 * (1 + centre**2)
    spread = spread + (_SHRINK * square)[:, :, None] * np.eye(gram.shape[1] - 1)
    slopes = _times(np.linalg.inv(spread), moment[:, 1:] - centre * moment[:, :1])
    reach = _FARTHEST * np.sqrt(square)
    return level[:, 0] + (np.clip(z[1:] - centre, -reach, reach) * slopes).sum(1)


def _times(matrices: npt.NDArray[np.floating[Any]], vectors: Array) -> Array:
    """Matrices times vectors, over all leading axes."""
    product: npt.NDArray[Any] = matrices @ vectors[..., None]
    return product[..., 0]

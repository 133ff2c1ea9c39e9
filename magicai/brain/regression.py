"""One linear regression of all options: a baseline that they share, and what each differs by.

    reward = z (β + δ[option]) + noise

How much options differ, and whether they differ by the features too, is not assumed but weighed: the fit is a mixture
over scales of δ, each with the weight that the rewards give it (empirical Bayes; conjugate normal-inverse-gamma, so
noise is estimated, and all is closed form). Where options do not differ by the features, the mixture soon says so, and
nothing is spent on finding out how.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]

# Scales in units of the noise's deviation: of an option's offset, and of its slopes (features are standardised).
_OFFSETS = (0.2, 0.6, 1.8, 5.0)
_SLOPES = (0.02, 0.4, 1.2, 4.0)
_OFFSET_SCALES, _SLOPE_SCALES = (grid.ravel() for grid in np.meshgrid(_OFFSETS, _SLOPES))
_BASELINE_INTERCEPT, _BASELINE_SLOPE = 6.0, 2.0
# Worth this many rewards with this much noise.
_NOISE_PRIOR, _NOISE = 4.0, 0.15
_MEAN = 0.6
# The first option is what somebody wrote down as the sensible one.
_HEAD_START = 0.03
_FARTHEST = 3.0


@dataclass(frozen=True, slots=True)
class Beliefs:
    """What is believed of the options' expected rewards in one situation: a mixture of normal distributions.

    Leading axes of the arguments are kept.

    Attributes:
        weights: of the mixture's parts, shape (parts,).
        means: shape (parts, options).
        covariances: shape (parts, options, options).
        noise: standard deviation of a reward around its expectation, by part.
    """

    weights: Array
    means: Array
    covariances: Array
    noise: Array

    @property
    def mean(self) -> Array:
        """Expected reward by option."""
        return np.einsum("...h,...hk->...k", self.weights, self.means)


def standardised(gram: Array, moment: Array, z: Array) -> tuple[Array, Array, Array]:
    """The same in features of mean 0 and deviation 1, over what was seen and is now.

    Args:
        gram: by option, shape (..., options, d, d).
        moment: by option, shape (..., options, d).
        z: the situation, shape (..., d), 1 first.
    """
    total = gram.sum(-3) + z[..., :, None] * z[..., None, :]
    mean = total[..., 0, :] / total[..., :1, 0]
    variance = np.diagonal(total, axis1=-2, axis2=-1) / total[..., :1, 0] - mean**2
    known = variance > 1e-9 * (1e-9 + mean**2)
    scale = np.where(known, 1 / np.sqrt(np.where(known, variance, 1.0)), 0.0)
    change = np.zeros_like(total)
    index = np.arange(total.shape[-1])
    change[..., index, index] = scale
    change[..., :, 0] = -mean * scale
    change[..., 0, :] = 0.0
    change[..., 0, 0] = 1.0
    at = np.clip((change @ z[..., None])[..., 0], -_FARTHEST, _FARTHEST)
    wide = change[..., None, :, :]
    return wide @ gram @ np.swapaxes(wide, -1, -2), (wide @ moment[..., None])[..., 0], at


def fit(gram: Array, moment: Array, squares: Array, z: Array) -> Beliefs:
    """Fit all options at once, and tell what to expect at `z`.

    Args:
        gram: by option, standardised, shape (..., options, d, d).
        moment: by option, shape (..., options, d).
        squares: of all together, shape (...).
        z: the situation, standardised, shape (..., d).
    """
    options, size = moment.shape[-2:]
    parts = len(_OFFSET_SCALES)
    index = np.arange(size)
    prior = np.repeat(_SLOPE_SCALES[:, None] ** -2.0, size, axis=1)
    prior[:, 0] = _OFFSET_SCALES**-2.0
    baseline = np.full(size, _BASELINE_SLOPE**-2.0)
    baseline[0] = _BASELINE_INTERCEPT**-2.0
    start = np.zeros(options)
    start[0] = _HEAD_START

    gram, moment = gram[..., None, :, :, :], moment[..., None, :, :]  # (..., 1, options, d, d)
    precision = np.broadcast_to(gram, (*gram.shape[:-4], parts, *gram.shape[-3:])).copy()
    precision[..., index, index] += prior[:, None, :]
    inverse = np.linalg.inv(precision)
    pull = np.broadcast_to(moment, (*moment.shape[:-3], parts, *moment.shape[-2:])).copy()
    pull[..., 0] += start * prior[:, :1]
    own = (inverse @ pull[..., None])[..., 0]  # δ where β is 0
    through = inverse @ gram  # how δ answers to β

    shared = (gram - gram @ through).sum(-3)
    shared[..., index, index] += baseline
    offset = np.array([_MEAN, *[0.0] * (size - 1)])
    vector = (moment - (gram @ own[..., None])[..., 0]).sum(-2) + baseline * offset
    shared_inverse = np.linalg.inv(shared)
    beta = (shared_inverse @ vector[..., None])[..., 0]

    degrees = _NOISE_PRIOR + gram[..., 0, 0].sum(-1)
    explained = (vector * beta).sum(-1) + (pull * own).sum((-1, -2))
    before = baseline[0] * _MEAN**2 + (start**2).sum() * prior[:, 0]
    left = np.maximum(_NOISE_PRIOR * _NOISE**2 + squares[..., None] + before - explained, 1e-6 * degrees)
    evidence = 0.5 * (
        options * np.log(prior).sum(-1)
        - np.linalg.slogdet(precision)[1].sum(-1)
        - np.linalg.slogdet(shared)[1]
        - degrees * np.log(left)
    )
    weights = np.exp(evidence - evidence.max(-1, keepdims=True))
    variance = left / degrees

    z = z[..., None, None, :]
    answer = z - (z[..., None, :] @ through)[..., 0, :]  # (..., parts, options, d)
    means = (z * own).sum(-1) + (answer @ beta[..., None])[..., 0]
    covariances = answer @ shared_inverse @ np.swapaxes(answer, -1, -2)
    each = np.arange(options)
    covariances[..., each, each] += (z * (inverse @ z[..., None])[..., 0]).sum(-1)
    return Beliefs(
        weights / weights.sum(-1, keepdims=True), means, covariances * variance[..., None, None], np.sqrt(variance)
    )

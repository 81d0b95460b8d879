"""Draws of homolog's bootstraps, for scripts that compute expected values: Philox4x32-10 (Salmon et al. 2011,
doi:10.1145/2063384.2063405) written out, and the variances of Schuett et al. 2023 (doi:10.7554/eLife.82566)."""

import itertools

import numpy as np

STIMULI, SUBJECTS, PERMUTATION, STIMULUS_FOLDS, SUBJECT_FOLDS, SECOND_SUBJECTS, UNITS = range(1, 8)


def philox(counter, seed):
    c0, c1, c2, c3 = counter
    k0, k1 = seed & 0xFFFFFFFF, seed >> 32
    for _ in range(10):
        p0, p1 = 0xD2511F53 * c0, 0xCD9E8D57 * c2
        c0, c1, c2, c3 = (p1 >> 32) ^ c1 ^ k0, p1 & 0xFFFFFFFF, (p0 >> 32) ^ c3 ^ k1, p0 & 0xFFFFFFFF
        k0, k1 = (k0 + 0x9E3779B9) & 0xFFFFFFFF, (k1 + 0xBB67AE85) & 0xFFFFFFFF
    return c0, c1, c2, c3


def words(seed, purpose, draw, attempt=0):
    """The random words of a draw, one after the other."""
    for block in itertools.count():
        yield from philox((block, attempt, draw, purpose), seed)


def drawn(n, seed, purpose, draw, attempt=0):
    """How often each of n things is drawn."""
    source = words(seed, purpose, draw, attempt)
    return np.bincount([next(source) * n >> 32 for _ in range(n)], minlength=n)


def drawn_stimuli(n, seed, draw):
    """The first attempt that has three different ones."""
    return next(m for m in (drawn(n, seed, STIMULI, draw, a) for a in itertools.count()) if (m > 0).sum() >= 3)


def permutation(n, seed, purpose, draw, attempt=0):
    """Fisher and Yates, from the end."""
    source = words(seed, purpose, draw, attempt)
    order = list(range(n))
    for k in range(n, 1, -1):
        other = next(source) * k >> 32
        order[k - 1], order[other] = order[other], order[k - 1]
    return order


def variance(values):
    """Unbiased, over the first axis, without NaN."""
    return np.nanvar(np.asarray(values), axis=0, ddof=1)


def dual(v_both, v_subjects, v_stimuli, subjects, stimuli):
    """Of new subjects and new stimuli."""
    f_r, f_p = subjects / (subjects - 1), stimuli / (stimuli - 1)
    result = f_r * v_subjects + f_p * v_stimuli - f_r * f_p * (v_both - v_subjects - v_stimuli)
    return np.minimum(np.maximum(result, np.maximum(f_r * v_subjects, f_p * v_stimuli)), v_both)

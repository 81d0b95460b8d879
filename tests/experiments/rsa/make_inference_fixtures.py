#!/usr/bin/env python3
"""Expected values for the tests of experiments/rsa/inference, computed with NumPy and SciPy, not with homolog.

    make_inference_fixtures.py > inference_fixtures.txt

Every draw is made explicitly: stimuli are repeated, pairs of copies are removed, vectors are ranked anew. Draws
come from tests/support/draws.py, a Philox of its own, so that both sides see the same ones. Format as in make_fixtures.py. Needs Debian's
python3-numpy and python3-scipy.
"""

import itertools
import sys
from pathlib import Path

import numpy as np
from scipy import optimize, stats

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "support"))
from draws import (  # noqa: E402
    PERMUTATION, STIMULUS_FOLDS, SUBJECT_FOLDS, SUBJECTS, drawn, drawn_stimuli, dual, permutation)


def emit(name, values):
    values = np.atleast_2d(np.asarray(values, dtype=np.float64))
    print(name, *values.shape)
    for row in values:
        print(" ".join(repr(float(value)) for value in row))


NO_DRAW = 0xFFFFFFFF  # of folds of the data as they are


# Comparisons, by their definitions -----------------------------------------------------------------------------


def signs(x):
    return np.sign(x[:, None] - x[None, :])[np.triu_indices(len(x), 1)]


def pearson(x, y):
    return np.corrcoef(x, y)[0, 1]


def spearman(x, y):
    return pearson(stats.rankdata(x), stats.rankdata(y))


def cosine(x, y):
    return x @ y / np.sqrt((x @ x) * (y @ y))


def rho_a(x, y):
    n = len(x)
    return 12 * ((stats.rankdata(x) - (n + 1) / 2) @ (stats.rankdata(y) - (n + 1) / 2)) / (n**3 - n)


def tau_b(x, y):
    sx, sy = signs(x), signs(y)
    return (sx @ sy) / np.sqrt((sx @ sx) * (sy @ sy))


def rms_scaled(x):
    return x / np.sqrt(np.mean(x * x))


# name: (comparison, what subjects are pooled by)
COMPARISONS = {
    "spearman": (spearman, stats.rankdata),
    "spearman_squared": (lambda x, y: spearman(x, y)**2, lambda x: x),
    "pearson": (pearson, stats.zscore),
    "cosine": (cosine, rms_scaled),
    "kendall": (tau_b, stats.rankdata),
    "kendall_tau_a": (lambda x, y: np.mean(signs(x) * signs(y)), stats.rankdata),
    "rho_a": (rho_a, stats.rankdata),
}


def square(pairs, n):
    matrix = np.zeros((n, n))
    matrix[np.triu_indices(n, 1)] = pairs
    return matrix + matrix.T


def resampled(pairs, multiplicities, drop_copies=True):
    """The pairs of the resampled matrix, each as often as it occurs."""
    n = len(multiplicities)
    index = np.repeat(np.arange(n), multiplicities)
    a, b = np.triu_indices(len(index), 1)
    vector = square(pairs, n)[index[a], index[b]]
    return vector[index[a] != index[b]] if drop_copies else vector


def ceiling(name, subjects, copies):
    """subjects: vectors that were resampled; subject s occurs copies[s] times."""
    compare, scale = COMPARISONS[name]
    who = np.repeat(np.arange(len(subjects)), copies)
    if len(set(who)) < 2:
        return [np.nan, np.nan]
    scaled = np.array([scale(subjects[s]) for s in who])
    upper = np.mean([compare(scaled.sum(axis=0), subjects[s]) for s in who])
    lower = np.mean([compare(scaled[who != s].sum(axis=0), subjects[s]) for s in who])
    return [lower, upper]


# Bootstrap -----------------------------------------------------------------------------------------------------


def evaluate(name, models, subjects, stimuli, copies):
    """Values of the models, then the noise ceiling."""
    compare = COMPARISONS[name][0]
    x = [resampled(m, stimuli) for m in models]
    y = [resampled(s, stimuli) for s in subjects]
    values = [np.average([compare(a, b) for b in y], weights=copies) for a in x]
    return values + ceiling(name, y, copies)


def inference(name, models, subjects, n, seed, samples, level):
    """Dual bootstrap: rows of the result, one per model; then one per pair; then the ceiling."""
    ones, everyone = np.ones(n, int), np.ones(len(subjects), int)
    series = {"both": [], "subjects": [], "stimuli": []}
    for b in range(samples):
        m, c = drawn_stimuli(n, seed, b), drawn(len(subjects), seed, SUBJECTS, b)
        series["both"].append(evaluate(name, models, subjects, m, c))
        series["subjects"].append(evaluate(name, models, subjects, ones, c))
        series["stimuli"].append(evaluate(name, models, subjects, m, everyone))
    series = {key: np.array(values) for key, values in series.items()}
    value = np.array(evaluate(name, models, subjects, ones, everyone))

    def error(a, b=None):
        """Standard error of column a, or of column a minus column b; draws with NaN are left out."""
        differences = [x[:, a] - (0 if b is None else x[:, b]) for x in series.values()]
        return np.sqrt(dual(*[np.nanvar(d, ddof=1) for d in differences], len(subjects), n))

    low = len(models)
    dof = min(n, len(subjects)) - 1
    width = stats.t.ppf((1 + level) / 2, dof)
    rows = []
    for m in range(len(models)):
        sem = error(m)
        below = error(low, m)
        rows.append([value[m], sem, value[m] - width * sem, value[m] + width * sem,
                     stats.t.sf(value[m] / sem, dof), stats.t.sf((value[low] - value[m]) / below, dof)])
    pairs = []
    for a, b in itertools.combinations(range(len(models)), 2):
        sem = error(a, b)
        pairs.append([a, b, value[a] - value[b], sem, 2 * stats.t.sf(abs(value[a] - value[b]) / sem, dof)])
    return rows, pairs, [value[low], value[low + 1], error(low), error(low + 1)]


def permutation_p(name, model, subjects, n, seed, samples):
    compare = COMPARISONS[name][0]
    matrix, upper = square(model, n), np.triu_indices(n, 1)
    value = np.mean([compare(model, s) for s in subjects])
    null = []
    for b in range(samples):
        order = permutation(n, seed, PERMUTATION, b)
        null.append(np.mean([compare(matrix[np.ix_(order, order)][upper], s) for s in subjects]))
    reached = np.sum(np.array(null) >= value - 1e-12)
    return [value, (1 + reached) / (1 + samples), np.mean(null), np.std(null)]


# Flexible models -----------------------------------------------------------------------------------------------


def fold_numbers(n, folds, seed, purpose, assignment):
    numbers = np.zeros(n, int)
    numbers[permutation(n, seed, purpose, NO_DRAW, assignment)] = np.arange(n) % folds
    return numbers


def fit(name, kind, components, subjects):
    """Weights. components and subjects: vectors of the training stimuli."""
    compare, scale = COMPARISONS[name]
    components = np.array(components)
    pooled = sum(scale(s) for s in subjects)
    if kind == "selected":
        best = np.argmax([np.mean([compare(c, s) for s in subjects]) for c in components])
        return np.eye(len(components))[best]
    if kind == "weighted":
        ranks = name == "spearman"
        a = np.array([stats.rankdata(c) for c in components]) if ranks else components
        target = stats.rankdata(pooled) if ranks else pooled
        if name != "cosine":
            a, target = a - a.mean(axis=1, keepdims=True), target - target.mean()
        return optimize.nnls(a.T, target)[0]
    best = (-np.inf, None)  # interpolated: maximise the agreement with the pooled RDM on each segment
    for k in range(len(components) - 1):
        def mixture(share, k=k):
            return (1 - share) * components[k] + share * components[k + 1]
        share = optimize.minimize_scalar(lambda s: -compare(mixture(s), pooled), bounds=(0, 1), method="bounded",
                                         options={"xatol": 1e-10}).x
        value = np.mean([compare(mixture(share), s) for s in subjects])
        if value > best[0]:
            weights = np.zeros(len(components))
            weights[k:k + 2] = 1 - share, share
            best = (value, weights)
    return best[1]


def cross_validated(name, kind, components, subjects, n, folds, seed, repeats):
    """Value and noise ceiling; the stimuli of a fold are cut out of the matrices."""
    compare, scale = COMPARISONS[name]

    def cut(pairs, stimuli):
        return square(pairs, n)[np.ix_(stimuli, stimuli)][np.triu_indices(len(stimuli), 1)]

    def combine(weights, vectors):
        return sum(w * (stats.rankdata(v) if name == "spearman" else v) for w, v in zip(weights, vectors))

    values, low, high = [], [], []
    for r in range(repeats):
        f = fold_numbers(n, folds[0], seed, STIMULUS_FOLDS, r)
        g = fold_numbers(len(subjects), folds[1], seed, SUBJECT_FOLDS, r)
        for a, b in itertools.product(range(folds[0]), range(folds[1])):
            train, test = np.flatnonzero(f != a), np.flatnonzero(f == a)
            others = [subjects[s] for s in np.flatnonzero(g != b)]
            weights = fit(name, kind, [cut(c, train) for c in components], [cut(s, train) for s in others])
            prediction = combine(weights, [cut(c, test) for c in components])
            pooled_others = sum(scale(cut(s, test)) for s in others)
            pooled_all = sum(scale(cut(s, test)) for s in subjects)
            for s in np.flatnonzero(g == b):
                y = cut(subjects[s], test)
                values.append(compare(prediction, y))
                low.append(compare(pooled_others, y))
                high.append(compare(pooled_all, y))
    return [np.mean(values), np.mean(low), np.mean(high)]


def false_discovery(p):
    """By definition: for each test the least rate among thresholds that reject it."""
    p = np.asarray(p)
    rate = np.array([len(p) * q / np.sum(p <= q) for q in p])
    return [min(1.0, rate[p >= q].min()) for q in p]


def student_t_quantile(p, dof):
    """Root of the distribution function: stats.t.ppf has nine digits only."""
    return optimize.brentq(lambda t: stats.t.cdf(t, dof) - p, -1e3, 1e3, xtol=1e-13, rtol=1e-14)


def main():
    random = np.random.RandomState(566)
    n, n_subjects, n_models = 9, 4, 3
    pairs = n * (n - 1) // 2

    # Eighths: sums over subjects are exact, so that ties are the same in any order of summation.
    shared = random.randint(1, 17, pairs)
    subjects = (shared + random.randint(0, 14, (n_subjects, pairs))) / 8
    models = (np.array([2, 1, 0])[:, None] * shared + random.randint(1, 18, (n_models, pairs))) / 8
    emit("subjects", subjects)
    emit("models", models)

    stimulus_draws = [m for m in (random.multinomial(n, np.full(n, 1 / n)) for _ in range(10)) if (m > 0).sum() > 3]
    subject_draws = [random.multinomial(n_subjects, np.full(n_subjects, 1 / n_subjects)) for _ in stimulus_draws]
    emit("draws.stimuli", stimulus_draws)
    emit("draws.subjects", subject_draws)
    for name, (compare, _) in COMPARISONS.items():
        emit("values." + name, [[compare(resampled(x, m), resampled(y, m)) for x in models for y in subjects]
                                for m in stimulus_draws])
        emit("ceilings." + name, [ceiling(name, [resampled(y, m) for y in subjects], c)
                                  for m, c in zip(stimulus_draws, subject_draws)])
    emit("values.zero_copies", [[cosine(resampled(x, m, False), resampled(y, m, False)) for x in models
                                 for y in subjects] for m in stimulus_draws])

    seed, samples, level = 2**40 + 7, 40, 0.9
    emit("philox.stimuli", [drawn_stimuli(n, seed, b) for b in range(5)])
    emit("philox.permutation", [permutation(n, seed, PERMUTATION, b) for b in range(5)])
    for name in COMPARISONS:
        if name != "rho_a":
            rows, differences, bounds = inference(name, models, subjects, n, seed, samples, level)
            emit("infer." + name, rows)
            emit("infer.differences." + name, differences)
            emit("infer.ceiling." + name, bounds)
            emit("permutation." + name, [permutation_p(name, x, subjects, n, seed, 60) for x in models])

    # Flexible models: 12 stimuli, three components of which two matter.
    n, n_subjects, folds, repeats = 12, 5, (3, 2), 3
    pairs = n * (n - 1) // 2
    components = random.rand(3, pairs)
    subjects = 0.7 * components[0] + 0.5 * components[1] + 0.4 * random.rand(n_subjects, pairs)
    emit("flexible.components", components)
    emit("flexible.subjects", subjects)
    for name, kind in (("pearson", "weighted"), ("cosine", "weighted"), ("spearman", "weighted"),
                       ("pearson", "interpolated"), ("cosine", "interpolated"), ("pearson", "selected"),
                       ("spearman", "selected"), ("kendall", "selected")):
        emit("flexible.{}.{}".format(kind, name),
             cross_validated(name, kind, components, subjects, n, folds, seed, repeats))

    for k in range(4):
        a = random.randn(15, 6)
        b = random.randn(15) + (a @ np.maximum(0, random.randn(6)) if k % 2 else 0)
        emit("nnls.a{}".format(k), a)
        emit("nnls.b{}".format(k), b)
        emit("nnls.w{}".format(k), optimize.nnls(a, b)[0])

    emit("student_t", [[t, dof, stats.t.sf(t, dof), 2 * stats.t.sf(abs(t), dof)]
                       for t in (-40.0, -2.5, 0.0, 0.3, 1.0, 4.0, 30.0) for dof in (1, 2, 5, 14, 91, 5000)])
    emit("student_t_quantile", [[p, dof, student_t_quantile(p, dof)] for p in (0.01, 0.5, 0.9, 0.975, 0.9995)
                                for dof in (1, 2, 5, 14, 91, 5000)])
    variances = [(0.02, 0.007, 0.009), (0.05, 0.001, 0.002), (0.010, 0.009, 0.008), (0.004, 0.009, 0.001), (0, 0, 0)]
    emit("dual", [[*v, n_r, n_p, dual(*v, n_r, n_p)] for v in variances for n_r, n_p in ((15, 92), (2, 3))])

    p = [0.02, 0.5, 0.001, 0.02, 0.03, 1.0, 0.0, 0.8, 0.04]
    emit("corrections.p", p)
    emit("corrections.benjamini_hochberg", false_discovery(p))
    emit("corrections.bonferroni", [min(1.0, len(p) * q) for q in p])


if __name__ == "__main__":
    main()

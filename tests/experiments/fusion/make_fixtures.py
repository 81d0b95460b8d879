#!/usr/bin/env python3
"""Expected values for the tests of experiments/fusion, computed with NumPy and SciPy, not with homolog.

    make_fixtures.py > fixtures.txt

Least squares by numpy.linalg.lstsq with a column of ones; draws of stimuli are given, and pairs are repeated as often
as they are drawn. Each block: a name, rows, columns, and the numbers. Needs Debian's python3-numpy and python3-scipy.
"""

import sys
from pathlib import Path

import numpy as np
from scipy import stats

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "support"))
import draws  # noqa: E402

N = 9
PAIRS = [(i, j) for i in range(N) for j in range(i + 1, N)]
rng = np.random.default_rng(20140818)


def emit(name, values):
    values = np.atleast_2d(np.asarray(values, dtype=np.float64))
    print(name, *values.shape)
    for row in values:
        print(" ".join(repr(float(value)) for value in row))


def r_squared(y, predictors):
    design = np.column_stack([np.ones(len(y)), *predictors])
    fit = design @ np.linalg.lstsq(design, y, rcond=None)[0]
    return 1.0 - np.sum((y - fit) ** 2) / np.sum((y - y.mean()) ** 2)


def left_of(y, predictors):
    design = np.column_stack([np.ones(len(y)), *predictors])
    return y - design @ np.linalg.lstsq(design, y, rcond=None)[0]


def subsets(k):
    """Bit p of the number says whether predictor p is in it."""
    return [[p for p in range(k) if s >> p & 1] for s in range(1, 2**k)]


def all_r_squared(y, x):
    return [r_squared(y, [x[p] for p in subset]) for subset in subsets(len(x))]


def exclusive_parts(y, x):
    """By solving for the areas of the Venn diagram: R^2 of a subset is the sum of the areas that touch it."""
    every = subsets(len(x))
    touches = np.array([[float(bool(set(a) & set(b))) for b in every] for a in every])
    return np.linalg.solve(touches, all_r_squared(y, x))


def semi_partial(y, x, p):
    others = [x[q] for q in range(len(x)) if q != p]
    return np.corrcoef(y, left_of(x[p], others))[0, 1]


def partial(y, x, p):
    others = [x[q] for q in range(len(x)) if q != p]
    return np.corrcoef(left_of(y, others), left_of(x[p], others))[0, 1]


def numbers(y, x):
    """One row as partition_variance() orders its columns."""
    k = len(x)
    return np.concatenate([all_r_squared(y, x), exclusive_parts(y, x), [semi_partial(y, x, p) for p in range(k)],
                           [partial(y, x, p) for p in range(k)]])


def repeated(rdm, copies):
    return np.concatenate([np.full(copies[i] * copies[j], value) for (i, j), value in zip(PAIRS, rdm)])


def scaled(rdm, copies, ranks):
    values = repeated(rdm, copies)
    return stats.rankdata(values) if ranks else values


def commonality(first, second, model, controls):
    """By four regressions of the first RDM."""
    return (r_squared(first, [second, *controls]) + r_squared(first, [model, *controls])
            - r_squared(first, [second, model, *controls]) - (r_squared(first, controls) if controls else 0.0))


# Variance partitioning: four predictors and three subjects that share something, in quarters, so that there are ties.
shared = rng.integers(0, 8, len(PAIRS))
predictors = [0.25 * (shared * (k < 3) + rng.integers(0, 10, len(PAIRS))) for k in range(4)]
subjects = [0.25 * (shared + rng.integers(0, 12, len(PAIRS))) for _ in range(3)]
emit("predictors", predictors)
emit("subjects", subjects)
once = np.ones(N, dtype=int)
draw = np.array([2, 0, 1, 1, 3, 0, 1, 1, 0])  # some stimuli several times, some not at all
emit("draw", draw)
for ranks, label in [(True, "ranks"), (False, "values")]:
    for copies, which in [(once, "whole"), (draw, "drawn")]:
        x = [scaled(rdm, copies, ranks) for rdm in predictors]
        y = [scaled(rdm, copies, ranks) for rdm in subjects]
        emit(f"partition_{label}_{which}", [numbers(subject, x) for subject in y])

# Fusion: five times, a second RDM, two models, two controls.
first = [0.25 * (shared + rng.integers(0, 14, len(PAIRS))) for _ in range(5)]
second = 0.25 * (shared + rng.integers(0, 9, len(PAIRS)))
models = predictors[:2]
controls = [predictors[2], predictors[3]]
emit("first", first)
emit("second", second)
for ranks, label in [(True, "ranks"), (False, "values")]:
    for copies, which in [(once, "whole"), (draw, "drawn")]:
        on = [scaled(rdm, copies, ranks) for rdm in [*first, second, *models, *controls]]
        times, x, m, c = on[:5], on[5], on[6:8], on[8:]
        emit(f"correlation_{label}_{which}", [np.corrcoef(y, x)[0, 1] for y in times])
        emit(f"commonality_{label}_{which}", [[commonality(y, x, model, []) for model in m] for y in times])
        emit(f"controlled_{label}_{which}", [[commonality(y, x, model, c) for model in m] for y in times])
        # The same by squared semi-partial correlations.
        emit(f"semi_partial_{label}_{which}",
             [[np.corrcoef(y, left_of(x, c))[0, 1] ** 2 - np.corrcoef(y, left_of(x, [model, *c]))[0, 1] ** 2
               for model in m] for y in times])


SEED, SAMPLES = 11, 40


def drawn(n, purpose, draw_number):
    return draws.drawn(n, SEED, purpose, draw_number)


def drawn_stimuli(draw_number):
    return draws.drawn_stimuli(N, SEED, draw_number)


def permuted(rdm, draw_number):
    order = draws.permutation(N, SEED, draws.PERMUTATION, draw_number)
    square = np.zeros((N, N))
    for (i, j), value in zip(PAIRS, rdm):
        square[i, j] = square[j, i] = value
    return np.array([square[order[i], order[j]] for i, j in PAIRS])


def t_width(dof):
    return stats.t.ppf(0.975, dof)


# Intervals of two predictors over subjects alone, stimuli alone, and both (Schuett et al. 2023).
two = predictors[:2]
by_draw = [np.array([numbers(scaled(y, m, True), [scaled(x, m, True) for x in two]) for y in subjects])
           for m in (drawn_stimuli(b) for b in range(SAMPLES))]
whole = np.array([numbers(scaled(y, once, True), [scaled(x, once, True) for x in two]) for y in subjects])
copies = [drawn(3, draws.SUBJECTS, b) for b in range(SAMPLES)]
v_stimuli = np.var([values.mean(0) for values in by_draw], axis=0, ddof=1)
v_subjects = np.var([m @ whole / 3 for m in copies], axis=0, ddof=1)
v_both = np.var([m @ values / 3 for m, values in zip(copies, by_draw)], axis=0, ddof=1)
f_r, f_p = 3 / 2, N / (N - 1)
emit("error_subjects", np.sqrt(f_r * v_subjects))
emit("error_stimuli", np.sqrt(f_p * v_stimuli))
emit("error_both", np.sqrt(draws.dual(v_both, v_subjects, v_stimuli, 3, N)))
emit("widths", [t_width(2), t_width(N - 1), t_width(2)])

# Fusion: standard errors over stimuli and permutation tests; rows are times, the first column the correlation.
def fused(copies, permutation=None):
    x, *m = [scaled(rdm, copies, True) for rdm in [second, *models]]
    shuffled = (lambda rdm: rdm) if permutation is None else (lambda rdm: permuted(rdm, permutation))
    result = []
    for y in [scaled(rdm, copies, True) for rdm in first]:
        result.append([np.corrcoef(y, shuffled(x))[0, 1], *[commonality(y, x, shuffled(model), []) for model in m]])
    return np.array(result)


value = fused(once)
emit("fusion_error", np.sqrt(f_p * np.var([fused(drawn_stimuli(b)) for b in range(SAMPLES)], axis=0, ddof=1)))
reached = sum((fused(once, b) >= value - 1e-12).astype(int) for b in range(SAMPLES))
p = (1 + reached) / (1 + SAMPLES)
emit("fusion_p", p)
emit("fusion_p_fdr", np.column_stack([
    [min(1.0, min(len(column) * other / np.sum(column <= other) for other in column if other >= own)) for own in column]
    for column in p.T]))

# The same with subjects: four of the first system at two times, three of the second; [subject, time].
first_subjects = [[0.25 * (shared + rng.integers(0, 20, len(PAIRS))) for _ in range(2)] for _ in range(4)]
second_subjects = [0.25 * (shared + rng.integers(0, 16, len(PAIRS))) for _ in range(3)]
emit("first_subjects", [rdm for subject in first_subjects for rdm in subject])
emit("second_subjects", second_subjects)


def of_subjects(copies, first_copies, second_copies):
    x, *m = [scaled(rdm, copies, True) for rdm in [np.average(second_subjects, axis=0, weights=second_copies), *models]]
    times = [scaled(rdm, copies, True) for rdm in np.average(first_subjects, axis=0, weights=first_copies)]
    return np.array([[np.corrcoef(y, x)[0, 1], *[commonality(y, x, model, []) for model in m]] for y in times])


DIMENSIONS = {"stimuli": (N, drawn_stimuli), "first": (4, lambda b: drawn(4, draws.SUBJECTS, b)),
              "second": (3, lambda b: drawn(3, draws.SECOND_SUBJECTS, b))}


def variance_over(ways):
    counts = [[DIMENSIONS[d][1](b) if d in ways else np.ones(DIMENSIONS[d][0], dtype=int) for d in DIMENSIONS]
              for b in range(SAMPLES)]
    return np.var([of_subjects(*each) for each in counts], axis=0, ddof=1)


def crossed(dimensions):
    """Inclusion and exclusion: what every set of dimensions adds to its parts, with the factors for small samples."""
    parts = [[d for k, d in enumerate(dimensions) if s >> k & 1] for s in range(1, 2 ** len(dimensions))]
    v = {tuple(way): variance_over(way) for way in parts}
    f = {d: DIMENSIONS[d][0] / (DIMENSIONS[d][0] - 1) for d in dimensions}
    added = {way: sum((-1) ** (len(way) - len(inner)) * v[inner] for inner in v if set(inner) <= set(way)) for way in v}
    total = sum((-1) ** (len(way) + 1) * np.prod([f[d] for d in way]) * added[way] for way in v)
    if len(dimensions) == 1:
        return total
    return np.minimum(np.maximum(total, np.max([f[d] * v[d,] for d in dimensions], axis=0)), v[tuple(dimensions)])


emit("fusion_subjects_value", of_subjects(once, np.ones(4), np.ones(3)))
for name, dimensions in [("both", ["stimuli", "first", "second"]), ("subjects", ["first", "second"]),
                         ("stimuli", ["stimuli"])]:
    emit(f"fusion_{name}_error", np.sqrt(crossed(dimensions)))
emit("fusion_both_width", t_width(2))

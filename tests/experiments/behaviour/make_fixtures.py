#!/usr/bin/env python3
"""Expected values for the tests of experiments/behaviour, computed with NumPy and SciPy, not with homolog.

    make_fixtures.py > fixtures.txt

Format: a line "name rows columns", then that many rows of numbers. Needs Debian's python3-numpy and python3-scipy.
"""

import numpy as np
from scipy import stats
from scipy.special import softmax


def emit(name, values):
    values = np.atleast_2d(np.asarray(values, dtype=np.float64))
    print(name, *values.shape)
    for row in values:
        print(" ".join(repr(float(value)) for value in row))


def i2n(choices, labels):
    """By its definition, one entry after the other. Infinite d' is limited; rates here are never both 0 or both 1."""
    stimuli, objects = choices.shape
    d = np.full(choices.shape, np.nan)
    for i in range(stimuli):
        for o in range(objects):
            others = [1 - choices[j, labels[i]] for j in range(stimuli) if labels[j] == o]
            others = [x for x in others if not np.isnan(x)]
            if o == labels[i] or np.isnan(choices[i, o]) or not others:
                continue
            d[i, o] = np.clip(stats.norm.ppf(choices[i, o]) - stats.norm.ppf(np.mean(others)), -5, 5)
    normalised = d.copy()
    for i in range(stimuli):
        for o in range(objects):
            same = [d[j, o] for j in range(stimuli) if labels[j] == labels[i] and not np.isnan(d[j, o])]
            if same:
                normalised[i, o] = d[i, o] - np.mean(same)
    return normalised


def main():
    random = np.random.RandomState(2018)

    rates = np.concatenate([[1e-300, 1e-20, 1e-5, 0.02425, 0.3, 0.5, 0.7, 0.97575, 1 - 1e-5, 1 - 1e-14],
                            random.rand(10)])
    emit("rates", rates)
    emit("quantiles", stats.norm.ppf(rates))

    labels = np.array([0, 1, 2, 4, 0, 1, 2, 4, 0, 1, 2, 4])  # nothing is object 3
    scores = (3 * random.randn(12, 5)).astype(np.float32)
    emit("labels", labels)
    emit("scores", scores)
    p = softmax(scores.astype(np.float64), axis=1)
    choices = np.full((12, 5), np.nan)
    for i in range(12):
        for o in (0, 1, 2, 4):
            if o != labels[i]:
                choices[i, o] = p[i, labels[i]] / (p[i, labels[i]] + p[i, o])
    emit("choices", choices)
    emit("i2n", i2n(choices, labels))

    # Counts of human choices, some always right or wrong, some never asked.
    human = random.binomial(6, 0.8, (12, 5)) / 6
    human[np.arange(12), labels] = np.nan
    human[:, 3] = np.nan
    human[2, 1] = np.nan
    emit("human", human)
    emit("human.i2n", i2n(human, labels))
    a, b = i2n(choices, labels), i2n(human, labels)
    both = ~np.isnan(a) & ~np.isnan(b)
    emit("consistency", stats.pearsonr(a[both], b[both])[0])

    category_of = np.array([1, 0, 0, -1, 2])
    emit("category_of", category_of)
    emit("category_scores",
         np.log(np.array([p[:, category_of == c].mean(axis=1) for c in range(3)]).T))

    # Error consistency by the published formula.
    for name, n, first, second in (("mixed", 50, 0.7, 0.6), ("good", 50, 0.9, 0.95)):
        x = (random.rand(n) < first).astype(float)
        y = np.where(random.rand(n) < 0.5, x, (random.rand(n) < second).astype(float))
        emit(name + ".first", x)
        emit(name + ".second", y)
        p1, p2 = x.mean(), y.mean()
        observed = (x == y).mean()
        expected = p1 * p2 + (1 - p1) * (1 - p2)
        emit(name + ".kappa", (observed - expected) / (1 - expected))


main()

#!/usr/bin/env python3
"""Expected values for the tests of experiments/behaviour, computed with NumPy and SciPy, not with homolog.

    make_fixtures.py > fixtures.txt

Format: a line "name rows columns", then that many rows of numbers. Needs Debian's python3-numpy and python3-scipy.
"""

import pathlib
import sys

import numpy as np
from scipy import stats
from scipy.special import softmax

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "support"))
import draws  # noqa: E402


def emit(name, values):
    values = np.atleast_2d(np.asarray(values, dtype=np.float64))
    print(name, *values.shape)
    for row in values:
        print(" ".join(repr(float(value)) for value in row))


def z(rate):
    """z(1) - z(1) and z(0) - z(0) count as 0."""
    return np.clip(stats.norm.ppf(rate), -50, 50)


def i2n(choices, labels):
    """By its definition, one entry after the other."""
    stimuli, objects = choices.shape
    d = np.full(choices.shape, np.nan)
    for i in range(stimuli):
        for o in range(objects):
            others = [1 - choices[j, labels[i]] for j in range(stimuli) if labels[j] == o]
            others = [x for x in others if not np.isnan(x)]
            if o == labels[i] or np.isnan(choices[i, o]) or not others:
                continue
            d[i, o] = np.clip(z(choices[i, o]) - z(np.mean(others)), -5, 5)
    normalised = d.copy()
    for i in range(stimuli):
        for o in range(objects):
            same = [d[j, o] for j in range(stimuli) if labels[j] == labels[i] and not np.isnan(d[j, o])]
            if same:
                normalised[i, o] = d[i, o] - np.mean(same)
    return normalised


def binary_choices(scores, labels):
    p = softmax(np.asarray(scores, dtype=np.float64), axis=1)
    choices = np.full(p.shape, np.nan)
    for i in range(len(labels)):
        for o in set(labels) - {labels[i]}:
            choices[i, o] = p[i, labels[i]] / (p[i, labels[i]] + p[i, o])
    return choices


def correlation(a, b):
    both = ~np.isnan(a) & ~np.isnan(b)
    return stats.pearsonr(a[both], b[both])[0] if both.sum() >= 3 else np.nan


def kappa(x, y):
    """By the published formula, on what both saw."""
    both = ~np.isnan(x) & ~np.isnan(y)
    if not both.any():
        return np.nan
    x, y = x[both], y[both]
    p, q = x.mean(), y.mean()
    expected = p * q + (1 - p) * (1 - q)
    return ((x == y).mean() - expected) / (1 - expected) if expected < 1 else np.nan


def mean_defined(values, weights):
    pairs = [(v, w) for v, w in zip(values, weights) if w > 0 and not np.isnan(v)]
    return sum(v * w for v, w in pairs) / sum(w for _, w in pairs) if pairs else np.nan


SEED, SAMPLES = 11, 40


def intervals(random):
    """Standard errors by draws in which every image, and every observer, is repeated as often as it was drawn."""
    labels = np.tile([0, 1, 2, 4], 4)
    n, objects, observers = len(labels), 5, 4
    right = np.eye(objects)[labels]
    networks = [(1.5 * random.randn(n, objects) + 1.2 * right).astype(np.float32)]
    networks.append((networks[0] + 0.8 * random.randn(n, objects)).astype(np.float32))
    emit("draws.labels", labels)
    emit("draws.float", networks[0])
    emit("draws.spiking", networks[1])
    correct = [(scores.argmax(axis=1) == labels).astype(float) for scores in networks]
    people = (random.rand(observers, n) < 0.6).astype(float)
    people[0, 3] = people[2, 7] = np.nan
    emit("draws.people", people)
    rates = random.binomial(5, 0.75, (n, observers, objects)) / 5
    rates[np.arange(n), :, labels] = np.nan
    rates[:, :, 3] = np.nan
    rates[2, 1, 1] = rates[5, :, 0] = np.nan
    emit("draws.rates", rates.reshape(n * observers, objects))

    def of_networks(images):
        a, b = (x[images] for x in correct)
        r = correlation(*(i2n(binary_choices(scores[images], labels[images]), labels[images]) for scores in networks))
        return [a.mean(), b.mean(), b.mean() - a.mean(), kappa(a, b), r]

    def of_observers(images, who):
        each = [[kappa(x[images], people[k][images]) for k in who] for x in correct]
        means = [mean_defined(values, np.ones(len(who))) for values in each]
        pairs = [(a, b) for i, a in enumerate(who) for b in who[i + 1:] if a != b]
        between = mean_defined([kappa(people[a][images], people[b][images]) for a, b in pairs], np.ones(len(pairs)))
        return [means[0], means[1], means[1] - means[0], between]

    def of_rates(images, who):
        with np.errstate(invalid="ignore"):
            asked = rates[images][:, who]
            count = (~np.isnan(asked)).sum(axis=1)
            mean = np.nansum(asked, axis=1) / np.where(count > 0, count, np.nan)
        theirs = i2n(mean, labels[images])
        r = [correlation(i2n(binary_choices(scores[images], labels[images]), labels[images]), theirs)
             for scores in networks]
        return [r[0], r[1], r[1] - r[0]]

    all_images, everyone = np.arange(n), np.arange(observers)
    images = [np.repeat(all_images, draws.drawn_stimuli(n, SEED, b)) for b in range(SAMPLES)]
    who = [np.repeat(everyone, draws.drawn(observers, SEED, draws.SUBJECTS, b)) for b in range(SAMPLES)]
    f_p, f_r = n / (n - 1), observers / (observers - 1)
    emit("draws.networks", of_networks(all_images))
    emit("draws.networks_error", np.sqrt(f_p * draws.variance([of_networks(m) for m in images])))
    for name, values in (("observers", of_observers), ("i2n", of_rates)):
        v_p = draws.variance([values(m, everyone) for m in images])
        v_r = draws.variance([values(all_images, k) for k in who])
        v_b = draws.variance([values(m, k) for m, k in zip(images, who)])
        emit(f"draws.{name}", values(all_images, everyone))
        emit(f"draws.{name}_error", np.sqrt([f_p * v_p, f_r * v_r, draws.dual(v_b, v_r, v_p, observers, n)]))
    emit("draws.widths", stats.t.ppf(0.975, [n - 1, observers - 1, observers - 1]))


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
    choices = binary_choices(scores, labels)
    emit("choices", choices)
    emit("i2n", i2n(choices, labels))

    # Counts of human choices, some always right or wrong, some never asked.
    human = random.binomial(6, 0.8, (12, 5)) / 6
    human[np.arange(12), labels] = np.nan
    human[:, 3] = np.nan
    human[2, 1] = np.nan
    emit("human", human)
    emit("human.i2n", i2n(human, labels))
    emit("consistency", correlation(i2n(choices, labels), i2n(human, labels)))

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
        emit(name + ".kappa", kappa(x, y))

    intervals(random)


main()

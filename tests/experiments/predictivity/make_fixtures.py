#!/usr/bin/env python3
"""Expected values for the tests of experiments/predictivity, computed with NumPy, SciPy and scikit-learn, not with homolog.

    make_fixtures.py > fixtures.txt

All regressions are in their primal form: weights of the layer's units. Format: a line "name rows columns", then that many rows
of numbers. Needs Debian's python3-numpy, python3-scipy and python3-sklearn (1.2).
"""

import sys
from pathlib import Path

import numpy as np
from scipy import stats
from sklearn.cross_decomposition import PLSRegression
from sklearn.decomposition import PCA
from sklearn.linear_model import LinearRegression, Ridge, RidgeCV

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "support"))
import draws  # noqa: E402


def emit(name, values):
    values = np.atleast_2d(np.asarray(values, dtype=np.float64))
    print(name, *values.shape)
    for row in values:
        print(" ".join(repr(float(value)) for value in row))


def pls(x, y, components):
    """scikit-learn's, with every weight vector the exact singular vector: NIPALS in the limit."""
    regression = PLSRegression(n_components=components, scale=False)
    regression.algorithm = "svd"
    return regression.fit(x, y)


def nipals(x, y, components, x_test):
    """Wold's NIPALS written out, each power iteration to convergence."""
    x_mean, y_mean = x.mean(axis=0), y.mean(axis=0)
    e, f, e_test = x - x_mean, y - y_mean, x_test - x_mean
    predicted = np.zeros((len(x_test), y.shape[1])) + y_mean
    for _ in range(components):
        u = f[:, np.argmax(f.var(axis=0))]
        for _ in range(100000):
            w = e.T @ u
            w /= np.linalg.norm(w)
            t = e @ w
            q = f.T @ t / (t @ t)
            new = f @ q / (q @ q)
            change = np.linalg.norm(new - u)
            u = new
            if change < 1e-13 * np.linalg.norm(u):
                break
        p = e.T @ t / (t @ t)
        t_test = e_test @ w
        predicted += np.outer(t_test, q)
        e, f, e_test = e - np.outer(t, p), f - np.outer(t, q), e_test - np.outer(t_test, p)
    return predicted


def alphas(count=99):
    return 10.0 ** np.linspace(-2, 7, count)


def regressions(random, name, stimuli, units, responses, noise):
    """A layer of low-dimensional structure on a large mean, and responses that are partly linear in it."""
    latent = random.randn(stimuli, 8)
    x = (latent @ random.randn(8, units) + 0.3 * random.randn(stimuli, units) + 5).astype(np.float32)
    y = latent[:, :5] @ random.randn(5, responses) + noise * random.randn(stimuli, responses) + 2
    emit(name + ".x", x)
    emit(name + ".y", y)
    x = x.astype(np.float64)
    test = np.arange(stimuli) % 4 == 1
    emit(name + ".test", np.flatnonzero(test))
    x_train, x_test, y_train = x[~test], x[test], y[~test]
    for components in (1, 3, 10):
        predicted = pls(x_train, y_train, components).predict(x_test)
        emit("{}.pls{}".format(name, components), predicted)
        emit("{}.nipals{}".format(name, components), nipals(x_train, y_train, components, x_test))
    emit(name + ".ridge", Ridge(alpha=1.0).fit(x_train, y_train).predict(x_test))
    emit(name + ".ridge1000", Ridge(alpha=1000.0).fit(x_train, y_train).predict(x_test))
    ridge_cv = RidgeCV(alphas=alphas()).fit(x_train, y_train)
    emit(name + ".ridge_cv", ridge_cv.predict(x_test))
    emit(name + ".alpha", ridge_cv.alpha_)
    emit(name + ".linear", LinearRegression().fit(x_train, y_train).predict(x_test))
    pca = PCA(n_components=4).fit(x_train)
    emit(name + ".pca",
         Ridge(alpha=1.0).fit(pca.transform(x_train), y_train).predict(pca.transform(x_test)))
    emit(name + ".correlations",
         [stats.pearsonr(ridge_cv.predict(x_test)[:, u], y[test, u])[0] for u in range(responses)])


def left_out(random):
    """RidgeCV's choice by brute force: every stimulus left out in turn."""
    x, y = (random.randn(12, 30) + 1).astype(np.float32).astype(np.float64), random.randn(12, 3)
    y += x[:, :3]
    tried = 10.0 ** np.arange(-1, 4)
    errors = []
    for alpha in tried:
        error = 0.0
        for i in range(len(x)):
            rest = np.arange(len(x)) != i
            error += ((Ridge(alpha=alpha).fit(x[rest], y[rest]).predict(x[i:i + 1]) - y[i])**2).sum()
        errors.append(error)
    emit("left_out.x", x)
    emit("left_out.y", y)
    emit("left_out.alphas", tried)
    emit("left_out.chosen", tried[np.argmin(errors)])


def main():
    random = np.random.RandomState(1966)
    regressions(random, "wide", 24, 40, 6, 1.0)     # more units than stimuli
    regressions(random, "narrow", 40, 12, 5, 0.7)   # fewer units than stimuli
    regressions(random, "single", 20, 25, 1, 0.5)   # one response
    left_out(random)

    # Two presentations: one way to halve them, whatever the random order is.
    signal = random.randn(15, 1, 4)
    responses = signal + np.array([0.2, 0.5, 1.0, 3.0]) * random.randn(15, 2, 4)
    responses[3, 0, 1] = np.nan
    emit("repeated", responses.reshape(15, 8))
    halves = []
    for u in range(4):
        x, y = responses[:, 0, u], responses[:, 1, u]
        both = ~np.isnan(x) & ~np.isnan(y)
        r = stats.pearsonr(x[both], y[both])[0]
        halves.append(2 * r / (1 + r))
    emit("repeated.ceilings", halves)
    emit("repeated.mean", np.nanmean(responses, axis=1))

    over_units(np.random.RandomState(2018))


def over_units(random):
    """Errors over units of the median over units, mean over splits; NaN for units without a correlation."""
    values = random.rand(4, 11)
    values[:, 3] = np.nan  # in no split: not drawn
    values[1, 5] = np.nan
    values[2, [0, 7]] = values[2, [1, 8]]  # equal ones
    emit("units.values", values)
    drawn_from = np.flatnonzero(~np.isnan(values).all(axis=0))
    seed, samples, count = 5, 60, len(drawn_from)
    scores = []
    for b in range(samples):
        copies = draws.drawn(count, seed, draws.UNITS, b)
        scores.append(np.nanmedian(values[:, np.repeat(drawn_from, copies)], axis=1).mean())
    error = np.sqrt(count / (count - 1) * np.var(scores, ddof=1))
    width = stats.t.ppf(0.95, count - 1)
    score = np.nanmedian(values, axis=1).mean()
    emit("units.score", [score, error, score - width * error, score + width * error])


main()

#!/usr/bin/env python3
"""Expected values for the tests of experiments/rsa, computed with NumPy and SciPy, not with homolog.

    make_fixtures.py > fixtures.txt                 seeded random data and what follows from them
    make_fixtures.py --data DATA > brain_data.txt   what follows from the data in DATA (docs/data.md)

Format: a line "name rows columns", then that many rows of numbers. Needs Debian's python3-numpy, python3-scipy and
python3-h5py.
"""

import argparse
import itertools

import h5py
import numpy as np
from scipy import linalg, optimize, stats
from scipy.spatial.distance import pdist, squareform


def emit(name, values):
    values = np.atleast_2d(np.asarray(values, dtype=np.float64))
    print(name, *values.shape)
    for row in values:
        print(" ".join(repr(float(value)) for value in row))


def emit_defined(name, values):
    """Nothing if it is not defined."""
    if not np.any(np.isnan(values)):
        emit(name, values)


# Comparisons, by their definitions -----------------------------------------------------------------------------


def spearman(x, y):
    return stats.spearmanr(x, y)[0]


def pearson(x, y):
    return stats.pearsonr(x, y)[0]


def cosine(x, y):
    return x @ y / np.sqrt((x @ x) * (y @ y))


def kendall_tau_a(x, y):
    """The O(m^2) definition."""
    pairs = itertools.combinations(range(len(x)), 2)
    return sum(np.sign(x[k] - x[l]) * np.sign(y[k] - y[l]) for k, l in pairs) / (len(x) * (len(x) - 1) / 2)


def kendall(x, y):
    return stats.kendalltau(x, y, variant="b")[0]


def rho_a(x, y):
    m = len(x)
    return 12 / (m**3 - m) * np.sum((stats.rankdata(x) - (m + 1) / 2) * (stats.rankdata(y) - (m + 1) / 2))


def patterns_of(pairs):
    n = int(round((1 + np.sqrt(1 + 8 * len(pairs))) / 2))
    assert n * (n - 1) // 2 == len(pairs)
    return n


def whitened_cosine(x, y):
    """With the whole covariance matrix of the dissimilarities and a dense solver."""
    n = patterns_of(x)
    contrasts = np.array([np.eye(n)[i] - np.eye(n)[j] for i, j in itertools.combinations(range(n), 2)])
    covariance = (contrasts @ contrasts.T) ** 2
    wx, wy = np.linalg.solve(covariance, np.array([x, y]).T).T
    return x @ wy / np.sqrt((x @ wx) * (y @ wy))


def whitened_pearson(x, y):
    return whitened_cosine(x - x.mean(), y - y.mean())


def kernel(pairs):
    n = patterns_of(pairs)
    centring = np.eye(n) - np.ones((n, n)) / n
    return -centring @ squareform(pairs) @ centring / 2


def linear_cka(x, y):
    """Traces of the centred kernels."""
    k, l = kernel(x), kernel(y)
    return np.trace(k @ l) / np.sqrt(np.trace(k @ k) * np.trace(l @ l))


def unbiased_hsic(k, l):
    """Song et al. 2012, eq. 5, of kernels of which the diagonal is set to zero."""
    n = len(k)
    k = k - np.diag(np.diag(k))
    l = l - np.diag(np.diag(l))
    one = np.ones(n)
    return (np.trace(k @ l) + (one @ k @ one) * (one @ l @ one) / ((n - 1) * (n - 2))
            - 2 / (n - 2) * one @ k @ l @ one) / (n * (n - 3))


def linear_cka_unbiased(x, y):
    k, l = kernel(x), kernel(y)
    return unbiased_hsic(k, l) / np.sqrt(unbiased_hsic(k, k) * unbiased_hsic(l, l))


def semidefinite(matrix):
    """The nearest positive semi-definite matrix."""
    values, vectors = np.linalg.eigh(matrix)
    return vectors @ np.diag(np.where(values > 1e-13 * values.max(), values, 0)) @ vectors.T


def bures_terms(x, y):
    """The singular values of sqrt(K) sqrt(L), both symmetric."""
    k, l = semidefinite(kernel(x)), semidefinite(kernel(y))
    roots = []
    for matrix in (k, l):
        values, vectors = np.linalg.eigh(matrix)
        roots.append(vectors @ np.diag(np.sqrt(np.where(values > 1e-13 * values.max(), values, 0))) @ vectors.T)
    return np.trace(k), np.trace(l), np.linalg.svd(roots[0] @ roots[1], compute_uv=False).sum()


def bures(x, y):
    a, b, fidelity = bures_terms(x, y)
    return fidelity / np.sqrt(a * b)


def negative_bures_metric(x, y):
    a, b, fidelity = bures_terms(x, y)
    return 2 * fidelity - a - b


def negative_riemannian(x, y):
    """Nelder-Mead over both parameters, from several starts, on contrasts with the first pattern."""
    n = patterns_of(x)
    contrasts = np.hstack([-np.ones((n - 1, 1)), np.eye(n - 1)])
    first, second = contrasts @ kernel(x) @ contrasts.T, contrasts @ kernel(y) @ contrasts.T
    noise = contrasts @ contrasts.T
    if np.linalg.eigvalsh(second)[0] <= 1e-12 * np.linalg.eigvalsh(second)[-1]:
        return np.nan

    def distance(theta):
        values = linalg.eigvalsh(np.exp(theta[0]) * first + np.exp(theta[1]) * noise, second)
        return np.sqrt(np.sum(np.log(values) ** 2)) if values[0] > 0 else 1e6

    best = min((optimize.minimize(distance, (a, b), method="Nelder-Mead",
                                  options={"xatol": 1e-9, "fatol": 1e-14, "maxiter": 4000})
                for a in (-3, 0, 3) for b in (-6, -3, 0, 3)), key=lambda result: result.fun)
    best = optimize.minimize(distance, best.x, method="Nelder-Mead",
                             options={"xatol": 1e-9, "fatol": 1e-14, "maxiter": 4000})
    return -best.fun


def root_mean_square(x):
    return x / np.sqrt(np.mean(x * x))


# name: (comparison, what subjects are pooled by)
COMPARISONS = {
    "spearman": (spearman, stats.rankdata),
    "spearman_squared": (lambda x, y: spearman(x, y) ** 2, lambda x: x),
    "pearson": (pearson, stats.zscore),
    "cosine": (cosine, root_mean_square),
    "kendall": (kendall, stats.rankdata),
    "kendall_tau_a": (kendall_tau_a, stats.rankdata),
    "rho_a": (rho_a, stats.rankdata),
    "whitened_cosine": (whitened_cosine, root_mean_square),
    "whitened_pearson": (whitened_pearson, stats.zscore),
    "linear_cka": (linear_cka, root_mean_square),
    "linear_cka_unbiased": (linear_cka_unbiased, root_mean_square),
    "bures": (bures, root_mean_square),
    "negative_bures_metric": (negative_bures_metric, lambda x: x),
    "negative_riemannian": (negative_riemannian, lambda x: x),
}

# Dissimilarities of repeated presentations [repetitions, stimuli, units], by their definitions ---------------------


def by_pairs(count, value):
    return [value(i, j) for i, j in itertools.combinations(range(count), 2)]


def noise_covariance(x, estimate):
    """[units, units], one outer product after the other."""
    repetitions, count, units = x.shape
    deviations = (x - x.mean(axis=0)).reshape(-1, units)
    m, dof = len(deviations), count * (repetitions - 1)
    outer = np.array([np.outer(row, row) for row in deviations])
    sample = outer.sum(axis=0) / dof
    if estimate == "none":
        return np.eye(units)
    if estimate == "diagonal":
        return np.diag(np.diag(sample))
    if estimate == "full":
        return sample
    if estimate == "shrinkage_eye":  # Ledoit & Wolf 2004, section 3.2, with moments over m
        moment = outer.mean(axis=0)
        target = np.trace(moment) / units * np.eye(units)
        d2 = np.sum((moment - target) ** 2)
        b2 = min(sum(np.sum((one - moment) ** 2) for one in outer) / m**2, d2)
        return (b2 / d2 * target + (1 - b2 / d2) * moment) * m / dof
    off = ~np.eye(units, dtype=bool)  # Schaefer & Strimmer 2005, target D
    deviation = np.sqrt(np.diag(sample))
    products = outer / np.outer(deviation, deviation)
    mean = products.sum(axis=0) / dof
    variance = m / dof**2 * ((products**2).sum(axis=0) / dof - mean**2)
    shrinkage = np.clip(variance[off].sum() / (mean[off] ** 2).sum(), 0, 1)
    return np.where(off, (1 - shrinkage) * sample, sample)


def mahalanobis(x, covariance):
    precision, mean = np.linalg.inv(covariance), x.mean(axis=0)
    return by_pairs(x.shape[1], lambda i, j: (mean[i] - mean[j]) @ precision @ (mean[i] - mean[j]) / x.shape[2])


def folds(x):
    for k in range(len(x)):
        yield np.delete(x, k, axis=0).mean(axis=0), x[k]


def crossnobis(x, covariance):
    precision = np.linalg.inv(covariance)
    return np.mean([by_pairs(x.shape[1], lambda i, j: (a[i] - a[j]) @ precision @ (b[i] - b[j]) / x.shape[2])
                    for a, b in folds(x)], axis=0)


def kullback_leibler(a, b):
    """Of Poisson distributions, a from b: both directions summed give (a - b) (log a - log b)."""
    return np.sum(a * np.log(a / b) - a + b)


def rates(x):
    return (x + 1 * 0.1) / (1 + 0.1)


def poisson(x):
    mean = rates(x.mean(axis=0))
    return by_pairs(x.shape[1], lambda i, j: (kullback_leibler(mean[i], mean[j])
                                              + kullback_leibler(mean[j], mean[i])) / x.shape[2])


def poisson_folds(x):
    return [by_pairs(x.shape[1], lambda i, j: (rates(a)[i] - rates(a)[j])
                     @ (np.log(rates(b)[i]) - np.log(rates(b)[j])) / x.shape[2]) for a, b in folds(x)]


ESTIMATES = ("none", "diagonal", "full", "shrinkage_eye", "shrinkage_diagonal")


def repeated_fixtures(random):
    """More units than degrees of freedom (wide), fewer (narrow), and counts."""
    for name, (repetitions, count, units) in (("wide", (3, 5, 30)), ("narrow", (4, 6, 7))):
        shared = random.randn(repetitions, count, 3) @ random.randn(3, units)
        x = random.randn(1, count, units) + 0.5 * shared + 0.5 * random.randn(repetitions, count, units)
        x = (x * np.linspace(0.5, 3, units) + 2).astype(np.float32).astype(np.float64)
        emit("repeated." + name, x.reshape(-1, units))
        for estimate in ESTIMATES:
            if estimate == "full" and name == "wide":
                continue
            covariance = noise_covariance(x, estimate)
            emit("repeated.{}.mahalanobis.{}".format(name, estimate), mahalanobis(x, covariance))
            emit("repeated.{}.crossnobis.{}".format(name, estimate), crossnobis(x, covariance))
    x = random.poisson(np.repeat(random.gamma(1, 2, (1, 6, 11)), 3, axis=0)).astype(np.float64)
    emit("repeated.counts", x.reshape(-1, 11))
    emit("repeated.counts.poisson", poisson(x))
    emit("repeated.counts.poisson_cv", np.mean(poisson_folds(x), axis=0))
    emit("repeated.counts.poisson_cv_of_each_fold", poisson_folds(x))
    mean = x.mean(axis=0)
    emit("repeated.counts.correlation", pdist(mean, "correlation"))
    emit("repeated.counts.cosine", pdist(mean, "cosine"))
    emit("repeated.counts.euclidean", pdist(mean, "sqeuclidean") / mean.shape[1])


def kernel_fixtures(random):
    """RDMs of squared Euclidean distances, and what follows from the patterns themselves."""
    count = 12
    x = random.randn(count, 20)
    y = x[:, :15] + random.randn(count, 15)
    pairs = {"d": pdist(x, "sqeuclidean") / 20, "e": pdist(y, "sqeuclidean") / 15}
    for name, values in pairs.items():
        emit("kernel." + name, values)
    for name, (compare, _) in COMPARISONS.items():
        emit("kernel.{}.de".format(name), compare(pairs["d"], pairs["e"]))
    x, y = x - x.mean(axis=0), y - y.mean(axis=0)
    emit("patterns.linear_cka.de",
         np.sum((x.T @ y) ** 2) / np.linalg.norm(x.T @ x) / np.linalg.norm(y.T @ y))
    emit("patterns.linear_cka_unbiased.de", unbiased_hsic(x @ x.T, y @ y.T)
         / np.sqrt(unbiased_hsic(x @ x.T, x @ x.T) * unbiased_hsic(y @ y.T, y @ y.T)))
    nuclear = np.linalg.svd(x.T @ y, compute_uv=False).sum()
    emit("patterns.bures.de", nuclear / np.linalg.norm(x) / np.linalg.norm(y))
    rotation, _ = linalg.orthogonal_procrustes(np.pad(y / np.sqrt(15), ((0, 0), (0, 5))), x / np.sqrt(20))
    emit("patterns.negative_bures_metric.de", -np.sum(
        (np.pad(y / np.sqrt(15), ((0, 0), (0, 5))) @ rotation - x / np.sqrt(20)) ** 2))

    # Subjects with Euclidean RDMs, for the noise ceilings of comparisons that need such.
    subjects = np.array([pdist(x + random.randn(count, 20), "sqeuclidean") / 20 for _ in range(4)])
    emit("kernel.subjects", subjects)
    for name in ("bures", "negative_bures_metric", "negative_riemannian", "linear_cka_unbiased"):
        emit("kernel.ceiling." + name, ceiling(name, subjects))


def ceiling(name, subjects):
    """Lower and upper noise ceiling, with the pooled RDM made anew for every subject."""
    compare, scale = COMPARISONS[name]
    scaled = np.array([scale(s) for s in subjects])
    upper = np.mean([compare(scaled.mean(axis=0), s) for s in subjects])
    lower = np.mean(
        [compare(np.delete(scaled, k, axis=0).mean(axis=0), s) for k, s in enumerate(subjects)])
    return [lower, upper]


# V1 model: every filter as a whole two-dimensional array on a padded image, no separability ---------------------


def v1_model(grey):
    height, width = grey.shape
    sigma_f = np.sqrt(np.log(2) / 2) / np.pi * 3
    responses = []
    for f in (1, 2, 4, 8, 16, 32):
        wavelength = width / f
        if f > 1 and wavelength < 3:
            break
        sigma = sigma_f * wavelength
        rows = max(1, int(np.floor(f * height / width + 0.5)))
        pad = int(np.ceil(3 * sigma)) + 1
        padded = np.pad(grey, pad, mode="edge")
        ys, xs = np.mgrid[-pad:height + pad, -pad:width + pad] + 0.5
        for k in range(8):
            angle = k * np.pi / 8
            for row in range(rows):
                for column in range(f):
                    dx = xs - (column + 0.5) * wavelength
                    dy = ys - (row + 0.5) * height / rows
                    envelope = np.exp(-(dx**2 + dy**2) / (2 * sigma**2))
                    envelope *= (np.abs(dx) <= 3 * sigma) & (np.abs(dy) <= 3 * sigma)
                    envelope /= envelope.sum()
                    wave = np.exp(2j * np.pi / wavelength * (np.cos(angle) * dx + np.sin(angle) * dy))
                    filter_ = envelope * (wave - (envelope * wave).sum())
                    responses.append(np.abs((filter_ * padded).sum()))
    return responses


def random_fixtures():
    random = np.random.RandomState(1892)

    patterns = random.randn(11, 37).astype(np.float32) + np.float32(3)
    counts = random.poisson(0.7, (11, 37)).astype(np.float32)
    for name, x in (("real", patterns), ("counts", counts)):
        emit(name, x)
        x = x.astype(np.float64)
        emit(name + ".correlation", pdist(x, "correlation"))
        emit(name + ".cosine", pdist(x, "cosine"))
        emit(name + ".euclidean", pdist(x, "sqeuclidean") / x.shape[1])
        emit(name + ".mahalanobis", mahalanobis(x[None], np.eye(x.shape[1])))
    emit("counts.poisson", poisson(counts.astype(np.float64)[None]))

    # Vectors with many ties, and without.
    pairs = 66
    x = random.randint(0, 9, pairs).astype(float)
    vectors = {
        "x": x,
        "y": x + random.randint(0, 12, pairs),
        "z": random.rand(pairs) + 0.05 * x,
    }
    for name, values in vectors.items():
        emit(name, values)
        emit("ranks." + name, stats.rankdata(values))
    for (a, b) in (("x", "y"), ("x", "z"), ("z", "y")):
        for name, (compare, _) in COMPARISONS.items():
            emit_defined("{}.{}{}".format(name, a, b), compare(vectors[a], vectors[b]))

    # Five subjects that share something, rounded so that there are ties.
    shared = random.rand(pairs)
    subjects = np.round(shared + 0.6 * random.rand(5, pairs), 1)
    emit("subjects", subjects)
    for name, (compare, _) in COMPARISONS.items():
        emit_defined("ceiling." + name, ceiling(name, subjects))
        emit_defined("model." + name, np.mean([compare(vectors["z"], s) for s in subjects]))

    for name, shape in (("image.a", (12, 12)), ("image.b", (9, 16))):
        image = random.rand(*shape).astype(np.float32)
        emit(name, image)
        emit("v1." + name, v1_model(image.astype(np.float64)))

    repeated_fixtures(np.random.RandomState(2023))
    kernel_fixtures(np.random.RandomState(2024))


def triangle(matrix):
    """The upper triangle of one or several 92 x 92 matrices, row by row."""
    rows, columns = np.triu_indices(92, 1)
    return matrix[..., rows, columns]


def brain_data(folder):
    with h5py.File(folder + "/data/kriegeskorte92/kriegeskorte92.h5", "r") as file:
        rdm = {name: triangle(file["/rdms/" + name][()]) for name in ("monkey_IT", "human_IT")}
    with h5py.File(folder + "/data/algonauts92/algonauts92_fmri.h5", "r") as file:
        subjects = {area: triangle(file["/rdms/" + area][()]) for area in ("evc", "it")}
    for name in COMPARISONS:
        emit_defined("monkey_human." + name, COMPARISONS[name][0](rdm["monkey_IT"], rdm["human_IT"]))
    for area in ("evc", "it"):
        for name in ("spearman", "spearman_squared", "pearson", "cosine", "kendall"):
            emit("ceiling.{}.{}".format(area, name), ceiling(name, subjects[area]))
        for name in ("spearman", "spearman_squared"):
            compare = COMPARISONS[name][0]
            emit("monkey_IT.{}.{}".format(area, name),
                 np.mean([compare(rdm["monkey_IT"], s) for s in subjects[area]]))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", help="folder with models and data")
    arguments = parser.parse_args()
    if arguments.data:
        brain_data(arguments.data)
    else:
        random_fixtures()

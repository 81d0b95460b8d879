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
from scipy import stats
from scipy.spatial.distance import pdist


def emit(name, values):
    values = np.atleast_2d(np.asarray(values, dtype=np.float64))
    print(name, *values.shape)
    for row in values:
        print(" ".join(repr(float(value)) for value in row))


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


# name: (comparison, what subjects are pooled by)
COMPARISONS = {
    "spearman": (spearman, stats.rankdata),
    "spearman_squared": (lambda x, y: spearman(x, y) ** 2, lambda x: x),
    "pearson": (pearson, stats.zscore),
    "cosine": (cosine, lambda x: x / np.sqrt(np.mean(x * x))),
    "kendall": (kendall, stats.rankdata),
    "kendall_tau_a": (kendall_tau_a, stats.rankdata),
}


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
            emit("{}.{}{}".format(name, a, b), compare(vectors[a], vectors[b]))

    # Five subjects that share something, rounded so that there are ties.
    shared = random.rand(pairs)
    subjects = np.round(shared + 0.6 * random.rand(5, pairs), 1)
    emit("subjects", subjects)
    for name, (compare, _) in COMPARISONS.items():
        emit("ceiling." + name, ceiling(name, subjects))
        emit("model." + name, np.mean([compare(vectors["z"], s) for s in subjects]))

    for name, shape in (("image.a", (12, 12)), ("image.b", (9, 16))):
        image = random.rand(*shape).astype(np.float32)
        emit(name, image)
        emit("v1." + name, v1_model(image.astype(np.float64)))


def triangle(matrix):
    """The upper triangle of one or several 92 x 92 matrices, row by row."""
    rows, columns = np.triu_indices(92, 1)
    return matrix[..., rows, columns]


def brain_data(folder):
    with h5py.File(folder + "/data/kriegeskorte92/kriegeskorte92.h5", "r") as file:
        rdm = {name: triangle(file["/rdms/" + name][()]) for name in ("monkey_IT", "human_IT")}
    with h5py.File(folder + "/data/algonauts92/algonauts92_fmri.h5", "r") as file:
        subjects = {area: triangle(file["/rdms/" + area][()]) for area in ("evc", "it")}
    for name in ("spearman", "pearson", "kendall"):
        emit("monkey_human." + name, COMPARISONS[name][0](rdm["monkey_IT"], rdm["human_IT"]))
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

"""Checks a results file with h5py alone: the SONATA layout of the spikes, and what the manual promises.

usage: sonata_check.py MAKE_RESULTS_FILE FOLDER
SONATA: https://github.com/AllenInstitute/sonata/blob/master/docs/SONATA_DEVELOPER_GUIDE.md#spike-file
"""

import os
import subprocess
import sys

try:
    import h5py
    import numpy as np
except ImportError:
    print("h5py is not installed")
    sys.exit(77)


def check_sonata(file):
    assert file.attrs["magic"] == 0x0A7A and file.attrs["magic"].dtype == np.uint32
    assert list(file.attrs["version"]) == [0, 1] and file.attrs["version"].dtype == np.uint32
    for name, population in file["spikes"].items():
        sorting = population.attrs.get_id("sorting")
        enum = h5py.check_enum_dtype(sorting.dtype)
        assert enum == {"none": 0, "by_id": 1, "by_time": 2}, name
        assert population.attrs["sorting"] == enum["by_time"], name
        timestamps = population["timestamps"]
        node_ids = population["node_ids"]
        assert timestamps.dtype == np.dtype("<f8") and node_ids.dtype == np.dtype("<u8")
        assert timestamps.attrs["units"] == "ms" and isinstance(timestamps.attrs["units"], str)
        assert timestamps.shape == node_ids.shape and timestamps.ndim == 1
        assert timestamps.shape[0] > 0, "the test should have spikes"
        assert np.all(np.diff(timestamps[:]) >= 0), name


def check_offsets(file):
    steps, step_ms = file.attrs["steps"], file.attrs["step_ms"]
    onset, offset = file["stimuli/onset_ms"][:], file["stimuli/offset_ms"][:]
    assert np.array_equal(onset, np.arange(len(onset)) * float(steps) * step_ms)
    assert np.array_equal(offset[:-1], onset[1:])
    for name, population in file["spikes"].items():
        neurons = file["layers"][name].attrs["neurons"]
        offsets = population["stimulus_offsets"][:]
        assert offsets[0] == 0 and offsets[-1] == population["timestamps"].shape[0]
        assert len(offsets) == len(onset) + 1
        for k in range(len(onset)):
            part = slice(offsets[k], offsets[k + 1])
            times, ids = population["timestamps"][part], population["node_ids"][part]
            step = np.round((times - onset[k]) / step_ms)
            assert np.array_equal(times, onset[k] + step * step_ms), "times must be exact"
            assert np.all((0 <= step) & (step < steps)) and np.all(ids < neurons)
            order = step.astype(np.int64) * int(neurons) + ids.astype(np.int64)
            assert np.all(np.diff(order) > 0), "sorted by (step, id), each at most once"
            if "counts" in file and name in file["counts"]:
                expected = np.bincount(ids.astype(np.int64), minlength=int(neurons))
                assert np.array_equal(file["counts"][name][k], expected)


def check_texts(file):
    assert file.attrs["format_version"] == 1
    assert isinstance(file.attrs["name"], str) and file.attrs["name"] == "synthetic \u00fc"
    assert file["stimuli/id"].asstr()[3] == "image \u20ac 3"
    assert file["config"].asstr()[()].startswith("name: synthetic")
    assert file["rsa/reference"].asstr()[0] == "monkey/IT"
    assert file["rdms_reference"]["monkey:IT"].attrs["name"] == "monkey/IT"
    assert list(file["layers"]) == ["input", "features.relu1", "cat", "alone"], "in graph order"
    assert file["layers/cat"].attrs["axes"] == "C,H,W"


def main():
    path = os.path.join(sys.argv[2], "sonata_check.h5")
    subprocess.run([sys.argv[1], path], check=True)
    with h5py.File(path, "r") as file:
        check_sonata(file)
        check_offsets(file)
        check_texts(file)
    print("good")


if __name__ == "__main__":
    main()

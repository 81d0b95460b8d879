#!/usr/bin/env python3
"""Reads a file of write_rsatoolbox_rdms() the way rsatoolbox's load_rdm does (its package is not in Debian): every
dataset and attribute of a group becomes an entry of a dictionary, bytes become text through ASCII.
Exit code 77: no h5py."""
import sys

try:
    import h5py
    import numpy as np
except ImportError:
    sys.exit(77)


def read_group(group):
    entries = {}
    for key in group:
        if isinstance(group[key], h5py.Group):
            entries[key] = read_group(group[key])
        elif group[key].shape is None:
            entries[key] = None
        else:
            array = np.array(group[key])
            entries[key] = array.astype('U') if array.dtype.type is np.bytes_ else array
    entries.update({key: group.attrs[key] for key in group.attrs})
    return entries


rdms = read_group(h5py.File(sys.argv[1], 'r'))
assert rdms['rsatoolbox_version'] and rdms['dissimilarity_measure'] == 'correlation'
assert rdms['dissimilarities'].shape == (4, 3) and rdms['dissimilarities'].dtype == np.float64
assert np.array_equal(rdms['dissimilarities'].ravel(), 0.25 * np.arange(12))
assert rdms['descriptors'] == {}
patterns, per_rdm = rdms['pattern_descriptors'], rdms['rdm_descriptors']
assert list(patterns['index']) == [0, 1, 2]
assert list(patterns['stimulus']) == ['a', 'longer', '猫'], list(patterns['stimulus'])
assert list(per_rdm['index']) == [0, 1, 2, 3]
assert list(per_rdm['subject']) == ['mona', 'mona', 'nico', 'nico']
assert list(per_rdm['time_ms']) == [10.0, 20.0, 10.0, 20.0]
assert list(per_rdm['layer']) == ['x', 'x', 'y', 'y'] and isinstance(per_rdm['layer'][0], str)

#!/usr/bin/env python3
"""Makes the files in fixtures/ with NumPy, SciPy and h5py: brain data in each format that homolog reads.

  /usr/bin/python3 tests/experiments/brain/make_fixtures.py

All hold the same RDMs, so that one table of expected values (fixtures/expected.txt) serves every format.
"""

import io
import pathlib
import zipfile
import zlib

import h5py
import numpy as np
import scipy.io
from scipy.spatial.distance import pdist, squareform

FOLDER = pathlib.Path(__file__).parent / 'fixtures'
IDS = ['face', 'house', 'chair', 'dog', 'cat']
SUBJECTS = ['mona', 'nico', 'olga']
N, TIMES = len(IDS), 2

rng = np.random.default_rng(1)
# [subject, time, stimulus, unit] -> pairs as SciPy orders them and as matrices
patterns = rng.normal(size=(len(SUBJECTS), TIMES, N, 7))
pairs = np.array([[pdist(p, 'correlation') for p in s] for s in patterns])
matrices = np.array([[squareform(p) for p in s] for s in pairs])
first_pairs, first = pairs[:, 0], matrices[:, 0]
responses = rng.normal(size=(N, 3, 4))
responses[1, 2] = np.nan


def table(file, name, values):
    values = np.asarray(values, float).ravel()
    file.write(f'{name} {values.size} ' + ' '.join(repr(float(v)) for v in values) + '\n')


def write_expected():
    with open(FOLDER / 'expected.txt', 'w') as file:
        table(file, 'one', first_pairs[0])
        table(file, 'subjects', first_pairs)
        table(file, 'times', pairs)
        table(file, 'responses', responses)
        table(file, 'responses2', responses[:, 0])
        table(file, 'integers', np.arange(-4, 8).reshape(3, 4))


def npy(name, array, version=None):
    with open(FOLDER / name, 'wb') as file:
        np.lib.format.write_array(file, np.asanyarray(array), version=version)


def write_numpy():
    npy('one.npy', first[0])
    npy('subjects_v2.npy', first, (2, 0))
    npy('subjects_v3.npy', first, (3, 0))
    npy('subjects_fortran.npy', np.asfortranarray(first))
    npy('subjects_big_endian.npy', first.astype('>f8'))
    npy('subjects_f4.npy', first.astype('<f4'))
    npy('pairs.npy', first_pairs)
    npy('times.npy', pairs)
    npy('responses.npy', responses)
    whole = np.arange(-4, 8).reshape(3, 4)
    for kind in ('<i1', '<i2', '>i2', '<i4', '>i4', '<i8', '>i8'):
        npy(f'{kind[1:]}_{"big" if kind[0] == ">" else "little"}.npy', whole.astype(kind))
    for kind in ('u1', '<u2', '>u2', '<u4', '>u4', '<u8', '>u8'):
        npy(f'{kind.strip("<>")}_{"big" if kind[0] == ">" else "little"}.npy', (whole + 4).astype(kind))
    npy('b1.npy', whole > 0)
    npy('structured.npy', np.zeros(3, dtype=[('a', 'f8'), ('b', 'i4')]))
    np.savez(FOLDER / 'stored.npz', rdm=first, ids=np.array(IDS))
    np.savez_compressed(FOLDER / 'deflated.npz', rdm=first, other=first_pairs, ids=np.array(IDS, 'S'),
                        numbers=np.arange(5))
    np.savez(FOLDER / 'unicode.npz', rdm=first[0][:3, :3], ids=np.array(['Gesicht', 'Häuser', '猫']))
    write_bombs()


def write_bombs():
    """An npz whose member claims a gigabyte; one that truly is 200 MB of zeros in 200 kB is too big for a fixture."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, 'w', zipfile.ZIP_DEFLATED) as archive:
        with io.BytesIO() as member:
            np.lib.format.write_array(member, np.zeros((4, 4)))
            archive.writestr('rdm.npy', member.getvalue())
    data = bytearray(out.getvalue())
    size = (1 << 30).to_bytes(4, 'little')
    data[22:26] = size  # local header
    central = data.find(b'PK\x01\x02')
    data[central + 24:central + 28] = size
    (FOLDER / 'liar.npz').write_bytes(data)


def write_matlab():
    array = np.zeros((1, 3), dtype=[('RDM', 'O'), ('name', 'O')])
    for i, name in enumerate(SUBJECTS):
        array[0, i] = (first[i], name)
    nested = {'inner': {'rdm': first[0]}, 'label': 'one'}
    cells = np.empty((1, 3), dtype=object)
    words = np.empty((5, 1), dtype=object)
    for i in range(3):
        cells[0, i] = first[i]
    for i, word in enumerate(IDS):
        words[i, 0] = word
    content = {
        'one': first[0], 'subject_first': first, 'subject_last': np.moveaxis(first, 0, -1),
        'row': first_pairs[:1], 'column': first_pairs[0][:, None], 'RDMs': array, 'nested': nested,
        'cells': cells, 'words': words, 'letters': np.array(IDS), 'numbers': np.arange(1, 6),
        'small': np.arange(12, dtype=float).reshape(3, 4), 'int16': np.arange(-4, 8, dtype='i2').reshape(3, 4),
        'logical': np.eye(3) > 0, 'complex': np.eye(3) * 1j, 'sparse': scipy.sparse.csc_matrix(np.eye(3)),
        'empty': np.zeros((0, 0)), 'scalar': 5.0,
        'last_with_times': np.moveaxis(matrices, (0, 1), (2, 3)), 'responses': responses,
    }
    scipy.io.savemat(FOLDER / 'v5.mat', content)
    scipy.io.savemat(FOLDER / 'v7.mat', content, do_compression=True)
    scipy.io.savemat(FOLDER / 'single.mat', {'rdm': first[0], 'name': 'one'})
    write_big_endian()


def write_big_endian():
    """SciPy writes the machine's order alone; a file of a big-endian machine by hand, from the format's document."""
    def element(kind, data):
        return kind.to_bytes(4, 'big') + len(data).to_bytes(4, 'big') + data + b'\0' * (-len(data) % 8)

    def matrix(name, values):
        rows, columns = values.shape
        return element(14, element(6, (6).to_bytes(4, 'big') + b'\0' * 4)
                       + element(5, rows.to_bytes(4, 'big') + columns.to_bytes(4, 'big'))
                       + element(1, name) + element(9, values.T.astype('>f8').tobytes()))
    header = b'MATLAB 5.0 MAT-file, by hand'.ljust(124) + b'\x01\x00MI'
    packed = zlib.compress(matrix(b'packed', first[1]))
    data = header + matrix(b'rdm', first[0]) + (15).to_bytes(4, 'big') + len(packed).to_bytes(4, 'big') + packed
    (FOLDER / 'big_endian.mat').write_bytes(data)


def write_matlab73():
    """As MATLAB's save -v7.3 lays it out: 512 bytes of text first, axes reversed, classes in attributes."""
    path = FOLDER / 'v73.mat'

    def put(group, name, array, kind='double'):
        data = group.create_dataset(name, data=np.asarray(array).T)
        data.attrs['MATLAB_class'] = np.bytes_(kind)
        return data

    def put_text(group, name, words):
        width = max(len(w) for w in words)
        codes = np.array([[ord(c) for c in w.ljust(width)] for w in words], 'u2')
        data = put(group, name, codes, 'char')
        data.attrs['MATLAB_int_decode'] = np.int32(2)
        return data

    with h5py.File(path, 'w', userblock_size=512) as file:
        put(file, 'subject_first', first)
        put(file, 'subject_last', np.moveaxis(first, 0, -1))
        put(file, 'one', first[0])
        put_text(file, 'letters', IDS)
        empty = file.create_dataset('empty', data=np.zeros(2, 'u8'))
        empty.attrs['MATLAB_class'] = np.bytes_('double')
        empty.attrs['MATLAB_empty'] = np.uint8(1)
        nested = file.create_group('nested')
        nested.attrs['MATLAB_class'] = np.bytes_('struct')
        put(nested, 'rdm', first[1])
        refs = file.create_group('#refs#')
        rdms = file.create_group('RDMs')
        rdms.attrs['MATLAB_class'] = np.bytes_('struct')
        references = np.empty((3, 1), dtype=h5py.ref_dtype)
        for i in range(3):
            references[i, 0] = put(refs, f'r{i}', first[i]).ref
        rdms.create_dataset('RDM', data=references, dtype=h5py.ref_dtype)
        names = np.empty((1, 5), dtype=h5py.ref_dtype)
        for i, word in enumerate(IDS):
            names[0, i] = put_text(refs, f's{i}', [word]).ref
        words = file.create_dataset('words', data=names, dtype=h5py.ref_dtype)
        words.attrs['MATLAB_class'] = np.bytes_('cell')
    with open(path, 'r+b') as file:
        file.write(b'MATLAB 7.3 MAT-file, imitated with h5py'.ljust(124) + b'\x00\x02IM')


def write_hdf5():
    with h5py.File(FOLDER / 'plain.h5', 'w') as file:
        file['rdms/IT'] = first
        file['rdms/IT'].attrs['stimulus_ids'] = IDS
        file['rdms/IT'].attrs['subjects'] = SUBJECTS
        file['rdms/times'] = matrices
        file['rdms/times'].attrs['times_ms'] = [50.0, 100.0]
        file['rdms/pair_times'] = pairs
        file['names'] = IDS
        file['fixed'] = np.array(IDS, 'S')
        file['codes'] = np.arange(5) + 101
        file['responses'] = responses
    with h5py.File(FOLDER / 'only.h5', 'w') as file:
        file['a/b/rdm'] = first[0]
        file['names'] = IDS


def rsatoolbox(name, dissimilarities, pattern_descriptors, rdm_descriptors):
    """What write_dict_hdf5 of rsatoolbox.io.hdf5 makes of RDMs.to_dict(), by type of the descriptor: text in an
    array or list -> fixed-length ASCII, other lists -> an array, tuples of text -> an attribute, lists of unlike
    things -> a group of scalars."""
    def put(group, key, value):
        if isinstance(value, tuple) or isinstance(value, str):
            group.attrs[key] = value
        elif isinstance(value, dict):
            sub = group.create_group(key)
            for k, v in value.items():
                sub[k] = v
        else:
            array = np.array(value)
            group[key] = array.astype('S') if array.dtype.kind == 'U' else array

    with h5py.File(FOLDER / name, 'w') as file:
        file.attrs['rsatoolbox_version'] = '0.0.1'
        file['dissimilarities'] = dissimilarities
        file.attrs['dissimilarity_measure'] = 'correlation'
        for group, descriptors in (('descriptors', {}), ('rdm_descriptors', rdm_descriptors),
                                   ('pattern_descriptors', pattern_descriptors)):
            handle = file.create_group(group)
            for key, value in descriptors.items():
                put(handle, key, value)


def write_rsatoolbox():
    index, three = list(range(5)), list(range(3))
    rsatoolbox('rsa_list.h5', first_pairs, {'index': index, 'conds': IDS, 'kind': ['a', 'b', 'c', 'd', 'a']},
               {'index': three, 'subject': SUBJECTS})
    rsatoolbox('rsa_tuple.h5', first_pairs, {'index': index, 'picture': tuple(IDS)}, {'index': three})
    rsatoolbox('rsa_group.h5', first_pairs, {'index': index, 'stimulus': {str(i): IDS[i] for i in index}},
               {'index': three})
    rsatoolbox('rsa_numbers.h5', first_pairs, {'index': index, 'conds': [3, 1, 2, 5, 4]}, {'index': three})
    rsatoolbox('rsa_index.h5', first_pairs, {'index': index}, {'index': three})
    # Time is the slow axis in the file: RDMs of all subjects at 50 ms, then at 100 ms.
    rsatoolbox('rsa_time.h5', pairs.transpose(1, 0, 2).reshape(6, -1), {'index': index, 'stimulus': IDS},
               {'index': list(range(6)), 'subject': SUBJECTS * 2, 'time_ms': [50.0] * 3 + [100.0] * 3})
    # Three RDMs of three stimuli: three pairs, and no matrix.
    rsatoolbox('rsa_square.h5', np.arange(1.0, 10.0).reshape(3, 3), {'index': three}, {'index': three})


def write_nwb():
    spikes = [np.sort(rng.uniform(0, 10, 40)), np.array([]), rng.uniform(0, 10, 25)]  # the last one not sorted
    starts = np.array([0.5, 2.0, 3.5, 5.0, 6.5, 8.0])
    names = ['face', 'house', 'face', '', 'dog', 'face']
    with h5py.File(FOLDER / 'session.nwb', 'w') as file:
        file.attrs['neurodata_type'] = 'NWBFile'
        file['units/spike_times'] = np.concatenate(spikes)
        file['units/spike_times_index'] = np.cumsum([len(s) for s in spikes]).astype('u4')
        file['units/id'] = np.arange(3)
        trials = file.create_group('intervals/trials')
        trials['start_time'] = starts
        trials['stop_time'] = starts + 1.0
        trials['stimulus'] = names
        trials['frame'] = np.array([7, 3, 7, np.nan, 9, 7])
    shown = {name: [i for i, n in enumerate(names) if n == name] for name in ('face', 'house', 'dog')}
    with open(FOLDER / 'expected.txt', 'a') as file:
        for key, (low, high) in {'nwb_window': (0.1, 0.6), 'nwb_trial': (0.0, 1.0)}.items():
            counts = np.full((3, 3, 3), np.nan)
            for s, trial_list in enumerate(shown.values()):
                for r, i in enumerate(trial_list):
                    for u, train in enumerate(spikes):
                        counts[s, r, u] = np.sum((train >= starts[i] + low) & (train < starts[i] + high))
            table(file, key, counts)


def main():
    FOLDER.mkdir(exist_ok=True)
    write_expected()
    write_numpy()
    write_matlab()
    write_matlab73()
    write_hdf5()
    write_rsatoolbox()
    write_nwb()


if __name__ == '__main__':
    main()

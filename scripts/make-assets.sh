#!/usr/bin/env bash
# Makes the small assets in configs/assets from the originals: the LeNet and the first 1,000 images and labels
# of the MNIST test set, as valid IDX files. They are committed; this says where they came from.
#
#   scripts/make-assets.sh DATA      DATA is laid out as docs/data.md says: DATA/models, DATA/data/mnist
set -euo pipefail

if [[ $# -ne 1 || ! -d $1 ]]; then
  echo "usage: scripts/make-assets.sh DATA   (the folder with models/ and data/, see docs/data.md)" >&2
  exit 2
fi
data=$(cd "$1" && pwd)
cd "$(dirname "$0")/.."

mnist=$data/data/mnist
images=$mnist/t10k-images-idx3-ubyte
labels=$mnist/t10k-labels-idx1-ubyte
model=$data/models/mnist_lenet.onnx
for file in "$images" "$labels" "$model"; do
  [[ -f $file ]] || { echo "$file: no such file" >&2; exit 3; }
done

mkdir -p configs/assets
install -m 644 "$model" configs/assets/mnist_lenet.onnx

# IDX: two magic bytes, type, rank, one big-endian 32-bit extent for each dimension; 1000 is 0x3e8.
pick() {  # SOURCE HEADER_BYTES BYTES_PER_ITEM TARGET
  {
    head -c 4 "$1"
    printf '\x00\x00\x03\xe8'
    tail -c +9 "$1" | head -c $(($2 - 8 + 1000 * $3)) || true  # head closes the pipe early
  } | gzip -9 -n > "$4"
}
pick "$images" 16 784 configs/assets/mnist-test-1000-images-idx3-ubyte.gz
pick "$labels" 8 1 configs/assets/mnist-test-1000-labels-idx1-ubyte.gz
ls -l configs/assets

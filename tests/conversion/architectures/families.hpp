#pragma once

#include <string>

// The thin architectures of the zoo, each as the bytes of an ONNX model.

namespace homolog::test {

/// Simonyan and Zisserman 2015. Plain: biases, max pooling, Flatten, two dense layers with dropout (opset
/// 11). Else with batch norm and average pooling, and x.view(x.size(0), -1) as a subgraph of shapes (opset
/// 13).
[[nodiscard]] std::string vgg(bool norm_and_average);

/// He et al. 2016. `basic`: two 3x3 convolutions a block, CIFAR stem. The bottlenecks have an ImageNet stem
/// and their stride on the first 1x1 (the paper, Caffe) or on the 3x3 (torchvision, "v1.5"). `preactivation`:
/// BN-ReLU-conv, so that the sums between blocks have no ReLU.
enum class ResNet { basic, stride_on_1x1, stride_on_3x3, preactivation };
[[nodiscard]] std::string resnet(ResNet kind);

/// Iandola et al. 2016, version 1.1: concatenations, ceil-mode max pooling, convolution and ReLU before the
/// average.
[[nodiscard]] std::string squeezenet();

/// Howard et al. 2017 as TensorFlow exports it: explicit asymmetric Pad, ReLU6, MatMul by a transposed
/// weight, Add.
[[nodiscard]] std::string mobilenet_v1();

/// Sandler et al. 2018: ReLU6, depthwise, linear bottlenecks, additions without ReLU; ReduceMean.
[[nodiscard]] std::string mobilenet_v2();

/// Huang et al. 2017: BN-ReLU-Conv on concatenations, average pooling in transitions.
[[nodiscard]] std::string densenet();

/// Szegedy et al. 2016 as torchvision: transform_input, factorised 1x7 and 7x1, average pooling with padding
/// inside, grid reductions, expanded filter banks.
[[nodiscard]] std::string inception_v3();

/// Kubilius et al. 2019, unrolled: weights shared over time steps, batch norms of each step its own.
[[nodiscard]] std::string cornet_s();

/// No published architecture: what none of the others has. Max pooling before its ReLU, dilated average
/// pooling (opset 19), a slice of channels, ReLU6 of a sum of three, groups, global max pooling, means over
/// one axis at a time.
[[nodiscard]] std::string patchwork();

}  // namespace homolog::test

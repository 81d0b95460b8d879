#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "experiments/analysis/analysis.hpp"

namespace homolog::select_layers_test {
namespace {

using homolog::Error;
using homolog::ErrorKind;
using homolog::experiments::select_layers;
using Names = std::vector<std::string>;

const Names kLayers{"conv1.relu", "fire2.squeeze", "fire2.expand", "fire3.squeeze", "pool"};

Names select(const Names& patterns) {
  return select_layers(patterns, kLayers, {});
}

std::string message_of(const Names& patterns, const Names& layers = kLayers) {
  try {
    (void)select_layers(patterns, layers, {.file = "a.yaml", .key = "record.layers", .line = 3, .column = 5});
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::config);
    return error.what();
  }
  return "";
}

TEST(SelectLayers, NamesAreReturnedOnceAndInGraphOrder) {
  EXPECT_EQ(select({"pool", "conv1.relu", "pool"}), (Names{"conv1.relu", "pool"}));
  EXPECT_EQ(select({}), Names{});
}

TEST(SelectLayers, AllIsEveryLayer) {
  EXPECT_EQ(select({"all"}), kLayers);
  EXPECT_EQ(select({"*"}), kLayers);
  EXPECT_EQ(select_layers({"all"}, {}, {}), Names{});
}

TEST(SelectLayers, AStarStandsForAnyCharactersAndAQuestionMarkForOne) {
  EXPECT_EQ(select({"fire2.*"}), (Names{"fire2.squeeze", "fire2.expand"}));
  EXPECT_EQ(select({"fire?.squeeze"}), (Names{"fire2.squeeze", "fire3.squeeze"}));
  EXPECT_EQ(select({"*e*e*e"}), (Names{"fire2.squeeze", "fire3.squeeze"}));
  EXPECT_EQ(select({"pool*"}), Names{"pool"});
  EXPECT_EQ(select({"p**l"}), Names{"pool"});
}

TEST(SelectLayers, ADotIsNothingSpecial) {
  EXPECT_NE(message_of({"conv1xrelu"}), "");
}

TEST(SelectLayers, WhatFitsNothingIsRefusedWithTheNearest) {
  EXPECT_EQ(message_of({"pool", "fire2.squeze"}),
            "a.yaml:3:5: record.layers: no layer is called 'fire2.squeze'; did you mean 'fire2.squeeze'?");
  EXPECT_EQ(
      message_of({"pool?"}),
      "a.yaml:3:5: record.layers: no layer fits the pattern 'pool?' (layers: conv1.relu, fire2.squeeze, "
      "fire2.expand, fire3.squeeze, pool)");
  EXPECT_EQ(
      message_of({"nothing_like_it"}, Names(40, "x")),
      "a.yaml:3:5: record.layers: no layer is called 'nothing_like_it' ('homolog inspect MODEL.onnx' lists "
      "all 40)");
}

TEST(SelectLayers, AHostilePatternDoesNotTakeForever) {
  std::string pattern;
  for (int i = 0; i < 1000; ++i) {
    pattern += "*a";
  }
  EXPECT_NE(message_of({pattern + "b"}, {std::string(2000, 'a')}), "");
}

}  // namespace
}  // namespace homolog::select_layers_test

#include "experiments/config/yaml.hpp"

#include <gtest/gtest.h>

#include <functional>
#include <random>
#include <string>
#include <utility>

namespace homolog::yaml_test {
namespace {

using homolog::Error;
using homolog::ErrorKind;
using homolog::Parameter;
using homolog::experiments::parse_yaml;
using homolog::experiments::print_yaml;
using Kind = Parameter::Kind;

std::string message_of(const std::string& text) {
  try {
    (void)parse_yaml(text, "a.yaml");
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::config);
    return error.what();
  }
  return "";
}

/// The same tree, places aside.
bool same(const Parameter& a, const Parameter& b) {
  if (a.kind != b.kind || a.text != b.text || a.items.size() != b.items.size() ||
      a.entries.size() != b.entries.size()) {
    return false;
  }
  for (std::size_t i = 0; i < a.items.size(); ++i) {
    if (!same(a.items[i], b.items[i])) {
      return false;
    }
  }
  for (std::size_t i = 0; i < a.entries.size(); ++i) {
    if (a.entries[i].first != b.entries[i].first || !same(a.entries[i].second, b.entries[i].second)) {
      return false;
    }
  }
  return true;
}

TEST(ParseYaml, AnEntryHasThePlaceOfItsKey) {
  const Parameter tree = parse_yaml("name: a\nspiking:\n  # a comment\n  steps: 64\n", "a.yaml");
  ASSERT_EQ(tree.kind, Kind::mapping);
  ASSERT_EQ(tree.entries.size(), 2U);
  const Parameter& spiking = tree.entries[1].second;
  EXPECT_EQ(spiking.line, 2);
  EXPECT_EQ(spiking.column, 1);
  const Parameter& steps = spiking.entries.at(0).second;
  EXPECT_EQ(steps.text, "64");
  EXPECT_EQ(steps.line, 4);
  EXPECT_EQ(steps.column, 3);
}

TEST(ParseYaml, AnItemHasItsOwnPlace) {
  const Parameter tree = parse_yaml("layers: [a, b]\nanalyses:\n  - rsa: {}\n", "a.yaml");
  const Parameter& b = tree.entries.at(0).second.items.at(1);
  EXPECT_EQ(b.line, 1);
  EXPECT_EQ(b.column, 13);
  EXPECT_EQ(tree.entries.at(1).second.items.at(0).line, 3);
}

TEST(ParseYaml, EveryScalarKeepsItsTextAndOnlyABareNullIsNothing) {
  const Parameter tree = parse_yaml("[1e3, 007, yes, \"null\", null, ~, '']", "a.yaml");
  ASSERT_EQ(tree.items.size(), 7U);
  EXPECT_EQ(tree.items[0].text, "1e3");
  EXPECT_EQ(tree.items[1].text, "007");
  EXPECT_EQ(tree.items[2].text, "yes");
  EXPECT_EQ(tree.items[3].text, "null");
  EXPECT_EQ(tree.items[4].kind, Kind::null);
  EXPECT_EQ(tree.items[5].kind, Kind::null);
  EXPECT_EQ(tree.items[6].kind, Kind::scalar);
}

TEST(ParseYaml, AliasesStandForWhatTheirAnchorsHold) {
  const Parameter tree = parse_yaml("a: &x {n: 1}\nb: *x\nc: &y 2\nd: [*y, *x]\n", "a.yaml");
  EXPECT_EQ(tree.entries.at(1).second.entries.at(0).second.text, "1");
  EXPECT_EQ(tree.entries.at(3).second.items.at(0).text, "2");
  EXPECT_EQ(tree.entries.at(3).second.items.at(1).entries.at(0).first, "n");
}

TEST(ParseYaml, ALaughingBillionIsRefused) {
  std::string text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
  for (int level = 1; level < 12; ++level) {
    const std::string below = "*a" + std::to_string(level - 1);
    text += "a" + std::to_string(level) + ": &a" + std::to_string(level) + " [" + below;
    for (int i = 0; i < 9; ++i) {
      text += ", " + below;
    }
    text += "]\n";
  }
  EXPECT_NE(message_of(text).find("too large: a configuration may have 100000 values"), std::string::npos);
}

TEST(ParseYaml, ALongScalarRepeatedByAliasesIsRefused) {
  std::string text = "- &a " + std::string(500000, 'x') + "\n";
  for (int i = 0; i < 1000; ++i) {
    text += "- *a\n";
  }
  EXPECT_NE(message_of(text).find("too large"), std::string::npos);
}

TEST(ParseYaml, DeepNestingIsRefusedBeforeTheStackEnds) {
  EXPECT_EQ(message_of(std::string(101, '[') + std::string(101, ']')),
            "a.yaml:1:101: nested too deeply: at most 100 levels");
  EXPECT_EQ(message_of(std::string(100, '[') + std::string(100, ']')), "");
  EXPECT_NE(message_of(std::string(500000, '[')), "");
  std::string aliases = "a0: &a0 [x]\n";
  for (int level = 1; level < 200; ++level) {
    const std::string below = std::to_string(level - 1);
    aliases += "a" + std::to_string(level) + ": &a" + std::to_string(level) + " [*a" + below + "]\n";
  }
  EXPECT_NE(message_of(aliases).find("nested too deeply"), std::string::npos);
}

TEST(ParseYaml, WhatIsNoPlainDocumentIsRefusedWithItsPlace) {
  EXPECT_EQ(message_of("a: [1, 2\nb: 3\n").substr(0, 7), "a.yaml:");
  EXPECT_NE(message_of("a: [1, 2\nb: 3\n").find("not valid YAML: "), std::string::npos);
  EXPECT_EQ(message_of("\"\\\x01\""), "a.yaml:1:4: not valid YAML: unknown escape character: ?");
  EXPECT_EQ(message_of("a: 1\n---\nb: 2\n"), "a.yaml: must hold one YAML document, not several");
  EXPECT_EQ(message_of("a: !!int 1\n"), "a.yaml:1:4: tags such as '!!str' have no meaning here");
  EXPECT_EQ(message_of("? [1, 2]\n: 3\n"), "a.yaml:1:3: a key must be a word");
  EXPECT_EQ(message_of("a: &x [*x]\n"), "a.yaml:1:8: an alias must not stand inside its own anchor");
  EXPECT_EQ(message_of(std::string((1U << 20U) + 1, ' ')),
            "a.yaml: too large for a configuration: at most 1 MiB");
}

TEST(ParseYaml, AnEmptyTextIsNothing) {
  EXPECT_EQ(parse_yaml("", "a.yaml").kind, Kind::null);
  EXPECT_EQ(parse_yaml("# only a comment\n", "a.yaml").kind, Kind::null);
}

/// A tree of random shape whose scalars and keys are made of the characters that YAML treats specially.
Parameter random_tree(std::mt19937& random, int depth) {
  const auto below = [&](unsigned bound) { return random() % bound; };
  const auto word = [&] {
    const std::string alphabet = "aN0.-~:#,[]{}&*!|>'\"%@`?= \t\n\\$/_\x01\x7f";
    std::string text;
    for (auto length = below(8); length > 0; --length) {
      text += alphabet[below(static_cast<unsigned>(alphabet.size()))];
    }
    return below(8) == 0 ? std::string("null") : below(8) == 0 ? text + "\xC3\xA9" : text;
  };
  Parameter tree;
  const auto kind = below(depth > 0 ? 6 : 2);
  if (kind == 0) {
    tree.kind = Kind::null;
  } else if (kind <= 2 || depth == 0) {
    tree.kind = Kind::scalar;
    tree.text = word();
  } else if (kind == 3) {
    tree.kind = Kind::sequence;
    for (auto size = below(4); size > 0; --size) {
      tree.items.push_back(random_tree(random, depth - 1));
    }
  } else {
    tree.kind = Kind::mapping;
    for (auto size = below(4); size > 0; --size) {
      std::string key = word();
      tree.entries.emplace_back(std::move(key), random_tree(random, depth - 1));
    }
  }
  return tree;
}

TEST(PrintYaml, WhatIsPrintedIsReadBackTheSame) {
  std::mt19937 random(1);
  for (int i = 0; i < 3000; ++i) {
    const Parameter tree = random_tree(random, 4);
    const std::string text = print_yaml(tree);
    ASSERT_TRUE(same(parse_yaml(text, "printed"), tree)) << text;
    ASSERT_EQ(print_yaml(parse_yaml(text, "printed")), text);
  }
}

TEST(PrintYaml, MappingsAreBlocksAndListsOfScalarsOneLine) {
  const std::string text =
      "name: a\n"
      "model:\n"
      "  onnx: ../net.onnx\n"
      "  mean: [0.5, -1e-3]\n"
      "analyses:\n"
      "  - rsa:\n"
      "      layers: [all]\n"
      "      note: \"a: b\"\n";
  EXPECT_EQ(print_yaml(parse_yaml(text, "a.yaml")), text);
}

}  // namespace
}  // namespace homolog::yaml_test

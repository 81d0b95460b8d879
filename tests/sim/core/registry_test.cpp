#include "sim/core/registry.hpp"

#include <gtest/gtest.h>

#include "sim/core/suggest.hpp"

namespace homolog::registry_test {
namespace {

TEST(Nearest, FindsATypingMistake) {
  const std::vector<std::string> known{"correlation", "cosine", "euclidean"};
  EXPECT_EQ(nearest("corelation", known), "correlation");
  EXPECT_EQ(nearest("cosin", known), "cosine");
  EXPECT_EQ(nearest("euclidian", known), "euclidean");
}

TEST(Nearest, FindsNothingWhenNothingIsNear) {
  EXPECT_EQ(nearest("mahalanobis", {"correlation", "cosine"}), "");
  EXPECT_EQ(nearest("x", {}), "");
  EXPECT_EQ(nearest(std::string(100000, 'x'), {"x"}), "");  // and does not take minutes
}

TEST(Joined, SeparatesByCommas) {
  EXPECT_EQ(joined({}), "");
  EXPECT_EQ(joined({"a"}), "a");
  EXPECT_EQ(joined({"a", "b"}), "a, b");
}

Registry<int> numbers() {
  Registry<int> registry("number");
  registry.add("two", "the second", 2);
  registry.add("one", "the first", 1);
  return registry;
}

std::string message_of(const std::string& name) {
  try {
    (void)numbers().find(name);
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::config);
    return error.what();
  }
  return "no error";
}

TEST(Registry, FindsByNameAndListsInAlphabeticalOrder) {
  const Registry<int> registry = numbers();
  EXPECT_EQ(registry.find("one"), 1);
  EXPECT_EQ(registry.names(), (std::vector<std::string>{"one", "two"}));
  EXPECT_EQ(registry.description("two"), "the second");
  EXPECT_TRUE(registry.contains("two"));
  EXPECT_FALSE(registry.contains("three"));
}

TEST(Registry, NamesTheNearestAndAllKnownForAnUnknownName) {
  EXPECT_EQ(message_of("tow"), "unknown number 'tow'; did you mean 'two'? (known: one, two)");
  EXPECT_EQ(message_of("seventeen"), "unknown number 'seventeen' (known: one, two)");
}

TEST(Registry, RefusesTheSameNameTwice) {
  Registry<int> registry = numbers();
  EXPECT_THROW(registry.add("one", "again", 3), Error);
}

}  // namespace
}  // namespace homolog::registry_test

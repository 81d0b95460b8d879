#include "sim/core/error.hpp"

#include <gtest/gtest.h>

namespace homolog::error_test {
namespace {

TEST(Error, ReadsLikeACompilersMessage) {
  const auto text = [](const Where& where) {
    return std::string(Error(ErrorKind::config, "is bad", where).what());
  };
  EXPECT_EQ(text({}), "is bad");
  EXPECT_EQ(text({.file = "a.yaml"}), "a.yaml: is bad");
  EXPECT_EQ(text({.file = "a.yaml", .key = "spiking.steps", .line = 3, .column = 5}),
            "a.yaml:3:5: spiking.steps: is bad");
  EXPECT_EQ(text({.file = "a.yaml", .line = 3}), "a.yaml:3: is bad");
  EXPECT_EQ(text({.key = "Conv_3"}), "Conv_3: is bad");
}

TEST(Error, KeepsItsPartsForACallerThatKnowsABetterPlace) {
  const Error error(ErrorKind::data, "is bad", {.file = "f", .key = "k", .line = 1});
  EXPECT_EQ(error.kind(), ErrorKind::data);
  EXPECT_EQ(error.message(), "is bad");
  EXPECT_EQ(error.where().file, "f");
  EXPECT_EQ(error.where().key, "k");
  EXPECT_EQ(error.where().line, 1);
}

TEST(Error, HasTheExitCodesOfTheManual) {
  EXPECT_EQ(exit_code(ErrorKind::internal), 1);
  EXPECT_EQ(exit_code(ErrorKind::usage), 2);
  EXPECT_EQ(exit_code(ErrorKind::config), 2);
  EXPECT_EQ(exit_code(ErrorKind::output), 2);
  EXPECT_EQ(exit_code(ErrorKind::model), 3);
  EXPECT_EQ(exit_code(ErrorKind::data), 3);
  EXPECT_EQ(exit_code(ErrorKind::interrupted), 4);
}

}  // namespace
}  // namespace homolog::error_test

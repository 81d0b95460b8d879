#include "experiments/report/page_text.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "experiments/report/assets.hpp"
#include "sim/core/error.hpp"

namespace homolog::experiments::report::page_text_test {
namespace {

TEST(PageText, HtmlCharactersBecomeReferences) {
  EXPECT_EQ(escape_html("<b a=\"1\">it's & so</b>"), "&lt;b a=&quot;1&quot;&gt;it&#39;s &amp; so&lt;/b&gt;");
}

TEST(PageText, JsonInAScriptCannotEndTheScriptAndKeepsItsValue) {
  const nlohmann::json value = {{"name", "</script><!--<script>"}};
  const std::string escaped = escape_script_json(value.dump());
  EXPECT_THAT(escaped, testing::Not(testing::HasSubstr("<")));
  EXPECT_EQ(nlohmann::json::parse(escaped), value);
}

// The test vectors of RFC 4648, section 10.
TEST(PageText, Base64IsThatOfTheRfc) {
  const auto of = [](const std::string& text) {
    return base64(std::vector<std::uint8_t>(text.begin(), text.end()));
  };
  EXPECT_EQ(of(""), "");
  EXPECT_EQ(of("f"), "Zg==");
  EXPECT_EQ(of("fo"), "Zm8=");
  EXPECT_EQ(of("foo"), "Zm9v");
  EXPECT_EQ(of("foob"), "Zm9vYg==");
  EXPECT_EQ(of("fooba"), "Zm9vYmE=");
  EXPECT_EQ(of("foobar"), "Zm9vYmFy");
  EXPECT_EQ(base64(std::vector<std::uint8_t>{0xFB, 0xFF, 0xFE}), "+//+");
}

TEST(PageText, FilledInValuesAreNotFilledInAgain) {
  EXPECT_EQ(fill("a {{x}} b {{y}} {{x}}", {{"x", "{{y}}"}, {"y", "1"}}), "a {{y}} b 1 {{y}}");
}

TEST(PageText, AnUnknownKeyIsABug) {
  EXPECT_THROW(static_cast<void>(fill("{{z}}", {{"x", ""}})), Error);
}

TEST(PageText, NoPartOfThePageEndsItsScriptEarly) {
  for (const char* name : {"d3.min.js", "common.js", "head.js", "accuracy.js", "raster.js", "rdms.js",
                           "rsa.js", "network.js", "provenance.js", "main.js"}) {
    EXPECT_GT(asset(name).size(), 100U) << name;
    EXPECT_EQ(asset(name).find("</script"), std::string_view::npos) << name;
    EXPECT_EQ(asset(name).find("<!--"), std::string_view::npos) << name;
  }
}

}  // namespace
}  // namespace homolog::experiments::report::page_text_test

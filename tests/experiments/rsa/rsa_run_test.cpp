#include "experiments/rsa/rsa_run.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <random>

#include "experiments/rsa/dissimilarity.hpp"
#include "experiments/rsa/flexible_entry.hpp"
#include "experiments/rsa/inference/bootstrap.hpp"
#include "experiments/rsa/inference/cross_validation.hpp"
#include "experiments/rsa/statistics.hpp"
#include "sim/core/error.hpp"
#include "tests/experiments/rsa/support.hpp"

namespace homolog::experiments::rsa_run_test {
namespace {

constexpr std::int64_t kStimuli = 14;

std::vector<float> random_values(std::size_t count, unsigned seed) {
  std::mt19937 random(seed);
  std::uniform_real_distribution<float> draw(0.0F, 1.0F);
  std::vector<float> values(count);
  std::generate(values.begin(), values.end(), [&] { return draw(random); });
  return values;
}

Rdm random_rdm(unsigned seed) {
  const std::vector<float> values = random_values(Rdm::pair_count(kStimuli), seed);
  return Rdm(kStimuli, {values.begin(), values.end()});
}

/// Two layers in three codes, a file reference with three subjects, one with one, V1, and a twin.
class ComputeRsa : public testing::Test {
 protected:
  void SetUp() override {
    for (const std::string layer : {"relu1", "relu2"}) {
      const std::size_t units = layer == "relu1" ? 60 : 20;
      for (const std::string code : {"float", "count", "decoded"}) {
        representations_.add(layer, code, random_values(kStimuli * units, ++seed_));
      }
    }
    settings_.layers = {"relu1", "relu2"};
    settings_.representations = {stored_representation("float"), stored_representation("count")};
    settings_.inference.resample = Resample::none;
    settings_.dissimilarity = "correlation";
    settings_.compare = {"spearman", "kendall"};
    settings_.references = {{"several", FileReference{"a.h5", "/x"}},
                            {"one", FileReference{"b.h5", "/y"}},
                            {"V1 model", ModelReference{"v1"}},
                            {"float twin", TwinReference{"float"}}};
    inputs_.representations = &representations_;
    inputs_.stimuli = &stimuli_;
  }

  std::vector<RsaRow> rows() { return compute_rsa(settings_, loaded_, {}, inputs_, output_).rows; }

  unsigned seed_ = 0;
  test::FakeRepresentations representations_{kStimuli};
  test::FakeStimuli stimuli_{test::grey_images(
      kStimuli, 20, 20,
      [](std::int64_t i, std::int64_t y, std::int64_t x) { return ((i + 2) * (x + 3 * y)) % 17; })};
  std::vector<std::vector<Rdm>> loaded_ = {
      {random_rdm(21), random_rdm(22), random_rdm(23)}, {random_rdm(24)}, {}, {}};
  RsaSettings settings_{};
  AnalysisInputs inputs_{};
  std::map<std::string, Rdm> rdms_{};
  std::map<std::string, Rdm> reference_rdms_{};
  RsaOutput output_{
      .rdm = [this](const std::string& layer, const std::string& code, const std::string& /*dissimilarity*/,
                    const Rdm& rdm) { rdms_[layer + "/" + code] = rdm; },
      .reference_rdm = [this](const std::string& name, const Rdm& rdm) { reference_rdms_[name] = rdm; }};
};

TEST_F(ComputeRsa, GivesARowForEveryLayerCodeReferenceAndComparisonButNoTwinOfItself) {
  std::vector<std::string> names;
  for (const RsaRow& row : rows()) {
    names.push_back(row.layer + " " + row.code + " " + row.reference + " " + row.compare);
    EXPECT_EQ(row.dissimilarity, "correlation");
    EXPECT_TRUE(std::isnan(row.ci_low) && std::isnan(row.ci_high) && std::isnan(row.p));
  }
  ASSERT_EQ(names.size(), 2U * (3U + 4U) * 2U);
  EXPECT_EQ(names[0], "relu1 float several spearman");
  EXPECT_EQ(names[1], "relu1 float several kendall");
  EXPECT_EQ(names[5], "relu1 float V1 model kendall");
  EXPECT_EQ(names[6], "relu1 count several spearman");
  EXPECT_EQ(names[13], "relu1 count float twin kendall");
  EXPECT_EQ(names[14], "relu2 float several spearman");
}

TEST_F(ComputeRsa, ComparesTheRdmsThatItWrites) {
  const std::vector<RsaRow> all = rows();
  ASSERT_EQ(rdms_.size(), 4U);
  for (const RsaRow& row : all) {
    if (row.compare != "spearman") {
      continue;
    }
    const std::vector<double> mine = mid_ranks(rdms_.at(row.layer + "/" + row.code).pairs());
    double expected = 0.0;
    if (row.reference == "several") {
      for (const Rdm& subject : loaded_[0]) {
        expected += pearson_correlation(mine, mid_ranks(subject.pairs())) / 3.0;
      }
    } else {
      const Rdm& other =
          row.reference == "float twin" ? rdms_.at(row.layer + "/float") : reference_rdms_.at(row.reference);
      expected = pearson_correlation(mine, mid_ranks(other.pairs()));
    }
    EXPECT_NEAR(row.value, expected, 1e-14)
        << row.layer << " " << row.reference;  // another order of three terms
  }
}

TEST_F(ComputeRsa, WritesTheMeanOfSubjectsAndTheModelAsReferences) {
  static_cast<void>(rows());
  ASSERT_EQ(reference_rdms_.size(), 3U);  // the twin is a layer's own RDM
  EXPECT_EQ(reference_rdms_.at("several").square(), mean_rdm(loaded_[0]).square());
  EXPECT_EQ(reference_rdms_.at("V1 model").n(), static_cast<std::size_t>(kStimuli));
}

TEST_F(ComputeRsa, GivesANoiseCeilingOnlyWithSeveralSubjects) {
  for (const RsaRow& row : rows()) {
    EXPECT_EQ(std::isnan(row.noise_ceiling_low), row.reference != "several");
    EXPECT_EQ(std::isnan(row.noise_ceiling_high), row.reference != "several");
    if (row.reference == "several") {
      EXPECT_LT(row.noise_ceiling_low, row.noise_ceiling_high);
    }
  }
}

TEST_F(ComputeRsa, ComputesTheRdmsThatATwinNeeds) {
  settings_.representations = {stored_representation("count")};
  settings_.references = {{"twin", TwinReference{"decoded"}}};
  loaded_ = {{}};
  std::vector<std::string> labels;
  for (const Representation& representation : with_rdms(settings_)) {
    labels.push_back(representation.label);
  }
  EXPECT_EQ(labels, (std::vector<std::string>{"count", "decoded"}));
  EXPECT_EQ(rows().size(), 4U);
  EXPECT_EQ(rdms_.count("relu1/decoded"), 1U);
}

TEST_F(ComputeRsa, GivesTheSameBitsForAnyNumberOfThreads) {
  inputs_.threads = 1;
  const std::vector<RsaRow> one = rows();
  inputs_.threads = 2;
  const std::vector<RsaRow> two = rows();
  ASSERT_EQ(one.size(), two.size());
  for (std::size_t k = 0; k < one.size(); ++k) {
    EXPECT_EQ(std::bit_cast<std::uint64_t>(one[k].value), std::bit_cast<std::uint64_t>(two[k].value));
    EXPECT_EQ(std::bit_cast<std::uint64_t>(one[k].noise_ceiling_low),
              std::bit_cast<std::uint64_t>(two[k].noise_ceiling_low));
  }
}

TEST_F(ComputeRsa, WarnsOfPatternsWithoutADefinedDissimilarity) {
  std::vector<float> values = random_values(kStimuli * 60, 30);
  std::fill_n(values.begin(), 60, 0.0F);
  representations_.add("relu1", "count", values);
  std::vector<std::string> warnings;
  inputs_.warn = [&](const std::string& line) { warnings.push_back(line); };
  for (const RsaRow& row : rows()) {
    EXPECT_FALSE(std::isnan(row.value));
  }
  ASSERT_EQ(warnings.size(), 1U);
  EXPECT_THAT(warnings[0], testing::StartsWith("layer relu1 (count): 1 of 14 response patterns"));
}

TEST_F(ComputeRsa, IsNotDefinedForALayerThatNeverResponds) {
  representations_.add("relu2", "count", std::vector<float>(kStimuli * 20, 0.0F));
  for (const RsaRow& row : rows()) {
    EXPECT_EQ(std::isnan(row.value), row.layer == "relu2" && row.code == "count");
  }
}

TEST_F(ComputeRsa, SaysHowSureValuesAreAsTheBootstrapItselfWould) {
  settings_.inference = {.resample = Resample::automatic, .samples = 40, .differences = true};
  inputs_.seed = 12;
  const RsaResult result = compute_rsa(settings_, loaded_, {}, inputs_, output_);
  const std::vector<Rdm> models{rdms_.at("relu1/float"), rdms_.at("relu1/count"), rdms_.at("relu2/float"),
                                rdms_.at("relu2/count")};
  const InferenceResult wanted =
      infer(comparisons().find("spearman"), models, loaded_[0], BootstrapOptions{.samples = 40, .seed = 12});
  std::size_t m = 0;
  std::vector<double> p_of_float;
  for (const RsaRow& row : result.rows) {
    if (row.reference == "several" && row.compare == "spearman") {
      EXPECT_EQ(row.value, wanted.models[m].value);
      EXPECT_EQ(row.ci_low, wanted.models[m].ci_low);
      EXPECT_EQ(row.ci_high, wanted.models[m].ci_high);
      EXPECT_EQ(row.p, wanted.models[m].p_above_zero);
      EXPECT_EQ(row.p_ceiling, wanted.models[m].p_below_ceiling);
      EXPECT_GE(row.p_fdr, row.p);
      EXPECT_DOUBLE_EQ(row.p_bonferroni, std::min(1.0, 2.0 * row.p));  // two layers
      ++m;
    }
    EXPECT_FALSE(std::isnan(row.ci_low)) << row.reference;  // one subject, models and twins: over stimuli
    EXPECT_EQ(std::isnan(row.p_ceiling), row.reference != "several");
    EXPECT_TRUE(std::isnan(row.p_permutation));
  }
  EXPECT_EQ(m, models.size());
  // Three references that are no twins, two comparisons, and six pairs of four candidates.
  EXPECT_EQ(result.differences.size(), 3U * 2U * 6U);
  EXPECT_EQ(result.differences[0].difference, wanted.differences[0].difference);
  EXPECT_EQ(result.differences[0].p, wanted.differences[0].p);
}

TEST_F(ComputeRsa, ComparesModelsAsItComparesLayers) {
  settings_.layers = {};
  settings_.models = {{"hypothesis", FileReference{"m.h5", "/m"}}, {"pixels", ModelReference{"pixels"}}};
  settings_.references = {{"several", FileReference{"a.h5", "/x"}}};
  settings_.inference.permutations = 50;
  const RsaResult result = compute_rsa(settings_, {loaded_[0]}, {{loaded_[0][0]}, {}}, inputs_, output_);
  ASSERT_EQ(result.rows.size(), 4U);
  EXPECT_EQ(result.rows[0].layer, "hypothesis");
  EXPECT_EQ(result.rows[0].code, "model");
  EXPECT_EQ(result.rows[0].compare, "spearman");
  double wanted = 0.0;
  for (const Rdm& subject : loaded_[0]) {
    wanted += pearson_correlation(mid_ranks(loaded_[0][0].pairs()), mid_ranks(subject.pairs())) / 3.0;
  }
  EXPECT_NEAR(result.rows[0].value, wanted, 1e-12);
  EXPECT_EQ(result.rows[0].p_permutation, 1.0 / 51.0);  // one of the subjects is the model itself
  EXPECT_EQ(rdms_.count("pixels/model"), 1U);
}

TEST_F(ComputeRsa, CrossvalidatesModelsWithParameters) {
  settings_.models = {{"hypothesis", FileReference{"m.h5", "/m"}}, {"pixels", ModelReference{"pixels"}}};
  settings_.references = {{"several", FileReference{"a.h5", "/x"}}};
  settings_.flexible = {{.name = "all", .kind = FlexibleKind::weighted, .code = "float", .layers = {"all"}},
                        {.name = "best", .kind = FlexibleKind::selected, .models = {"pixels", "hypothesis"}}};
  resolve_flexible(settings_.flexible, settings_, kStimuli, {});
  const RsaResult result = compute_rsa(settings_, {loaded_[0]}, {{loaded_[0][0]}, {}}, inputs_, output_);
  std::vector<FlexibleModel> models(2);
  const std::vector<OrderedRdm> layers =
      ordered(std::vector<Rdm>{rdms_.at("relu1/float"), rdms_.at("relu2/float")});
  const std::vector<OrderedRdm> hypotheses =
      ordered(std::vector<Rdm>{rdms_.at("pixels/model"), loaded_[0][0]});
  models[0].components.assign(layers.begin(), layers.end());
  models[1].kind = FlexibleKind::selected;
  models[1].components.assign(hypotheses.begin(), hypotheses.end());
  const CrossValidation wanted =
      cross_validate(comparisons().find("spearman"), models, ordered(loaded_[0]), {.seed = inputs_.seed});
  std::size_t k = 0;
  for (const RsaRow& row : result.rows) {
    if (row.code == "flexible" && row.compare == "spearman") {
      EXPECT_EQ(row.layer, k == 0 ? "all" : "best");
      EXPECT_EQ(row.value, wanted.values[k++]);
    }
  }
  EXPECT_EQ(k, 2U);
  settings_.flexible = {{.name = "all", .code = "counts", .layers = {"all"}}};
  EXPECT_THROW(resolve_flexible(settings_.flexible, settings_, kStimuli, {}), Error);
  settings_.flexible = {{.name = "all", .models = {"V2"}}};
  EXPECT_THROW(resolve_flexible(settings_.flexible, settings_, kStimuli, {}), Error);
}

TEST_F(ComputeRsa, SaysWhatTheArchitectureReachesWithRandomWeights) {
  settings_.random_networks = 4;
  std::map<std::uint64_t, std::vector<float>> drawn;
  inputs_.random_network = [&](std::uint64_t seed, const std::vector<std::string>& layers,
                               const std::function<void(double)>&) {
    auto network = std::make_unique<test::FakeRepresentations>(kStimuli);
    for (const std::string& layer : layers) {
      network->add(layer, "float", random_values(kStimuli * 30, 100 + static_cast<unsigned>(seed)));
    }
    drawn[seed] = random_values(kStimuli * 30, 100 + static_cast<unsigned>(seed));
    return network;
  };
  const std::vector<double> brain = mid_ranks(loaded_[1][0].pairs());
  std::size_t checked = 0;
  for (const RsaRow& row : rows()) {
    if (row.reference == "one" && row.compare == "spearman") {
      std::vector<double> values;
      for (const auto& entry : drawn) {
        const Rdm rdm =
            dissimilarities().find("correlation")(MatrixPatterns("x", kStimuli, 30, entry.second), {}).rdm;
        values.push_back(pearson_correlation(mid_ranks(rdm.pairs()), brain));
      }
      ASSERT_EQ(values.size(), 4U);
      EXPECT_NEAR(row.random_mean, mean(values), 1e-12);
      const auto reach =
          std::count_if(values.begin(), values.end(), [&](double value) { return value >= row.value; });
      EXPECT_DOUBLE_EQ(row.p_random, (1.0 + static_cast<double>(reach)) / 5.0);
      ++checked;
    }
    EXPECT_EQ(std::isnan(row.p_random), row.reference == "float twin");
  }
  EXPECT_EQ(checked, 4U);
}

TEST_F(ComputeRsa, IsReachedByARandomNetworkThatIsTheNetworkItself) {
  // The bootstrap's values and plain ones differ by rounding.
  settings_.inference = {.resample = Resample::automatic, .samples = 10};
  settings_.compare = comparisons().names();
  settings_.representations = {stored_representation("float")};
  settings_.random_networks = 3;
  inputs_.random_network = [&](std::uint64_t, const std::vector<std::string>& layers,
                               const std::function<void(double)>&) {
    auto network = std::make_unique<test::FakeRepresentations>(kStimuli);
    for (const std::string& layer : layers) {
      network->add(layer, "float", representations_.read({layer, "float"}, 0, representations_.units(layer)));
    }
    return network;
  };
  for (const RsaRow& row : rows()) {
    if (row.reference != "float twin" && std::isfinite(row.value)) {
      EXPECT_EQ(row.p_random, 1.0) << row.compare << " with " << row.reference;
    }
  }
}

TEST_F(ComputeRsa, CrossvalidatesWithoutABootstrapWhereTooFewSubjectsCouldBeDrawn) {
  settings_.references = {{"several", FileReference{"a.h5", "/x", ""}},
                          {"one", FileReference{"b.h5", "/y", ""}}};
  settings_.flexible = {{.name = "all", .code = "float", .layers = {"all"}}};
  settings_.inference = {.resample = Resample::subjects, .samples = 10};
  resolve_flexible(settings_.flexible, settings_, kStimuli, {});
  loaded_.resize(2);
  std::size_t checked = 0;
  for (const RsaRow& row : rows()) {
    if (row.code == "flexible") {
      EXPECT_TRUE(std::isfinite(row.value));
      EXPECT_TRUE(std::isnan(row.ci_low));
      EXPECT_EQ(std::isfinite(row.noise_ceiling_high), row.reference == "several");
      ++checked;
    }
  }
  EXPECT_EQ(checked, 4U);
  EXPECT_THROW(resolve_flexible(settings_.flexible, settings_, 5, {}), Error);
  settings_.inference.resample = Resample::automatic;
  EXPECT_THROW(resolve_flexible(settings_.flexible, settings_, 9, {}), Error);
}

TEST_F(ComputeRsa, WarnsOfValuesThatNoDrawCanMakeSureOf) {
  // With copies of stimuli the reference's kernel has not full rank, so that the distance is not defined.
  settings_.dissimilarity = "euclidean";
  settings_.compare = {"negative_riemannian"};
  settings_.inference = {.resample = Resample::stimuli, .samples = 20};
  settings_.references = {{"pixels of another size", FileReference{"a.h5", "/x"}}};
  const std::vector<float> values = random_values(kStimuli * 50, 77);
  loaded_ = {{dissimilarities().find("euclidean")(MatrixPatterns("x", kStimuli, 50, values), {}).rdm}};
  std::vector<std::string> warnings;
  inputs_.warn = [&](const std::string& warning) { warnings.push_back(warning); };
  for (const RsaRow& row : rows()) {
    EXPECT_TRUE(std::isfinite(row.value));
    EXPECT_TRUE(std::isnan(row.standard_error));
  }
  ASSERT_EQ(warnings.size(), 1U);
  EXPECT_THAT(warnings[0], testing::HasSubstr("4 of 4 values have no standard error"));
}

TEST_F(ComputeRsa, LeavesLayersOutThatARepresentationDoesNotHave) {
  settings_.missing = {{"count", "relu2"}};
  for (const RsaRow& row : rows()) {
    EXPECT_FALSE(row.layer == "relu2" && row.code == "count");
  }
  EXPECT_EQ(rdms_.count("relu2/count"), 0U);
}

TEST_F(ComputeRsa, ReportsProgressFromZeroToOneAndCanBeInterrupted) {
  std::vector<double> shares;
  inputs_.progress = [&](double share) { shares.push_back(share); };
  static_cast<void>(rows());
  EXPECT_TRUE(std::is_sorted(shares.begin(), shares.end()));
  EXPECT_GE(shares.front(), 0.0);
  EXPECT_EQ(shares.back(), 1.0);
  inputs_.progress = [](double share) {
    if (share > 0.6) {
      throw Error(ErrorKind::interrupted, "stop");
    }
  };
  EXPECT_THROW(static_cast<void>(rows()), Error);
}

}  // namespace
}  // namespace homolog::experiments::rsa_run_test

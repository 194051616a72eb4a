// Any bytes as a parameters.json, and any KEY=VALUE behind it, give a plan or an InputError. What is behind a
// line end and "--set " in an input is a KEY=VALUE.
#include "llmload/parameters.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <iterator>
#include <string>
#include <vector>

#include "fuzz/pieces.hpp"
#include "fuzz/scratch.hpp"
#include "llmload/error.hpp"
#include "protocol/http/request_writer.hpp"

namespace {

using namespace llmload;
namespace json = boost::json;

/// Of nobody: validate() wants one that can be read.
constexpr const char* certificate =
    "-----BEGIN CERTIFICATE-----\n"
    "MIIBcDCCARWgAwIBAgIUXS2gOfLnhL2PLxry8ZY07BExpXwwCgYIKoZIzj0EAwIw\n"
    "DDEKMAgGA1UEAwwBYTAgFw0yNjExMjkwMjQzNDZaGA8yMTI2MTEwNTAyNDM0Nlow\n"
    "DDEKMAgGA1UEAwwBYTBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABKflZsSz3ykm\n"
    "GRNPiWJrQPE63WmLeMZDMpH82qHnyLVWl0+pei1PqAZcBvUu6F2vvwR9wmKjWxJS\n"
    "+nF/u9XtxVCjUzBRMB0GA1UdDgQWBBTYo7uZULvZNg+qopnOA8fWjZcIaDAfBgNV\n"
    "HSMEGDAWgBTYo7uZULvZNg+qopnOA8fWjZcIaDAPBgNVHRMBAf8EBTADAQH/MAoG\n"
    "CCqGSM49BAMCA0kAMEYCIQDlv3K7G6ZoYxZnsz9ppMoxG5JHxYcttlWw1Bqsrrw1\n"
    "+QIhAK7m83IrlPCPU8s83grrDXnC96iIEcELpJf3ZrRl6Vto\n"
    "-----END CERTIFICATE-----\n";

/// A folder with what the keys of the corpus name.
const fuzz::Scratch& folder() {
  static const fuzz::Scratch scratch;
  static const bool written = [] {
    scratch.write("input.jsonl", R"({"5":"What is","25":"How does a load test differ from a benchmark?"})");
    scratch.write("prompts.jsonl", "\"one\"\n{\"prompt\":\"two\"}\n");
    scratch.write("due.txt", "0\n0.5\n1e-3\n");
    scratch.write("ca.pem", certificate);
    scratch.write("key.txt", "sk-0123456789\n");
    return true;
  }();
  static_cast<void>(written);
  return scratch;
}

/// The parts of an input: the file, then each --set.
std::vector<std::string> parts_of(std::string_view input) {
  constexpr std::string_view mark = "\n--set ";
  std::vector<std::string> parts;
  for (;;) {
    const auto at = input.find(mark);
    parts.emplace_back(input.substr(0, at));
    if (at == input.npos) return parts;
    input.remove_prefix(at + mark.size());
  }
}

/// A random schedule is a list of all its due times, of hundreds of MB where a parameter asks for that.
void keep_schedules_short(std::string_view input, ParameterOptions& options) {
  if (input.find("_RATE") == input.npos && input.find('\\') == input.npos) return;
  const std::vector<KeyValue> limits = {{"DURATION_SECONDS", "0.001"},
                                        {"WARMUP_SECONDS", "0"},
                                        {"COOLDOWN_SECONDS", "0"},
                                        {"REQUESTS_PER_LEVEL", "10"},
                                        {"WARMUP_REQUESTS", "0"}};
  options.set.insert(options.set.end(), limits.begin(), limits.end());
}

KeyValue split(const std::string& setting) {
  const auto equals = setting.find('=');
  return {setting.substr(0, equals), equals == setting.npos ? "" : setting.substr(equals + 1)};
}

void check(const Plan& plan) {
  fuzz::require(!plan.endpoints.empty() && !plan.stages.empty() && plan.source, "a plan can be run");
  json::error_code ec;
  const json::value shown = json::parse(plan.parameters_json, ec);
  fuzz::require(!ec && shown.is_object(), "the parameters are shown as an object");
  for (const char* secret : {"API_KEY", "EXTRA_HEADERS", "AUTH"}) {
    const json::value* value = shown.get_object().if_contains(secret);
    fuzz::require(value == nullptr || *value == "[redacted]", "secrets are not shown");
  }
  for (const Stage& stage : plan.stages) (void)describe(stage);
  const protocol::RequestWriter writer(plan);
  const std::string body = writer.body(ask("a prompt"), {plan.max_tokens(0)});
  fuzz::require(json::parse(body, ec).is_object() && !ec, "a payload is an object");
  fuzz::require(writer.head(0, body.size(), plan.api_key.reveal()).ends_with("\r\n\r\n"),
                "a request ends with its payload");
}

void load(const std::string& file, const ParameterOptions& options) {
  try {
    check(load_parameters(file, options));
  } catch (const InputError&) {
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(static_cast<const char*>(static_cast<const void*>(data)), size);
  std::vector<std::string> parts = parts_of(input);
  const std::string file = folder().write("parameters.json", parts.front());
  ParameterOptions options;
  std::transform(parts.begin() + 1, parts.end(), std::back_inserter(options.set), split);
  keep_schedules_short(input, options);
  load(file, options);
  options.simulated = SimulatedEndpoint{"https://127.0.0.1:8443", "simulated"};
  load(file, options);
  return 0;
}

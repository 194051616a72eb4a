#include "run_help.hpp"

namespace llmload::cli {
namespace {

// 24 lines of 80 columns.
constexpr const char* page =
    R"(llmload run [FILE]   FILE: parameters.json, the default, or -: standard input.
                     With -u or --simulate none is needed. Flags go over KEYS.
Ask     -u URL (MODEL_ENDPOINTS; of http://host:8000 it is the chat)   -m MODEL
        --stream   -H 'Name: value' (EXTRA_HEADERS)   --extra-body JSON
        --api-key-env NAME (the variable that has the API_KEY)
        Azure: -u https://NAME.REGION.models.ai.azure.com/v1 --api-key-env KEY
Load    -c 1,2,4 (CONCURRENT_LEVELS: so many requests at a time)
        --request-rate 10,20 (REQUEST_RATE: so many a second, or inf: at once)
        -n REQUESTS   --duration 60s   --max-concurrency N   --warmup 5s
        --cores N   --seed N
Send    --prompts FILE (PROMPTS)   --tokenizer PATH (MODEL_PATH)
        --input-tokens N (random prompts)   --output-tokens N   --max-tokens N
Judge   --goodput 'ttft:200 tpot:50'   --fail-if 'ttft_ms.p95 > 800'
Spend   --max-cost 5 (by PRICE)   --max-total-tokens N   --max-requests N
Results --output-dir DIR   --label TEXT   --records   --html FILE   --quiet
        --format table|markdown|json   --columns ok,failed,ttft_ms.p95
Watch   --metrics-port N (to Prometheus)   --metrics-address ADDRESS
Try     --simulate (no account needed)   --dry-run (what it takes)   --calibrate

More    --set KEY=VALUE gives any key; llmload keys [WORD] says what each does.
        llmload run --help-all has each flag; llmload init writes a FILE.
)";

}  // namespace

std::string RunHelp::make_help(const CLI::App* app, std::string name, CLI::AppFormatMode mode) const {
  return mode == CLI::AppFormatMode::All ? Formatter::make_help(app, std::move(name), mode) : page;
}

}  // namespace llmload::cli

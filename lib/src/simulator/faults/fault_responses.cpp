#include "simulator/faults/fault_responses.hpp"

#include <array>

#include "simulator/server/http_answer.hpp"

namespace llmload::simulator {
namespace {

struct ErrorResponse {
  Fault fault;
  int status;
  std::string_view body;
};

// Bodies of the forms that servers have: OpenAI's, FastAPI's, an API gateway's, TGI's; in place of those of a
// dialect that has no form of its own.
constexpr ErrorResponse errors[] = {
    {Fault::http_400, 400, R"({"error":{"code":"400","message":"The request is not valid."}})"},
    {Fault::http_403, 403, R"({"statusCode":403,"message":"Access denied."})"},
    {Fault::http_404, 404, R"({"error":{"code":"DeploymentNotFound","message":"No such deployment."}})"},
    {Fault::http_408, 408, R"({"error":{"code":"Timeout","message":"The operation was timeout."}})"},
    {Fault::http_413, 413, R"({"error":{"code":"413","message":"The request is too large."}})"},
    {Fault::http_422, 422,
     R"({"detail":[{"loc":["body","temperature"],"msg":"not a number","type":"type_error.float"}]})"},
    {Fault::http_500, 500, R"({"error":{"code":"500","message":"The server had an error."}})"},
    {Fault::http_502, 502, R"({"error":{"code":"502","message":"Bad gateway."}})"},
    {Fault::http_503, 503, R"({"error":"Model is overloaded","error_type":"overloaded"})"},
    {Fault::http_504, 504, R"({"error":{"code":"504","message":"The upstream did not answer."}})"}};

constexpr std::string_view filtered_prompt =
    R"({"error":{"message":"The response was filtered due to the prompt triggering the content management policy.",)"
    R"("type":null,"param":"prompt","code":"content_filter","status":400,)"
    R"("innererror":{"code":"ResponsibleAIPolicyViolation","content_filter_result":{)"
    R"("hate":{"filtered":true,"severity":"high"},"jailbreak":{"filtered":false,"detected":false},)"
    R"("self_harm":{"filtered":false,"severity":"safe"},"sexual":{"filtered":false,"severity":"safe"},)"
    R"("violence":{"filtered":false,"severity":"safe"}}}}})";

constexpr std::string_view page =
    "<html>\r\n<head><title>502 Bad Gateway</title></head>\r\n"
    "<body><center><h1>502 Bad Gateway</h1></center></body>\r\n</html>\r\n";

std::string http_date(std::time_t time) {
  static constexpr std::array days = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  static constexpr std::array months = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                        "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  std::tm t{};
  ::gmtime_r(&time, &t);
  const auto two = [](int n) { return (n < 10 ? "0" : "") + std::to_string(n); };
  return days[static_cast<std::size_t>(t.tm_wday)] + std::string(", ") + two(t.tm_mday) + ' ' +
         months[static_cast<std::size_t>(t.tm_mon)] + ' ' + std::to_string(1900 + t.tm_year) + ' ' +
         two(t.tm_hour) + ':' + two(t.tm_min) + ':' + two(t.tm_sec) + " GMT";
}

/// Header lines that say when to come again.
std::optional<std::string> retry_lines(Fault fault, std::time_t now) {
  switch (fault) {
    case Fault::http_429: return "retry-after: 1\r\n";
    case Fault::http_429_ms: return "retry-after-ms: 100\r\n";
    case Fault::http_429_date: return "retry-after: " + http_date(now + 2) + "\r\n";
    case Fault::http_429_bare: return "";
    default: return std::nullopt;
  }
}

}  // namespace

std::string unasked_answer(const Exchange& exchange) {
  SimulatedAnswer answer = exchange.answer({1});
  answer.text = "nobody asked for this";
  answer.completion_tokens = 4;
  return response(200, exchange.fields, exchange.question.dialect->whole_answer(answer));
}

std::optional<std::string> fault_response(Fault fault, const Exchange& exchange, std::time_t now) {
  const std::string fields(exchange.fields);
  const Request& request = exchange.request;
  const SimulatedDialect& dialect = *exchange.question.dialect;
  for (const ErrorResponse& e : errors) {
    if (e.fault != fault) continue;
    const std::string own = dialect.error_body(e.status, "This error is simulated.");
    return response(e.status, fields, own.empty() ? e.body : own);
  }
  if (const auto retry = retry_lines(fault, now))
    return response(429, fields + *retry, rate_limited_answer(dialect, "token", std::chrono::seconds(1)));
  switch (fault) {
    case Fault::http_400_content_filter: return response(400, fields, filtered_prompt);
    case Fault::http_401:
      return response(
          401, fields,
          error_answer(&dialect, 401,
                       "the key is not valid (got \"" + request.authorization + request.api_key + "\")"));
    case Fault::redirect:
      return response(307, fields + "Location: /redirected" + request.target + "\r\n", "");
    case Fault::no_content: return head(204, json_type, fields, "");
    case Fault::html_error: return response(502, fields, page, "text/html");
    case Fault::empty_body:
      return response(200, fields, "", exchange.question.stream ? event_stream_type : json_type);
    default: return std::nullopt;
  }
}

}  // namespace llmload::simulator

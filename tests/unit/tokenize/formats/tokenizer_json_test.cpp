#include "tokenize/formats/tokenizer_json.hpp"

#include <memory>
#include <string>
#include <vector>

#include "llmload/error.hpp"
#include "support/catch.hpp"
#include "tokenize/bytelevel/pretokenizer.hpp"

namespace tokenizer_json_test {

using namespace llmload;
using namespace llmload::tokenize;

using Ids = std::vector<std::uint32_t>;

/// Its members as JSON texts. The vocabulary: the 256 bytes by their value, "ab" 300, " a" 301, "bc" 302,
/// "abc" 303 and "é" 304.
struct File {
  std::string type = R"("BPE")";
  std::string model;  // more members of the model
  std::string vocabulary = R"("ab": 300, "Ġa": 301, "bc": 302, "abc": 303, "Ã©": 304)";
  std::string merges = R"("b c", "a b", "Ġ a", "a bc", "Ã ©")";
  std::string normalizer = "null";
  std::string pretokenizer = R"({"type": "ByteLevel", "add_prefix_space": false})";
  std::string added;

  std::string text() const {
    return R"({"added_tokens": [)" + added + R"(], "normalizer": )" + normalizer + R"(, "pre_tokenizer": )" +
           pretokenizer + R"(, "model": {"type": )" + type + model + R"(, "vocab": {)" + bytes() +
           vocabulary + R"(}, "merges": [)" + merges + "]}}";
  }

 private:
  static std::string bytes() {
    std::string members;
    unsigned next = 0x100;
    for (unsigned byte = 0; byte < 256; ++byte) {
      const bool printable = (byte >= 0x21 && byte <= 0x7E) || (byte >= 0xA1 && byte != 0xAD);
      const unsigned code_point = printable ? byte : next++;
      std::string spelled;
      if (code_point < 0x80) {
        spelled = static_cast<char>(code_point);
        if (spelled == "\"" || spelled == "\\") spelled.insert(0, "\\");
      } else {
        spelled = {static_cast<char>(0xC0U | code_point >> 6U),
                   static_cast<char>(0x80U | (code_point & 0x3FU))};
      }
      members += '"' + spelled + "\": " + std::to_string(byte) + ", ";
    }
    return members;
  }
};

std::shared_ptr<const ModelTokenizer> loaded(const File& file, const TokenizerOptions& options = {}) {
  return load_tokenizer_json(file.text(), "tokenizer.json", options);
}

std::string error_of(const File& file, const TokenizerOptions& options = {}) {
  try {
    loaded(file, options);
  } catch (const InputError& error) {
    return error.what();
  }
  return "no error";
}

/// `text` as a JSON string.
std::string quoted(std::string_view text) {
  std::string json = "\"";
  for (const char character : text) json += character == '\\' ? "\\\\" : std::string(1, character);
  return json + '"';
}

std::string split_by(std::string_view regex, const std::string& how = R"("Isolated", "invert": false)") {
  return R"({"type": "Sequence", "pretokenizers": [{"type": "Split", "pattern": {"Regex": )" + quoted(regex) +
         R"(}, "behavior": )" + how +
         R"(}, {"type": "ByteLevel", "add_prefix_space": false, "use_regex": false}]})";
}

TEST_CASE("a model without a type is BPE where it has vocabulary and merges") {
  const std::string typed = File().text();
  const std::string type = R"("type": "BPE")";
  const auto with = [&](const std::string& other) {
    std::string text = typed;
    text.replace(text.find(type), type.size(), other);
    return text;
  };
  for (const char* other : {R"("type": null)", R"("unk_token": null)"})
    CHECK(load_tokenizer_json(with(other), "f", {})->encode("abcab é") == loaded({})->encode("abcab é"));
  const auto refused = [](const char* text) {
    try {
      load_tokenizer_json(text, "f", {});
    } catch (const InputError& error) {
      return std::string(error.what());
    }
    return std::string("no error");
  };
  CHECK(
      refused(R"({"model": {"vocab": {"a": 0}}})").find("f: /model/type: missing, and the model is no BPE") ==
      0);
  CHECK(refused(R"({"model": {"unk_id": 0, "vocab": [["a", 0.0]]}})").find("f: /model/type: missing") == 0);
  CHECK(refused(R"({"add_bos": true, "vocab": {}})") ==
        "f: /: no tokenizer.json: it has no \"model\", but \"add_bos\", \"vocab\"");
  CHECK(refused(R"({"model": []})") == "f: /model: not an object: it is a list");
  CHECK(refused(R"({"model": {"type": 1}})") == "f: /model/type: not a string: it is a number");
}

TEST_CASE("members of a tokenizer.json that say nothing may be null, empty or missing") {
  File file;
  file.model =
      R"(, "dropout": 0.0, "unk_token": null, "continuing_subword_prefix": null, "end_of_word_suffix": "",
      "fuse_unk": false, "byte_fallback": null, "ignore_merges": null)";
  file.normalizer = R"({"type": "Sequence", "normalizers": []})";
  file.pretokenizer =
      R"({"type": "Sequence", "pretokenizers": [{"type": "ByteLevel", "add_prefix_space": false}]})";
  CHECK(loaded(file)->encode("abcab ab") == loaded({})->encode("abcab ab"));
  std::string text = File().text();
  for (const char* member : {R"("added_tokens": [], )", R"("normalizer": null, )"})
    text.erase(text.find(member), std::string_view(member).size());
  CHECK(load_tokenizer_json(text, "f", {})->encode("abcab ab") == loaded({})->encode("abcab ab"));
  file.model = R"(, "dropout": 0.1)";
  CHECK(error_of(file).find("/model/dropout: merges that are dropped") != std::string::npos);
}

TEST_CASE("the order of the merges decides, not the ids") {
  CHECK(loaded({})->encode("abcab ab") == Ids{303, 300, ' ', 300});
}

TEST_CASE("merges are two words, or a pair") {
  File file;
  file.merges = R"(["b", "c"], ["a", "b"], ["Ġ", "a"], ["a", "bc"], ["Ã", "©"])";
  CHECK(loaded(file)->encode("xbc a é") == loaded({})->encode("xbc a é"));
}

TEST_CASE("with ignore_merges a whole piece is looked up first") {
  File file;
  file.merges = R"("a b", "b c")";  // which do not make "abc"
  CHECK(loaded(file)->encode("abc") == Ids{300, 'c'});
  file.model = R"(, "ignore_merges": true)";
  CHECK(loaded(file)->encode("abc") == Ids{303});
}

TEST_CASE("the regex of a Split tells the pre-tokenizer") {
  for (const Pretokenizer* known : {&llama3_pretokenizer, &o200k_pretokenizer, &qwen2_pretokenizer,
                                    &tekken_pretokenizer, &gpt2_pretokenizer}) {
    File file;
    file.pretokenizer = split_by(known->regex);
    CHECK(loaded(file)->description() ==
          "tokenizer.json, 305 ids, " + std::string(known->name) + " pre-tokenizer");
    file.pretokenizer = split_by(known->regex, R"("Removed", "invert": true)");
    CHECK(error_of(file) == "no error");
  }
  CHECK(loaded({})->description() == "tokenizer.json, 305 ids, gpt2 pre-tokenizer");
}

TEST_CASE("an unknown regex is printed, unless a pre-tokenizer is named") {
  File file;
  file.pretokenizer = split_by(R"(\p{L}+|\s)");
  CHECK(error_of(file) ==
        "tokenizer.json: /pre_tokenizer/pretokenizers/0/pattern/Regex: unknown regex \\p{L}+|\\s\n"
        "If it is the same as one of llama3, cl100k, o200k, qwen2, tekken, gpt2, name that as the "
        "pre-tokenizer");
  CHECK(loaded(file, {"o200k", false})->description() == "tokenizer.json, 305 ids, o200k pre-tokenizer");
  file.pretokenizer = R"({"type": "Sequence", "pretokenizers": [
      {"type": "Split", "pattern": {"Regex": "[0-9]"}, "behavior": "Isolated", "invert": false},
      {"type": "Digits"}, {"type": "ByteLevel"}]})";
  CHECK(error_of(file).find("unknown regex [0-9]\n") != std::string::npos);
}

TEST_CASE("pre-tokenizers of other kinds are refused by name") {
  const auto refused = [](const std::string& pretokenizer) {
    File file;
    file.pretokenizer = pretokenizer;
    return error_of(file).substr(std::string("tokenizer.json: /pre_tokenizer").size());
  };
  CHECK(refused("null") == ": only ByteLevel, and a Split before it, are supported");
  CHECK(refused(R"({"type": "Metaspace"})") == "/type: \"Metaspace\" is not supported: not byte-level BPE");
  CHECK(refused(R"({"type": "ByteLevel", "add_prefix_space": true})") == "/add_prefix_space: must be false");
  CHECK(refused(R"({"type": "ByteLevel", "add_prefix_space": false, "use_regex": false})") ==
        "/use_regex: must be true without a Split, and false after one");
  CHECK(refused(split_by(llama3_pretokenizer.regex, R"("MergedWithNext", "invert": false)")) ==
        "/pretokenizers/0/behavior: \"MergedWithNext\" is not supported");
}

TEST_CASE("a model may read its text in normalization form C") {
  CHECK(loaded({})->encode("e\u0301") == Ids{'e', 0xCC, 0x81});
  File file;
  file.normalizer = R"({"type": "NFC"})";
  CHECK(loaded(file)->encode("e\u0301") == Ids{304});
  CHECK(loaded(file)->count("e\u0301") == 1);
  file.normalizer = R"({"type": "Sequence", "normalizers": [{"type": "Lowercase"}]})";
  CHECK(error_of(file) ==
        "tokenizer.json: /normalizer/normalizers/0/type: the normalizer \"Lowercase\" is not supported");
}

TEST_CASE("special tokens are plain text by default, and ids where they are parsed") {
  File file;
  file.added = R"({"id": 310, "content": "<s>", "special": true, "normalized": false},)"
               R"({"id": 311, "content": "<think>", "special": false, "normalized": false})";
  const auto plain = loaded(file);
  CHECK(plain->encode("<s>a<think>") == Ids{'<', 's', '>', 'a', 311});
  CHECK(plain->size() == 312);
  CHECK(plain->piece(310).empty());
  CHECK(plain->piece(311) == "<think>");
  const auto parsing = loaded(file, {"", true});
  CHECK(parsing->encode("a<s>a<think>") == Ids{'a', 310, 'a', 311});
  CHECK(parsing->count("a<s>a<think>") == 4);
  CHECK(parsing->piece(310) == "<s>");
}

TEST_CASE("a normalized token is looked for in the normalized text") {
  File file;
  file.normalizer = R"({"type": "NFC"})";
  file.added =
      R"({"id": 310, "content": "<é>", "normalized": true}, {"id": 311, "content": "[é]", "normalized": false})";
  CHECK(loaded(file)->encode("<e\u0301>[é]") == Ids{310, 311});
  CHECK(loaded(file)->encode("[e\u0301]") == Ids{'[', 304, ']'});
}

TEST_CASE("what is broken in a tokenizer.json is named with its place") {
  const auto broken = [](auto change) {
    File file;
    change(file);
    const std::string error = error_of(file);
    return error.substr(std::string("tokenizer.json: ").size());
  };
  CHECK(broken([](File& f) { f.type = R"("Unigram")"; }) ==
        "/model/type: \"Unigram\" is not supported: only BPE is");
  CHECK(broken([](File& f) { f.vocabulary = R"("ab": 97)"; }) == "/model/vocab/ab: id 97 is there twice");
  CHECK(broken([](File& f) { f.vocabulary = R"("ab": -1)"; }).find("/model/vocab/ab: not an id") == 0);
  CHECK(broken([](File& f) { f.vocabulary = R"("ab": 2097151)"; }) ==
        "/model/vocab: id 2097151 in a file of 257 tokens: most ids have none");
  CHECK(broken([](File& f) { f.vocabulary = R"("ab": 4000000000)"; }).find("/model/vocab/ab: not an id") ==
        0);
  CHECK(broken([](File& f) {
          f.added =
              R"({"id": 1, "content": "<s>"}, {"id": 2, "content": ")" + std::string(1U << 20U, 'x') + "\"}";
        }) == "/added_tokens/1: more than 1 MiB of added tokens are too many");
  CHECK(broken([](File& f) { f.merges = R"("a b", "ab")"; }) == "/model/merges/1: not \"left right\"");
  CHECK(broken([](File& f) { f.merges = R"(["a", "b", "c"])"; }) ==
        "/model/merges/0: not [\"left\", \"right\"]");
  CHECK(broken([](File& f) { f.merges = R"("a x")"; }) == "/model/merges/0: \"ax\" is not in the vocabulary");
  CHECK(broken([](File& f) { f.merges = R"(["", "a"])"; }) ==
        "/model/merges/0: \"\" is not in the vocabulary");
  CHECK(broken([](File& f) { f.merges = R"("a b", "a b")"; }) ==
        "/model/merges/0: this merge is there twice");
  CHECK(broken([](File& f) {
          f.model = R"(, "end_of_word_suffix": "</w>")";
        }).find("/model/end_of_word_suffix") == 0);
  CHECK(broken([](File& f) { f.added = R"({"id": 1, "content": ""})"; }) ==
        "/added_tokens/0/content: an added token must have a text");
}

TEST_CASE("a tokenizer.json that is no JSON, or has no model, is refused") {
  const std::string whole = File().text();
  for (const std::string& text : {whole.substr(0, whole.size() / 2), std::string("{"), std::string("{}"),
                                  std::string(R"({"model": {"type": "BPE", "vocab": {}, "merges": []}})")}) {
    CHECK_THROWS_AS(load_tokenizer_json(text, "tokenizer.json", {}), InputError);
  }
}

}  // namespace tokenizer_json_test

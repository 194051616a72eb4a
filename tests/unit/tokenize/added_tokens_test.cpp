#include "tokenize/added_tokens.hpp"

#include <string>
#include <vector>

#include "support/catch.hpp"

namespace added_tokens_test {

using namespace llmload::tokenize;

using Found = std::vector<std::string>;

/// Each match as "id:text".
Found found(const AddedTokens& added, std::string_view text) {
  Found matches;
  std::size_t from = 0;
  for (auto match = added.find(text, from); match.id != no_token; match = added.find(text, from)) {
    matches.push_back(std::to_string(match.id) + ':' +
                      std::string(text.substr(match.begin, match.end - match.begin)));
    from = match.end;
  }
  return matches;
}

AddedToken token(const std::string& content, TokenId id) {
  AddedToken added;
  added.content = content;
  added.id = id;
  return added;
}

TEST_CASE("added tokens are found leftmost first, then longest") {
  const AddedTokens added({token("<a>", 1), token("<a><b>", 2), token("b><c", 3), token("<c>", 4)}, true);
  CHECK(found(added, "x<a>y<a><b><c>") == Found{"1:<a>", "2:<a><b>", "4:<c>"});
  CHECK(found(added, "<a><b").size() == 1);
  CHECK(found(added, "none <of them").empty());
  CHECK(found(added, "").empty());
}

TEST_CASE("special tokens are plain text unless they are asked for, others are always found") {
  AddedToken special = token("<|end|>", 1);
  special.special = true;
  const std::vector<AddedToken> tokens = {special, token("<think>", 2)};
  CHECK(found(AddedTokens(tokens, false), "<|end|><think>") == Found{"2:<think>"});
  CHECK(found(AddedTokens(tokens, true), "<|end|><think>") == Found{"1:<|end|>", "2:<think>"});
  CHECK(AddedTokens({special}, false).empty());
  CHECK_FALSE(AddedTokens(tokens, false).empty());
}

TEST_CASE("a token takes the spaces on the sides where it strips") {
  AddedToken left = token("<l>", 1), right = token("<r>", 2);
  left.strip_left = true;
  right.strip_right = true;
  const AddedTokens added({left, right}, true);
  CHECK(found(added, "a \u3000<l> b") == Found{"1: \u3000<l>"});
  CHECK(found(added, "a <r>\n\t b") == Found{"2:<r>\n\t "});
  CHECK(found(added, "<r>  <l>") == Found{"2:<r>  ", "1:<l>"});
}

TEST_CASE("a single word is not found inside another") {
  AddedToken word = token("tok", 1);
  word.single_word = true;
  const AddedTokens added({word}, true);
  CHECK(found(added, "a tok, tok") == Found{"1:tok", "1:tok"});
  CHECK(found(added, "atok toks tok_ 测tok éto").empty());
}

}  // namespace added_tokens_test

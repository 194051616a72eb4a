// A library of a user's, with nothing of llmload in what it offers.
#include <llmload/llmload.hpp>

bool part_works() {
  try {
    (void)llmload::parse_endpoint("no url");
  } catch (const llmload::InputError&) {
    return true;
  }
  return false;
}

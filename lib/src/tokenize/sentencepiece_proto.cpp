#include "tokenize/sentencepiece_proto.hpp"

#include <bit>
#include <cstddef>
#include <cstring>

namespace llmload::tokenize {
namespace {

/// One field of a message in the encoding of protocol buffers.
struct Field {
  std::uint64_t number = 0;
  std::uint64_t value = 0;  // of an integer, or the bits of a float
  std::string_view bytes;   // of a string or a message
};

bool take_varint(std::string_view& content, std::uint64_t& value) {
  value = 0;
  for (unsigned shift = 0; shift < 64 && !content.empty(); shift += 7) {
    const auto byte = static_cast<unsigned char>(content.front());
    content.remove_prefix(1);
    value |= std::uint64_t{byte & 0x7FU} << shift;
    if (byte < 0x80) return true;
  }
  return false;
}

bool take_bytes(std::string_view& content, std::uint64_t size, std::string_view& bytes) {
  if (size > content.size()) return false;
  bytes = content.substr(0, static_cast<std::size_t>(size));
  content.remove_prefix(static_cast<std::size_t>(size));
  return true;
}

bool take_field(std::string_view& content, Field& field) {
  std::uint64_t tag = 0;
  if (!take_varint(content, tag)) return false;
  field = {tag >> 3U, 0, {}};
  switch (tag & 7U) {
    case 0: return take_varint(content, field.value);
    case 1: return take_bytes(content, 8, field.bytes);
    case 2: {
      std::uint64_t size = 0;
      return take_varint(content, size) && take_bytes(content, size, field.bytes);
    }
    case 5: {
      std::uint32_t bits = 0;
      if (!take_bytes(content, sizeof bits, field.bytes)) return false;
      std::memcpy(&bits, field.bytes.data(), sizeof bits);
      field.value = bits;
      return true;
    }
    default: return false;
  }
}

/// Calls `take` for each field; false if the message is broken.
template <typename Take>
bool for_each_field(std::string_view message, Take take) {
  Field field;
  while (!message.empty()) {
    if (!take_field(message, field)) return false;
    take(field);
  }
  return true;
}

bool read_piece(std::string_view message, SentencePieceProto::Piece& piece) {
  return for_each_field(message, [&](const Field& field) {
    if (field.number == 1) piece.text = field.bytes;
    if (field.number == 2) piece.score = std::bit_cast<float>(static_cast<std::uint32_t>(field.value));
    if (field.number == 3) piece.type = static_cast<SentencePieceProto::Type>(field.value);
  });
}

bool read_trainer(std::string_view message, SentencePieceProto& proto) {
  constexpr std::uint64_t bpe = 2;
  return for_each_field(message, [&](const Field& field) {
    if (field.number == 3) proto.is_bpe = field.value == bpe;
    if (field.number == 24) proto.space_as_suffix = field.value != 0;
    if (field.number == 35) proto.byte_fallback = field.value != 0;
  });
}

bool read_normalizer(std::string_view message, SentencePieceProto& proto) {
  return for_each_field(message, [&](const Field& field) {
    if (field.number == 2) proto.has_character_map = !field.bytes.empty();
    if (field.number == 3) proto.add_dummy_prefix = field.value != 0;
    if (field.number == 4) proto.remove_extra_spaces = field.value != 0;
    if (field.number == 5) proto.escape_spaces = field.value != 0;
  });
}

}  // namespace

std::optional<SentencePieceProto> read_sentencepiece_proto(std::string_view content) {
  SentencePieceProto proto;
  bool is_whole = true;
  const bool is_message = for_each_field(content, [&](const Field& field) {
    if (field.number == 1) is_whole = read_piece(field.bytes, proto.pieces.emplace_back()) && is_whole;
    if (field.number == 2) is_whole = read_trainer(field.bytes, proto) && is_whole;
    if (field.number == 3) is_whole = read_normalizer(field.bytes, proto) && is_whole;
  });
  if (!is_message || !is_whole) return std::nullopt;
  return proto;
}

}  // namespace llmload::tokenize

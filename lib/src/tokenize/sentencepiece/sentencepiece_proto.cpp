#include "tokenize/sentencepiece/sentencepiece_proto.hpp"

#include <bit>
#include <cstddef>
#include <cstring>

#include "tokenize/vocabulary.hpp"

namespace llmload::tokenize {
namespace {

/// How a field is written in the encoding of protocol buffers.
enum class Wire : std::uint8_t { integer = 0, eight_bytes = 1, bytes = 2, four_bytes = 5 };

/// One field of a message.
struct Field {
  std::uint64_t number = 0;
  Wire wire = Wire::integer;
  std::uint64_t value = 0;  // of an integer, or the bits of a float
  std::string_view bytes;   // of a string or a message

  /// A known field that is written in another way than it should be is an unknown one.
  bool is(std::uint64_t known, Wire as) const { return number == known && wire == as; }
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
  field = {tag >> 3U, static_cast<Wire>(tag & 7U), 0, {}};
  switch (field.wire) {
    case Wire::integer: return take_varint(content, field.value);
    case Wire::eight_bytes: return take_bytes(content, 8, field.bytes);
    case Wire::bytes: {
      std::uint64_t size = 0;
      return take_varint(content, size) && take_bytes(content, size, field.bytes);
    }
    case Wire::four_bytes: {
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

/// A number that is none of the `count` of an enumeration from 1 on changes nothing.
template <typename Take>
void take_enumerator(const Field& field, std::int32_t count, Take take) {
  const auto value = static_cast<std::int32_t>(static_cast<std::uint32_t>(field.value));
  if (value >= 1 && value <= count) take(value);
}

bool read_piece(std::string_view message, SentencePieceProto::Piece& piece) {
  return for_each_field(message, [&](const Field& field) {
    if (field.is(1, Wire::bytes)) piece.text = field.bytes;
    if (field.is(2, Wire::four_bytes))
      piece.score = std::bit_cast<float>(static_cast<std::uint32_t>(field.value));
    if (field.is(3, Wire::integer)) {
      take_enumerator(field, 6, [&](std::int32_t type) { piece.type = SentencePieceProto::Type(type); });
    }
  });
}

bool read_trainer(std::string_view message, SentencePieceProto& proto) {
  constexpr std::int32_t bpe = 2;
  return for_each_field(message, [&](const Field& field) {
    if (field.is(3, Wire::integer)) {
      take_enumerator(field, 4, [&](std::int32_t type) { proto.is_bpe = type == bpe; });
    }
    if (field.is(24, Wire::integer)) proto.space_as_suffix = field.value != 0;
    if (field.is(35, Wire::integer)) proto.byte_fallback = field.value != 0;
  });
}

bool read_normalizer(std::string_view message, SentencePieceProto& proto) {
  return for_each_field(message, [&](const Field& field) {
    if (field.is(2, Wire::bytes)) proto.character_map = field.bytes;
    if (field.is(3, Wire::integer)) proto.add_dummy_prefix = field.value != 0;
    if (field.is(4, Wire::integer)) proto.remove_extra_spaces = field.value != 0;
    if (field.is(5, Wire::integer)) proto.escape_spaces = field.value != 0;
  });
}

}  // namespace

std::optional<SentencePieceProto> read_sentencepiece_proto(std::string_view content) {
  SentencePieceProto proto;
  bool is_whole = true;
  const bool is_message = for_each_field(content, [&](const Field& field) {
    if (field.is(1, Wire::bytes)) {
      is_whole = is_whole && proto.pieces.size() < most_tokens &&
                 read_piece(field.bytes, proto.pieces.emplace_back());
    }
    if (field.is(2, Wire::bytes)) is_whole = is_whole && read_trainer(field.bytes, proto);
    if (field.is(3, Wire::bytes)) is_whole = is_whole && read_normalizer(field.bytes, proto);
  });
  if (!is_message || !is_whole) return std::nullopt;
  return proto;
}

}  // namespace llmload::tokenize

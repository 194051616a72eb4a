#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace llmload::protocol {

/// Reads a chunked body (RFC 9112, section 7.1) from bytes as they arrive, at any split. Blanks and
/// extensions behind a chunk's size are skipped, and so is the trailer.
class ChunkReader {
 public:
  static constexpr std::size_t line_limit =
      64 * 1024;  ///< bytes of a size with what is behind it; of a trailer

  void start() { *this = {}; }

  enum class State : std::uint8_t {
    more,
    data,      ///< data() is the next part of the body; call again
    done,      ///< the empty line behind the trailer has come
    bad,       ///< not chunks
    too_large  ///< beyond line_limit
  };
  /// Takes bytes off the front of `bytes`, until there is something to say.
  State take(std::string_view& bytes);
  [[nodiscard]] std::string_view data() const { return data_; }

 private:
  enum class Part : std::uint8_t { size, blanks, extension, data, end_of_data, trailer };
  bool take_usual(std::string_view& bytes);
  State take_size_byte(char c);
  State take_end(char c);
  State take_trailer_byte(char c);

  Part part_ = Part::size;
  std::uint64_t left_ = 0;  // of the chunk; of its size, what is read of it
  bool has_digit_ = false;
  bool was_cr_ = false;
  bool line_has_text_ = false;  // of the trailer
  std::size_t line_bytes_ = 0;
  std::string_view data_;
};

}  // namespace llmload::protocol

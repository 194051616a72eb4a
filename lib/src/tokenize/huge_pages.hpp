#pragma once

#include <sys/mman.h>

#include <cstddef>
#include <cstdlib>
#include <memory>
#include <new>
#include <vector>

namespace llmload::tokenize {

/// Allocates large arrays in pages of 2 MiB, where the kernel gives them: a table of some megabytes that is
/// filled and read at random takes a thousand page faults less, and misses fewer translations.
template <class T>
struct HugePages {
  using value_type = T;

  HugePages() = default;
  template <class U>
  HugePages(const HugePages<U>& /*other*/) {}

  T* allocate(std::size_t count) {
    if (!is_large(count)) return std::allocator<T>().allocate(count);
    const std::size_t size = (count * sizeof(T) + page - 1) / page * page;
    void* const memory = std::aligned_alloc(page, size);
    if (memory == nullptr) throw std::bad_alloc();
    (void)::madvise(memory, size, MADV_HUGEPAGE);  // without it there are usual pages
    return static_cast<T*>(memory);
  }

  void deallocate(T* memory, std::size_t count) {
    if (is_large(count))
      std::free(memory);
    else
      std::allocator<T>().deallocate(memory, count);
  }

  template <class U>
  bool operator==(const HugePages<U>& /*other*/) const {
    return true;
  }

 private:
  static constexpr std::size_t page = std::size_t{1} << 21U;
  /// At least half a page: of less, most would be waste.
  static bool is_large(std::size_t count) { return count >= page / sizeof(T) / 2; }
};

template <class T>
using HugeVector = std::vector<T, HugePages<T>>;

}  // namespace llmload::tokenize

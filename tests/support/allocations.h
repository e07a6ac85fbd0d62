#pragma once
#include <cstddef>

namespace fohd::test {

/// How often this thread has called operator new or delete. For a program that links allocations.cpp.
std::size_t allocations();
} // namespace fohd::test

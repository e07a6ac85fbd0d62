#pragma once
#if defined(__SSE2__)
#include <xmmintrin.h>
#endif

namespace fohd::test {

/// Decaying tails must not reach the slow range of floats: as on the audio thread.
struct FlushedDenormals {
#if defined(__SSE2__)
    FlushedDenormals() { _mm_setcsr(before | 0x8040); }
    ~FlushedDenormals() { _mm_setcsr(before); }
    FlushedDenormals(const FlushedDenormals&) = delete;
    FlushedDenormals& operator=(const FlushedDenormals&) = delete;
    unsigned before = _mm_getcsr();
#endif
};
} // namespace fohd::test

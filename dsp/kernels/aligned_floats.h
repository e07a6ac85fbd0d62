#pragma once
#include "dsp/kernels/lane_processor.h"
#include <new>
#include <vector>

namespace fohd::dsp {

/// Where memory for kernels comes from.
template <class T> struct AlignedAllocator {
    using value_type = T;
    AlignedAllocator() = default;
    template <class Other> AlignedAllocator(const AlignedAllocator<Other>&) {}
    T* allocate(std::size_t count)
    {
        return static_cast<T*>(::operator new (count * sizeof(T), std::align_val_t{alignment}));
    }
    void deallocate(T* memory, std::size_t) { ::operator delete (memory, std::align_val_t{alignment}); }
    bool operator==(const AlignedAllocator&) const = default;
};

/// As long as it needs to be, and begins at a register.
using AlignedFloats = std::vector<float, AlignedAllocator<float>>;
} // namespace fohd::dsp

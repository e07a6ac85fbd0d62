#pragma once
#include <cstdint>

namespace fohd::bench {

/// Deterministic white noise, uniform within ±1: Marsaglia's xorshift of 32 bits.
class White {
public:
    explicit White(std::uint32_t seed) : state_(seed * 2654435761u + 12345u) {}
    double operator()()
    {
        state_ ^= state_ << 13;
        state_ ^= state_ >> 17;
        state_ ^= state_ << 5;
        return static_cast<double>(static_cast<std::int32_t>(state_)) / 2147483648.0;
    }

private:
    std::uint32_t state_;
};
} // namespace fohd::bench

#include "dsp/kernels/lane_processor.h"
#include <array>
#include <cstdlib>

namespace fohd::dsp {

// here, in a file built for every computer
LaneProcessor::LaneProcessor() = default;
LaneProcessor::~LaneProcessor() = default;

void LaneProcessor::adopt(const Rows& rows, int width)
{
    rows_ = rows;
    width_ = width;
    cleared_.resize(static_cast<std::size_t>(rows.state_count));
    for (int r = 0; r < rows.state_count; ++r) cleared_[static_cast<std::size_t>(r)] = rows.state[r * width];
}

void LaneProcessor::aim(int lane, std::span<const float> coeffs, int frames)
{
    const auto is_goal = [&] {
        for (int r = 0; r < rows_.coeff_count; ++r)
            if (rows_.goal[r * width_ + lane] != coeffs[static_cast<std::size_t>(r)]) return false;
        return true;
    };
    if (frames > 0 && is_goal()) return;
    for (int r = 0; r < rows_.coeff_count; ++r) {
        rows_.goal[r * width_ + lane] = coeffs[static_cast<std::size_t>(r)];
        if (frames == 0) rows_.now[r * width_ + lane] = coeffs[static_cast<std::size_t>(r)];
    }
    rows_.lead[lane] = static_cast<float>(frames);
    gliding_ = true; // run() finds out who glides
}

void LaneProcessor::take(int lane, const LaneProcessor& from, int from_lane)
{
    const auto copy = [&](float* to, const float* source, int count) {
        for (int r = 0; r < count; ++r) to[r * width_ + lane] = source[r * from.width_ + from_lane];
    };
    copy(rows_.now, from.rows_.now, rows_.coeff_count);
    copy(rows_.goal, from.rows_.goal, rows_.coeff_count);
    copy(rows_.lead, from.rows_.lead, 1);
    copy(rows_.state, from.rows_.state, rows_.state_count);
    gliding_ = true;
}

void LaneProcessor::clear(int lane)
{
    for (int r = 0; r < rows_.state_count; ++r) rows_.state[r * width_ + lane] = cleared_[static_cast<std::size_t>(r)];
}

#if defined(__x86_64__)
namespace sse2 {
extern const Kernels kernels;
}
namespace avx2 {
extern const Kernels kernels;
}
namespace avx512 {
extern const Kernels kernels;
}

std::span<const Kernels* const> usable_kernels()
{
    static constexpr std::array all{&sse2::kernels, &avx2::kernels, &avx512::kernels};
    // These are the flags of CMakeLists.txt, one for one; each also asks whether the system saves the registers.
    const bool has_avx2 = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
    const bool has_avx512 = has_avx2 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
                            __builtin_cpu_supports("avx512vl");
    const std::span<const Kernels* const> best =
        has_avx512 ? std::span(all).subspan(1, 2) : std::span(all).subspan(has_avx2 ? 1 : 0, 1);
    if (const char* forced = std::getenv("FOHD_ISA"))
        for (std::size_t i = 0; i < 1u + has_avx2 + has_avx512; ++i)
            if (std::string_view(forced) == all[i]->isa) return std::span(all).subspan(i, 1);
    return best;
}
#else
namespace neon {
extern const Kernels kernels;
}

std::span<const Kernels* const> usable_kernels()
{
    static constexpr std::array all{&neon::kernels};
    return all;
}
#endif
} // namespace fohd::dsp

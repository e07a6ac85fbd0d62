#pragma once
#include "dsp/kernels/fft_pass.h"
#include "dsp/kernels/planar.h"

// A real Fourier transform with registers along the points, or quarters of registers where there are few points. No bit depends
// on which it is, nor on where the work is cut into units.

namespace fohd::dsp::inline FOHD_ISA {

template <class T> inline constexpr int width = sizeof(T) / sizeof(float);

template <class T> T load_as(const float* from)
{
    if constexpr (width<T> == 4)
        return *reinterpret_cast<const LooseFour*>(from);
    else
        return load(from);
}
template <class T> void store_as(float* to, T x)
{
    if constexpr (width<T> == 4)
        *reinterpret_cast<LooseFour*>(to) = x;
    else
        store(to, x);
}
#if FOHD_LANES > 4
inline Four fma(Four a, Four b, Four c)
{
    return __builtin_bit_cast(Four, _mm_fmadd_ps(__builtin_bit_cast(__m128, a), __builtin_bit_cast(__m128, b),
                                                 __builtin_bit_cast(__m128, c)));
}
#endif

template <class T, int... k> T reversed(T x, Order<k...>)
{
    return __builtin_shufflevector(x, x, (width<T> - 1 - k)...);
}
template <class T, int... k> void unzip(T a, T b, T& even, T& odd, Order<k...>)
{
    even = __builtin_shufflevector(a, b, (k * 2)...);
    odd = __builtin_shufflevector(a, b, (k * 2 + 1)...);
}
template <class T, int... k> void zip(T even, T odd, T& a, T& b, Order<k...>)
{
    a = __builtin_shufflevector(even, odd, (k / 2 + k % 2 * width<T>)...);
    b = __builtin_shufflevector(even, odd, (k / 2 + width<T> / 2 + k % 2 * width<T>)...);
}

template <class T> struct Points {
    T re, im;
    friend Points operator+(Points a, Points b) { return {a.re + b.re, a.im + b.im}; }
    friend Points operator-(Points a, Points b) { return {a.re - b.re, a.im - b.im}; }
    friend Points operator*(Points a, Points b)
    {
        return {fma(a.re, b.re, -(a.im * b.im)), fma(a.re, b.im, a.im * b.re)};
    }
};

/// Memory of complex points.
struct PointRows {
    float *re, *im;
    template <class T> Points<T> load(int at) const { return {load_as<T>(re + at), load_as<T>(im + at)}; }
    template <class T> void store(int at, Points<T> z) const { store_as(re + at, z.re), store_as(im + at, z.im); }
};
/// Samples that are complex points two by two.
struct SamplesIn {
    const float* sound;
    template <class T> Points<T> load(int at) const
    {
        Points<T> z;
        const T a = load_as<T>(sound + 2 * at), b = load_as<T>(sound + 2 * at + width<T>);
        unzip(a, b, z.re, z.im, Ascending<width<T>>{});
        return z;
    }
};
/// The same of an inverse transform, which is a forward one whose re and im have changed places.
struct SamplesOut {
    float* sound;
    template <class T> void store(int at, Points<T> z) const
    {
        T a, b;
        zip(z.im, z.re, a, b, Ascending<width<T>>{});
        store_as(sound + 2 * at, a), store_as(sound + 2 * at + width<T>, b);
    }
};

template <class T> void butterfly(Points<T> (&z)[4])
{
    const Points<T> a = z[0] + z[2], b = z[0] - z[2], c = z[1] + z[3], d = z[1] - z[3];
    z[0] = a + c;
    z[1] = {b.re + d.im, b.im - d.re};
    z[2] = a - c;
    z[3] = {b.re - d.im, b.im + d.re};
}

template <class T, int q = 0> void store_quarters(float* to, int apart, T x)
{
    *reinterpret_cast<LooseFour*>(to + q * apart) =
        __builtin_shufflevector(x, x, 4 * q, 4 * q + 1, 4 * q + 2, 4 * q + 3);
    if constexpr (4 * q + 4 < width<T>) store_quarters<T, q + 1>(to, apart, x);
}

/// Strides 1 and 4: every lane has factors of its own, and what it becomes goes apart by four strides. `i` counts fours of points.
template <class T, bool first, class In> void narrow_pass(const FftPass& pass, In in, PointRows out, int from, int to)
{
    const int apart = pass.stride * pass.length / 4;
    for (int i = from; i < to; i += width<T>) {
        Points<T> z[4];
        for (int k = 0; k < 4; ++k) z[k] = in.template load<T>(i + k * apart);
        butterfly(z);
        for (int k = 1; k < 4; ++k) {
            const float* const turn = pass.turns + (2 * k - 2) * pass.row + i;
            z[k] = z[k] * Points<T>{load_as<T>(turn), load_as<T>(turn + pass.row)};
        }
        T re[4]{z[0].re, z[1].re, z[2].re, z[3].re}, im[4]{z[0].im, z[1].im, z[2].im, z[3].im};
        if constexpr (first) transpose(re), transpose(im);
        for (int k = 0; k < 4; ++k) {
            store_quarters(out.re + 4 * i + 4 * k, 16, re[k]);
            store_quarters(out.im + 4 * i + 4 * k, 16, im[k]);
        }
    }
}

/// Strides from 16 on: all lanes have the same factors.
template <class T, class Out> void wide_pass(const FftPass& pass, PointRows in, Out out, int from, int to)
{
    const int apart = pass.stride * pass.length / 4;
    for (int i = from; i < to;) {
        const int group = i / pass.stride, end = (group + 1) * pass.stride < to ? (group + 1) * pass.stride : to;
        const float* const turn = pass.turns + group;
        Points<T> factor[4];
        for (int k = 1; k < 4; ++k)
            factor[k] = {T{} + turn[(2 * k - 2) * pass.row], T{} + turn[(2 * k - 1) * pass.row]};
        for (int place = i + 3 * group * pass.stride; i < end; i += width<T>, place += width<T>) {
            Points<T> z[4];
            for (int k = 0; k < 4; ++k) z[k] = in.load<T>(i + k * apart);
            butterfly(z);
            out.store(place, z[0]);
            for (int k = 1; k < 4; ++k) out.store(place + k * pass.stride, z[k] * factor[k]);
        }
    }
}

/// The last pass, whose factors are all 1.
template <class T, class Out> void last_pass(const FftPass& pass, PointRows in, Out out, int from, int to)
{
    const int apart = pass.stride;
    if (pass.radix == 4)
        for (int i = from / 4; i < to / 4; i += width<T>) {
            Points<T> z[4];
            for (int k = 0; k < 4; ++k) z[k] = in.load<T>(i + k * apart);
            butterfly(z);
            for (int k = 0; k < 4; ++k) out.store(i + k * apart, z[k]);
        }
    else
        for (int i = from / 2; i < to / 2; i += width<T>) {
            const Points<T> a = in.load<T>(i), b = in.load<T>(i + apart);
            out.store(i, a + b);
            out.store(i + apart, a - b);
        }
}

/// The spectra of even and odd samples, and what they make together; the last point is its own opposite. The spectrum's points 0 and
/// `points` are real: the second one is the imaginary part of the first.
template <class T> void split_forward(const FftPlan& plan, PointRows in, PointRows out, int from, int to)
{
    constexpr Ascending<width<T>> all;
    if (from == 0) {
        out.re[0] = in.re[0] + in.im[0];
        out.im[0] = in.re[0] - in.im[0];
    }
    for (int k = from / 2 + 1; k <= to / 2; k += width<T>) {
        const int mirror = plan.points - k - width<T> + 1;
        const Points<T> a = in.load<T>(k), b = in.load<T>(mirror);
        const Points<T> c{reversed(b.re, all), -reversed(b.im, all)};
        const Points<T> even = a + c, difference = a - c, odd{difference.im, -difference.re};
        const Points<T> turned = Points<T>{load_as<T>(plan.split_re + k), load_as<T>(plan.split_im + k)} * odd;
        const Points<T> low = even + turned, high = even - turned;
        out.store(k, Points<T>{low.re * 0.5f, low.im * 0.5f});
        out.store(mirror, Points<T>{reversed(high.re * 0.5f, all), reversed(high.im * -0.5f, all)});
    }
}

/// The reverse, with re and im changing places.
template <class T>
void split_inverse(const FftPlan& plan, const float* re, const float* im, PointRows out, int from, int to)
{
    constexpr Ascending<width<T>> all;
    if (from == 0) {
        out.im[0] = re[0] + im[0];
        out.re[0] = re[0] - im[0];
    }
    for (int k = from / 2 + 1; k <= to / 2; k += width<T>) {
        const int mirror = plan.points - k - width<T> + 1;
        const Points<T> a{load_as<T>(re + k), load_as<T>(im + k)};
        const Points<T> c{reversed(load_as<T>(re + mirror), all), -reversed(load_as<T>(im + mirror), all)};
        const Points<T> even = a + c,
                        odd = Points<T>{load_as<T>(plan.split_re + k), -load_as<T>(plan.split_im + k)} * (a - c);
        out.store(k, Points<T>{even.im + odd.re, even.re - odd.im});
        out.store(mirror, Points<T>{reversed(odd.re - even.im, all), reversed(even.re + odd.im, all)});
    }
}

/// Points [from, to) of one pass.
template <class T, class In, class Out>
void run_pass(const FftPlan& plan, int index, In in, PointRows a, PointRows b, Out out, int from, int to)
{
    const FftPass& pass = plan.pass[index];
    if (index == plan.passes - 1)
        last_pass<T>(pass, a, out, from, to);
    else if (index == 0)
        narrow_pass<T, true>(pass, in, b, from / 4, to / 4);
    else if (index == 1)
        narrow_pass<T, false>(pass, a, b, from / 4, to / 4);
    else
        wide_pass<T>(pass, a, b, from / 4, to / 4);
}

/// A stage reads the rows that the one before wrote, which lie now in `work`, now in `out`: so that the last stage, which splits a
/// spectrum or writes samples, reads from `work`.
template <class T> void transform(const FftRun& run)
{
    const FftPlan& plan = *run.plan;
    const int points = plan.points, unit = points < 64 ? points : 64, units = points / unit;
    const PointRows work{run.work, run.work + points}, outside{run.out, run.inverse ? run.out + points : run.out_im};
    for (int u = run.from; u < run.to;) {
        const int stage = u / units, end = (stage + 1) * units < run.to ? (stage + 1) * units : run.to;
        const int from = (u - stage * units) * unit, to = (end - stage * units) * unit;
        u = end;
        const bool into_work = (plan.passes - stage) % 2;
        const PointRows &a = into_work ? outside : work, &b = into_work ? work : outside;
        if (run.inverse && stage == 0)
            split_inverse<T>(plan, run.in, run.in_im, b, from, to);
        else if (run.inverse)
            run_pass<T>(plan, stage - 1, a, a, b, SamplesOut{run.out}, from, to);
        else if (stage < plan.passes)
            run_pass<T>(plan, stage, SamplesIn{run.in}, a, b, b, from, to);
        else
            split_forward<T>(plan, work, outside, from, to);
    }
}

inline void fft(const FftRun& run)
{
    if (run.plan->points >= 4 * lanes)
        transform<V>(run);
    else
        transform<Four>(run);
}
} // namespace fohd::dsp::inline FOHD_ISA

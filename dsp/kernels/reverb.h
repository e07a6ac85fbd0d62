#pragma once
#include "dsp/kernels/planar.h"
#include "dsp/kernels/polyphase.h"
#include "dsp/kernels/reverb_memory.h"

// A feedback delay network by chunks of 16 frames. What has no recursion within a chunk, as no line is that short, has
// registers along time; absorption, which is recursive, has them across the lines.

namespace fohd::dsp::inline FOHD_ISA {

inline constexpr int reverb_strides = reverb_chunk / lanes;

/// One sound of a chunk, along time.
struct ReverbSound {
    V of[reverb_strides];
};

inline V counted(int first)
{
    V count;
    for (int l = 0; l < lanes; ++l) count[l] = static_cast<float>(first + l);
    return count;
}

/// What glides, at each frame of a stride; exact at rest.
inline V gliding(const float& now, const float& step, V frame) { return fma(frame + 1.0f, all(step), all(now)); }

inline const float* past(const ReverbRings& rings, int index, unsigned at, int frames)
{
    return rings.sound + static_cast<unsigned>(index) * rings.stride +
           ((at - static_cast<unsigned>(frames)) & rings.mask);
}

inline void keep(const ReverbRings& rings, int index, unsigned at, const ReverbSound& sound)
{
    float* const ring = rings.sound + static_cast<unsigned>(index) * rings.stride;
    const unsigned place = at & rings.mask;
    for (int s = 0; s < reverb_strides; ++s) store(ring + place + s * lanes, sound.of[s]);
    if (place < static_cast<unsigned>(reverb_ring_spare))
        for (int s = 0; s < reverb_strides; ++s) store(ring + rings.mask + 1 + place + s * lanes, sound.of[s]);
}

/// Fifth-order Lagrange interpolation between six frames, oldest first, whose weights go along straight lines within a chunk.
struct ReverbWeights {
    float now[6][reverb_lines], step[6][reverb_lines];
    int late[reverb_lines];
};

inline void lagrange(V x, V (&weights)[6])
{
    const V a = x + 2.0f, b = x + 1.0f, c = x, d = x - 1.0f, e = x - 2.0f, f = x - 3.0f;
    const V ab = a * b, cd = c * d, ef = e * f, abc = ab * c, def = d * ef;
    weights[0] = ab * cd * e * (1.0f / 120);
    weights[1] = ab * cd * f * (-1.0f / 24);
    weights[2] = abc * ef * (1.0f / 12);
    weights[3] = ab * def * (-1.0f / 12);
    weights[4] = a * c * def * (1.0f / 24);
    weights[5] = b * c * def * (-1.0f / 120);
}

/// Modulation by parabolas, which are within 6 % of a sine, each line at a rate and in a phase of its own.
inline void modulate(ReverbState& s, const ReverbWork& work, ReverbWeights& weights)
{
    const float depth = s.now.modulation + (work.glides ? s.step.modulation * reverb_chunk : 0.0f);
    for (int l = 0; l < reverb_modulated; l += lanes) {
        V phase = fma(fma(counted(l), all(0.05f), all(0.8f)), all(work.turn), load(s.phase + l));
        phase = phase >= 1.0f ? phase - 2.0f : phase;
        store(s.phase + l, phase);
        const V swing = 4.0f * phase * (1.0f - abs(phase));
        const V from = load(s.late + l), to = fma(all(depth), swing, all(0.5f * work.longest_late));
        const I whole = __builtin_convertvector(from, I);
        V first[6], last[6];
        lagrange(from - to_float(whole), first);
        lagrange(to - to_float(whole), last);
        for (int k = 0; k < 6; ++k) {
            store(weights.now[k] + l, first[k]);
            store(weights.step[k] + l, (last[k] - first[k]) * (1.0f / reverb_chunk));
        }
        store(s.late + l, to);
        for (int i = 0; i < lanes; ++i) weights.late[l + i] = whole[i];
    }
}

inline ReverbSound read_line(const ReverbWork& work, int line, int frames, const ReverbWeights& weights)
{
    ReverbSound sound;
    if (line >= reverb_modulated) {
        const float* const from = past(work.lines, line, work.at, frames);
        for (int s = 0; s < reverb_strides; ++s) sound.of[s] = load(from + s * lanes);
        return sound;
    }
    const int earliest = frames - static_cast<int>(0.5f * work.longest_late) + weights.late[line] + 3;
    const float* const from = past(work.lines, line, work.at, earliest);
    for (int s = 0; s < reverb_strides; ++s) {
        const V frame = counted(s * lanes);
        V sum = V{};
        for (int k = 0; k < 6; ++k)
            sum =
                fma(load(from + s * lanes + k), fma(frame, all(weights.step[k][line]), all(weights.now[k][line])), sum);
        sound.of[s] = sum;
    }
    return sound;
}

/// Sound from taps as they were, and on the way to those that shall be.
template <class Read> ReverbSound faded(const ReverbWork& work, Read read)
{
    ReverbSound sound = read(*work.from);
    if (work.from == work.to) return sound;
    const ReverbSound other = read(*work.to);
    for (int s = 0; s < reverb_strides; ++s)
        sound.of[s] = fma(load(work.part + s * lanes), other.of[s] - sound.of[s], sound.of[s]);
    return sound;
}

inline ReverbSound read_echoes(const ReverbWork& work, const ReverbPlaces& places, int channel)
{
    ReverbSound sum{};
    for (int k = 0; k < reverb_echoes; ++k) {
        const int other = channel ^ 1, source = k % 2 && other < work.channels ? other : channel;
        const float* const from = past(work.inputs, source, work.at, places.echo[channel][k]);
        for (int s = 0; s < reverb_strides; ++s)
            sum.of[s] = fma(load(from + s * lanes), all(places.echo_gain[k]), sum.of[s]);
    }
    return sum;
}

/// The channels of a side through its allpass filters (Schroeder, JAES 10(3), 1962).
inline ReverbSound diffuse(const ReverbWork& work, int side)
{
    const ReverbState& s = *work.state;
    ReverbSound sound{};
    for (int c = side; c < work.channels; c += work.sides) {
        const ReverbSound channel = faded(work, [&](const ReverbPlaces& places) {
            const float* const from = past(work.inputs, c, work.at, places.pre_delay);
            ReverbSound read;
            for (int i = 0; i < reverb_strides; ++i) read.of[i] = load(from + i * lanes);
            return read;
        });
        for (int i = 0; i < reverb_strides; ++i) sound.of[i] = sound.of[i] + channel.of[i];
    }
    for (int k = 0; k < reverb_diffusers; ++k) {
        const int ring = side * reverb_diffusers + k;
        const float* const from = past(work.diffusers, ring, work.at, s.diffuser[side][k]);
        ReverbSound stored;
        for (int i = 0; i < reverb_strides; ++i) {
            const V gain = gliding(s.now.diffusion[k], s.step.diffusion[k], counted(i * lanes));
            const V late = load(from + i * lanes);
            stored.of[i] = fma(gain, late, sound.of[i]);
            sound.of[i] = fma(-gain, stored.of[i], late);
        }
        keep(work.diffusers, ring, work.at, stored);
    }
    for (int i = 0; i < reverb_strides; ++i)
        sound.of[i] = sound.of[i] * gliding(s.now.enter, s.step.enter, counted(i * lanes));
    return sound;
}

struct ShelfRows {
    V keep, band, low, direct, by_band, by_low;

    explicit ShelfRows(const ReverbShelf& from, int line)
        : keep(load(from.keep + line)), band(load(from.band + line)), low(load(from.low + line)),
          direct(load(from.direct + line)), by_band(load(from.by_band + line)), by_low(load(from.by_low + line))
    {}
    void write(ReverbShelf& to, int line) const
    {
        store(to.keep + line, keep), store(to.band + line, band), store(to.low + line, low);
        store(to.direct + line, direct), store(to.by_band + line, by_band), store(to.by_low + line, by_low);
    }
    void add(const ShelfRows& step)
    {
        keep += step.keep, band += step.band, low += step.low;
        direct += step.direct, by_band += step.by_band, by_low += step.by_low;
    }
    V run(V x, V& s1, V& s2) const
    {
        const V e = x - s2;
        const V next1 = fma(band, e, keep * s1), next2 = fma(low, e, fma(band, s1, s2));
        const V y = fma(by_low, s2 + next2, fma(by_band, s1 + next1, direct * x));
        s1 = next1;
        s2 = next2;
        return y;
    }
};

/// The frames of as many lines as a register has lanes, then those of the next.
template <bool glides> void absorb(ReverbState& s, float* frames)
{
    for (int l = 0; l < reverb_lines; l += lanes) {
        ShelfRows low(s.now.low, l), high(s.now.high, l);
        const ShelfRows low_step(s.step.low, l), high_step(s.step.high, l);
        V low1 = load(s.low[0] + l), low2 = load(s.low[1] + l), high1 = load(s.high[0] + l),
          high2 = load(s.high[1] + l);
        for (int i = 0; i < reverb_chunk; ++i) {
            if constexpr (glides) low.add(low_step), high.add(high_step);
            float* const at = frames + l * reverb_chunk + i * lanes;
            store(at, high.run(low.run(load(at), low1, low2), high1, high2));
        }
        store(s.low[0] + l, low1), store(s.low[1] + l, low2), store(s.high[0] + l, high1), store(s.high[1] + l, high2);
        if constexpr (glides) low.write(s.now.low, l), high.write(s.now.high, l);
    }
}

/// Every line into every line: a Hadamard matrix of order 16, less its factor.
inline void mix_lines(V (&line)[reverb_lines])
{
#pragma GCC unroll 4
    for (int half = 1; half < reverb_lines; half *= 2)
#pragma GCC unroll 16
        for (int i = 0; i < reverb_lines; ++i)
            if (!(i & half)) {
                const V a = line[i], b = line[i + half];
                line[i] = a + b;
                line[i + half] = a - b;
            }
}

/// Mixes what the lines gave with what comes in, and writes it to them: below -200 dBFS silence, so that what decays ends. False
/// where it was silence.
inline bool feed_lines(const ReverbWork& work, const float* absorbed, const ReverbSound* sides)
{
    const ReverbState& s = *work.state;
    alignas(alignment) float fed[reverb_lines][reverb_chunk];
    V loudest = V{};
    for (int i = 0; i < reverb_strides; ++i) {
        V line[reverb_lines];
        for (int l = 0; l < reverb_lines; ++l) line[l] = load(absorbed + l * reverb_chunk + i * lanes);
        mix_lines(line);
#pragma GCC unroll 16
        for (int l = 0; l < reverb_lines; ++l) {
            line[l] = fma(sides[0].of[i], all(s.inject[0][l]), fma(sides[1].of[i], all(s.inject[1][l]), line[l]));
            loudest = max(loudest, abs(line[l]));
            store(fed[l] + i * lanes, line[l]);
        }
    }
    float peak = 0;
    for (int l = 0; l < lanes; ++l) peak = loudest[l] > peak ? loudest[l] : peak;
    const bool sounds = peak > 1e-10f;
    for (int l = 0; l < reverb_lines; ++l) {
        ReverbSound sound{};
        if (sounds)
            for (int i = 0; i < reverb_strides; ++i) sound.of[i] = load(fed[l] + i * lanes);
        keep(work.lines, l, work.at, sound);
    }
    return sounds;
}

/// What is heard: early and late sound, as wide as asked.
inline void hear(const ReverbWork& work, const float* heard)
{
    const ReverbState& s = *work.state;
    ReverbSound wet[reverb_channels], middle{};
    const float share = 1.0f / static_cast<float>(work.channels);
    for (int c = 0; c < work.channels; ++c) {
        const ReverbSound early = faded(work, [&](const ReverbPlaces& p) { return read_echoes(work, p, c); });
        for (int i = 0; i < reverb_strides; ++i) {
            V late = V{};
            for (int l = 0; l < reverb_lines; ++l)
                late = fma(load(heard + l * reverb_chunk + i * lanes), all(s.hear[c][l]), late);
            const V frame = counted(i * lanes);
            wet[c].of[i] = fma(gliding(s.now.late, s.step.late, frame), late,
                               gliding(s.now.early, s.step.early, frame) * early.of[i]);
            middle.of[i] = fma(wet[c].of[i], all(share), middle.of[i]);
        }
    }
    for (int c = 0; c < work.channels; ++c)
        for (int i = 0; i < reverb_strides; ++i) {
            const V frame = counted(i * lanes), common = middle.of[i];
            const V side = gliding(s.now.side, s.step.side, frame) * (wet[c].of[i] - common);
            store(work.out[c] + i * lanes, fma(gliding(s.now.middle, s.step.middle, frame), common, side));
        }
}

/// One chunk. False where nothing but silence was written to the lines.
inline bool reverberate(const ReverbWork& work)
{
    ReverbState& s = *work.state;
    for (int c = 0; c < work.channels; ++c) {
        ReverbSound sound;
        for (int i = 0; i < reverb_strides; ++i) sound.of[i] = load(work.in[c] + i * lanes);
        keep(work.inputs, c, work.at, sound);
    }
    alignas(alignment) ReverbWeights weights;
    modulate(s, work, weights);
    alignas(alignment) float by_line[reverb_lines * reverb_chunk], by_frame[reverb_lines * reverb_chunk];
    for (int l = 0; l < reverb_lines; ++l) {
        const ReverbSound sound =
            faded(work, [&](const ReverbPlaces& places) { return read_line(work, l, places.line[l], weights); });
        for (int i = 0; i < reverb_strides; ++i) store(by_line + l * reverb_chunk + i * lanes, sound.of[i]);
    }
    hear(work, by_line);
    float* line[reverb_lines];
    for (int l = 0; l < reverb_lines; ++l) line[l] = by_line + l * reverb_chunk;
    for (int l = 0; l < reverb_lines; l += lanes) pack(line + l, by_frame + l * reverb_chunk, reverb_chunk);
    if (work.glides)
        absorb<true>(s, by_frame);
    else
        absorb<false>(s, by_frame);
    for (int l = 0; l < reverb_lines; l += lanes) unpack(by_frame + l * reverb_chunk, line + l, reverb_chunk);
    ReverbSound sides[2]{};
    for (int side = 0; side < work.sides; ++side) sides[side] = diffuse(work, side);
    return feed_lines(work, by_line, sides);
}
} // namespace fohd::dsp::inline FOHD_ISA

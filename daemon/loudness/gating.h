#pragma once
#include "config/loudness_text.h"

#include <cstdint>
#include <span>
#include <vector>

namespace fohd::daemon::loudness {

/// How often each loudness occurred, from the absolute gate of −70 LUFS on. One thread at a time; allocates in the constructor
/// alone, 80 kB, however much is counted. A mean is of the energies themselves: what the classes of 0.02 LU round is only on
/// which side of a relative gate the few are that lie in the gate's own class.
class Classes {
public:
    Classes() : classes_(config::class_count) {}

    /// One more, unless it is below the absolute gate. False: it was.
    bool add(double energy);

    /// The first class above a gate of `lu` below the mean of all, by the mean of the class. The number of classes: there is none.
    std::size_t gate(double lu) const;
    /// Energy: the mean of the class `from` and those above; 0 where there is nothing.
    double mean(std::size_t from) const;
    /// Energy: of all these in a row, the one at `part` (0..1) of it, or the mean of the few in its class.
    double percentile(std::size_t from, double part) const;

    /// What there is, and only this: what list() gives is what another one's set() takes, to the bit.
    std::vector<config::LoudnessClass> list() const;
    void set(std::span<const config::LoudnessClass> list);

private:
    struct Class {
        std::uint64_t count = 0;
        double energy = 0; ///< The sum.
    };
    std::vector<Class> classes_;
};

/// Integrated loudness and loudness range. Energies come every 100 ms of sound.
class Gating {
public:
    /// Of 400 ms: for integrated loudness. ITU-R BS.1770-5 Annex 1: gates at −70 LUFS and −10 LU, blocks overlap by 75 %.
    bool add_block(double energy) { return blocks_.add(energy); }
    /// Of 3 s: for the range. EBU Tech 3342 (since 2016): gates at −70 LUFS and −20 LU, windows overlap by at least 2.9 s.
    bool add_window(double energy) { return windows_.add(energy); }

    float integrated() const; ///< LUFS, or `lowest` before there is one. Some µs, as the next.
    float range() const;      ///< LU: between the 10th and the 95th percentile.

    /// Their parts of an integration.
    void save(config::Integration& to) const;
    void restore(const config::Integration& from);

private:
    Classes blocks_, windows_;
};

} // namespace fohd::daemon::loudness

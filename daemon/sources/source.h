#pragma once

#include <memory>
#include <string>

namespace fohd::daemon {

/// Sound from nowhere, for a backend without a sound card.
class Source {
public:
    virtual ~Source() = default;

    /// The next `frames` of every output. Of the source's own channels output n hears n modulo their number. Audio
    /// thread: no allocation, no lock, no system call. The sound does not depend on how it is cut into blocks.
    virtual void read(float* const* outputs, int count, int frames) noexcept = 0;
};

/// `silence`, `programme`, `noise` (pink, −20 dBFS RMS, another one for each of `count` outputs) or a sound file,
/// played round and round, resampled where its rate differs. `rate` in frames a second. Throws SourceError.
std::unique_ptr<Source> make_source(const std::string& name, int rate, int count);

} // namespace fohd::daemon

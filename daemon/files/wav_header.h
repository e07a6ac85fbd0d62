#pragma once
#include <cstdint>
#include <optional>
#include <string>

namespace fohd::daemon {

/// How many frames a WAV or RF64 file says that it has, whatever is there: libsndfile tells of a file that was cut off only what is
/// left. Nothing where it is no such file, is compressed, or says that it does not know, as streams do. Waits for the disk.
std::optional<std::int64_t> declared_frames(const std::string& path);

} // namespace fohd::daemon

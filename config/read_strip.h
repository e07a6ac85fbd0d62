#pragma once
#include "config/config.h"
#include "config/read_chain.h"

namespace fohd::config {

/// A strip as its own lines say it; names of other strips are not resolved yet.
struct StripDraft {
    dsp::Strip strip; ///< channels is 0 where the file leaves it to the source.
    StripExtras extras;
    std::vector<Position> places; ///< Of the processors of the chain.
    std::optional<Mention> from;
    Position channels_at;
    std::vector<std::pair<dsp::Send, Mention>> sends;
    std::vector<std::pair<std::size_t, Mention>> keys;  ///< Index of the processor in the chain, and whom it hears.
    std::vector<std::pair<std::size_t, Mention>> files; ///< The same, and the file that it works with.
    std::optional<Position> connect_at;
    std::string solo; ///< "pfl", "afl", "off", or empty where the file says nothing.
    Position solo_at;
};

/// Reads one strip of `inputs`, `buses` or `outputs`.
StripDraft read_strip(const Entry& entry, dsp::StripKind kind, Problems& problems);
} // namespace fohd::config

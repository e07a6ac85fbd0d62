#pragma once

#include "daemon/backends/transport.h"

#include <optional>
#include <utility>

namespace fohd::daemon {

/// When a transport's tempo is news: when it is another than before, when the transport begins to roll, and when it begins to be
/// followed. In between whoever sets the tempo by hand has the last word.
class TransportTempo {
public:
    /// The tempo to take now, in beats a minute, or nothing. To be called again and again.
    std::optional<float> news(const Transport& transport, bool follows)
    {
        const Transport before = std::exchange(before_, transport);
        const bool begins = std::exchange(followed_, follows) != follows || (transport.rolling && !before.rolling);
        if (!follows || transport.bpm <= 0 || (!begins && transport.bpm == before.bpm)) return {};
        return transport.bpm;
    }

private:
    Transport before_;
    bool followed_ = false;
};

} // namespace fohd::daemon

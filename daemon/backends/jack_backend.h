#pragma once

#include "daemon/backends/backend.h"

namespace fohd::daemon {

/// There is no server to be a client of, as opposed to one that refuses.
class NoJackServer : public AudioError {
    using AudioError::AudioError;
};

/// A client of the running JACK server that $JACK_DEFAULT_SERVER names (else `default`), with its ports registered and
/// not yet active. Never starts a server. Throws AudioError.
std::unique_ptr<Backend> open_jack(const BackendOptions& options, const Endpoints& endpoints);

} // namespace fohd::daemon

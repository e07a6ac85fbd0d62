#pragma once
#include "dsp/graph/plan.h"

namespace fohd::dsp {

/// The next description, and behind its strips what leaves: buses and inputs named with a `~`, which no file can have.
struct Transition {
    Description description;
    int leaving = 0; ///< How many of the last strips.
    int ringing =
        0; ///< How many of them ring on until they are silent; the others have gone when the graph has settled.
    std::vector<int> origins; ///< By leaving strip: that of the old description which it is, and whose ports it has.
};

/// What is needed of a graph that runs.
struct Running {
    const Description& description; ///< With its values as they are now.
    const Plan& plan;
};

/// The way from a graph to another one without a break in any sound, in the sums as well as in the memory of what hears them.
///
/// A strip whose chain, shape or alignment changes occurs twice: as it was, leaving, and as it will be. What follows it hears the
/// one fade into the other. Where something rings in it the two fade at what they hear instead, and the old one sounds until it is
/// silent. Ways that come and go open and close. Outputs change at once; the performer's crossfade is theirs.
/// Control thread, pure. `ring`: whether what rings of `now` goes on ringing.
Transition make_transition(const Description& next, const Running& now, bool ring = true);
} // namespace fohd::dsp

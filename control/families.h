#pragma once

#include "config/scene_text.h"
#include "control/osc/pattern.h"
#include "dsp/graph/layout.h"

#include <string>
#include <vector>

namespace fohd::control {

/// What kinds of value a parameter belongs to, by the names that a scene's scope uses: `fader`, `mute`, `pan`, `polarity`, `send`,
/// `processor` with its type and its name, `dca`, `mute_group`, `tempo`, `solo`, `ab`, `measured`. Both descriptions are of the surface.
std::vector<std::string> families_of(const dsp::Description& description, const dsp::Layout& layout, int parameter);

/// Families that are a moment's, or the gear's as it is wired, and not a scene's: only in it where they are named.
bool is_of_the_moment(std::string_view family);

/// A scope that can be asked.
class Scope {
public:
    /// Empty, or what is wrong with it: a pattern that is none, a family that nothing here has.
    static std::string check(const config::SceneScope& scope, const dsp::Description& description,
                             const dsp::Layout& layout);

    /// Bad patterns match nothing.
    explicit Scope(const config::SceneScope& scope);
    bool holds(const dsp::Description& description, const dsp::Layout& layout, int parameter) const;

private:
    std::vector<Pattern> strips_;
    bool all_strips_;
    std::vector<std::string> families_;
};

} // namespace fohd::control

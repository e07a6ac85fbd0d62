#pragma once
#include "control/desk.h"
#include "control/kept_values.h"
#include "control/session.h"
#include "daemon/state_folder.h"

namespace fohd::daemon {

/// What was there when fohd stopped, however it stopped: read before the sound runs.
class Memory {
public:
    /// Waits for the disk. `layout` of the surface.
    explicit Memory(const dsp::Layout& layout);

    config::SavedState saved;                            ///< As the file has it.
    control::Restored restored;                          ///< Its values for this layout.
    std::map<std::string, config::Integration> loudness; ///< Of strips with `loudness: keep`, by address.
    config::LearnedMap learned;                          ///< What processors had learned, by address.
    control::Shelf& shelf() { return folder_; }
    control::Archive& archive() { return folder_; }
    /// Read by the file thread.
    std::future<control::SceneMap> scenes() { return folder_.read_scenes(); }

private:
    FileThread files_;
    StateFolder folder_{files_, state_path()};
};

/// `scenes` of the file.
control::SceneOptions scene_options(const config::Recall& recall);

/// The sound that a desk describes, with these values of its surface.
dsp::Description sound_with(control::Desk& desk, std::span<const float> values);

} // namespace fohd::daemon

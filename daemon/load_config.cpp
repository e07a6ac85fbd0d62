#include "daemon/load_config.h"

#include "control/desk_wiring.h"
#include "daemon/files/load_impulse.h"

namespace fohd::daemon {

config::Loaded load_config(const std::string& path)
{
    config::Loaded loaded = config::load_file(path, {.read = load_impulse});
    if (loaded.config && !loaded.config->automation.file.empty())
        config::read_automation_of(loaded, control::DeskWiring(*loaded.config).surface_layout);
    return loaded;
}

} // namespace fohd::daemon

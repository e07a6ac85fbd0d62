#pragma once
#include "config/learned_text.h"
#include "config/loudness_text.h"
#include "config/state_text.h"
#include "control/archive.h"
#include "control/scene_list.h"
#include "daemon/file_thread.h"

#include <future>
#include <map>

namespace fohd::daemon {

/// `$STATE_DIRECTORY` (of several the first), else `$XDG_STATE_HOME/fohd`, else `~/.local/state/fohd`. Empty where there is none of
/// these.
std::string state_path();

/// The folder in which fohd keeps what must be there after a restart: `state.yaml`, each scene in `scenes/`, each automation in `automation/`, the loudness of strips in `loudness/`, what processors have learned in `learned/`. One fohd at a time: a
/// second one on the same folder neither reads nor writes. Where there is no folder, or it cannot be written, the show goes on, and
/// condition() says so. Trouble is logged when it begins and when it ends.
class StateFolder final : public control::Shelf, public control::Archive {
public:
    /// Makes the folder where it is missing, for this user alone. Waits for the disk. `files` must outlive it.
    StateFolder(FileThread& files, const std::string& path);
    ~StateFolder() override;

    /// What was saved. Nothing where there was nothing, or where the file is damaged: then it is set aside. Waits for the disk.
    config::SavedState read_state();

    /// The loudness that was kept, by the address of its strip. Damaged files are set aside. Waits for the disk.
    std::map<std::string, config::Integration> read_loudness();

    /// What processors had learned, by their addresses. Damaged files are set aside. Waits for the disk.
    config::LearnedMap read_learned();

    /// All scenes, once the file thread has read them. Damaged ones are set aside.
    std::future<control::SceneMap> read_scenes();

    void write(const std::string& name, Text text, const std::string& instead_of = {}) override;
    void remove(const std::string& name) override;
    std::future<Read> read(const std::string& name, std::size_t most) override;
    std::future<std::vector<std::string>> list(const std::string& folder, const std::string& suffix) override;
    std::future<void> save(const std::string& name, Text text, const std::string& instead_of) override;
    void append(const std::string& name, std::string text) override;
    /// ok; damaged: a file was set aside at start, and saving works; full, readonly, failed: the last attempt to save; locked: another fohd has the folder; none: there is no folder.
    std::string condition() const override;
    std::vector<std::string> notes() const override;

private:
    struct Inside;
    std::string key(const char* of);

    FileThread& files_;
    int asked_ = 0;
    std::shared_ptr<Inside> inside_; ///< Shared with the jobs.
};

} // namespace fohd::daemon

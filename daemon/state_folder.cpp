#include "daemon/state_folder.h"

#include "config/file_text.h"
#include "config/yaml_tree.h"
#include "daemon/learned_keeper.h"
#include "daemon/loudness/keeper.h"
#include "daemon/safe_file.h"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <mutex>
#include <spdlog/spdlog.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

namespace fohd::daemon {
namespace {

namespace fs = std::filesystem;

const char* word_for(int error)
{
    switch (error) {
    case ENOSPC:
    case EDQUOT:
    case EFBIG: return "full";
    case EROFS:
    case EACCES:
    case EPERM: return "readonly";
    default: return "failed";
    }
}

/// Makes the folder and all above it, each for this user alone. 0, or errno.
int make_folder(const fs::path& path)
{
    fs::path made;
    for (const fs::path& step : path) {
        made /= step;
        if (::mkdir(made.c_str(), 0700) != 0 && errno != EEXIST && !fs::is_directory(made)) return errno;
    }
    return 0;
}
} // namespace

std::string state_path()
{
    const auto value = [](const char* name) {
        const char* const text = std::getenv(name);
        return std::string(text ? text : "");
    };
    const std::string service = value("STATE_DIRECTORY");
    if (!service.empty()) return service.substr(0, service.find(':'));
    if (const std::string base = value("XDG_STATE_HOME"); !base.empty()) return base + "/fohd";
    if (const std::string home = value("HOME"); !home.empty()) return home + "/.local/state/fohd";
    return {};
}

struct StateFolder::Inside {
    fs::path path;
    int folder = -1; ///< Held open: whoever has its lock owns it.
    mutable std::mutex mutex;
    std::string condition = "ok";
    std::vector<std::string> notes;
    int damaged = 0;
    std::map<std::string, std::string> growing; ///< What is to be appended, by file.

    ~Inside()
    {
        if (folder >= 0) ::close(folder);
    }
    bool is_usable() const { return folder >= 0; }

    /// Nothing is left of it, nor of what was to be appended to it. 0, or errno.
    int forget(const std::string& name)
    {
        {
            const std::scoped_lock lock(mutex);
            growing.erase(name);
        }
        return remove_safely(path / name);
    }

    /// At most so many of those in a folder below.
    std::vector<fs::path> files(const char* below, std::size_t most) const
    {
        std::error_code failure;
        std::vector<fs::path> files;
        if (is_usable())
            for (const auto& entry : fs::directory_iterator(path / below, failure))
                if (entry.path().extension() == ".yaml" && files.size() < most) files.push_back(entry.path());
        return files;
    }

    /// A file that cannot be read for this reason is put out of the way.
    void give_up(const fs::path& file, const std::string& why, const std::string& instead)
    {
        const std::string aside = set_aside(file);
        const std::string sentence = file.string() + " is damaged (" + why + ")" +
                                     (aside.empty() ? "" : " and was set aside as " + aside) + "; " + instead;
        spdlog::error("{}", sentence);
        const std::scoped_lock lock(mutex);
        ++damaged;
        if (notes.size() < 20) notes.push_back(sentence);
    }

    void refuse(std::string word, const std::string& sentence)
    {
        spdlog::error("{}", sentence);
        condition = std::move(word);
        notes.push_back(sentence);
    }

    /// What became of an attempt. True where it succeeded.
    bool tell(int error, const std::string& name)
    {
        const std::scoped_lock lock(mutex);
        const std::string now = error ? word_for(error) : "ok";
        if (now != condition && error)
            spdlog::error("{} cannot be saved: {}; the old one stays, and fohd goes on trying", (path / name).string(),
                          std::strerror(error));
        else if (now != condition)
            spdlog::info("saving to {} works again", path.string());
        condition = now;
        return error == 0;
    }
};

StateFolder::StateFolder(FileThread& files, const std::string& path)
    : files_(files), inside_(std::make_shared<Inside>())
{
    auto& in = *inside_;
    in.path = path;
    const std::string nothing = "nothing is kept over a restart: ";
    if (path.empty()) {
        in.refuse("none", nothing + "neither STATE_DIRECTORY, XDG_STATE_HOME nor HOME is set");
        return;
    }
    const int made = make_folder(in.path);
    in.folder = ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (in.folder < 0) {
        in.refuse("none", nothing + path + " cannot be opened: " + std::strerror(made ? made : errno));
    } else if (::flock(in.folder, LOCK_EX | LOCK_NB) != 0) {
        ::close(std::exchange(in.folder, -1));
        in.refuse("locked", nothing + "another fohd has " + path + "; give each its own folder by STATE_DIRECTORY");
    } else { // Where people put files of their own; why it cannot be made is said of what is to be saved there.
        for (const char* below : {"automation", "scenes"}) make_folder(in.path / below);
    }
}

StateFolder::~StateFolder() = default;

config::SavedState StateFolder::read_state()
{
    auto& in = *inside_;
    if (!in.is_usable()) return {};
    const std::string file = in.path / "state.yaml";
    auto [text, why, missing] = config::read_text(file, config::own_file_limits.bytes);
    if (missing) return {};
    if (text) {
        auto read = config::read_state(*text);
        if (read.state) return std::move(*read.state);
        why = read.error;
    }
    in.give_up(file, why, "the configuration's own values serve");
    return {};
}

std::map<std::string, config::Integration> StateFolder::read_loudness()
{
    auto& in = *inside_;
    std::map<std::string, config::Integration> kept;
    for (const fs::path& file : in.files("loudness", config::max_strips)) {
        const auto [text, error, missing] = config::read_text(file, config::max_file_bytes);
        auto read = text ? config::read_loudness(*text) : config::ReadIntegration{{}, error};
        if (read.integration)
            kept[loudness::address_of_file(file.stem())] = std::move(*read.integration);
        else
            in.give_up(file, read.error, "the loudness of its strip begins anew");
    }
    return kept;
}

config::LearnedMap StateFolder::read_learned()
{
    constexpr std::size_t most = 4096;
    auto& in = *inside_;
    config::LearnedMap kept;
    for (const fs::path& file : in.files("learned", most)) {
        const auto [text, error, missing] = config::read_text(file, config::max_file_bytes);
        auto read = text ? config::read_learned(*text) : config::ReadLearned{{}, error};
        const std::string address = address_of_learned_file(file.stem());
        if (read.learned)
            kept[address] = std::move(*read.learned);
        else
            in.give_up(file, read.error, address + " begins with nothing learned");
    }
    return kept;
}

std::future<control::SceneMap> StateFolder::read_scenes()
{
    auto promise = std::make_shared<std::promise<control::SceneMap>>();
    auto scenes = promise->get_future();
    files_.post("scenes", [inside = inside_, promise] {
        control::SceneMap read;
        for (const fs::path& file : inside->files("scenes", control::SceneList::max_scenes)) {
            const std::string name = file.stem();
            const auto [text, error, missing] = config::read_text(file, config::own_file_limits.bytes);
            auto scene = text ? config::read_scene(*text) : config::ReadScene{{}, error};
            if (!scene.scene)
                inside->give_up(file, scene.error, "there is no such scene now");
            else if (config::scene_name_problem(name).empty())
                read[name] = std::make_shared<const config::Scene>(std::move(*scene.scene));
        }
        promise->set_value(std::move(read));
        return true;
    });
    return scenes;
}

void StateFolder::write(const std::string& name, Text text, const std::string& instead_of)
{
    if (!inside_->is_usable()) return;
    files_.post(name, [inside = inside_, name, text = std::move(text), instead_of] {
        const fs::path path = inside->path / name;
        make_folder(path.parent_path());
        int error = write_safely(path, text());
        if (!error && !instead_of.empty()) error = inside->forget(instead_of);
        return inside->tell(error, name);
    });
}

std::future<void> StateFolder::save(const std::string& name, Text text, const std::string& instead_of)
{
    auto promise = std::make_shared<std::promise<void>>();
    auto saved = promise->get_future();
    if (!inside_->is_usable()) {
        promise->set_value();
        return saved;
    }
    files_.post(key("save "), [inside = inside_, promise, name, text = std::move(text), instead_of] {
        const fs::path path = inside->path / name;
        make_folder(path.parent_path());
        std::string kept;
        int error = write_beside(path, text(), kept);
        if (!error && !kept.empty()) spdlog::info("{} was replaced; what it had is in {}", path.string(), kept);
        if (!error && !instead_of.empty()) error = inside->forget(instead_of);
        const bool done = inside->tell(error, name);
        if (done) promise->set_value();
        return done;
    });
    return saved;
}

void StateFolder::append(const std::string& name, std::string text)
{
    if (!inside_->is_usable()) return;
    {
        const std::scoped_lock lock(inside_->mutex);
        inside_->growing[name] += text;
    }
    files_.post("append " + name, [inside = inside_, name] {
        std::string lines;
        {
            const std::scoped_lock lock(inside->mutex);
            const auto grows = inside->growing.find(name);
            if (grows == inside->growing.end()) return true;
            lines = std::move(grows->second);
            inside->growing.erase(grows);
        }
        const fs::path path = inside->path / name;
        make_folder(path.parent_path());
        const int error = append_safely(path, lines);
        if (error) {
            const std::scoped_lock lock(inside->mutex);
            inside->growing[name].insert(0, lines);
        }
        return inside->tell(error, name);
    });
}

void StateFolder::remove(const std::string& name)
{
    if (!inside_->is_usable()) return;
    files_.post(name, [inside = inside_, name] { return inside->tell(inside->forget(name), name); });
}

/// No other job has it: what was asked for is answered.
std::string StateFolder::key(const char* of) { return of + std::to_string(++asked_); }

std::future<control::Archive::Read> StateFolder::read(const std::string& name, std::size_t most)
{
    auto promise = std::make_shared<std::promise<Read>>();
    auto answer = promise->get_future();
    files_.post(key("read "), [inside = inside_, promise, name, most] {
        const std::string file = inside->path / name;
        auto [text, error, missing] =
            inside->is_usable() ? config::read_text(file, most) : config::ReadText{{}, std::strerror(ENOENT), true};
        promise->set_value({std::move(text), file, std::move(error), missing});
        return true;
    });
    return answer;
}

std::future<std::vector<std::string>> StateFolder::list(const std::string& folder, const std::string& suffix)
{
    auto promise = std::make_shared<std::promise<std::vector<std::string>>>();
    auto answer = promise->get_future();
    files_.post(key("list "), [inside = inside_, promise, folder, suffix] {
        constexpr std::size_t most = 1000;
        std::error_code failure;
        std::vector<std::string> names;
        if (inside->is_usable())
            for (const auto& entry : fs::directory_iterator(inside->path / folder, failure))
                if (entry.path().extension() == suffix && entry.is_regular_file(failure) && names.size() < most)
                    names.push_back(entry.path().stem());
        promise->set_value(std::move(names));
        return true;
    });
    return answer;
}

std::string StateFolder::condition() const
{
    const std::scoped_lock lock(inside_->mutex);
    return inside_->condition == "ok" && inside_->damaged > 0 ? "damaged" : inside_->condition;
}

std::vector<std::string> StateFolder::notes() const
{
    const std::scoped_lock lock(inside_->mutex);
    return inside_->notes;
}

} // namespace fohd::daemon

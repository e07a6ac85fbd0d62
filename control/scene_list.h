#pragma once

#include "config/scene_text.h"
#include "control/shelf.h"

#include <map>
#include <memory>

namespace fohd::control {

/// The order of names for people: digits count as numbers, so that "2 Song" comes before "10 Song".
struct NaturalOrder {
    bool operator()(const std::string& a, const std::string& b) const;
};

using SceneMap = std::map<std::string, std::shared_ptr<const config::Scene>, NaturalOrder>;

/// All scenes, in memory, so that none waits for a disk, and each in a file of its own on the shelf. Control thread. Functions that change
/// something answer empty, or why they did not.
class SceneList {
public:
    static constexpr std::size_t max_scenes = 1000, max_values = 500'000;

    explicit SceneList(Shelf& shelf) : shelf_(shelf) {}

    /// What was on the shelf; before it nothing else is possible. Beyond the limits the last ones are left out.
    void load(SceneMap scenes);
    bool loaded() const { return loaded_; }

    const SceneMap& scenes() const { return scenes_; }
    /// Nothing where there is none of this name.
    std::shared_ptr<const config::Scene> find(const std::string& name) const;
    /// What to say of a name that is none, with the nearest one.
    std::string unknown(const std::string& name) const;
    /// The name that recalls at this program change, or empty.
    std::string with_program(int program) const;
    /// The name that is `step` places behind this one, or the first; empty at either end.
    std::string beside(const std::string& name, int step) const;

    std::string save(const std::string& name, config::Scene scene);
    std::string remove(const std::string& name);
    std::string rename(const std::string& from, const std::string& to);
    std::string copy(const std::string& from, const std::string& to);
    /// No other scene keeps the program. -1: none.
    std::string set_program(const std::string& name, int program);

private:
    std::string check_new(const std::string& name) const;
    void put(const std::string& name, config::Scene scene, const std::string& instead_of = {});

    Shelf& shelf_;
    SceneMap scenes_;
    bool loaded_ = false;
};

} // namespace fohd::control

#pragma once
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace fohd::config {

/// What a scene stores and sets: values below one of the strips that are of one of the families. Nothing named: all.
struct SceneScope {
    std::vector<std::string> strips;   ///< Patterns: `/input/*`, `/bus/main`.
    std::vector<std::string> families; ///< `fader`, `mute`, `send`, `eq` …
    bool operator==(const SceneScope&) const = default;
};

/// What a file of a scene holds; the file is named after it.
struct Scene {
    int program = -1; ///< Of a MIDI program change that recalls it, 0..127, or -1.
    SceneScope scope;
    std::vector<std::pair<std::string, std::string>> values; ///< Address and text: `-6 dB`.
    bool operator==(const Scene&) const = default;
};

/// The text of the file. Any thread but the audio thread, as all here.
std::string scene_text(const Scene& scene);

/// A scene, or one sentence with the place of what is wrong with the text.
struct ReadScene {
    std::optional<Scene> scene;
    std::string error;
};
/// Bounded in time and memory whatever the text.
ReadScene read_scene(std::string_view text);

/// Whether a scene may be called so, since its file is: up to 100 bytes of UTF-8 without `/` and control characters, no `.` at the
/// front and no space at either end. Empty, or why not.
std::string scene_name_problem(std::string_view name);
/// The same of another kind of file: "an automation".
std::string file_name_problem(std::string_view name, std::string_view kind);
} // namespace fohd::config

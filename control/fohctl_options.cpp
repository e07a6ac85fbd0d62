#include "control/fohctl_options.h"

#include <algorithm>
#include <charconv>

namespace fohd::control {

const char* const ctl_usage =
    "Usage: fohctl [--host HOST] [--port PORT] [--tcp] COMMAND\n"
    "\n"
    "Speaks to a running fohd by OSC, as a tablet does.\n"
    "\n"
    "  get ADDRESS…          print values; patterns are allowed: get '/bus/*/fader'\n"
    "  set ADDRESS VALUE     set a value: -6, '-6 dB', '2.5 kHz', on, bell; patterns are allowed\n"
    "  watch [PATTERN [HZ]]  print values as they change, readings HZ times a second, until interrupted\n"
    "  dump [PATTERN]        print the whole state\n"
    "  status                print how fohd is\n"
    "  reload                read the configuration file again; errors of the file are printed\n"
    "  undo [PATTERN]        take back the last change, or the last below what matches\n"
    "  redo [PATTERN]        do again what was taken back\n"
    "  scene list            print the scenes\n"
    "  scene save NAME [STRIPS [FAMILIES]]\n"
    "                        store the values as they are, all or those named: '/input/*' 'fader mute'\n"
    "  scene recall NAME [SECONDS]\n"
    "                        set a scene's values, continuous ones in a fade\n"
    "  scene next [SECONDS], scene previous [SECONDS]\n"
    "                        recall the scene beside the current one\n"
    "  scene delete NAME, scene rename NAME NEW, scene copy NAME NEW\n"
    "  automation list       print the automations\n"
    "  automation play [NAME]\n"
    "                        play it from its beginning, or go on with the one that is loaded\n"
    "  automation load NAME, automation stop, automation locate TIME\n"
    "                        TIME is seconds or MINUTES:SECONDS\n"
    "  automation record NAME\n"
    "                        keep what surfaces move, until stop\n"
    "  automation follow transport|off, automation delete NAME\n"
    "\n"
    "  --host HOST   where fohd runs (127.0.0.1)\n"
    "  --port PORT   its OSC port (9000)\n"
    "  --tcp         by TCP instead of UDP\n"
    "  --help, --version\n"
    "\n"
    "Values are printed as ADDRESS VALUE, one a line. Exit codes: 0 done, 1 refused by fohd, 2 usage, 3 no answer\n"
    "within a second.\n";

namespace {

struct CommandShape {
    const char* name;
    std::size_t least, most;
};
constexpr CommandShape commands[] = {{"get", 1, 64},   {"set", 2, 2},       {"watch", 0, 2}, {"dump", 0, 1},
                                     {"status", 0, 0}, {"undo", 0, 1},      {"redo", 0, 1},  {"scene", 1, 4},
                                     {"reload", 0, 0}, {"automation", 1, 2}};

/// What can be done with automations.
constexpr CommandShape automation_actions[] = {{"list", 0, 0},   {"load", 1, 1},   {"play", 0, 1},   {"stop", 0, 0},
                                               {"locate", 1, 1}, {"record", 1, 1}, {"delete", 1, 1}, {"follow", 1, 1}};

std::string check_automation(const CtlOptions& options)
{
    const auto& action = options.arguments[0];
    const auto* shape = std::find_if(std::begin(automation_actions), std::end(automation_actions),
                                     [&](const CommandShape& each) { return action == each.name; });
    if (shape == std::end(automation_actions))
        return "'" + action +
               "' is nothing to do with automations: use list, load, play, stop, locate, record, delete or follow";
    const auto words = options.arguments.size() - 1;
    if (words < shape->least)
        return "automation " + action + " needs " +
               (action == "locate"   ? "a TIME"
                : action == "follow" ? "transport or off"
                                     : "a NAME");
    if (words > shape->most) return "automation " + action + " does not take '" + options.arguments[1] + "'";
    return {};
}

/// What can be done with scenes; the words behind it.
constexpr CommandShape scene_actions[] = {{"list", 0, 0},     {"save", 1, 3},   {"recall", 1, 2}, {"next", 0, 1},
                                          {"previous", 0, 1}, {"delete", 1, 1}, {"rename", 2, 2}, {"copy", 2, 2}};

std::string check_scene(const CtlOptions& options)
{
    const auto& action = options.arguments[0];
    const auto* shape = std::find_if(std::begin(scene_actions), std::end(scene_actions),
                                     [&](const CommandShape& each) { return action == each.name; });
    if (shape == std::end(scene_actions))
        return "'" + action +
               "' is nothing to do with scenes: use list, save, recall, next, previous, delete, rename or copy";
    const auto words = options.arguments.size() - 1;
    if (words < shape->least) return "scene " + action + " needs a NAME" + (shape->least > 1 ? " and a NEW one" : "");
    if (words > shape->most)
        return "scene " + action + " does not take '" + options.arguments[shape->most + 1] +
               "'; put quotes around a name with a space";
    return {};
}

std::string check_command(const CtlOptions& options)
{
    const auto* shape = std::find_if(std::begin(commands), std::end(commands),
                                     [&](const CommandShape& c) { return options.command == c.name; });
    if (shape == std::end(commands))
        return "'" + options.command +
               "' is no command: use get, set, watch, dump, status, reload, undo, redo, scene or automation";
    if (options.arguments.size() < shape->least)
        return options.command + " needs " +
               (options.command == "scene" || options.command == "automation" ? "something to do" : "an ADDRESS") +
               (shape->least > 1 ? " and a VALUE" : "");
    if (options.arguments.size() > shape->most)
        return options.command + " does not take '" + options.arguments[shape->most] +
               "'; put quotes around a value with a space";
    if (options.command == "scene") return check_scene(options);
    if (options.command == "automation") return check_automation(options);
    const bool has_address = options.command == "get" || options.command == "set" || !options.arguments.empty();
    if (has_address && !options.arguments[0].starts_with('/'))
        return "'" + options.arguments[0] + "' is no address: it begins with /, as in /bus/main/fader";
    return {};
}

} // namespace

std::string read_ctl_options(std::span<const std::string> words, CtlOptions& options)
{
    for (std::size_t i = 0; i < words.size(); ++i) {
        const auto& word = words[i];
        const bool takes_value = word == "--host" || word == "--port";
        if (word == "--help" || word == "-h") {
            options.help = true;
        } else if (!options.command.empty()) {
            options.arguments.push_back(word);
        } else if (takes_value && i + 1 == words.size()) {
            return word + " needs a value";
        } else if (word == "--host") {
            options.host = words[++i];
        } else if (word == "--port") {
            const auto& text = words[++i];
            const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), options.port);
            if (code != std::errc{} || end != text.data() + text.size() || options.port == 0)
                return "--port takes a number from 1 to 65535, not '" + text + "'";
        } else if (word == "--tcp") {
            options.tcp = true;
        } else if (word == "--version") {
            options.version = true;
        } else if (word.starts_with('-')) {
            return "'" + word + "' is no option";
        } else {
            options.command = word;
        }
    }
    if (options.help || options.version) return {};
    return options.command.empty() ? "a command is missing" : check_command(options);
}

} // namespace fohd::control

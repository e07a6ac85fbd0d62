#include "config/state_text.h"
#include "config/yaml_text.h"

#include <catch2/catch.hpp>

using namespace fohd::config;

TEST_CASE("state: what is written is read back")
{
    const SavedState state{"Opening \"song\"",
                           {"/input/{kick,snare}//", "/bus/main"},
                           {{"/bus/main/fader", "-inf", "0 dB"},
                            {"/input/vox/compressor/ratio", "3:1", "4:1"},
                            {"/bus/main/eq/1/type", "null", "off"},
                            {"/dca/1/fader", "-6.25 dB", "0 dB"}}};
    const auto read = read_state(state_text(state));
    INFO(read.error);
    REQUIRE(read.state);
    CHECK(*read.state == state);
    CHECK(*read_state(state_text({})).state == SavedState{});
}

TEST_CASE("state: a person can read it")
{
    const auto text = state_text({{}, {}, {{"/bus/main/fader", "-6 dB", "0 dB"}}});
    CHECK_THAT(text,
               Catch::EndsWith("fohd-state: 1\nvalues:\n  /bus/main/fader: {value: -6 dB, file: 0 dB}\nend: true\n"));
}

TEST_CASE("state: 20,000 values are within its limits")
{
    SavedState state;
    for (int i = 0; i < 20000; ++i)
        state.values.push_back({"/input/in" + std::to_string(i) + "/fader", "-6 dB", "0 dB"});
    const auto read = read_state(state_text(state));
    REQUIRE(read.state);
    CHECK(read.state->values.size() == 20000);
}

TEST_CASE("state: what is damaged is refused with its place")
{
    const auto text = GENERATE(values<std::string>({
        "",
        "fohd-state: 2\n",
        "fohd: 1\n",
        "fohd-state: 1\nvalues: 3\n",
        "fohd-state: 1\nvalues:\n  /bus/main/fader: -6 dB\n",
        "fohd-state: 1\nvalues:\n  /bus/main/fader: {value: -6 dB}\n",
        "fohd-state: 1\nvalues:\n  fader: {value: -6 dB, file: 0 dB}\n",
        "fohd-state: 1\nvalues:\n  /bus/main/fader: {value: -6 dB, file: 0 d",
        "fohd-state: 1\nvalues:\n  /a: {value: 1, file: 2}\n  /a: {value: 1, file: 2}\n",
        "fohd-state: 1\nsafe: /bus/main\n",
        "fohd-state: 1\n",
        "fohd-state: 1\nunknown: 1\nend: true\n",
        std::string("fohd-state: 1\n\0\0\0\0", 18),
        "\xff\xfe garbage",
    }));
    INFO(text);
    const auto read = read_state(text);
    CHECK_FALSE(read.state);
    CHECK_THAT(read.error, Catch::StartsWith("line "));
}

TEST_CASE("yaml: texts that YAML would take for something else are quoted")
{
    CHECK(yaml_scalar("-6 dB") == "-6 dB");
    CHECK(yaml_scalar("-inf") == "-inf");
    CHECK(yaml_scalar("/bus/main/eq/1/q") == "/bus/main/eq/1/q");
    for (const auto text :
         {"", "~", "null", "- a", "3:1", "a: b", "*x", "&x", "{a,b}", "#a", "a ", " a", "%a", "!", "\"", "\\"})
        CHECK(yaml_scalar(text).front() == '"');
}

#include "config/scene_text.h"

#include <catch2/catch.hpp>

using namespace fohd::config;

TEST_CASE("scene: what is written is read back")
{
    const Scene scene{3,
                      {{"/input/{kick,snare}", "/bus/main"}, {"fader", "mute", "eq"}},
                      {{"/bus/main/fader", "-inf"}, {"/input/vox/compressor/ratio", "3:1"}}};
    const auto read = read_scene(scene_text(scene));
    INFO(read.error);
    REQUIRE(read.scene);
    CHECK(*read.scene == scene);
    CHECK(*read_scene(scene_text({})).scene == Scene{});
}

TEST_CASE("scene: a person can read and write it")
{
    const auto read = read_scene("fohd-scene: 1\n"
                                 "program: 7\n"
                                 "families: [fader, mute]\n"
                                 "values:\n"
                                 "  /bus/main/fader: -6 dB\n"
                                 "  /bus/main/mute: on\n");
    REQUIRE(read.scene);
    CHECK(read.scene->program == 7);
    CHECK(read.scene->values.size() == 2);
}

TEST_CASE("scene: what is damaged is refused with its place")
{
    const auto text = GENERATE(values<std::string>(
        {"", "fohd: 1\n", "fohd-scene: 2\n", "fohd-scene: 1\nprogram: 128\n", "fohd-scene: 1\nstrips: all\n",
         "fohd-scene: 1\nvalues: [1]\n", "fohd-scene: 1\nvalues: {/a: {b: 1}}\n", "fohd-scene: 1\nvalues: {fader: 1}\n",
         "fohd-scene: 1\nvalues:\n  /a: \"", "fohd-scene: 1\nother: 1\n"}));
    INFO(text);
    CHECK_FALSE(read_scene(text).scene);
    CHECK_THAT(read_scene(text).error, Catch::StartsWith("line "));
}

TEST_CASE("scene: names that make good files")
{
    for (const auto name : {"Opening", "2 Böse Überraschung", "act-1_scene.2", "..."}) {
        INFO(name);
        CHECK(scene_name_problem(name).empty() == (name[0] != '.'));
    }
    for (const std::string name :
         {"", ".", "..", ".hidden", "a/b", "../etc/passwd", " a", "a ", "a\nb", "a\tb", "\xff", "a\x01"})
        CHECK_FALSE(scene_name_problem(name).empty());
    CHECK_FALSE(scene_name_problem(std::string("a\0b", 3)).empty());
    CHECK(scene_name_problem(std::string(100, 'a')).empty());
    CHECK_FALSE(scene_name_problem(std::string(101, 'a')).empty());
}

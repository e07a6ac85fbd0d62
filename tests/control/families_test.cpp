#include "control/families.h"

#include "config/config.h"

#include <catch2/catch.hpp>

using namespace fohd;
using namespace fohd::control;

TEST_CASE("scope: what an action found is of the wiring, and in a scene only where that is named")
{
    const auto loaded = config::load_text("fohd: 1\n"
                                          "inputs: {vox: {chain: [insert: {send: 'a:1', return: 'b:1'}]}}\n"
                                          "outputs: {foh: {from: vox}}\n");
    REQUIRE(loaded.config);
    const dsp::Description& graph = loaded.config->graph;
    const dsp::Layout layout(graph);
    const auto holds = [&](const config::SceneScope& scope, const std::string& id) {
        const int parameter = layout.find("/input/vox/insert/" + id);
        REQUIRE(parameter >= 0);
        return Scope(scope).holds(graph, layout, parameter);
    };
    for (const char* found : {"latency", "block", "rate"}) {
        INFO(found);
        CHECK_FALSE(holds({}, found));
        CHECK_FALSE(holds({.strips = {"/input/vox"}, .families = {}}, found));
        CHECK_FALSE(holds({.strips = {}, .families = {"processor", "insert"}}, found));
        CHECK(holds({.strips = {}, .families = {"measured"}}, found));
    }
    for (const char* set : {"send_trim", "return_trim", "bypass"}) {
        CHECK(holds({}, set));
        CHECK_FALSE(holds({.strips = {}, .families = {"measured"}}, set));
    }
    CHECK(Scope::check({.strips = {}, .families = {"measured"}}, graph, layout).empty());
}

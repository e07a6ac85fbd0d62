#pragma once
#include <string>
#include <string_view>
#include <vector>

/// The synthetic test signals of EBU Tech 3341 (2023, table 1: tests 1 to 6 and 9 to 23) and Tech 3342 (2023, table 1:
/// tests 1 to 4), made from their definitions at any rate, with the readings and tolerances that the tables ask for.
/// Tests 7 and 8 (5 and 6 of Tech 3342) are recordings and not here.
namespace fohd::conformance {

/// From `from` to `to` seconds after the first sample, the reading is `expected` −`below` +`above`.
struct Check {
    std::string_view reading; ///< As in an OSC address: "momentary", "max/truepeak" …
    double from = 0, to = 0;
    double expected = 0, below = 0, above = 0; ///< LUFS, LU or dBTP.
};

struct Signal {
    std::string name;
    unsigned rate = 0, channels = 0;
    std::vector<float> samples; ///< Interleaved; 1 = full scale. Test 19 has a sample peak below 1 all the same.
    std::vector<Check> checks;

    double seconds() const { return static_cast<double>(samples.size()) / channels / rate; }
};

/// "3341-1" … "3341-10-0" (one for each segment of tests 10 and 13) … "3342-4".
std::vector<std::string> signal_names();

/// `rate` in Hz; the standards' own files have 48000. A name that signal_names() does not list throws.
Signal make_signal(std::string_view name, unsigned rate);

} // namespace fohd::conformance

#pragma once
// Edits of a file, as somebody makes them during a show.

#include <string>

namespace fohd::test {

/// A show of which parts can be edited, one text each.
struct Stage {
    std::string vox_chain = "[high_pass: {frequency: 30 Hz}, compressor: {threshold: -20 dB}]";
    std::string vox = "fader: -3 dB\n    sends: {main: {}, hall: {level: -12 dB}}";
    std::string more_inputs, more_buses, more_outputs;
    std::string hall_chain = "[delay: {time: 150 ms, feedback: 40 %}]";
    std::string main_chain = "[eq: {}, fader, limiter: {}]";
    std::string foh_chain = "[]";

    std::string text() const
    {
        return "inputs:\n  ref: {chain: [eq: {bands: [{gain: 3 dB}]}, compressor: {}], sends: {clean: {}}}\n"
               "  vox:\n    chain: " +
               vox_chain + "\n    " + vox + "\n  keys: {channels: 2, sends: {main: {}}}\n" + more_inputs +
               "buses:\n  clean: {chain: [delay: {time: 20 ms}, limiter: {}], loudness: true}\n"
               "  hall: {chain: " +
               hall_chain + ", sends: {main: {}}}\n  main: {chain: " + main_chain + ", loudness: true}\n" + more_buses +
               "outputs:\n  clean_out: {from: clean}\n  foh: {from: main, chain: " + foh_chain + "}\n" + more_outputs;
    }
};

struct Edit {
    const char* name;
    void (*apply)(Stage&);
};

// Each is made and taken back.
inline const Edit edits[] = {
    {"a processor inserted",
     [](Stage& s) {
         s.vox_chain = "[high_pass: {frequency: 30 Hz}, eq: {bands: [{gain: 6 dB, frequency: 300 Hz}]}, compressor: "
                       "{threshold: -20 dB}]";
     }},
    {"a processor removed", [](Stage& s) { s.vox_chain = "[high_pass: {frequency: 30 Hz}]"; }},
    {"two in the other order",
     [](Stage& s) { s.vox_chain = "[compressor: {threshold: -20 dB}, high_pass: {frequency: 30 Hz}]"; }},
    {"an empty chain", [](Stage& s) { s.vox_chain = "[]"; }},
    {"a latency that comes",
     [](Stage& s) {
         s.vox_chain = "[high_pass: {frequency: 30 Hz}, compressor: {threshold: -20 dB, lookahead: 5 ms}]";
     }},
    {"a limiter of another look-ahead", [](Stage& s) { s.main_chain = "[eq: {}, fader, limiter: {lookahead: 4 ms}]"; }},
    {"no limiter", [](Stage& s) { s.main_chain = "[eq: {}]"; }},
    {"another slope",
     [](Stage& s) { s.vox_chain = "[high_pass: {frequency: 30 Hz, slope: 48}, compressor: {threshold: -20 dB}]"; }},
    {"a send added",
     [](Stage& s) {
         s.more_buses = "  mon: {sends: {main: {level: -10 dB}}}\n";
         s.vox = "fader: -3 dB\n    sends: {main: {}, hall: {level: -12 dB}, mon: {tap: pre}}";
     }},
    {"a send removed", [](Stage& s) { s.vox = "fader: -3 dB\n    sends: {main: {}}"; }},
    {"a send from elsewhere",
     [](Stage& s) { s.vox = "fader: -3 dB\n    sends: {main: {tap: pre}, hall: {level: -12 dB}}"; }},
    {"another fader in the file",
     [](Stage& s) { s.vox = "fader: -9 dB\n    sends: {main: {}, hall: {level: -12 dB}}"; }},
    {"an input more", [](Stage& s) { s.more_inputs = "  drums: {chain: [gate: {}], sends: {main: {}}}\n"; }},
    {"a bus more, between",
     [](Stage& s) {
         s.more_buses = "  group: {chain: [compressor: {}], sends: {main: {}}}\n";
         s.vox = "sends: {group: {}, hall: {level: -12 dB}}";
     }},
    {"an output more", [](Stage& s) { s.more_outputs = "  tower: {from: main, chain: [delay: {time: 34 ms}]}\n"; }},
    {"echo removed", [](Stage& s) { s.hall_chain = "[]"; }},
    {"echo of another name", [](Stage& s) { s.hall_chain = "[delay: {name: other, time: 150 ms, feedback: 40 %}]"; }},
    {"echo in the input",
     [](Stage& s) {
         s.vox_chain =
             "[high_pass: {frequency: 30 Hz}, compressor: {threshold: -20 dB}, delay: {time: 90 ms, mix: 30 %}]";
     }},
    {"a delay in the output", [](Stage& s) { s.foh_chain = "[delay: {time: 12 ms}]"; }},
    {"the fader before the chain",
     [](Stage& s) { s.vox_chain = "[fader, high_pass: {frequency: 30 Hz}, compressor: {threshold: -20 dB}]"; }},
};
} // namespace fohd::test

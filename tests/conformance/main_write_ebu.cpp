// Writes the EBU's synthetic test signals as WAV files (32-bit float): write_ebu DIRECTORY RATE [NAME…], all without
// NAME. Beside each NAME.wav stands NAME.checks: a line "READING FROM TO EXPECTED BELOW ABOVE" (seconds; LUFS, LU or
// dBTP) a check.
#include "tests/conformance/ebu_signals.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <sndfile.hh>

using namespace fohd::conformance;

namespace {

void write(const Signal& signal, const std::filesystem::path& directory)
{
    const auto path = directory / (signal.name + ".wav");
    SndfileHandle file(path.string(), SFM_WRITE, SF_FORMAT_WAV | SF_FORMAT_FLOAT, static_cast<int>(signal.channels),
                       static_cast<int>(signal.rate));
    if (file.error() || file.write(signal.samples.data(), static_cast<sf_count_t>(signal.samples.size())) == 0)
        throw std::runtime_error("cannot write " + path.string() + ": " + file.strError());
    std::ofstream checks(directory / (signal.name + ".checks"));
    for (const Check& check : signal.checks)
        checks << check.reading << ' ' << check.from << ' ' << check.to << ' ' << check.expected << ' ' << check.below
               << ' ' << check.above << '\n';
}

} // namespace

int main(int count, char** arguments)
try {
    if (count < 3) {
        std::cerr << "usage: write_ebu DIRECTORY RATE [NAME...]\n";
        return 2;
    }
    const std::filesystem::path directory = arguments[1];
    const auto rate = static_cast<unsigned>(std::atoi(arguments[2]));
    const std::vector<std::string> names =
        count > 3 ? std::vector<std::string>(arguments + 3, arguments + count) : signal_names();
    std::filesystem::create_directories(directory);
    for (const std::string& name : names) write(make_signal(name, rate), directory);
} catch (const std::exception& error) {
    std::cerr << "write_ebu: " << error.what() << '\n';
    return 1;
}

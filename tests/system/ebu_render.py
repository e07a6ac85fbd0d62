"""Every synthetic signal of EBU Tech 3341 and 3342 through `fohd render --report`: ebu_render.py FOHD WRITE_EBU.

A report has the readings at the end of the file, so what is checked is each check that lasts to the end of its signal.
Momentary and short-term loudness as such are no part of it; their maxima are, and signals that ask for them never exceed what
they hold to the end.
"""
import json
import pathlib
import subprocess
import sys
import tempfile

CONFIG = """fohd: 1
inputs:
  programme: {{channels: {channels}, loudness: true}}
"""


def reading(loudness, name):
    if name in ("momentary", "shortterm"):
        return loudness["max"][name]
    if name.startswith("max/"):
        return loudness["max"][name.removeprefix("max/")]
    return loudness[name]


def render(fohd, folder, signal):
    channels = 5 if signal.stem == "3341-6" else 2
    config, report = folder / "fohd.yaml", folder / "report.json"
    config.write_text(CONFIG.format(channels=channels))
    report.unlink(missing_ok=True)
    subprocess.run(
        [fohd, "render", "--config", config, "--in", f"programme={signal}", "--out", f"programme={folder / 'out.wav'}",
         "--report", report],
        check=True, stdin=subprocess.DEVNULL)
    return json.loads(report.read_text())["strips"]["programme"]["loudness"]


def judge(fohd, folder, signal):
    """The number of checks made, and a sentence for each that failed."""
    lines = [line.split() for line in signal.with_suffix(".checks").read_text().splitlines()]
    checks = [(words[0], [float(word) for word in words[1:]]) for words in lines]
    end = max(numbers[1] for _, numbers in checks)
    at_end = [(name, numbers[2:]) for name, numbers in checks if numbers[1] == end]
    loudness = render(fohd, folder, signal)
    failed = []
    for name, (expected, below, above) in at_end:
        value = reading(loudness, name)
        if value is None or not expected - below <= value <= expected + above:
            failed.append(f"{signal.stem}: {name} is {value}, not {expected} -{below} +{above}")
    return len(at_end), failed


def main():
    fohd, write_ebu = sys.argv[1:]
    count, failed = 0, []
    true_peaks = [f"3341-{n}" for n in range(15, 24)]
    for rate, names in (("48000", []), ("44100", true_peaks), ("96000", true_peaks)):
        with tempfile.TemporaryDirectory() as name:
            folder = pathlib.Path(name)
            subprocess.run([write_ebu, folder / "signals", rate, *names], check=True)
            for signal in sorted((folder / "signals").glob("*.wav")):
                made, wrong = judge(fohd, folder, signal)
                count += made
                failed += [f"{sentence} at {rate} Hz" for sentence in wrong]
    print(*failed, f"{count} readings, {len(failed)} of them wrong", sep="\n")
    return 1 if failed or count < 80 else 0


sys.exit(main())

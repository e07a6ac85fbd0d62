"""What takes its time, and what lies under everything."""
import numpy as np

from .lab import RATE, amplitude, decibels, tone
from .paper import BLACK, COLOURS, GREY, along, hertz, legend_below, picture, scale, sheet


def spectrum(sound, length=1 << 14):
    """Level in dBFS of each bin of a sound, mean of many stretches under a Hann window: frequencies and dB."""
    window = np.hanning(length)
    parts = [sound[at:at + length] * window for at in range(0, len(sound) - length, length // 2)]
    power = np.mean([np.abs(np.fft.rfft(part)) ** 2 for part in parts], axis=0)
    return np.fft.rfftfreq(length, 1 / RATE), 10 * np.log10(power * 4 / window.sum() ** 2 + 1e-20)


def banded(frequencies, levels, low=20, high=22000, count=240):
    """The highest level of each narrow band, so that no line is lost."""
    edges = np.geomspace(low, high, count + 1)
    inside = [levels[(frequencies >= a) & (frequencies < b)] for a, b in zip(edges, edges[1:])]
    kept = [(np.sqrt(a * b), each.max()) for a, b, each in zip(edges, edges[1:], inside) if len(each)]
    return np.array(kept).T


def hum(seconds, level, seed):
    """Noise like the spectrum of a voice, of this RMS level."""
    white = np.random.default_rng(seed).standard_normal(int(seconds * RATE))
    spectrum = np.fft.rfft(white)
    f = np.fft.rfftfreq(len(white), 1 / RATE)
    voice = np.fft.irfft(spectrum / (1 + (f / 500) ** 2) * (f > 80), len(white))
    return voice * amplitude(level) / np.sqrt(np.mean(voice ** 2))


@picture
def dither(lab):
    """A tone of 1 kHz at −90 dBFS, the last bit of 16: plain rounding makes harmonics of it; dither makes noise that does not depend on
    the sound, and shaped dither moves the noise to where it is heard least."""
    figure, axis = sheet(height=3.8)
    sound = tone(1000, -90, 8)
    for colour, (shape, said) in zip((COLOURS[1], COLOURS[0], COLOURS[2]), (("none", "16 bits, rounded"), ("tpdf", "16 bits, tpdf"),
                                                                          ("shaped", "16 bits, shaped"))):
        heard = lab.hear(f"dither: {{bits: 16, shape: {shape}}}", sound)[0][RATE:]
        along(axis, *banded(*spectrum(heard)), color=colour, linewidth=1.2, label=said)
    hertz(axis, high=22000)
    scale(axis, -160, -80, 10, "level of each 2.9 Hz, dBFS")
    legend_below(axis, 3)
    return figure


@picture
def leveller(lab):
    """A sound of four levels through a leveller to −23 LUFS within 10 s: it comes to the target and stays, rests in the pause, and what
    gets loud at once is braked."""
    figure, (loudness, gains) = sheet(rows=2, height=2.6)
    stretches = ((-33, 20), (-18, 20), (-75, 10), (-28, 20))
    # Of a tone of 1 kHz loudness is the level less 3 dB.
    sound = np.concatenate([tone(1000, lufs + 3.01, seconds) for lufs, seconds in stretches])
    heard = lab.hear("leveller: {target: -23, speed: 10 s}", sound)[0]
    length = RATE // 4
    count = len(sound) // length
    before, after = (10 * np.log10(np.mean(each[:count * length].reshape(count, -1) ** 2, axis=1) + 1e-12) for each in (sound, heard))
    times = (np.arange(count) + 0.5) * length / RATE
    along(loudness, times, before, color=COLOURS[1], label="in")
    along(loudness, times, after, color=COLOURS[0], label="out")
    loudness.axhspan(-23.5, -22.5, color="#cce5d8", zorder=0, label="target ± 0.5 LU")
    along(gains, times, after - before, color=COLOURS[2], label="gain")
    scale(loudness, -80, -10, 10, "loudness, LUFS")
    scale(gains, -12, 12, 3, "gain, dB")
    for axis in (loudness, gains):
        scale(axis, 0, 70, 5, "time, s", across=True)
    legend_below(loudness, 3)
    return figure


@picture
def automix(lab):
    """Three microphones and who speaks when (bars): the gain goes to who speaks, is shared where they speak together, and all together
    amplify like one microphone (dashed: power sum of the gains)."""
    figure, axis = sheet(height=3.6)
    seconds = 8
    turns = {"anna": ((0.5, 3.0), (6.0, 7.5)), "ben": ((2.5, 5.0), (6.0, 7.5)), "cleo": ((4.5, 5.5), (6.0, 7.5))}
    voices, t = {}, np.arange(seconds * RATE) / RATE
    for seed, (name, spoken) in enumerate(turns.items()):
        speaks = sum(((t > begin) & (t < end)).astype(float) for begin, end in spoken)
        voices[name] = hum(seconds, -20, seed) * speaks + hum(seconds, -55, seed + 10)
    config = "inputs:\n" + "".join(f"  {name}: {{chain: [automix: {{}}]}}\n" for name in turns) + "outputs:\n" + "".join(
        f"  {name}_out: {{from: {name}}}\n" for name in turns)
    heard = lab.run(config, voices, [f"{name}_out" for name in turns])
    length = RATE // 50
    total = 0
    for row, (colour, name) in enumerate(zip(COLOURS, turns)):
        count = len(t) // length
        power = [np.mean(each[:count * length].reshape(count, -1) ** 2, axis=1) for each in (voices[name], heard[f"{name}_out"][0])]
        gain = power[1] / power[0]
        total = total + gain
        times = (np.arange(count) + 0.5) * length / RATE
        along(axis, times, 10 * np.log10(gain), color=colour, label=name)
        for begin, end in turns[name]:
            axis.hlines(3 + 1.5 * row, begin, end, color=colour, linewidth=5)
    along(axis, times, 10 * np.log10(total), color=BLACK, linewidth=1, linestyle="--", label="all together")
    scale(axis, 0, seconds, 1, "time, s (bars: who speaks)", across=True)
    scale(axis, -36, 9, 3, "gain, dB")
    legend_below(axis, 4)
    return figure

"""What follows a pitch."""
import numpy as np

from .lab import RATE, decibels
from .paper import COLOURS, GREY, along, hertz, legend_below, picture, scale, sheet


def sung(pitch, harmonics=12):
    """A harmonic tone of a pitch in Hz a frame."""
    turns = np.cumsum(pitch) / RATE
    return sum(0.3 / n * np.sin(2 * np.pi * n * turns + n) for n in range(1, harmonics + 1))


def course(sound, lowest=150, highest=400, step=0.01):
    """Pitch of a sound every `step` seconds by its autocorrelation over 40 ms: times and Hz."""
    window, shortest, longest = int(0.04 * RATE), int(RATE / highest), int(RATE / lowest)
    times, pitches = [], []
    for at in range(0, len(sound) - window - longest - 1, int(step * RATE)):
        part = sound[at:at + window + longest + 1]
        likeness = np.array([np.dot(part[:window], part[lag:lag + window]) /
                             np.sqrt(np.dot(part[:window], part[:window]) * np.dot(part[lag:lag + window], part[lag:lag + window]) + 1e-20)
                             for lag in range(shortest, longest)])
        best = int(np.argmax(likeness >= 0.98 * likeness.max()))
        while best + 1 < len(likeness) and likeness[best + 1] > likeness[best]:
            best += 1
        if 0 < best < len(likeness) - 1:
            before, here, after = likeness[best - 1:best + 2]
            times.append((at + window / 2) / RATE)
            pitches.append(RATE / (shortest + best + (before - after) / 2 / (before - 2 * here + after)))
    return np.array(times), np.array(pitches)


def semitones(pitch):
    return 12 * np.log2(np.asarray(pitch) / 220)


@picture
def pitch_correct(lab):
    """Left: a voice with a vibrato that sings two notes a third of a semitone flat and slides between them (grey), and what is heard of it at three
    speeds. Right: the spectrum of a vowel of 220 Hz (grey), and of the same four semitones up, with its formants kept and not."""
    figure, (notes, vowel) = sheet(columns=2, height=3.6)
    time = np.arange(int(2.4 * RATE)) / RATE
    line = np.interp(time, (0, 1.1, 1.3, 2.4), (-0.35, -0.35, 1.65, 1.65)) + 0.25 * np.sin(2 * np.pi * 5.5 * time)
    voice = sung(220 * 2 ** (line / 12))
    along(notes, time[::480], line[::480], color=GREY, linewidth=1.2, label="sung")
    for colour, speed in zip(COLOURS, (0, 60, 300)):
        at, pitch = course(lab.hear(f"pitch_correct: {{speed: {speed} ms}}", voice)[0])
        along(notes, at, semitones(pitch), color=colour, linewidth=1.2, label=f"{speed} ms")
    scale(notes, 0, 2.4, 0.4, "time, s", across=True)
    scale(notes, -1, 3, 1, "semitones above a")
    legend_below(notes, 4)

    steady = np.full(RATE, 220.0)
    turns = np.cumsum(steady) / RATE
    strength = {n: 1 / n * sum(np.exp(-0.5 * ((n * 220 - f) / 130) ** 2) * n for f in (660, 1760, 2640)) + 0.02 for n in range(1, 25)}
    sound = sum(0.15 * gain * np.sin(2 * np.pi * n * turns + n * n) for n, gain in strength.items())
    for colour, label, heard in ((GREY, "as sung", sound),
                                 (COLOURS[0], "formants kept", lab.hear("pitch_correct: {shift: 4}", sound)[0]),
                                 (COLOURS[1], "not kept", lab.hear("pitch_correct: {shift: 4, formants: off}", sound)[0])):
        part = heard[RATE // 4:RATE // 4 + RATE // 2] * np.hanning(RATE // 2)
        levels = decibels(np.abs(np.fft.rfft(part)) * 4 / len(part))
        base = 220 if label == "as sung" else 220 * 2 ** (4 / 12)
        tops = [n * base for n in range(1, 25) if n * base < 5000]
        along(vowel, tops, [levels[max(0, int(f * 0.5) - 4):int(f * 0.5) + 5].max() for f in tops], ".-", color=colour, linewidth=1, label=label)
    hertz(vowel, low=200, high=5000, narrow=True)
    scale(vowel, -60, 0, 10, "level of the harmonics, dB")
    legend_below(vowel, 3)
    return figure


@picture
def octaver(lab):
    """Left: a string of 110 Hz (grey) and its octaves, each alone, in steady state. Right: how a tone of 110 Hz begins, and its octave below."""
    figure, (spectrum, beginning) = sheet(columns=2, height=3.6)
    tone = sung(np.full(RATE, 110.0))
    alone = {"down_1": "octave below", "down_2": "two below", "up_1": "octave above"}
    off = {name: "-60 dB" for name in ("dry", *alone)}
    heard = {"": tone}
    for name in alone:
        levels = ", ".join(f"{key}: {value}" for key, value in {**off, name: "0 dB"}.items())
        heard[name] = lab.hear(f"octaver: {{{levels}, tone: 6 kHz}}", tone)[0]
    for colour, base, (name, sound) in zip((GREY, *COLOURS), (110, 55, 27.5, 220), heard.items()):
        part = sound[RATE // 4:RATE // 4 + RATE // 2] * np.hanning(RATE // 2)
        levels = decibels(np.abs(np.fft.rfft(part)) * 4 / len(part))
        tops = [n * base for n in range(1, 13)]
        along(spectrum, tops, [levels[max(0, int(f * 0.5) - 2):int(f * 0.5) + 3].max() for f in tops], ".-", color=colour, linewidth=1,
              label=alone.get(name, "string"))
    hertz(spectrum, low=20, high=4000, narrow=True)
    scale(spectrum, -50, 0, 10, "level of the harmonics, dB")
    legend_below(spectrum, 2)
    start = np.concatenate([np.zeros(RATE // 100), tone[:RATE // 10]])
    below = lab.hear("octaver: {dry: -60 dB, down_1: 0 dB}", start)[0]
    shown = slice(0, int(0.09 * RATE), 12)
    time = np.arange(len(start)) / RATE * 1000
    along(beginning, time[shown], start[shown], color=GREY, linewidth=1, label="string")
    along(beginning, time[shown], below[shown], color=COLOURS[0], linewidth=1.2, label="octave below")
    scale(beginning, 0, 90, 15, "time, ms", across=True)
    scale(beginning, -0.8, 0.8, 0.4, "sound")
    legend_below(beginning, 2)
    return figure

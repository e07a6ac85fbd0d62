"""Sounds that the project makes itself. Each is channels by frames at 48 kHz, and the same to the bit whenever it is made (those of
espeak-ng, with the same espeak-ng)."""
import numpy as np
from scipy.signal import butter, lfilter, sosfilt

from . import voice

RATE = voice.RATE
TEXT = "The sixth sheik's sixth sheep is sick. Ladies and gentlemen, please take your seats."


def note(name):
    """Hz of a note such as A4 or F#3, at 440 Hz."""
    steps = {"C": -9, "D": -7, "E": -5, "F": -4, "G": -2, "A": 0, "B": 2}
    return 440 * 2 ** ((steps[name[0]] + name.count("#") + 12 * (int(name[-1]) - 4)) / 12)


def time(seconds):
    return np.arange(int(seconds * RATE)) / RATE


def level(sound, peak):
    """To a peak in dBFS."""
    return np.atleast_2d(sound) * (10 ** (peak / 20) / np.max(np.abs(sound)))


def both(sound):
    return np.stack([sound, sound])


def mixed(frames, *parts):
    """Stereo; each part is a sound, where it begins in seconds, and left and right gain."""
    out = np.zeros((2, frames))
    for sound, begin, left, right in parts:
        at = int(begin * RATE)
        sound = np.atleast_2d(sound)[:, :max(0, frames - at)]
        out[:, at:at + sound.shape[1]] += sound * np.array([[left], [right]])
    return out


def string(hertz, seconds, random, decay=2.0, bright=0.5):
    """A plucked string: Karplus and Strong, tuned by an all-pass (Jaffe and Smith, Computer Music Journal 7(2) 1983). `decay`: T60."""
    loss = 10 ** (-3 / (hertz * decay))
    period = RATE / hertz - 0.5  # the mean of two neighbours is half a frame late
    whole = int(period - 0.2)
    part = period - whole
    c = (1 - part) / (1 + part)
    burst = np.zeros(int(seconds * RATE))
    burst[:whole] = lfilter([1 - bright], [1, -bright], random.uniform(-1, 1, whole))
    a = np.zeros(whole + 3)
    a[0], a[1] = 1, c
    a[whole:] -= loss * np.convolve([0.5, 0.5], [c, 1])
    return lfilter([1, c], a, burst - burst[:whole].mean() * (np.arange(len(burst)) < whole))


def spoken():
    return both(level(voice.espeak(TEXT), -6)[0])


def chanted():
    """espeak-ng sings, every note 35 cents flat."""
    tune = [("la", "C3", 0.5), ("lee", "D3", 0.5), ("lo", "E3", 0.5), ("mah", "G3", 0.8), ("nee", "F3", 0.5), ("so", "E3", 0.5), ("la", "C3", 1.0)]
    return both(level(voice.chanted([(text, note(name) * 2 ** (-35 / 1200), seconds) for text, name, seconds in tune]), -6)[0])


def sung():
    """Notes that miss by as much as singers do."""
    tune = [("a", "A3", 0.7, "t", -35), ("o", "B3", 0.6, "", 30), ("e", "C#4", 0.6, "s", -45), ("i", "E4", 1.0, "", 20),
            ("u", "D4", 0.6, "", -30), ("a", "C#4", 0.6, "s", 40), ("a", "A3", 1.2, "", -20)]
    random = np.random.default_rng(1)
    sound = voice.sung([(vowel, note(name) * 2 ** (cents / 1200), seconds, consonant) for vowel, name, seconds, consonant, cents in tune], random)
    return both(level(sound, -6)[0])


def plucked():
    random = np.random.default_rng(2)
    notes = ["E2", "B2", "E3", "G#3", "B3", "E4", "B3", "G#3", "A2", "E3", "A3", "C#4", "E4", "A4", "E4", "C#4"]
    parts = [(string(note(name), 2.5, random), 0.25 * n, 1 - 0.03 * n, 0.5 + 0.03 * n) for n, name in enumerate(notes)]
    return level(mixed(int(5.5 * RATE), *parts), -6)


def bass():
    random = np.random.default_rng(3)
    tune = [("E1", 0), ("E1", 0.5), ("G1", 1), ("A1", 1.5), ("E1", 2), ("D2", 2.5), ("B1", 3), ("A1", 3.5)]
    parts = [(string(note(name), 0.6, random, decay=1.5, bright=0.85) * np.clip((0.6 - time(0.6)) / 0.05, 0, 1), at, 1, 1) for name, at in tune]
    return level(mixed(int(4.5 * RATE), *parts), -6)


def kick():
    t = time(0.35)
    return np.sin(2 * np.pi * (48 * t + 130 * 0.03 * (1 - np.exp(-t / 0.03)))) * np.exp(-t / 0.09) + 0.3 * np.exp(-t / 0.002) * np.sin(9000 * t)


def snare(random):
    t = time(0.3)
    wires = sosfilt(butter(2, [900, 9000], "band", fs=RATE, output="sos"), random.standard_normal(len(t)))
    return 0.7 * np.sin(2 * np.pi * (185 * t + 1.5 * (1 - np.exp(-t / 0.02)))) * np.exp(-t / 0.06) + 0.5 * wires * np.exp(-t / 0.07)


def hat(random, seconds):
    t = time(0.4)
    metal = sum(np.sign(np.sin(2 * np.pi * hertz * t)) for hertz in (3170, 4160, 5420, 5870, 7370, 8210))
    both_ways = 0.25 * metal + random.standard_normal(len(t))
    return sosfilt(butter(4, 7000, "high", fs=RATE, output="sos"), both_ways) * np.exp(-t / seconds) * 0.3


def drums():
    """Two bars at 120 beats a minute, a pause, and the crash of the last beat."""
    random = np.random.default_rng(4)
    parts = []
    for bar in (0, 2):
        parts += [(kick(), bar + at, 1, 1) for at in (0, 0.75, 1.25)]
        parts += [(snare(random), bar + at, 0.9, 0.8) for at in (0.5, 1.5)]
        parts += [(hat(random, 0.15 if n == 7 else 0.03), bar + n * 0.25, 0.5, 0.8) for n in range(8)]
    return level(mixed(int(5 * RATE), *parts, (kick(), 4, 1, 1)), -4)


def pad():
    """Three chords of detuned saws without what would alias."""
    frames = int(5 * RATE)
    t = time(5)
    random = np.random.default_rng(5)
    out = np.zeros((2, frames))
    for begin, chord in ((0, "A2 E3 A3 C#4"), (1.7, "F#2 C#3 A3 F#4"), (3.4, "D3 A3 D4 F#4")):
        envelope = np.clip((t - begin) / 0.3, 0, 1) * np.clip((begin + 1.75 - t) / 0.25, 0, 1)
        for name in chord.split():
            for side in (0, 1):
                for cents in (-7, 6):
                    hertz = note(name) * 2 ** ((cents + side * 3) / 1200)
                    tones = np.arange(1, int(9000 / hertz))
                    phases = random.uniform(0, 2 * np.pi, len(tones))
                    for k, phase in zip(tones, phases):
                        out[side] += envelope * np.sin(2 * np.pi * hertz * k * t + phase) / k / (1 + (hertz * k / 2500) ** 2)
    return level(out, -8)


def noise():
    """Pink, other left than right: what has as much in every octave."""
    random = np.random.default_rng(6)
    frames = 4 * RATE
    spectrum = np.fft.rfft(random.standard_normal((2, frames)))
    hertz = np.fft.rfftfreq(frames, 1 / RATE)
    spectrum[:, 1:] /= np.sqrt(hertz[1:])
    spectrum[:, hertz < 15] = 0
    return level(np.fft.irfft(spectrum), -6)


def sweep():
    """20 Hz to 20 kHz in 4 s, as much time in every octave."""
    t, octaves = time(4), np.log(1000)
    sound = np.sin(2 * np.pi * 20 * 4 / octaves * (np.exp(t / 4 * octaves) - 1))
    return both(level(sound * np.clip(t / 0.05, 0, 1) * np.clip((4 - t) / 0.02, 0, 1), -12)[0])


def click():
    """One frame, and time to hear what comes of it."""
    sound = np.zeros((2, int(3.5 * RATE)))
    sound[:, 4800] = 0.9
    return sound


def band():
    """Drums, bass, strings, pad and voice."""
    parts = ((drums(), 1.0), (bass(), 0.7), (plucked(), 0.5), (pad(), 0.4), (sung(), 0.6))
    return level(sum(np.pad(sound[:, :5 * RATE], ((0, 0), (0, max(0, 5 * RATE - sound.shape[1])))) * gain for sound, gain in parts), -3)


def impulse():
    """A room of 0.8 s for `convolution`: the direct sound, twelve early reflections, and noise that decays, duller as it does."""
    random = np.random.default_rng(7)
    t = time(1.0)
    tail = random.standard_normal((2, len(t))) * 10 ** (-3 * t / 0.8)
    dull = sosfilt(butter(1, 2500, fs=RATE, output="sos"), tail)
    tail = tail * np.exp(-t / 0.1) + dull * (1 - np.exp(-t / 0.1))
    out = 0.05 * tail * np.clip((t - 0.015) / 0.03, 0, 1) * np.clip((1 - t) / 0.1, 0, 1)
    out[:, 0] = 1
    for at in random.uniform(0.006, 0.05, 12):
        out[:, int(at * RATE) + np.array([0, random.integers(0, 40)])[:, None].ravel()] += random.uniform(-0.3, 0.3)
    return out * 0.5


def ringing():
    """A microphone in a room with its own loudspeaker: somebody speaks while the gain is raised until the loop howls, 3 dB beyond
    where it is just stable, as far as the amplifier goes. Recorded with the loop closed; nothing answers what a processor does."""
    random = np.random.default_rng(8)
    block, frames = 240, int(6 * RATE)
    dry = np.resize(spoken()[0], frames) * 0.5
    delays = np.concatenate([[520], random.integers(700, 9000, 24)])
    gains = np.concatenate([[0.5], random.uniform(-1, 1, 24) * 0.35 * 10 ** (-3 * np.sort(delays[1:]) / RATE / 0.5)])
    room = np.zeros(1 << 15)
    np.add.at(room, delays, gains)
    sos = butter(1, [200, 4000], "band", fs=RATE, output="sos")  # the loudspeaker
    memory = np.zeros((len(sos), 2))
    # Beyond its margin goes what returns in phase and at least as loud.
    way = np.fft.rfft(room) * np.fft.rfft(sosfilt(sos, np.eye(1, 1 << 15)[0]))
    turns = np.abs(np.angle(way)) < 0.1
    margin = 1 / np.abs(way[turns]).max()
    heard, loud = np.zeros(frames), np.zeros(frames + len(room))
    for at in range(0, frames, block):
        now = slice(at, min(at + block, frames))
        heard[now] = dry[now] + loud[now]
        raised = margin * 10 ** (np.interp(at / RATE, [0, 2, 3], [-12, -6, 3]) / 20)
        spoken_out, memory = sosfilt(sos, np.tanh(heard[now] * raised), zi=memory)
        for delay, each in zip(delays, gains):
            loud[now.start + delay:now.stop + delay] += each * spoken_out
    return both(level(heard, -3)[0])


SOUNDS = {each.__name__: each for each in (spoken, chanted, sung, plucked, bass, drums, pad, noise, sweep, click, band, ringing)}

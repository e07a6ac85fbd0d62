"""Voices: espeak-ng's, and one of its own: a glottis, a vocal tract of five formants, breath and consonants."""
import struct
import subprocess

import numpy as np
from scipy.signal import lfilter, resample_poly

RATE = 48000

# Hz, and bandwidths: Peterson and Barney, JASA 24(2) 1952, completed above.
VOWELS = {"a": (700, 1150, 2500, 3400, 4200), "e": (500, 1850, 2550, 3400, 4200), "i": (300, 2250, 2950, 3500, 4200),
          "o": (480, 850, 2450, 3300, 4100), "u": (330, 800, 2250, 3300, 4100)}
WIDTHS = (70, 90, 120, 180, 220)


def espeak(text, pitch=45, speed=150, markup=False):
    """Mono, at 48 kHz. Throws subprocess.CalledProcessError where espeak-ng does not speak."""
    command = ["espeak-ng", "-v", "en-gb", "-p", str(pitch), "-s", str(speed), "--stdout"] + (["-m"] if markup else []) + [text]
    spoken = subprocess.run(command, check=True, capture_output=True).stdout
    rate, = struct.unpack("<I", spoken[24:28])
    data = spoken[spoken.index(b"data") + 8:]  # as long as it is: the header of a stream does not know
    sound = np.frombuffer(data[:len(data) // 2 * 2], "<i2") / 32768
    return resample_poly(sound, RATE, rate)


def pitch_of(sound, low=60, high=500):
    """Of the loudest 80 ms, in Hz, by autocorrelation."""
    length = int(0.08 * RATE)
    at = int(np.argmax(np.convolve(sound ** 2, np.ones(length), "valid")))
    piece = (sound[at:at + length] - sound[at:at + length].mean()) * np.hanning(length)
    own = np.fft.irfft(np.abs(np.fft.rfft(piece, 4 * length)) ** 2)
    # A window's own falls; without it the second period would win.
    window = np.fft.irfft(np.abs(np.fft.rfft(np.hanning(length), 4 * length)) ** 2)
    lags = np.arange(RATE // high, RATE // low)
    likeness = own[lags] / window[lags]
    best = np.flatnonzero(likeness > 0.9 * likeness.max())[0]
    while best + 1 < len(lags) and likeness[best + 1] > likeness[best]:
        best += 1
    return RATE / lags[best]


def chanted(notes):
    """Syllables of espeak-ng on notes, (text, Hz, seconds) each: spoken on one pitch near the note, then read a little faster or
    slower, so that it is met. Formants move by as little."""
    steps = {pitch: pitch_of(espeak('<prosody range="0">la</prosody>', pitch, markup=True)) for pitch in range(0, 100, 9)}
    out = []
    for text, hertz, seconds in notes:
        pitch = min(steps, key=lambda each: abs(np.log(steps[each] / hertz)))
        slow = int(np.clip(60 / seconds * 1.1, 80, 300))
        sound = espeak(f'<prosody range="0">{text}</prosody>', pitch, slow, markup=True)
        heard = np.flatnonzero(np.abs(sound) > 0.01)
        sound = sound[heard[0]:heard[-1] + 1]
        ratio = hertz / pitch_of(sound)
        sound = np.interp(np.arange(0, len(sound) - 1, ratio), np.arange(len(sound)), sound)
        length = int(seconds * RATE)
        sound = np.pad(sound[:length], (0, max(0, length - len(sound))))
        sound[:240] *= np.linspace(0, 1, 240)
        sound[-1200:] *= np.linspace(1, 0, 1200)
        out.append(sound)
    return np.concatenate(out)


def glottis(hertz):
    """The flow's slope of Rosenberg's pulse (JASA 49(2B) 1971, form B) at a pitch a frame: it opens slowly and closes at once."""
    phase = np.cumsum(hertz) / RATE % 1
    opening, closing = phase < 0.4, (phase >= 0.4) & (phase < 0.56)
    flow = np.zeros(len(phase))
    flow[opening] = 0.5 - 0.5 * np.cos(np.pi * phase[opening] / 0.4)
    flow[closing] = np.cos(np.pi / 2 * (phase[closing] - 0.4) / 0.16)
    return np.diff(flow, prepend=0) * 30


def resonances(sound, formants, widths=WIDTHS):
    """In series, each of unit gain at 0 Hz, as a tube's (Klatt, JASA 67(3) 1980)."""
    for hertz, width in zip(formants, widths):
        r = np.exp(-np.pi * width / RATE)
        a = [1, -2 * r * np.cos(2 * np.pi * hertz / RATE), r * r]
        sound = lfilter([sum(a)], a, sound)
    return sound


def sung(notes, random, vibrato_cents=40, vibrato_hertz=5.5):
    """Notes of (vowel, Hz, seconds, consonant): scooped into from below, with vibrato that grows, breath, and an s or t before."""
    out = []
    for vowel, hertz, seconds, consonant in notes:
        frames = int(seconds * RATE)
        t = np.arange(frames) / RATE
        cents = -180 * np.exp(-t / 0.035) + vibrato_cents * np.clip((t - 0.25) / 0.3, 0, 1) * np.sin(2 * np.pi * vibrato_hertz * t)
        cents += 4 * lfilter([0.001], [1, -0.999], random.standard_normal(frames)) * 10  # nobody holds a note
        envelope = np.minimum(1, t / 0.04) * np.clip((seconds - 0.03 - t) / 0.08, 0, 1)
        breath = random.standard_normal(frames) * 0.02
        voice = resonances((glottis(hertz * 2 ** (cents / 1200)) + breath) * envelope, VOWELS[vowel])
        if consonant in ("s", "t"):
            length = int((0.11 if consonant == "s" else 0.03) * RATE)
            hiss = resonances(np.diff(random.standard_normal(length + 1)), (6500,), (2500,)) * 0.3
            shape = np.hanning(length) if consonant == "s" else np.exp(-np.arange(length) / (0.006 * RATE))
            voice = np.concatenate([hiss / np.abs(hiss).max() * 0.25 * np.abs(voice).max() * shape, voice])[:frames]
        out.append(voice)
    return np.concatenate(out)

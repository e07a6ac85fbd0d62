"""Levels and spectra of what is heard."""
import numpy as np
from scipy.signal import welch

from pictures.lab import RATE

OCTAVES = (31.5, 63, 125, 250, 500, 1000, 2000, 4000, 8000, 16000)  # IEC 61260 nominal midbands


def decibels(power):
    return 10 * np.log10(np.maximum(power, 1e-20))


def levels(sound):
    """Peak, RMS and crest in dB, RMS and crest over all channels."""
    peak, rms = decibels(np.max(sound ** 2)), decibels(np.mean(sound ** 2))
    return {"peak": peak, "rms": rms, "crest": peak - rms}


def spectrum(sound):
    """Hz and power a Hz, mean of the channels."""
    hertz, power = welch(sound, RATE, nperseg=16384, axis=1)
    return hertz, power.mean(axis=0)


def octaves(sound):
    """dBFS in octave bands, of all the sound."""
    hertz, power = spectrum(sound)
    at = [(hertz >= mid / 2 ** 0.5) & (hertz < mid * 2 ** 0.5) for mid in OCTAVES]
    return np.array([decibels(power[each].sum() * hertz[1]) for each in at])


def smooth(sound, points=240):
    """Hz and dB a sixth of an octave wide, for a picture."""
    hertz, power = spectrum(sound)
    total = np.concatenate([[0], np.cumsum(power)]) * hertz[1]
    shown = np.geomspace(25, 20000, points)
    edges = [np.interp(shown * 2 ** (side / 12), hertz, total[:-1]) for side in (-1, 1)]
    return shown, decibels(edges[1] - edges[0])

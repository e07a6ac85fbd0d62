"""What sounds on: decays, measured by an impulse."""
import numpy as np

from .lab import RATE, write_wav
from .paper import BLACK, COLOURS, GREY, along, hertz, legend_below, picture, scale, sheet


def octave(sound, middle, width=1.0):
    """A band of a sound, by a third-order Butterworth band-pass without its phase."""
    length = 1 << (sound.shape[-1] - 1).bit_length() + 1
    f = np.fft.rfftfreq(length, 1 / RATE)
    q = 1 / (2 ** (width / 2) - 2 ** (-width / 2))
    off = q * (f / middle - middle / np.maximum(f, 1e-3))
    return np.fft.irfft(np.fft.rfft(sound, length) / np.sqrt(1 + off ** 6), length)[..., :sound.shape[-1]]


def left_of(sound):
    """Schroeder's backward integration: what energy is still to come, in dB of all, all channels together."""
    energy = np.cumsum(np.sum(np.atleast_2d(sound) ** 2, axis=0)[::-1])[::-1]
    return 10 * np.log10(energy / energy[0] + 1e-12)


def t60(sound):
    """Of the line through -5 .. -35 dB."""
    left = left_of(sound)
    some = (left < -5) & (left > -35)
    return -60 / np.polyfit(np.flatnonzero(some) / RATE, left[some], 1)[0]


def clicked(lab, settings, seconds):
    """What eight channels say to a click in one."""
    click = np.zeros((8, int(seconds * RATE)))
    click[0, 0] = 1
    return lab.hear(f"reverb: {{mix: 100 %, early: -60 dB, {settings}}}", click)


@picture
def reverb(lab):
    """Left: the energy that is still to come after a click, octave by octave, in a hall of 2 s: straight lines, and as long as asked
    (dotted: 60 dB in 2 s). Right: how long each third of an octave takes to decay by 60 dB, and dashed the decays asked below, between
    and above the crossovers, where it decays at the mean of both rates (dots)."""
    figure, (curves, times) = sheet(columns=2, height=3.4)
    heard = clicked(lab, "decay: 2 s, low_multiplier: 1.5, low_crossover: 200 Hz, high_multiplier: 0.4, high_crossover: 5 kHz", 3.4)
    step = RATE // 40
    for colour, middle in zip((*COLOURS, GREY), (63, 250, 1000, 2000, 4000, 12000)):
        left = left_of(octave(heard, middle))[::step]
        along(curves, np.arange(len(left)) * step / RATE, np.maximum(left, -75), color=colour,
              label=f"{middle / 1000:g} kHz" if middle >= 1000 else f"{middle} Hz")
    along(curves, (0, 2), (0, -60), color=BLACK, linewidth=1, linestyle=":")
    scale(curves, 0, 3, 0.5, "time, s", across=True)
    scale(curves, -60, 0, 10, "energy still to come, dB")
    legend_below(curves, 3)
    points = np.geomspace(50, 16000, 26)
    for colour, (kind, decay, low, below, high, above) in zip(COLOURS, (
            ("plate", 3.2, 0.6, 300, 0.5, 4000), ("hall", 2, 1.5, 200, 0.4, 5000), ("room", 0.6, 1, 200, 1, 5000))):
        heard = clicked(lab, f"kind: {kind}, decay: {decay} s, low_multiplier: {low}, low_crossover: {below}, "
                             f"high_multiplier: {high}, high_crossover: {above}", 1.2 * decay * max(1, low) + 0.3)
        along(times, points, [t60(octave(heard, middle, 1 / 3)) for middle in points], color=colour, label=f"{kind}, {decay:g} s")
        for edges, factor in (((20, below), low), ((below, above), 1), ((above, 20000), high)):
            times.plot(edges, (factor * decay,) * 2, color=colour, linewidth=0.9, linestyle="--")
        times.plot((below, above), (2 * decay / (1 + 1 / low), 2 * decay / (1 + 1 / high)), ".", color=colour, markersize=4)
    hertz(times, narrow=True)
    scale(times, 0, 3.5, 0.5, "T60, s")
    legend_below(times, 3)
    return figure


@picture
def convolution(lab):
    """Left: a click through the response of a room of 1 s, in means over 10 ms: whole, later, and cut. Right: what differs from the direct
    sum when noise goes through responses of 0.1, 1 and 10 s, by thirds of an octave, below the sound itself."""
    figure, (levels, errors) = sheet(columns=2, height=3.4)
    noise = np.random.default_rng(1).normal(0, 0.1, 10 * RATE)

    def room(seconds):
        response = noise[:int(seconds * RATE)] * 10 ** (-3 * np.arange(int(seconds * RATE)) / RATE / seconds)
        write_wav(lab.folder / "room.wav", response)
        return response.astype(np.float32).astype(float)

    room(1)
    click = np.zeros(int(1.3 * RATE))
    click[0] = 1
    for colour, settings in zip(COLOURS, ("pre_delay: 0 ms", "pre_delay: 200 ms", "length: 400 ms")):
        heard = lab.hear(f"convolution: {{file: room.wav, {settings}}}", click)[0]
        power = (heard ** 2).reshape(-1, RATE // 100).mean(axis=1)
        along(levels, np.arange(len(power)) / 100, np.maximum(10 * np.log10(power + 1e-12), -100), color=colour, label=settings)
    scale(levels, 0, 1.2, 0.2, "time, s", across=True)
    scale(levels, -100, -10, 10, "level, dB")
    legend_below(levels, 2)
    points = np.geomspace(50, 16000, 26)
    for colour, seconds in zip(COLOURS, (0.1, 1, 10)):
        response, sound = room(seconds), np.random.default_rng(2).uniform(-0.5, 0.5, 4 * RATE)
        sound = sound.astype(np.float32).astype(float)
        heard = lab.hear("convolution: {file: room.wav}", sound)[0]
        length = 1 << (len(sound) + len(response)).bit_length()
        direct = np.fft.irfft(np.fft.rfft(sound, length) * np.fft.rfft(response, length))[:len(sound)]
        off = [10 * np.log10(np.mean(octave(heard - direct, middle, 1 / 3) ** 2) / np.mean(octave(direct, middle, 1 / 3) ** 2))
               for middle in points]
        along(errors, points, off, color=colour, label=f"{seconds:g} s")
    hertz(errors, narrow=True)
    scale(errors, -160, -100, 10, "difference, dB")
    legend_below(errors, 3)
    return figure

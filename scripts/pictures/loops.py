"""What goes out and comes back: through outboard gear, and through a room."""
import numpy as np

from .lab import RATE, amplitude, decibels, envelope
from .paper import COLOURS, GREY, along, hertz, legend_below, picture, scale, sheet, thinned


@picture
def insert(lab):
    """A strip and the same once more through gear whose round trip takes 48 frames, summed: with the latency given or measured both
    arrive together; unaligned (`align: false`) they cancel every 1 kHz."""
    figure, axis = sheet()
    click = np.zeros(1 << 15)
    click[0] = 1
    for colour, name, send in ((COLOURS[1], "unaligned", "{align: false}"), (COLOURS[0], "aligned", "{}")):
        heard = lab.run("inputs: {x: {sends: {dry: {}, gear: {}}}}\nbuses:\n"
                        "  dry: {channels: 1, sends: {main: {}}}\n"
                        "  gear: {channels: 1, chain: [insert: {send: 'gear:in', return: 'gear:out', latency: 48}], "
                        f"sends: {{main: {send}}}}}\n  main: {{channels: 1}}\noutputs: {{out: {{from: main}}}}\n",
                        {"x": np.pad(click, (0, 2400))}, ["out"])["out"][0]
        spectrum = decibels(np.abs(np.fft.rfft(heard, 1 << 16)))
        along(axis, *thinned(np.fft.rfftfreq(1 << 16, 1 / RATE), spectrum, 100, 6000), color=colour, label=name)
    hertz(axis, 100, 6000)
    scale(axis, -24, 12, 6, "level of the sum, dB")
    legend_below(axis, 2)
    return figure


def room(loudest):
    """From loudspeaker to microphone: 20 ms of way, then reflections that decay by 60 dB in 0.35 s; its loudest frequency is amplified
    by so many dB."""
    frames = int(0.12 * RATE)
    echoes = np.random.default_rng(12).standard_normal(frames) * amplitude(-60 * np.arange(frames) / RATE / 0.35)
    way = np.concatenate((np.zeros(int(0.02 * RATE)), echoes))
    spectrum = np.fft.rfft(way, 1 << 16)
    f = np.fft.rfftfreq(1 << 16, 1 / RATE)
    spectrum *= (f / 150) ** 2 / (1 + (f / 150) ** 2) / (1 + (f / 6000) ** 4)
    return spectrum * amplitude(loudest) / np.abs(spectrum).max()


def in_the_loop(lab, chain, sound, way):
    """What the microphone hears where the chain drives the loudspeaker. Each pass is right for one more way through the room."""
    length = 1 << (len(sound) + (1 << 16)).bit_length()
    response = np.fft.rfft(np.fft.irfft(way), length)
    microphone = sound
    for _ in range(len(sound) // int(0.02 * RATE) + 1):
        speaker = np.clip(lab.hear(chain, microphone)[0], -1, 1)
        microphone = sound + np.fft.irfft(np.fft.rfft(speaker, length) * response)[:len(sound)]
    return microphone


@picture
def feedback_suppressor(lab):
    """A microphone that hears quiet noise and its own loudspeaker, 3 dB over the gain at which the room begins to howl: without and
    with the suppressor, which finds the howl and answers with a notch."""
    figure, axis = sheet()
    sound = np.random.default_rng(3).standard_normal(int(2.0 * RATE)) * amplitude(-64)
    for colour, name, chain in ((GREY, "without", "feedback_suppressor: {bypass: on}"), (COLOURS[0], "with", "feedback_suppressor: {}")):
        times, levels = envelope(in_the_loop(lab, chain, sound, room(3)), 0.02)
        along(axis, times, levels, color=colour, label=name)
    scale(axis, 0, 2, 0.2, "time, s", across=True)
    scale(axis, -60, 6, 6, "peak at the microphone, dBFS")
    legend_below(axis, 2)
    return figure

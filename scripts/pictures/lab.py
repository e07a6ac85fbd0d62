"""A laboratory: sounds go through `fohd render`, what is heard comes back as arrays."""
import json
import os
import platform
import struct
import subprocess
from pathlib import Path

import numpy as np

RATE = 48000


def write_wav(path, sound, rate=RATE):
    """Channels by frames, as 32-bit float."""
    sound = np.atleast_2d(np.asarray(sound, dtype=np.float32))
    data = sound.T.astype("<f4").tobytes()
    form = struct.pack("<HHIIHH", 3, len(sound), rate, rate * len(sound) * 4, len(sound) * 4, 32)
    path.write_bytes(b"RIFF" + struct.pack("<I", 36 + len(data)) + b"WAVEfmt " + struct.pack("<I", 16) + form + b"data" +
                     struct.pack("<I", len(data)) + data)


def read_wav(path):
    """Channels by frames of a WAV file of 32-bit float."""
    data, at, channels = path.read_bytes(), 12, 1
    while at < len(data):
        name, size = data[at:at + 4], struct.unpack("<I", data[at + 4:at + 8])[0]
        if name == b"fmt ":
            channels = struct.unpack("<H", data[at + 10:at + 12])[0]
        if name == b"data":
            return np.frombuffer(data[at + 8:at + 8 + size], "<f4").astype(float).reshape(-1, channels).T
        at += 8 + size + size % 2
    raise ValueError(f"{path} has no sound")


class Lab:
    def __init__(self, fohd, folder):
        self.fohd, self.folder = fohd, Path(folder)
        # The build that every x86-64 has, so that every computer draws the same.
        isa = {"FOHD_ISA": "sse2"} if platform.machine() == "x86_64" else {}
        self.environment = {**os.environ, **isa}

    def run(self, config, sounds, outputs, *, osc=None, extra=()):
        """Sounds by input through a configuration: what is heard at each of the outputs, its latency taken away."""
        file, stats = self.folder / "fohd.yaml", self.folder / "stats.json"
        file.write_text("fohd: 1\n" + config)
        command = [self.fohd, "render", "--config", file, "--stats", stats, *extra]
        for name, sound in sounds.items():
            write_wav(self.folder / f"in-{name}.wav", sound)
            command += ["--in", f"{name}={self.folder}/in-{name}.wav"]
        for name in outputs:
            command += ["--out", f"{name}={self.folder}/out-{name}.wav"]
        if osc:
            (self.folder / "moves.osc").write_text(osc)
            command += ["--osc", self.folder / "moves.osc"]
        result = subprocess.run(command, env=self.environment, stdin=subprocess.DEVNULL, capture_output=True, text=True)
        if result.returncode:
            raise RuntimeError(f"{result.stderr}\n{file.read_text()}")
        late = json.loads(stats.read_text())["latency_frames"]
        heard = {name: read_wav(self.folder / f"out-{name}.wav") for name in outputs}
        return {name: sound[:, late.get(name, 0):] for name, sound in heard.items()}

    def hear(self, chain, sound, *, key=None, osc=None):
        """A sound (channels by frames, or frames) through a chain in YAML: channels by frames. `key` is an input of that name."""
        sound = np.atleast_2d(sound)
        sounds = {"x": np.pad(sound, ((0, 0), (0, 2400)))}
        config = f"inputs:\n  x: {{channels: {len(sound)}, chain: [{chain}]}}\n"
        if key is not None:
            sounds["key"] = key
            config += "  key: {}\n"
        config += "outputs:\n  out: {from: x}\n"
        return self.run(config, sounds, ["out"], osc=osc)["out"][:, :sound.shape[1]]

    def response(self, chain, channel=0, sound=None, length=1 << 16):
        """Frequencies in Hz and magnitude in dB of a linear chain, by its impulse response."""
        if sound is None:
            sound = np.zeros((1, length))
            sound[:, 0] = 1
        heard = self.hear(chain, sound)
        return np.fft.rfftfreq(length, 1 / RATE), decibels(np.abs(np.fft.rfft(heard[channel], length)))


def decibels(amplitude):
    return 20 * np.log10(np.maximum(np.abs(amplitude), 1e-12))


def amplitude(level):
    return 10 ** (np.asarray(level) / 20)


def tone(hertz, level, seconds):
    return amplitude(level) * np.sin(2 * np.pi * hertz * np.arange(int(seconds * RATE)) / RATE)


def level_of(sound, hertz):
    """Level in dB of a tone in a stretch of whole periods."""
    turns = np.exp(-2j * np.pi * hertz * np.arange(len(sound)) / RATE)
    return float(decibels(abs(np.sum(sound * turns)) * 2 / len(sound)))


def envelope(sound, seconds):
    """The highest level of each stretch of `seconds`: times and dB."""
    length = int(seconds * RATE)
    count = len(sound) // length
    return (np.arange(count) + 0.5) * length / RATE, decibels(np.abs(sound[:count * length]).reshape(count, -1).max(axis=1))

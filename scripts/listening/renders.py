"""Sounds through `fohd render` and through LV2 plugins: what is heard, how late, at which cost."""
import json
import subprocess
from dataclasses import dataclass

import numpy as np

from pictures.lab import RATE, read_wav, write_wav

BLOCK = 64


@dataclass
class Heard:
    sound: np.ndarray  # its latency taken away
    late: int  # frames
    cost: float  # ns a frame


class Failed(RuntimeError):
    """A program did not do what it was asked for; the message is what it said."""


def run(command):
    result = subprocess.run([str(each) for each in command], stdin=subprocess.DEVNULL, capture_output=True, text=True)
    if result.returncode:
        raise Failed(result.stderr.strip() or f"{command[0]} ended with {result.returncode}")
    return result.stdout


class Renders:
    """`fohd`: the program. `root`: of the project. `folder`: for files between programs."""

    def __init__(self, fohd, root, folder):
        self.fohd, self.root, self.folder = fohd, root, folder
        self.impulse = folder / "impulse.wav"
        self.idle = {}  # channels: what a strip without a chain costs

    def _fohd(self, config, sounds, report=False):
        file, stats, out, told = (self.folder / name for name in ("case.yaml", "stats.json", "out.wav", "report.json"))
        file.write_text(config)
        command = [self.fohd, "render", "--config", file, "--block", BLOCK, "--stats", stats, "--report", told, "--out", f"out={out}"]
        for name, sound in sounds.items():
            write_wav(self.folder / f"{name}.wav", sound)
            command += ["--in", f"{name}={self.folder / name}.wav"]
        run(command)
        return read_wav(out), json.loads(stats.read_text()), json.loads(told.read_text())["strips"]["out"]

    def _cost(self, stats):
        return stats["callback_us"]["median"] * 1000 / BLOCK

    def chain(self, chain, sound, partner=None):
        """Through the chain of a strip; with a partner, both strips have it and their sum is heard. The cost is what is more than
        without a chain."""
        padded = np.pad(sound, ((0, 0), (0, RATE // 4)))
        sounds = {"x": padded} if partner is None else {"x": padded, "y": partner}
        items = chain.replace("IMPULSE", str(self.impulse))

        def config(items):
            strips = "".join(f"  {name}: {{channels: {len(sound)}, chain: [{items}], sends: {{mix: {{}}}}}}\n" for name in sounds)
            return f"fohd: 1\ninputs:\n{strips}buses:\n  mix: {{channels: {len(sound)}}}\noutputs:\n  out: {{from: mix}}\n"

        if (key := (len(sound), len(sounds))) not in self.idle:
            self.idle[key] = self._cost(self._fohd(config(""), sounds)[1])
        heard, stats, _ = self._fohd(config(items), sounds)
        late = stats["latency_frames"].get("out", 0)
        return Heard(heard[:, late:late + sound.shape[1]], late, max(0, self._cost(stats) - self.idle[key]))

    def loudness(self, sound):
        """Integrated LUFS by fohd's own measurement, or None where there is too little sound."""
        config = f"fohd: 1\ninputs:\n  x: {{channels: {len(sound)}}}\noutputs:\n  out: {{from: x, loudness: on}}\n"
        told = self._fohd(config, {"x": sound})[2].get("loudness", {})
        return told.get("integrated")

    def build_host(self):
        """The program that runs LV2 plugins, built anew where its text is newer."""
        self.host = self.folder / "lv2_peer"
        text = [self.root / "tests/bench" / name for name in ("lv2_peer.cpp", "lv2_plugin.h")]
        if self.host.exists() and self.host.stat().st_mtime > max(each.stat().st_mtime for each in text):
            return
        flags = run(["pkg-config", "--cflags", "--libs", "lilv-0", "lv2", "sndfile"]).split()
        run(["g++", "-std=c++20", "-O2", f"-I{self.root}", text[0], "-o", self.host, *flags])

    def peer(self, peer, sound):
        to, out = self.folder / "peer-in.wav", self.folder / "peer-out.wav"
        write_wav(to, np.pad(sound, ((0, 0), (0, RATE // 4))))
        values = [f"{symbol}={value}" for symbol, value in peer.values.items()]
        state = [each.replace("IMPULSE", str(self.impulse)) for each in peer.state]
        told = json.loads(run([self.host, peer.uri, BLOCK, to, out, *values, *state]).splitlines()[-1])
        late = told["latency_frames"]
        heard = read_wav(out)[:len(sound), late:late + sound.shape[1]]
        return Heard(heard, late, told["ns_per_frame"])

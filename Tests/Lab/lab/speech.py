"""Speech to send, and the meter that says how well it arrived (PESQ narrow-band, ITU-T P.862.1)."""

import array
import os
import subprocess
import wave

from . import process, run

RATE = 8000
PYTHON = os.path.join(run.BUILD, "venv", "bin", "python")
METER = os.path.join(os.path.dirname(__file__), "pesq_meter.py")
OUTGOING_TEXT = (
    "Good morning, this is the telephone exchange. The small blue boat sailed past the harbour "
    "wall. Please call me back before nine, the number has not changed.")
INCOMING_TEXT = (
    "The weather office expects rain before the evening. Seven old trees stood beside the river. "
    "Your parcel waits at the counter, bring a letter with your name.")


def make(folder, name, text, voice="en-gb"):
    """Speaks a text into FOLDER/NAME.wav: 8 kHz, 16 bit, mono, telephone band; returns the path.

    A quiet room (pink noise, -60 dBFS) is behind the voice, as behind every telephone: against
    the digital silence of a synthesizer PESQ hears the rounding of G.711 and loses 0.5 of MOS.
    """
    raw, clean, room, path = (
        os.path.join(folder, name + suffix)
        for suffix in (".raw.wav", ".clean.wav", ".room.wav", ".wav"))
    mono = ["-r", str(RATE), "-c", "1", "-b", "16"]
    subprocess.run(["espeak-ng", "-v", voice, "-s", "150", "-w", raw, text], check=True)
    subprocess.run(
        ["sox", "-R", raw, *mono, clean, "sinc", "300-3400", "gain", "-n", "-10",
         "pad", "0.5", "0.5"], check=True)
    subprocess.run(
        ["sox", "-R", "-n", *mono, room, "synth", str(seconds(clean)), "pinknoise",
         "sinc", "200-3400", "gain", "-n", "-48"], check=True)
    subprocess.run(["sox", "-R", "-m", "-v", "1", clean, "-v", "1", room, path], check=True)
    for passing in (raw, clean, room):
        os.unlink(passing)
    return path


def seconds(path):
    """The length of a WAV file."""
    with wave.open(path, "rb") as file:
        return file.getnframes() / file.getframerate()


def onset(path, least=1000):
    """When the first sample comes that is loud enough for a voice, in seconds."""
    with wave.open(path, "rb") as file:
        samples = array.array("h", file.readframes(file.getnframes()))
        return next(i for i, x in enumerate(samples) if abs(x) >= least) / file.getframerate()


def mos(reference, recording):
    """The MOS-LQO of a recording that contains the reference once; None if it holds no speech."""
    done = subprocess.run([PYTHON, METER, reference, recording],
                          capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise process.LabError(f"PESQ of {recording}: {done.stderr.strip()}")
    words = done.stdout.split()
    return float(words[0]) if words[0] != "silence" else None


def to_a_law(wav, path):
    """Writes the samples of a WAV as raw A-law, which SIPp can send."""
    subprocess.run(["sox", wav, "-t", "raw", "-e", "a-law", "-r", str(RATE), "-c", "1", path],
                   check=True)

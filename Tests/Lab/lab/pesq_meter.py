"""PESQ narrow-band of RECORDING against REFERENCE, both WAV: prints the MOS-LQO and the delay.

Runs in the virtual environment that has numpy and pesq. The reference is found in the recording by
cross-correlation, so that silence, tones and a call's beginning around it do not count.
"""

import sys
import wave

import numpy
import pesq

RATE = 8000
MARGIN = RATE // 4
LEAST_LEVEL = 30.0


def load(path):
    """Samples of a mono 16-bit WAV at 8 kHz; linear resampling of whole multiples of the rate."""
    with wave.open(path, "rb") as file:
        if file.getsampwidth() != 2:
            raise SystemExit(f"{path}: not 16 bit")
        data = numpy.frombuffer(file.readframes(file.getnframes()), dtype="<i2")
        data = data.reshape(-1, file.getnchannels())[:, 0].astype(numpy.float64)
        rate = file.getframerate()
    if rate != RATE:
        if rate % RATE:
            raise SystemExit(f"{path}: rate {rate}")
        data = data[::rate // RATE]
    return data


def delay_of(reference, recording):
    """At which sample of the recording the reference begins."""
    size = 1 << int(numpy.ceil(numpy.log2(len(reference) + len(recording))))
    spectrum = numpy.fft.rfft(recording, size) * numpy.conj(numpy.fft.rfft(reference, size))
    correlation = numpy.fft.irfft(spectrum, size)
    peak = int(numpy.argmax(correlation))
    return peak - size if peak > size // 2 else peak


def main():
    """Prints `MOS delay-in-samples`, or `silence`."""
    reference, recording = load(sys.argv[1]), load(sys.argv[2])
    if len(recording) < RATE or numpy.sqrt(numpy.mean(recording ** 2)) < LEAST_LEVEL:
        print("silence")
        return
    delay = delay_of(reference, recording)
    first, last = max(0, delay - MARGIN), min(len(recording), delay + len(reference) + MARGIN)
    degraded = recording[first:last]
    if numpy.sqrt(numpy.mean(degraded ** 2)) < LEAST_LEVEL:
        print("silence")
        return
    value = pesq.pesq(RATE, reference.astype(numpy.int16), degraded.astype(numpy.int16), "nb")
    print(f"{value:.3f} {delay}")


if __name__ == "__main__":
    main()

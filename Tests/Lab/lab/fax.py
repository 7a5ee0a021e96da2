"""spandsp's fax machine (T.30 over V.21): what one that is called says, what a caller hears."""

import array
import ctypes
import wave

from . import process, speech

#: The identification of a called machine, as spandsp names its frame (T30_DIS).
DIS = 0x80
FRAME = 160
Frame = ctypes.c_int16 * FRAME
Handler = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_int)
Handle = ctypes.c_void_p


class Machine:
    """A machine that calls or is called, at a line that is no more than samples."""

    def __init__(self, is_caller):
        self.spandsp = ctypes.CDLL("libspandsp.so.2")
        self.function("fax_init", Handle, ctypes.c_int, result=Handle)
        self.function("fax_tx", Handle, ctypes.POINTER(ctypes.c_int16), ctypes.c_int)
        self.function("fax_rx", Handle, ctypes.POINTER(ctypes.c_int16), ctypes.c_int)
        self.function("fax_set_transmit_on_idle", Handle, ctypes.c_int)
        self.function("fax_get_t30_state", Handle, result=Handle)
        self.function("t30_set_rx_file", Handle, ctypes.c_char_p, ctypes.c_int)
        self.function("t30_set_phase_b_handler", Handle, Handler, Handle)
        self.function("fax_free", Handle)
        self.machine = self.spandsp.fax_init(None, int(is_caller))
        if not self.machine:
            raise process.LabError("spandsp makes no fax machine")
        self.spandsp.fax_set_transmit_on_idle(self.machine, 1)
        state = self.spandsp.fax_get_t30_state(self.machine)
        self.spandsp.t30_set_rx_file(state, b"/dev/null", -1)
        self.heard = []
        # Kept as long as the machine, which calls it.
        self.handler = Handler(self.hear_frame)
        self.spandsp.t30_set_phase_b_handler(state, self.handler, None)

    def function(self, name, *arguments, result=ctypes.c_int):
        """Declares a function of the library."""
        function = getattr(self.spandsp, name)
        function.argtypes, function.restype = arguments, result

    def hear_frame(self, _state, _user, kind):
        """The machine has understood a frame of T.30."""
        self.heard.append(kind)
        return 0

    def turn(self, samples):
        """Hears 20 ms and says the next 20."""
        said = Frame()
        self.spandsp.fax_tx(self.machine, said, FRAME)
        self.spandsp.fax_rx(self.machine, Frame(*samples), FRAME)
        return said[:]

    def free(self):
        """Ends it."""
        self.spandsp.fax_free(self.machine)


def answer(path, seconds):
    """Writes what a machine says that is called and hears nothing: the answering tone, and DIS."""
    machine = Machine(False)
    samples = array.array("h")
    for _ in range(seconds * speech.RATE // FRAME):
        samples.extend(machine.turn([0] * FRAME))
    machine.free()
    with wave.open(path, "wb") as file:
        file.setparams((1, 2, speech.RATE, 0, "NONE", ""))
        file.writeframes(samples.tobytes())
    return path


def frames_heard(path):
    """The frames of T.30 that a machine understands that has called and hears a recording."""
    machine = Machine(True)
    with wave.open(path, "rb") as file:
        samples = array.array("h", file.readframes(file.getnframes()))
    for start in range(0, len(samples) - FRAME + 1, FRAME):
        machine.turn(samples[start:start + FRAME])
    machine.free()
    return machine.heard

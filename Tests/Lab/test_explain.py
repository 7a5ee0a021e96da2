"""`explain port N` against a real SBC that refuses: the first broken link has the right name."""

import unittest

from lab import box, process
from test_calls import ARCHITECTURE, SceneTest

# What the SBC answers to REGISTER, and a part of the words that the technician reads.
REFUSALS = {
    400: "does not understand the request",
    403: "forbids 6001: the carrier has not released it, or the password or the key is wrong",
    404: "does not know 6001 at lab.example",
    405: "the SBC refuses (405)",
    408: "is up, but cannot serve now",
    420: "does not understand the request",
    480: "is up, but cannot serve now",
    500: "is up, but cannot serve now",
    503: "is up, but cannot serve now",
    504: "is up, but cannot serve now",
    600: "the SBC refuses (600)",
}


class Explain(SceneTest):
    """A box that is new at a carrier who does not want it."""

    def again(self, *settings):
        """Starts the box anew."""
        self.scene.box.stop()
        self.scene.box = box.Box(self.scene.run, self.numbers, settings, ARCHITECTURE, name="again")
        self.scene.box.start()

    def blamed(self, port=1, number="6001"):
        """The broken link, as soon as the registration has come to an end."""
        process.wait_until(
            lambda: f"{number}    registering" not in self.scene.box.shell("show registrations"),
            10, "the registrar's answer")
        said = self.scene.box.shell(f"explain port {port}")
        broken = [line for line in said.splitlines() if "BROKEN: " in line]
        self.assertLessEqual(len(broken), 1, said)
        return broken[0].strip() if broken else said.splitlines()[-1]

    def test_refusals(self):
        print()
        for code, words in REFUSALS.items():
            with self.subTest(code=code):
                self.scene.sbc.set_fault("reply", code)
                self.again()
                said = self.blamed()
                print(f"  SBC answers {code:<20}{said}")
                self.assertTrue(said.startswith("registration  BROKEN: "), said)
                self.assertIn(words, said)

    def test_who_it_is(self):
        self.scene.sbc.add_user("6001", "another secret")
        self.again()
        said = self.blamed()
        print(f"\n  wrong password                  {said}")
        self.assertIn("refuses the user name or the password of 6001", said)
        self.assertEqual(self.blamed(2, "6002"), "port 2 can call")

    def test_an_sbc_that_is_silent(self):
        self.scene.sbc.set_fault("silent", 1)
        self.again()
        said = self.scene.box.shell("explain port 1")
        print(f"\n  SBC silent                      {said.splitlines()[-2].strip()}")
        self.assertIn("the SBC has not answered yet", said)
        self.assertTrue(said.endswith("port 1 cannot call: look at its registration\n"))

    def test_no_common_codec(self):
        self.scene.sbc.set_fault("nomedia", 1)
        self.dial("6002")
        self.phone.wait("tone congestion", 6)
        self.phone.hang_up()
        self.assertIn(
            "the last call, to 6002: refused with 488", self.scene.box.shell("explain port 1"))


if __name__ == "__main__":
    unittest.main()

"""Boots, as a person at the serial console sees them."""

import unittest

from test_calls import BoardTest


class Console(BoardTest):
    """The serial console: login, a wrong password, the shell."""

    def test_log_in(self):
        console = self.scene.machine.console
        console.send("\n")
        console.wait_for("login: ", 10)
        console.send("admin\n")
        console.wait_for("Password: ", 10)
        console.send("wrong\n")
        console.wait_for("Login incorrect", 20)
        self.scene.machine.log_in()
        console.send("show ports\n")
        answer, _ = console.wait_for("6002 .*\n", 10)
        self.assertIn("6001", answer)
        console.send("show registrations\n")
        answer, _ = console.wait_for("6002 +registered", 10)
        self.assertRegex(answer, "6001 +registered")

    def test_root_has_no_password(self):
        """Nobody logs in as root, and nothing of the root file system can be written."""
        console = self.scene.machine.console
        console.send("\n")
        console.wait_for("login: ", 10)
        console.send("root\n")
        console.wait_for("Password: ", 10)
        console.send("\n")
        console.wait_for("Login incorrect", 20)
        self.assertIn("Read-only", self.scene.shell("touch /etc/x 2>&1", check=False))


class Armv7(BoardTest):
    """The other processor: it boots to registered ports, and a lifted handset hears dial tone."""

    board = "qemu-virt-armv7"

    def test_registers(self):
        print(f"up {self.scene.shell('cat /proc/uptime').split()[0]} s … ", end="", flush=True)
        self.dial("6002")
        self.other.wait("ring", 8)
        self.phone.hang_up()
        self.assert_wire()


if __name__ == "__main__":
    unittest.main()

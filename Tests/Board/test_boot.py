"""Boots, as a person at the serial console sees them."""

import os
import shutil
import time
import unittest

from boardlab import machine
from lab import kamailio
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


    def test_users(self):
        """An operator, made by the administrator, sees and changes nothing; wrong words lock."""
        board = self.scene.machine
        console = board.console
        console.send("\n")
        board.log_in()
        console.send("password operator\n")
        for prompt in ("new password: ", "once more: "):
            console.wait_for(prompt, 10)
            console.send("Looking-1\n")
        console.wait_for("password of operator is changed", 10)
        console.send("exit\n")
        board.log_in("Looking-1", "operator")
        console.send("show registrations\n")
        console.wait_for("6002 +registered", 10)
        console.send("configure\n")
        console.wait_for("'configure' is not known", 10)
        self.assertEqual(
            self.scene.shell("ps | grep 'tipring shell' | grep -v grep | awk '{print $2}'").split(),
            ["operator"])
        self.assertRegex(
            self.scene.shell("ls -l /data/tipring/tipring.conf.users"), "^-rw------- .* admin ")
        console.send("exit\n")
        for _ in range(5):
            console.wait_for("login: ", 20)
            console.send("admin\n")
            console.wait_for("Password: ", 10)
            console.send("guess\n")
            console.wait_for("Login incorrect", 10)
        console.wait_for("nothing is taken for 300 s", 10)
        log = self.scene.shell("logread | grep 'login: '")
        self.assertEqual(log.count("login: admin: wrong name or password"), 5)
        self.assertEqual(log.count("has logged in"), 2)


class Factory(BoardTest):
    """A box as it leaves the factory, and a person with the carrier's sheet at its console."""

    def begin(self):
        self.scene.sbc.start()
        disk = shutil.copyfile(
            os.path.join(machine.image_folder(self.board), "disk.img"),
            self.scene.run.path("factory.img"))
        self.scene.boot(registered=False, disk=disk)
        self.scene.plug_in_phones()

    def sheet(self):
        """The lines of README.md, with this carrier's values."""
        network = self.scene.network
        return [
            "configure", "network vlan 100", f"network address {network.box}/24",
            f"sip server {network.sbc}", f"sip domain {kamailio.REALM}",
            f"port 1 password {kamailio.password_of('6001')}",
            f"port 2 password {kamailio.password_of('6002')}", "commit", "exit"]

    def test_to_the_first_call(self):
        began = time.monotonic()
        self.scene.machine.log_in_first()
        console = self.scene.machine.console
        for line in self.sheet():
            console.send(line + "\n")
            answer, _ = console.wait_for(r"tipring(\(config\*?\)#|>) ", 10)
            self.assertNotIn("^", answer)
        self.assertIn("sip server", self.scene.show("configuration differences"))
        self.assertIn("BROKEN", self.scene.shell("tipring shell explain port 1"))
        console.send("restart\n")
        self.scene.wait_registered(20)
        self.scene.machine.log_in()
        console.send("explain port 1\n")
        console.wait_for("port 1 can call", 10)
        self.dial("6002")
        self.other.wait("ring", 8)
        print(f"rings {time.monotonic() - began:.1f} s after the login … ", end="", flush=True)
        self.other.lift()
        self.other.wait("feed forward", 5)
        self.assertEqual(self.scene.show("ports").count("talking"), 2)
        self.phone.hang_up()
        self.other.hang_up()

    def test_a_trial_that_nobody_confirms(self):
        """`commit confirm` over a power cut: the box comes back to what it was."""
        console = self.scene.machine.console
        self.scene.machine.log_in_first()
        for line in ["configure", "hostname tried", "commit confirm 1"]:
            console.send(line + "\n")
            console.wait_for(r"(tipring|tried)\(config\*?\)# ", 10)
        self.scene.machine.stop()
        self.scene.machine = machine.Machine(
            self.scene.run, self.board, self.scene.machine.disk, self.scene.wire)
        self.scene.boot(registered=False)
        # The root shell is there before the gateway.
        self.scene.shell(
            "until tipring shell show running-config | grep -q 'hostname tried'; do :; done")
        self.scene.shell(
            "until tipring shell show running-config | grep -q 'hostname tipring'; "
            "do sleep 1; done", seconds=90)
        self.assertIn("the one before is back", self.scene.show("log"))
        self.assertIn("hostname tipring", self.scene.shell("cat /data/tipring/tipring.conf"))


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

"""What the world does to a board: cables, leases, cards, hangs, power cuts. It comes back alone."""

import random
import threading
import time
import unittest

from boardlab import dhcp, scene
from lab import authority, webserver
from test_calls import BOARD, BoardTest

#: The time-out of the board's watchdog, and how long a boot takes at the most on a busy host.
WATCHDOG_SECONDS, BOOT_SECONDS = 15, 40
SOON_SECONDS = 5


class FaultTest(BoardTest):
    """A fault, and a phone that works again after it."""

    def assert_phone_works(self):
        """Both ports register anew and a lifted handset hears dial tone."""
        self.scene.wait_registered(BOOT_SECONDS)
        self.phone.lift()
        self.phone.wait("tone dial", SOON_SECONDS)
        self.phone.hang_up()


class Cable(FaultTest):
    """The network cable."""

    def test_pulled_and_put_back(self):
        """Without a cable nothing is sent; with it the ports register at once."""
        self.scene.machine.set_cable(False)
        self.scene.shell("until tipring shell show network | grep -q 'no cable'; do :; done")
        self.assertIn("BROKEN: eth0: no cable", self.scene.shell("tipring shell explain port 1"))
        self.scene.forget_registrations()
        sent = sum(self.scene.wire.sent.values())
        self.phone.do("pause 2000")
        self.assertEqual(sum(self.scene.wire.sent.values()), sent)
        began = time.monotonic()
        self.scene.machine.set_cable(True)
        self.scene.wait_registered(SOON_SECONDS)
        print(f"registered {time.monotonic() - began:.2f} s after the cable … ", end="")
        self.assert_phone_works()
        self.assert_wire()

    def test_a_call_survives_two_seconds_without_it(self):
        self.dial("6002")
        self.other.wait("ring", 8)
        self.other.lift()
        self.other.wait("feed forward", 5)
        self.scene.machine.set_cable(False)
        self.phone.do("pause 2000")
        self.scene.machine.set_cable(True)
        self.phone.do("pause 2000")
        self.assertEqual(self.scene.show("ports").count("talking"), 2)
        self.other.hang_up()
        self.phone.wait("tone busy", SOON_SECONDS)
        self.phone.hang_up()


class Lease(FaultTest):
    """The address from DHCP, the SBC from its option 120, the configuration from option 43.

    udhcpc lets nothing but a host name through in option 66.
    """

    address = "dhcp"
    settings = ("provisioning spread 0",)

    def begin(self):
        self.scene.server = False
        self.authority = authority.Authority(self.scene.run)
        address = self.scene.network.address(254)
        self.web = webserver.WebServer(
            self.scene.run, address, *self.authority.server(address))
        url = self.web.url().encode()
        told = (bytes([1, len(url)]) + url).hex(":")
        options = [
            f"option:sip-server,{self.scene.network.sbc}", "66,acs.example", f"43,{told}"]
        self.first = dhcp.Dhcp(self.scene.run, self.scene.network, 101, options).start()
        self.second = dhcp.Dhcp(self.scene.run, self.scene.network, 102, options)
        self.addCleanup(self.first.stop)
        self.addCleanup(self.second.stop)
        super().begin()

    def test_lease_changes(self):
        self.assertIn(self.first.address, self.scene.sbc.binding("6001"))
        network = self.scene.show("network")
        self.assertIn(f"SIP server (120): {self.scene.network.sbc}", network)
        self.assertIn("provisioning (66): acs.example", network)
        self.first.stop()
        self.second.start()
        self.scene.forget_registrations()
        self.scene.shell("killall -USR1 udhcpc")
        self.scene.wait_registered(BOOT_SECONDS)
        self.assertIn(self.second.address, self.scene.sbc.binding("6001"))
        self.assertNotIn(self.first.address, self.scene.shell("ip address"))
        self.assert_phone_works()
        self.assertEqual(self.scene.wire.strays, [])

    def test_configuration_from_the_carrier(self):
        """DHCP names the URL; the file's server is verified, and the file is kept."""
        self.web.put(self.scene.text().replace("hostname board", "hostname carrier"))
        self.web.start()
        self.scene.shell("tipring shell provision now")
        self.scene.shell(
            "until tipring shell show alarms | grep -q 'provisioning:'; do :; done")
        with open(self.authority.certificate, encoding="ascii") as file:
            lines = " ".join(f"'{line}'" for line in file.read().splitlines())
        self.scene.shell(f"printf '%s\\n' {lines} >/data/tipring/ca.pem")
        self.scene.shell("tipring shell provision now")
        self.scene.shell(
            "until tipring shell show log | grep -q 'configuration confirmed'; do :; done")
        shown = self.scene.show("provisioning")
        self.assertIn(f"url: {self.web.url()}, from DHCP", shown)
        self.assertIn("last answer: the new configuration is kept", shown)
        self.assertIn("host name carrier", self.scene.show("version"))
        self.web.stop()
        self.assertEqual(self.web.answers()[0], 200)


class Card(FaultTest):
    """The sound card, unplugged and plugged in again."""

    DRIVER = "/sys/bus/platform/drivers/snd_aloop"

    def test_unplugged_and_returned(self):
        # The driver waits for everybody to close the card: not in the shell's way.
        self.scene.shell(f"(echo snd_aloop.0 >{self.DRIVER}/unbind) >/dev/null 2>&1 &")
        self.scene.shell(
            "until tipring shell show ports | grep -q 'card 1 is gone'; do :; done")
        self.assertIn("BROKEN: card 1 is gone", self.scene.shell("tipring shell explain port 1"))
        self.scene.shell(f"echo snd_aloop.0 >{self.DRIVER}/bind")
        self.scene.shell("while tipring shell show ports | grep -q 'is gone'; do :; done")
        self.assert_phone_works()
        self.assertIn("lost 1 times", self.scene.show("media"))


class Pins(FaultTest):
    """The chip of the line circuits' pins, absent when the gateway starts and there later."""

    DRIVER = "/sys/bus/amba/drivers/pl061_gpio"

    def test_absent_and_returned(self):
        chip = self.scene.shell(f"cd {self.DRIVER}; echo *.pl061").strip()
        self.scene.forget_registrations()
        self.scene.shell(f"echo {chip} >{self.DRIVER}/unbind; kill -9 {scene.GATEWAY}")
        # What cannot ring is registered all the same: its return costs the SBC nothing.
        self.scene.wait_registered()
        said = self.scene.shell("tipring shell explain port 2")
        self.assertRegex(
            said, r"BROKEN: cannot be driven: hook \(line \d+ of the board file\): "
            r"GPIO slic2-shk: ")
        self.assertIn("line circuit cannot be driven", self.scene.show("ports"))
        self.scene.shell(f"echo {chip} >{self.DRIVER}/bind")
        self.scene.shell("while tipring shell show ports | grep -q 'cannot be'; do :; done")
        self.assert_phone_works()
        self.assertIn("port 2: its line circuit is there again", self.scene.show("log"))


class Button(FaultTest):
    """The reset button, on a board with one port: the other's hook pin and lamp are its own."""

    HOLD_SECONDS = 10
    WIRING = "button reset slic2-shk\nbutton lamp slic2-led"

    def give_button(self):
        """Starts the gateway anew with another board file, which is away again afterwards."""
        board, stored = "/etc/tipring/board.conf", "/data/tipring/tipring.conf"
        self.scene.shell(
            f"(sed '/^port 2 /d; s/^ports 2/ports 1/; s/^ring limit 2/ring limit 1/' {board};"
            f" echo '{self.WIRING}') >/tmp/board.conf; mount --bind /tmp/board.conf {board};"
            f" sed -i '/^port 2 /d' {stored}; kill -9 {scene.GATEWAY}")
        self.scene.shell(
            "until tipring shell show environment | grep -q 'button: .*slic2-shk'; do :; done")
        self.scene.shell(f"umount {board}")

    def test_held_for_ten_seconds(self):
        self.give_button()
        contact = self.scene.machine.lines.lines[1]
        contact.edges.clear()
        contact.set_contact(True)
        contact.wait_edges("lamp", 2, SOON_SECONDS)
        contact.set_contact(False)
        self.phone.do("pause 1000")
        self.assertFalse([level for _, name, level in contact.edges if name == "lamp"][-1])
        self.assertIn("hostname board", self.scene.show("running-config"))
        pressed_at = time.monotonic()
        contact.set_contact(True)
        self.scene.shell(
            "until tipring shell show running-config | grep -q 'hostname tipring'; do :; done",
            seconds=self.HOLD_SECONDS + BOOT_SECONDS)
        self.assertGreaterEqual(time.monotonic() - pressed_at, self.HOLD_SECONDS)
        contact.set_contact(False)
        # While the log's own program starts anew, it reads empty.
        self.scene.shell(
            "until logread | grep -q 'by the button: every setting forgotten'; do :; done")


class Watchdog(FaultTest):
    """Four ways to die, and a working phone after each."""

    def hang(self, which):
        """Stops the control loop (0) or a media thread (1)."""
        self.scene.shell(
            f"tid=$(ls /proc/{scene.GATEWAY}/task | sort -n | "
            f"sed -n {which + 1}p); /mnt/hang-thread $tid >/tmp/hung & "
            "until grep -q hung /tmp/hung; do :; done")

    def assert_bite(self, did, reason):
        """The watchdog resets the machine in its time, and the box knows why it started."""
        began = time.monotonic()
        self.scene.forget_registrations()
        did()
        reset = self.scene.machine.wait_reset(began, WATCHDOG_SECONDS * 2 + SOON_SECONDS)
        print(f"reset after {reset - began:.1f} s … ", end="")
        self.scene.forget_registrations()
        self.assert_phone_works()
        self.scene.machine.shell.wait_ready(BOOT_SECONDS)
        self.assertIn(reason, self.scene.show("reset"))

    def test_media_thread_hangs(self):
        self.assert_bite(lambda: self.hang(1), "the media thread of card 1 stood still")

    def test_control_loop_hangs(self):
        self.assert_bite(lambda: self.hang(0), "watchdog: the control loop")

    def test_kernel_panic(self):
        self.assert_bite(
            lambda: self.scene.machine.shell.send("echo c >/proc/sysrq-trigger\n"), "panic")

    def test_process_is_killed(self):
        """No reset is needed: init starts the process again."""
        began = time.monotonic()
        self.scene.forget_registrations()
        self.scene.shell("killall -9 tipring")
        self.assert_phone_works()
        print(f"phone after {time.monotonic() - began:.1f} s … ", end="")
        resets = [event for event in self.scene.machine.monitor.events
                  if event["event"] == "RESET" and event["at"] > began]
        self.assertEqual(resets, [])
        self.assertIn("ended", self.scene.show("reset"))


class PowerReturn(FaultTest):
    """The power of a district is back: the box waits for its turn, and says so."""

    settings = ("sip register-spread 600",)

    def test_waits_for_its_turn(self):
        self.scene.boot_again(registered=False)
        words = "BROKEN: waits, so that a district"
        self.scene.shell(
            f"until tipring shell explain port 1 2>/dev/null | grep -q '{words}'; do :; done")
        self.assertIsNone(self.scene.sbc.binding("6001"))
        self.scene.shell("tipring shell register now")
        self.scene.wait_registered(SOON_SECONDS)


class PowerCut(unittest.TestCase):
    """The plug is pulled while configurations are stored, again and again."""

    CUTS = 20
    SEED = 20261126

    def test_always_a_valid_configuration(self):
        """After every cut the stored configuration is one of the two, whole, and runs."""
        dice = random.Random(self.SEED)
        # Who is waited for twenty times does not come back with a district.
        place = scene.Scene("cuts", BOARD, ("sip register-spread 0",))
        self.addCleanup(place.stop)
        place.start(phones=False)
        for cut in range(self.CUTS):
            place.shell(
                "cd /tmp; sed 's/^hostname .*/hostname first/' /data/tipring/tipring.conf >a; "
                "sed 's/^hostname .*/hostname second/' a >b; (while :; do "
                "tipring install a --config /data/tipring/tipring.conf; "
                "tipring install b --config /data/tipring/tipring.conf; done) >/dev/null 2>&1 &")
            threading.Event().wait(dice.uniform(0.0, 1.0))  # When it is cut is a matter of chance.
            place.boot_again()
            name = place.shell("grep ^hostname /data/tipring/tipring.conf").split()[1]
            self.assertIn(name, ("first", "second", "board"), f"cut {cut}, seed {self.SEED}")
            place.shell(
                "tipring check /data/tipring/tipring.conf --board /etc/tipring/board.conf")


if __name__ == "__main__":
    unittest.main()

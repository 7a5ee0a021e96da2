"""What the network tells of a line: messages that wait, services; heard and seen."""

import re

from lab import process, sipp
from test_calls import SceneTest


class MailboxTest(SceneTest):
    """A mailbox behind the SBC, and what the subscriber hears of it."""

    numbers = ("6001",)

    def wait_details(self, pattern, seconds=10):
        """Waits until the box says it of its accounts."""
        return process.wait_until(
            lambda: re.search(pattern, self.scene.box.shell("show registrations detail")), seconds,
            f"'{pattern}' in the details")

    def tell(self, *words):
        """A mailbox that tells unasked, and the box's 200."""
        peer = self.scene.play(sipp.Sipp(
            self.scene.run, sipp.notify_unasked("6001", sipp.summary(*words)),
            self.scene.network.far, name=f"mailbox-{words[0]}"))
        peer.wait_done()

    def hear_dial_tone(self, name):
        """Lifts, hears that tone, and puts the handset back."""
        self.phone.lift()
        tone = self.phone.wait(f"tone {name}", 5)
        self.phone.hang_up()
        return tone


class Unsolicited(MailboxTest):
    """The network tells of its own accord, as the box has it by default."""

    def test_dial_tone(self):
        """The dial tone stutters from the NOTIFY on until the next one."""
        self.hear_dial_tone("dial")
        self.tell("yes", "2/8 (0/2)")
        self.assertRegex(
            self.scene.box.shell("show port 1"), "messages +waiting, 2 new, 8 old")
        tone = self.hear_dial_tone("special-dial")
        self.assertIn("cadence=400/40", tone.text)
        self.tell("no")
        self.wait_details("messages +none waiting")
        self.hear_dial_tone("dial")
        self.assert_clean_end()


class Lamp(MailboxTest):
    """A telephone with a lamp, whose judge decodes the FSK by itself."""

    settings = ("port 1 message-lamp fsk",)

    def wait_lamp(self, word):
        """Waits until the box says that it has told the lamp so."""
        process.wait_until(
            lambda: re.search(
                f"message lamp +{word}", self.scene.box.shell("show port 1")), 5, f"{word} lamp")

    def test_lamp(self):
        """Lit without a ring, and put out when the mailbox is empty."""
        self.tell("yes", "1/0")
        self.phone.wait("message-lamp on", 8)
        self.wait_lamp("lit")
        self.tell("no")
        self.phone.wait("message-lamp off", 8)
        self.wait_lamp("dark")
        self.assertFalse(self.phone.events("ring"), "the telephone rang")
        told = self.phone.events("message-lamp")
        self.assertEqual(
            [(event.fields["raw"], event.fields["modem"]) for event in told],
            [("82030B01FF70", "bell202"), ("82030B01006F", "bell202")])
        self.assert_clean_end()


class Subscription(MailboxTest):
    """The box asks for it."""

    settings = ("sip message-waiting subscribe",)

    def test_dial_tone(self):
        """Refused at first, subscribed with the next registration; then the notifier's word."""
        self.wait_details("mailbox +refused with 405")
        self.scene.sbc.set_fault("barred")
        self.scene.box.shell("register now")
        self.wait_details("refused with 403")
        self.scene.sbc.clear_fault("barred")
        self.scene.sbc.add_trunk("notifier", self.scene.network.far)
        notifier = self.scene.play(sipp.Sipp(
            self.scene.run,
            [sipp.receive_subscribe(), sipp.accept_subscribe(600),
             sipp.notify_mailbox(1, "active;expires=600", sipp.summary("yes", "1/0")),
             sipp.receive_status(200)],
            self.scene.network.far, name="notifier"))
        self.scene.box.shell("register now")
        notifier.wait_done(20)
        self.wait_details("mailbox +subscribed")
        self.wait_details("messages +waiting, 1 new, 0 old")
        self.hear_dial_tone("special-dial")
        self.tell("no")
        self.hear_dial_tone("dial")
        self.assert_clean_end()
        asked = self.scene.wire.packets(
            'sip.Method == "SUBSCRIBE"', ["sip.Event", "sip.Accept", "sip.Expires"])
        self.assertEqual(
            {(packet["sip.Event"], packet["sip.Accept"], packet["sip.Expires"])
             for packet in asked},
            {("message-summary", "application/simple-message-summary", "3600")})


class Services(MailboxTest):
    """An application server names the dial tone, and the mailbox has its own reason."""

    settings = ("sip ua-profile on",)

    def test_dial_tone(self):
        """Special while a diversion is active, and also while messages wait after it."""
        self.wait_details("ua-profile +refused with 405")
        self.hear_dial_tone("dial")
        self.scene.sbc.set_fault("barred")
        self.scene.box.shell("register now")
        self.wait_details("refused with 403")
        self.scene.sbc.clear_fault("barred")
        self.scene.sbc.add_trunk("notifier", self.scene.network.far)
        server = self.scene.play(sipp.Sipp(
            self.scene.run,
            [sipp.receive_subscribe(), sipp.accept_subscribe(600),
             sipp.notify_services(
                 1, "active;expires=600", sipp.services("special-condition-tone")),
             sipp.receive_status(200), sipp.pause(4_000),
             sipp.notify_services(
                 2, "active;expires=590", sipp.services("standard-dial-tone")),
             sipp.receive_status(200)],
            self.scene.network.far, name="services"))
        self.scene.box.shell("register now")
        self.wait_details("dial tone +special: a service is active", 20)
        self.wait_details("ua-profile +subscribed")
        tone = self.hear_dial_tone("special-dial")
        self.assertIn("cadence=400/40", tone.text)
        server.wait_done(20)
        self.assertRegex(
            self.scene.box.shell("show port 1"), "dial tone +the standard one")
        self.hear_dial_tone("dial")
        self.tell("yes", "1/0")
        self.hear_dial_tone("special-dial")
        self.assert_clean_end()
        asked = self.scene.wire.packets(
            'sip.Method == "SUBSCRIBE"', ["sip.Event", "sip.Expires"])
        self.assertEqual(
            {(packet["sip.Event"], packet["sip.Expires"]) for packet in asked},
            {("ua-profile;profile-type=user", "3600")})

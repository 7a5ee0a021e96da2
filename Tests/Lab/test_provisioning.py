"""The configuration from a web server: lighttpd by HTTPS, files good and bad."""

import os
import subprocess
import unittest

from lab import (
    authority, box, kamailio, name_server, process, run as run_module, webserver)

ARCHITECTURE = os.environ.get("TIPRING_LAB_ARCH", "host")


class Provisioned(unittest.TestCase):
    """A box that knows its URL, its SBC, and whom to trust."""

    def setUp(self):
        self.run_ = run_module.Run(self.id().rsplit(".", 1)[1])
        self.addCleanup(process.stop_all)
        self.box = box.Box(self.run_, ("6001",), architecture=ARCHITECTURE)
        self.addCleanup(self.box.stop)
        self.sbc = kamailio.Kamailio(self.run_, ["6001"])
        self.sbc.start()
        self.authority = authority.Authority(self.run_)
        address = self.run_.network.second_far
        self.server = webserver.WebServer(self.run_, address, *self.authority.server(address))
        self.stored = self.run_.path("stored.conf")
        self.settings = {
            "tls trust": self.authority.certificate, "provisioning url": self.server.url(),
            "provisioning spread": "0", "provisioning confirm": "1"}

    def text(self, hostname, *more, **changed):
        """A whole configuration, by its host name."""
        settings = {**self.settings, **{key.replace("_", " "): value
                                        for key, value in changed.items()}}
        lines = [f"{name} {value}" for name, value in settings.items() if value]
        whole = self.box.text().replace("hostname lab", f"hostname {hostname}")
        return whole + "\n".join([*lines, *more]) + "\n"

    def install(self, hostname, *more, **changed):
        """Stores a configuration as an installer does."""
        path = self.run_.path("new.conf")
        with open(path, "w", encoding="utf-8") as file:
            file.write(self.text(hostname, *more, **changed))
        done = subprocess.run(
            [*box.launcher(ARCHITECTURE), "install", path, "--config", self.stored],
            capture_output=True, text=True, timeout=20, check=False)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def start(self):
        """Starts the firmware from what is stored."""
        if os.path.exists(self.box.console):
            os.unlink(self.box.console)
        self.box.program = process.Program(
            "stored", [*box.launcher(ARCHITECTURE), "run", "--config", self.stored],
            self.run_.folder)
        process.wait_until(lambda: os.path.exists(self.box.console), 10, "the console")

    def restarted(self, seconds=20):
        """The firmware ends by itself, and is started again as the board's init does."""
        self.assertEqual(self.box.program.wait_exit(seconds), 0)
        self.start()

    def wait_shell(self, command, words, seconds=20):
        """Waits until the answer to a command has the words; returns it."""
        def said():
            answer = self.box.shell(command)
            return answer if words in answer else None
        return process.wait_until(said, seconds, f"'{words}' in {command}")

    def commits(self):
        """How often provisioning has changed the configuration since the start."""
        return self.box.shell("show log").count("provisioning: configuration committed")

    def content(self):
        """What is stored."""
        with open(self.stored, encoding="utf-8") as file:
            return file.read()


class Applied(Provisioned):
    """Files that prove good."""

    def test_fetched_kept_and_known(self):
        self.install("old")
        self.server.put(self.text("new"))
        self.server.start()
        self.start()
        log = self.wait_shell("show log", "provisioning: configuration confirmed", 40)
        self.assertIn("provisioning: + hostname new", log)
        self.assertIn("host name new", self.box.shell("show version"))
        self.assertIn("hostname new", self.content())
        self.assertFalse(os.path.exists(self.stored + ".trial"))
        said = self.box.shell("show provisioning")
        self.assertIn(f"url: {self.server.url()}", said)
        self.assertIn("last answer: the new configuration is kept", said)
        self.assertRegex(said, r'version \(ETag\): "\d+"\nnext try: in ')
        self.box.shell("provision now")
        self.wait_shell("show provisioning", "last answer: the same file as before")
        self.assertEqual(self.commits(), 1)
        self.box.program.send_signal(15)
        self.restarted()
        self.wait_shell("show provisioning", "last answer: the same file as before")
        self.assertEqual(self.commits(), 0)
        self.server.stop()
        answers = self.server.answers()
        self.assertEqual(answers[0], 200)
        self.assertEqual(set(answers[1:]), {304})

    def test_server_by_name(self):
        domain = "carrier.example"
        names = name_server.NameServer(self.run_, domain)
        self.addCleanup(names.stop)
        host = f"files.{domain}"
        address = self.server.address
        self.server.certificate, self.server.key = self.authority.server(host, file="named")
        self.settings["provisioning url"] = self.server.url(host=host)
        self.settings["network dns"] = f"{names.address} port {name_server.PORT}"
        self.install("old")
        self.server.put(self.text("new"))
        self.server.start()
        names.start()
        self.start()
        self.wait_shell("show provisioning", f"no address of {host} is known")
        names.change(("host", host, address))
        self.box.shell("provision now")
        self.wait_shell("show log", "provisioning: configuration confirmed", 40)
        self.assertIn("host name new", self.box.shell("show version"))

    def test_long_file(self):
        """More than a turn of the loop takes; the rest waits in TLS, of which no socket tells."""
        self.install("old")
        whole, comment = self.text("new"), "# " + "x" * 77 + "\n"
        whole += comment * ((29_900 - len(whole)) // len(comment))
        server = webserver.StayingServer(
            self.server.address, self.server.certificate, self.server.key, whole)
        self.addCleanup(server.stop)
        self.start()
        self.wait_shell("show log", "provisioning: configuration confirmed", 40)
        self.assertIn("host name new", self.box.shell("show version"))

    def test_restart_redirect_and_password(self):
        self.server.more = [
            'auth.backend = "plain"',
            f'auth.backend.plain.userfile = "{self.run_.path("users")}"',
            'auth.require = ("/" => ("method" => "basic", "realm" => "boxes", '
            '"require" => "valid-user"))',
            'url.redirect = ("^/box.conf" => "/other.conf")']
        with open(self.run_.path("users"), "w", encoding="ascii") as users:
            users.write("box:secret words\n")
        secret = {"provisioning_user": "box", "provisioning_password": '"secret words"'}
        self.install("old", **{**secret, "provisioning_password": "wrong"})
        self.server.put(self.text("new", "media dscp 40", **secret), "other.conf")
        self.server.start()
        self.start()
        self.wait_shell("show provisioning", "401: provisioning user and password are not right")
        self.box.dialogue("configure", 'provisioning password "secret words"', "commit")
        self.assertIn("restarting", self.box.shell("restart"))
        self.restarted()
        # The file changes what only a start takes: the box starts again by itself.
        self.restarted()
        self.wait_shell("show log", "provisioning: configuration confirmed", 40)
        self.assertIn("media dscp 40", self.box.shell("show running-config"))
        self.assertEqual(self.content().count("secret words"), 1)


    def test_client_certificate(self):
        """A server that shows its files to boxes of its carrier only."""
        self.server.more = [
            f'ssl.ca-file = "{self.authority.certificate}"',
            'ssl.verifyclient.activate = "enable"', 'ssl.verifyclient.enforce = "enable"']
        stranger = authority.Authority(self.run_, "stranger")
        certificate, key = stranger.server("box-1", file="strange")
        self.install("old", tls_certificate=certificate, tls_key=key)
        self.server.start()
        own = dict(zip(("tls_certificate", "tls_key"),
                       self.authority.server("box-1", file="box")))
        self.server.put(self.text("new", **own))
        self.start()
        self.wait_shell("show alarms", "provisioning: ")
        self.assertIn("host name old", self.box.shell("show version"))
        self.install("old", **own)
        self.assertIn("restarting", self.box.shell("restart"))
        self.restarted()
        self.wait_shell("show log", "provisioning: configuration confirmed", 40)
        self.assertIn("host name new", self.box.shell("show version"))
        self.server.stop()
        self.assertEqual(self.server.answers()[0], 200)


class Refused(Provisioned):
    """Files and servers that must not count; the old configuration stays."""

    def assert_old(self):
        """Nothing has changed."""
        self.assertIn("host name old", self.box.shell("show version"))
        self.assertIn("hostname old", self.content())
        self.assertEqual(self.commits(), 0)

    def test_bad_file(self):
        self.install("old")
        lines = self.text("new").splitlines()
        lines[5] = "sip expires soon"
        self.server.put("\n".join(lines) + "\n")
        self.server.start()
        self.start()
        words = "provisioning: the file is refused: line 6, column 13: sip expires: 'soon'"
        self.wait_shell("show log", words)
        self.wait_shell("show alarms", words)
        self.assert_old()

    def test_signature(self):
        key, public = self.authority.signing_key()
        signed = {"provisioning_key": public}
        self.install("old", **signed)
        path = self.server.put(self.text("new", **signed))
        self.server.start()
        self.start()
        self.wait_shell("show log", "the signature: the server answered 404")
        self.authority.sign(path, key)
        self.server.put(self.text("forged", **signed))
        self.box.shell("provision now")
        self.wait_shell("show alarms", "the signature is not that of this file")
        self.assert_old()
        self.server.put(self.text("new", **signed))
        self.box.shell("provision now")
        self.wait_shell("show log", "provisioning: configuration confirmed", 40)
        self.assertIn("host name new", self.box.shell("show version"))

    def test_unknown_authority(self):
        stranger = authority.Authority(self.run_, "stranger")
        self.install("old", tls_trust=stranger.certificate)
        self.server.put(self.text("new"))
        self.server.start()
        self.start()
        self.wait_shell(
            "show log", "provisioning: the server's certificate is from nobody in tls trust")
        self.assert_old()

    def test_server_away(self):
        self.install("old")
        self.server.put(self.text("new"))
        self.start()
        self.wait_shell("show log", "provisioning: Connection refused")
        self.assert_old()
        self.server.start()
        self.wait_shell("show log", "provisioning: configuration confirmed", 60)
        self.assertIn("host name new", self.box.shell("show version"))


class GoesBack(Provisioned):
    """A file that costs the registration."""

    def test_goes_back_by_itself(self):
        self.install("old")
        silent = self.run_.network.stranger
        bad = self.text("new").replace(
            f"sip server {self.run_.network.sbc}", f"sip server {silent}")
        self.server.put(bad)
        self.server.start()
        self.start()
        self.restarted()
        self.assertIn("host name new", self.box.shell("show version"))
        self.wait_shell("show provisioning", "on trial: the configuration before comes back in")
        self.restarted(90)
        self.assertIn("host name old", self.box.shell("show version"))
        self.sbc.wait_registered("6001")
        self.wait_shell("show alarms", "the last file did not prove good and went back")
        self.box.shell("provision now")
        self.wait_shell("show provisioning", "last answer: the same file as before")
        self.assertEqual(self.commits(), 0)
        self.assertIn("hostname old", self.content())


if __name__ == "__main__":
    unittest.main()

"""A small IMS core: P-CSCF, I-CSCF and S-CSCF of Kamailio's IMS modules, and an HSS."""

import os

from . import hss, kamailio, process, scene

REALM = kamailio.REALM
#: Numbers as the world dials them begin with this.
PREFIX = "+8610"
#: The I-CSCF's choice of S-CSCFs: tables of db_text, a colon in a value is escaped.
TABLES = {
    "nds_trusted_domains": "trusted_domain(string)\n",
    "s_cscf": "id(int) name(string) s_cscf_uri(string)\n1:first:sip\\:{scscf}\\:5060\n",
    "s_cscf_capabilities": "id(int) id_s_cscf(int) capability(int)\n1:1:0\n"}


def private_of(number):
    """The private identity of a number."""
    return f"{number}@{REALM}"


def registered_identity(number):
    """The identity that a port registers."""
    return f"sip:{number}@{REALM}"


def default_identity(number):
    """The identity that the network knows it by before every other."""
    return f"sip:{PREFIX}{number}@{REALM}"


def subscriber(number, home=None):
    """A subscriber with an implicit set of three identities."""
    return hss.Subscriber(
        private_of(number),
        [default_identity(number), registered_identity(number), f"tel:{PREFIX}{number}"],
        password=kamailio.password_of(number), home=home)


class Node(kamailio.Server):
    """One CSCF of the core."""

    memory = (64, 8)

    def __init__(self, run, kind, address, has_hss):
        super().__init__(run, kind, address)
        self.configuration = os.path.join("ims", f"{kind}.cfg")
        self.has_hss = has_hss

    def definitions(self):
        """The addresses of the core, and the files that were written for this node."""
        words = [f"ADDRESS={self.address}", f'URI="sip:{self.endpoint}"',
                 f'ICSCF="sip:{self.run.network.icscf}:5060"']
        if self.has_hss:
            words += [f'DIAMETER="{self._diameter()}"', f'TABLES="text://{self._tables()}"']
        return words

    def _diameter(self):
        template = os.path.join(kamailio.PEERS, "ims", "diameter.xml")
        path = self.run.path(f"{self.name}.xml")
        with open(template, encoding="utf-8") as file:
            text = file.read()
        with open(path, "w", encoding="utf-8") as file:
            file.write(text.format(host=self.address, hss=self.run.network.hss, realm=REALM))
        return path

    def _tables(self):
        folder = self.run.path(f"{self.name}.tables")
        os.makedirs(folder, exist_ok=True)
        for name, text in TABLES.items():
            with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
                file.write(text.format(scscf=self.run.network.scscf))
        return folder


class Core:
    """The whole core, in the place of a scene's SBC."""

    def __init__(self, run, subscribers):
        self.run = run
        network = run.network
        self.hss = hss.HSS(network.hss, REALM, subscribers)
        self.pcscf = Node(run, "pcscf", network.sbc, False)
        self.icscf = Node(run, "icscf", network.icscf, True)
        self.scscf = Node(run, "scscf", network.scscf, True)
        self._nodes = [self.pcscf, self.icscf, self.scscf]

    @property
    def program(self):
        """Something, once it runs."""
        return self.pcscf.program

    def start(self):
        """Starts the HSS and the nodes; returns when those that need it are connected to it."""
        self.hss.start()
        for node in self._nodes:
            node.start()
        wanted = {self.icscf.address, self.scscf.address}
        process.wait_until(lambda: self.hss.peers() >= wanted, 10, "the CSCFs' Diameter")
        return self

    def stop(self):
        """Ends it all."""
        for node in self._nodes:
            if node.program:
                node.stop()
        self.hss.stop()

    def add_trunk(self, number, address):
        """Sends calls to a number beyond the core to an address."""
        self.icscf.rpc("htable.sets", "trunks", f"s:{number}", f"s:sip:{address}:5060")

    def is_registered(self, number):
        """Whether the HSS says so."""
        return self.hss.find(registered_identity(number)).is_registered

    def wait_registered(self, number, seconds=10):
        """Waits until the HSS knows that somebody is registered."""
        process.wait_until(
            lambda: self.is_registered(number), seconds, f"registration of {number}")

    def wait_unregistered(self, number, seconds=10):
        """Waits until the HSS knows that somebody is registered no more."""
        process.wait_until(
            lambda: not self.is_registered(number), seconds, f"de-registration of {number}")

    def assignments(self, number):
        """The types of the SARs about a number."""
        return self.hss.assignments(registered_identity(number))

    def terminate(self, number, reason=0):
        """The operator ends the registration of a number at the HSS."""
        return self.hss.terminate(self.scscf.address, registered_identity(number), reason)


class CoreScene(scene.Scene):
    """A scene whose SBC is the core."""

    def __init__(self, name, numbers, settings, architecture, subscribers):
        super().__init__(name, numbers, settings=settings, architecture=architecture)
        self.sbc = Core(self.run, subscribers)

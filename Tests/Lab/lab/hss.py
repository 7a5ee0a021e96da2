"""The subscribers of an IMS core: an HSS that answers the Cx interface (TS 29.228, TS 29.229)."""

import hashlib
import os
from xml.sax.saxutils import escape

from . import diameter
from .diameter import VENDOR_3GPP, attribute

CX = 16777216
USER_AUTHORIZATION, SERVER_ASSIGNMENT, LOCATION, AUTHENTICATION, TERMINATION = range(300, 305)
#: TS 29.229 §6.2.
FIRST_REGISTRATION, SUBSEQUENT_REGISTRATION = 2001, 2002
USER_UNKNOWN, IDENTITIES_DO_NOT_MATCH, NOT_REGISTERED = 5001, 5002, 5003
PUBLIC_IDENTITY, SERVER_NAME, CAPABILITIES, MANDATORY_CAPABILITY = 601, 602, 603, 604
USER_DATA, NUMBER_OF_ITEMS, SCHEME, AUTHENTICATE, AUTHORIZATION = 606, 607, 608, 609, 610
AUTH_DATA, ITEM_NUMBER, ASSIGNMENT = 612, 613, 614
DEREGISTRATION_REASON, REASON_CODE, REASON_INFO = 615, 616, 617
CIPHER_KEY, INTEGRITY_KEY, DIGEST_AUTHENTICATE = 625, 626, 635
DIGEST_REALM, DIGEST_QOP, DIGEST_ALGORITHM, DIGEST_HA1 = 104, 110, 111, 121
#: TS 29.229 §6.3.15.
REGISTRATION, RE_REGISTRATION, UNREGISTERED_USER, TIMEOUT_DEREGISTRATION = 1, 2, 3, 4
USER_DEREGISTRATION, ADMINISTRATIVE_DEREGISTRATION = 5, 8
SERVED = {REGISTRATION, RE_REGISTRATION}
ENDED = {TIMEOUT_DEREGISTRATION, USER_DEREGISTRATION, ADMINISTRATIVE_DEREGISTRATION}
#: The step of SQN between two vectors: SEQ above an IND of 5 bits (TS 33.102 annex C.1.1.1).
SEQUENCE_STEP = 32


def named(code, value):
    """An AVP of 3GPP."""
    return attribute(code, value, VENDOR_3GPP)


class Subscriber:
    """A private identity with its implicit set of public ones, the first of which is the default.

    It proves itself by the digest of a password, or by AKA with a `home` network's keys.
    """

    def __init__(self, private, public, password=None, home=None):
        self.private = private
        self.public = list(public)
        self.password = password
        self.home = home
        #: Which version of AKA it is challenged with.
        self.version = 1
        self.sequence = 0
        #: The name of the S-CSCF that serves it.
        self.server = None
        self.is_registered = False

    def profile(self):
        """The document of TS 29.228 annex E, without services."""
        identities = "".join(
            f"<PublicIdentity><BarringIndication>0</BarringIndication>"
            f"<Identity>{escape(one)}</Identity></PublicIdentity>" for one in self.public)
        return ('<?xml version="1.0" encoding="UTF-8"?>\n<IMSSubscription>'
                f"<PrivateID>{escape(self.private)}</PrivateID>"
                f"<ServiceProfile>{identities}</ServiceProfile></IMSSubscription>")

    def vector(self, realm):
        """What a S-CSCF challenges it with, and the answer that it has to give."""
        if self.home is None:
            return self._digest(realm)
        self.sequence += SEQUENCE_STEP
        random = os.urandom(16)
        return [named(SCHEME, f"Digest-AKAv{self.version}-MD5"),
                named(AUTHENTICATE, self.home.challenge(self.sequence, random)),
                named(AUTHORIZATION, self.home.secret(random, self.version)),
                named(CIPHER_KEY, self.home.cipher_key(random)),
                named(INTEGRITY_KEY, self.home.integrity_key(random))]

    def _digest(self, realm):
        text = f"{self.private}:{realm}:{self.password}"
        return [named(SCHEME, "SIP Digest"), named(DIGEST_AUTHENTICATE, [
            attribute(DIGEST_REALM, realm), attribute(DIGEST_ALGORITHM, "MD5"),
            attribute(DIGEST_QOP, "auth"),
            attribute(DIGEST_HA1, hashlib.md5(text.encode()).hexdigest())])]

    def resynchronize(self, data):
        """Takes the SQN of a RAND and AUTS; whether they are its card's."""
        known = self.home.sequence_of(data[16:], data[:16]) if self.home else None
        if known is None:
            return False
        self.sequence = known
        return True


class HSS(diameter.Node):
    """Answers UAR, MAR, SAR and LIR, keeps what was asked, and can end a registration by RTR."""

    PRODUCT_NAME = "lab-hss"

    def __init__(self, host, realm, subscribers):
        super().__init__(host, realm, CX)
        self.subscribers = list(subscribers)
        #: Every request as (command, private identity, public identity, assignment type).
        self.requests = []
        self._served = {
            USER_AUTHORIZATION: self._authorize, AUTHENTICATION: self._authenticate,
            SERVER_ASSIGNMENT: self._assign, LOCATION: self._locate}

    def find(self, public):
        """Who has a public identity."""
        return next((one for one in self.subscribers if public in one.public), None)

    def serve(self, attributes, code):
        """One request of Cx."""
        serve = self._served.get(code)
        if serve is None:
            return [attribute(diameter.RESULT, diameter.UNABLE_TO_COMPLY)]
        public = attributes.text(PUBLIC_IDENTITY, VENDOR_3GPP)
        private = attributes.text(diameter.USER_NAME)
        with self.changed:
            self.requests.append(
                (code, private, public, attributes.number(ASSIGNMENT, VENDOR_3GPP)))
            try:
                subscriber = self.find(public)
                if subscriber is None:
                    return self._result(USER_UNKNOWN)
                if private and private != subscriber.private:
                    return self._result(IDENTITIES_DO_NOT_MATCH)
                return serve(subscriber, attributes)
            finally:
                self.changed.notify_all()

    @staticmethod
    def _result(code):
        """Experimental-Result, of a failure or of a success that Cx has a name for."""
        return [attribute(diameter.EXPERIMENTAL_RESULT, [
            attribute(diameter.VENDOR, VENDOR_3GPP),
            attribute(diameter.EXPERIMENTAL_CODE, code)])]

    def _authorize(self, subscriber, _attributes):
        """UAR: the S-CSCF that serves already, or what one must be capable of."""
        if subscriber.server:
            return self._result(SUBSEQUENT_REGISTRATION) + [named(SERVER_NAME, subscriber.server)]
        return self._result(FIRST_REGISTRATION) + [
            named(CAPABILITIES, [named(MANDATORY_CAPABILITY, 0)])]

    def _authenticate(self, subscriber, attributes):
        """MAR: one vector, after the SQN was corrected if a terminal asks for that."""
        item = attributes.group(AUTH_DATA, VENDOR_3GPP)
        token = item.value(AUTHORIZATION, VENDOR_3GPP)
        if token and not subscriber.resynchronize(token):
            return [attribute(diameter.RESULT, diameter.UNABLE_TO_COMPLY)]
        subscriber.server = attributes.text(SERVER_NAME, VENDOR_3GPP)
        public = attributes.text(PUBLIC_IDENTITY, VENDOR_3GPP)
        return [attribute(diameter.RESULT, diameter.SUCCESS),
                attribute(diameter.USER_NAME, subscriber.private),
                named(PUBLIC_IDENTITY, public), named(NUMBER_OF_ITEMS, 1),
                named(AUTH_DATA, [named(ITEM_NUMBER, 1), *subscriber.vector(self.realm)])]

    def _assign(self, subscriber, attributes):
        """SAR: who is registered where."""
        kind = attributes.number(ASSIGNMENT, VENDOR_3GPP)
        if kind in SERVED:
            subscriber.server = attributes.text(SERVER_NAME, VENDOR_3GPP)
            subscriber.is_registered = True
        elif kind in ENDED:
            subscriber.server = None
            subscriber.is_registered = False
        return [attribute(diameter.RESULT, diameter.SUCCESS),
                attribute(diameter.USER_NAME, subscriber.private),
                named(USER_DATA, subscriber.profile())]

    def _locate(self, subscriber, _attributes):
        """LIR: where a call to somebody has to go."""
        if not subscriber.is_registered:
            return self._result(NOT_REGISTERED)
        return [attribute(diameter.RESULT, diameter.SUCCESS),
                named(SERVER_NAME, subscriber.server)]

    def assignments(self, public):
        """The types of the SARs about an identity, in order."""
        with self.changed:
            return [kind for code, _, one, kind in self.requests
                    if code == SERVER_ASSIGNMENT and one == public]

    def terminate(self, peer, public, reason):
        """RTR: tells the S-CSCF to end the registration of an implicit set; returns the result."""
        subscriber = self.find(public)
        answer = self.ask(peer, TERMINATION, [
            self.application_group(),
            attribute(diameter.SESSION_STATE, diameter.NO_STATE_MAINTAINED),
            attribute(diameter.USER_NAME, subscriber.private),
            *(named(PUBLIC_IDENTITY, one) for one in subscriber.public),
            named(DEREGISTRATION_REASON, [
                named(REASON_CODE, reason), named(REASON_INFO, "by order of the lab")])])
        with self.changed:
            subscriber.server = None
            subscriber.is_registered = False
        return answer.number(diameter.RESULT)

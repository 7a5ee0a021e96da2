"""The network's side of AKAv1-MD5 and AKAv2-MD5 (RFC 3310, RFC 4169): MILENAGE over the AES of
OpenSSL's own program."""

import base64
import hashlib
import hmac
import re
import subprocess


def _encrypt(key, block):
    done = subprocess.run(
        ["openssl", "enc", "-aes-128-ecb", "-nopad", "-K", key.hex()], input=block,
        capture_output=True, check=True)
    return done.stdout


def _sum(first, second):
    return bytes(a ^ b for a, b in zip(first, second))


class HomeNetwork:
    """Who knows K and OPc of one subscriber, 32 hexadecimal digits each."""

    MANAGEMENT = b"\x80\x00"

    def __init__(self, key, opc):
        self.key = bytes.fromhex(key)
        self.opc = bytes.fromhex(opc)

    def _output(self, random, rotation, constant):
        """f2 to f5* (TS 35.206 §4.1)."""
        block = _sum(_encrypt(self.key, _sum(random, self.opc)), self.opc)
        block = block[rotation:] + block[:rotation]
        block = block[:15] + bytes([block[15] ^ constant])
        return _sum(_encrypt(self.key, block), self.opc)

    def _code(self, random, sequence, management):
        """f1 and f1*."""
        block = _sum((sequence + management) * 2, self.opc)
        mixed = _sum(_encrypt(self.key, _sum(random, self.opc)), block[8:] + block[:8])
        out = _sum(_encrypt(self.key, mixed), self.opc)
        return out[:8], out[8:]

    def challenge(self, sequence, random):
        """RAND and AUTN."""
        number = sequence.to_bytes(6, "big")
        concealed = _sum(number, self._output(random, 0, 1)[:6])
        code = self._code(random, number, self.MANAGEMENT)[0]
        return random + concealed + self.MANAGEMENT + code

    def nonce(self, sequence, random):
        """RAND and AUTN in base64."""
        return base64.b64encode(self.challenge(sequence, random)).decode()

    def response(self, random):
        """XRES, by f2."""
        return self._output(random, 0, 1)[8:]

    def cipher_key(self, random):
        """CK, by f3."""
        return self._output(random, 4, 2)

    def integrity_key(self, random):
        """IK, by f4."""
        return self._output(random, 8, 4)

    def secret(self, random, version=1):
        """What takes the password's place (RFC 3310 §3.3, RFC 4169 §3)."""
        if version == 1:
            return self.response(random)
        key = self.response(random) + self.integrity_key(random) + self.cipher_key(random)
        return base64.b64encode(
            hmac.new(key, b"http-digest-akav2-password", hashlib.md5).digest())

    def terminal_sequence(self, request, random):
        """The SQN that a REGISTER with AUTS tells, or None if its MAC is wrong."""
        token = base64.b64decode(re.search(rb'auts="([^"]*)"', request).group(1))
        return self.sequence_of(token, random)

    def sequence_of(self, token, random):
        """The SQN in an AUTS, or None if its MAC is wrong."""
        number = _sum(token[:6], self._output(random, 12, 8)[:6])
        if self._code(random, number, b"\x00\x00")[1] != token[6:]:
            return None
        return int.from_bytes(number, "big")

    def accepts(self, request, random, version=1):
        """Whether a REGISTER has the right response to the challenge."""
        field = {
            name.decode(): value for name, value in re.findall(
                rb'(\w+)="?([^",\r]*)', re.search(rb"Authorization: Digest ([^\r]*)", request)[1])}
        secret = self.secret(random, version)
        first = hashlib.md5(b":".join([field["username"], field["realm"], secret])).hexdigest()
        second = hashlib.md5(b"REGISTER:" + field["uri"]).hexdigest()
        whole = b":".join([
            first.encode(), field["nonce"], field["nc"], field["cnonce"], field["qop"],
            second.encode()])
        return hashlib.md5(whole).hexdigest().encode() == field["response"]

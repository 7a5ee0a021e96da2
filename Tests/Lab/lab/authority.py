"""A certificate authority of one test: certificates for servers, right ones and wrong ones."""

import os
import subprocess


class Authority:
    """A key and a self-signed certificate, and what they sign, all files of the run."""

    def __init__(self, run, name="ca"):
        self.run, self.name = run, name
        self.certificate = run.path(f"{name}.pem")
        self.key = run.path(f"{name}.key")
        self._openssl("req", "-x509", *self._new_key(self.key), "-out", self.certificate,
                      "-days", "3650", "-subj", f"/CN=Lab {name}",
                      "-addext", "keyUsage=critical,keyCertSign")

    def server(self, *names, days=365, file="server"):
        """A certificate for names and addresses; the paths of it and of its key.

        A client's is made in the same way, by its name.
        """
        key, certificate = self.run.path(f"{file}.key"), self.run.path(f"{file}.pem")
        request, extensions = self.run.path(f"{file}.csr"), self.run.path(f"{file}.ext")
        self._openssl("req", *self._new_key(key), "-out", request, "-subj", f"/CN={names[0]}")
        kinds = [f"{'IP' if name[0].isdigit() else 'DNS'}:{name}" for name in names]
        with open(extensions, "w", encoding="ascii") as out:
            out.write(f"subjectAltName={','.join(kinds)}\n")
        self._openssl("x509", "-req", "-in", request, "-CA", self.certificate, "-CAkey", self.key,
                      "-CAcreateserial", "-out", certificate, "-days", str(days),
                      "-extfile", extensions)
        return certificate, key

    def signing_key(self):
        """A key to sign files with: the paths of its private and its public half."""
        key, public = self.run.path("signing.key"), self.run.path("signing.pub")
        self._openssl("ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", key)
        self._openssl("ec", "-in", key, "-pubout", "-out", public)
        return key, public

    def sign(self, path, key):
        """Puts the detached signature of a file beside it."""
        self._openssl("dgst", "-sha256", "-sign", key, "-out", path + ".sig", path)

    @staticmethod
    def _new_key(path):
        return ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
                "-keyout", path)

    @staticmethod
    def _openssl(*words):
        subprocess.run(["openssl", *words], check=True, capture_output=True,
                       timeout=30, env={**os.environ, "LC_ALL": "C"})

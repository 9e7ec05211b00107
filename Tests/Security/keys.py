"""Certificates, private keys and stores, made by openssl and by the JDK's keytool."""

import concurrent.futures
import datetime
import os
import secrets
import subprocess

from processes import RunError


def run(*command, text=None):
    """Runs a program to its end; returns what it wrote."""
    outcome = subprocess.run(command, input=text, capture_output=True, text=True, timeout=120, check=False)
    if outcome.returncode != 0:
        raise RunError(f"{' '.join(command[:3])} … failed: {outcome.stdout}{outcome.stderr}")
    return outcome.stdout


class Keys:
    """An authority of our own, brokers' certificates good and bad, clients' certificates, and stores of all kinds.

    A file is called by what it is: `server.pem` holds a certificate and its key, `client.crt` and `client.key` one of them
    each; stores are `trust.p12`, `client.jks` and so on.
    """

    def __init__(self, folder):
        os.makedirs(folder)
        self._folder = folder
        # Every password of a store or key.
        self.store_password, self.key_password = (f"pl4nted-{kind}-{secrets.token_hex(8)}" for kind in ("store", "key"))
        self._make()

    def file(self, name):
        return os.path.join(self._folder, name)

    def text(self, name):
        with open(self.file(name)) as file:
            return file.read()

    def secrets(self):
        """What must appear nowhere: the passwords, and the beginning and end of each key's base64."""
        found = [self.store_password, self.key_password]
        for name in os.listdir(self._folder):
            if name.endswith(".key"):
                lines = [line for line in self.text(name).splitlines() if line and not line.startswith("-----")]
                # All keys of a kind begin alike.
                found.append(lines[1] if len(lines[1]) > 30 else lines[0][-30:])
        return found

    def _make(self):
        self._authority("ca")
        self._authority("stranger")
        names = "DNS:localhost,IP:127.0.0.1"
        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            jobs = [
                pool.submit(self.issue, "server", names),
                pool.submit(self.issue, "server-expired", names, days=-1),
                pool.submit(self.issue, "server-elsewhere", "DNS:broker.example"),
                pool.submit(self.issue, "server-untrusted", names, authority="stranger"),
                pool.submit(self.issue, "sink-mutual"),
                pool.submit(self.issue, "sink-first"),
                pool.submit(self.issue, "sink-second"),
                pool.submit(self.issue, "client-expired", days=-1),
                pool.submit(self.issue, "client-untrusted", authority="stranger"),
            ]
            for job in jobs:
                job.result()
            jobs = [
                pool.submit(self._encrypt, "sink-mutual"),
                pool.submit(self._keytool_trust, "trust.jks", "JKS"),
                pool.submit(self._keytool_trust, "trust.p12", "PKCS12"),
                pool.submit(self._keytool_identities),
            ]
            for job in jobs:
                job.result()

    def _authority(self, name):
        run(
            "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "3",
            "-subj", f"/CN={name}", "-keyout", self.file(f"{name}.key"), "-out", self.file(f"{name}.crt"),
        )

    def issue(self, name, names=None, days=2, authority="ca"):
        """A certificate for `CN=name`, which has expired a day ago when `days` is negative."""
        key, request, certificate = (self.file(f"{name}.{kind}") for kind in ("key", "csr", "crt"))
        now = datetime.datetime.now(datetime.timezone.utc)
        begin, end = (
            (now + datetime.timedelta(days=shift)).strftime("%Y%m%d%H%M%SZ") for shift in (min(days, 0) - 2, days)
        )
        extensions = self.file(f"{name}.ext")
        with open(extensions, "w") as file:
            file.write(f"basicConstraints=critical,CA:FALSE\nsubjectAltName={names or f'DNS:{name}.example'}\n")
        run(
            "openssl", "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", f"/CN={name}",
            "-keyout", key, "-out", request,
        )
        # `openssl ca` is the one command that can sign for days that have passed; it wants a list of what it has signed.
        with open(self.file(f"{name}.cnf"), "w") as file:
            file.write(AUTHORITY.format(database=self.file(f"{name}.index"), folder=self._folder))
        with open(self.file(f"{name}.index"), "w"):
            pass
        run(
            "openssl", "ca", "-batch", "-notext", "-md", "sha256", "-config", self.file(f"{name}.cnf"),
            "-cert", self.file(f"{authority}.crt"), "-keyfile", self.file(f"{authority}.key"),
            "-startdate", begin, "-enddate", end, "-extfile", extensions, "-in", request, "-out", certificate,
        )
        with open(self.file(f"{name}.pem"), "w") as file:
            file.write(self.text(f"{name}.crt") + self.text(f"{name}.key"))
        run(
            "openssl", "pkcs12", "-export", "-inkey", key, "-in", certificate, "-certfile", self.file(f"{authority}.crt"),
            "-name", name, "-passout", f"pass:{self.store_password}", "-out", self.file(f"{name}.p12"),
        )

    def _encrypt(self, name):
        """The key with a password, as Java's PEM stores have it."""
        run(
            "openssl", "pkcs8", "-topk8", "-in", self.file(f"{name}.key"), "-passout", f"pass:{self.key_password}",
            "-out", self.file(f"{name}.key.encrypted"),
        )

    def _keytool_trust(self, name, kind):
        run(
            "keytool", "-importcert", "-noprompt", "-alias", "ca", "-file", self.file("ca.crt"),
            "-keystore", self.file(name), "-storetype", kind, "-storepass", self.store_password,
        )

    def _keytool_identities(self):
        """Stores as Java writes them; in the JKS the key has a password of its own."""
        for kind, password in (("PKCS12", self.store_password), ("JKS", self.key_password)):
            suffix = "jks" if kind == "JKS" else "java.p12"
            run(
                "keytool", "-importkeystore", "-noprompt",
                "-srckeystore", self.file("sink-mutual.p12"), "-srcstoretype", "PKCS12",
                "-srcstorepass", self.store_password, "-srcalias", "sink-mutual",
                "-destkeystore", self.file(f"sink-mutual.{suffix}"), "-deststoretype", kind,
                "-deststorepass", self.store_password, "-destkeypass", password,
            )


AUTHORITY = """\
[ca]
default_ca=own
[own]
database={database}
new_certs_dir={folder}
policy=any
unique_subject=no
rand_serial=yes
[any]
commonName=supplied
"""

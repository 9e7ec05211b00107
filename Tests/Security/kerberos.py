"""An MIT KDC of our own realm on the loopback interface."""

import os
import shutil
import socket

from broker import free_ports
from keys import run
from processes import RunError, wait_until

REALM = "TESTS.EXAMPLE"
PROGRAMS = ("krb5kdc", "kdb5_util", "kadmin.local", "kinit")

CLIENTS = """\
[libdefaults]
  default_realm = {realm}
  dns_lookup_kdc = false
  dns_lookup_realm = false
  dns_canonicalize_hostname = false
  rdns = false
  udp_preference_limit = 1
  forwardable = false
[realms]
  {realm} = {{
    kdc = 127.0.0.1:{port}
  }}
"""

SERVER = """\
[kdcdefaults]
  kdc_listen = 127.0.0.1:{port}
  kdc_tcp_listen = 127.0.0.1:{port}
[realms]
  {realm} = {{
    database_name = {folder}/principal
    key_stash_file = {folder}/stash
    acl_file = {folder}/acl
    supported_enctypes = aes256-cts-hmac-sha1-96:normal
  }}
[logging]
  kdc = FILE:{folder}/kdc.log
  admin_server = FILE:{folder}/admin.log
"""


class Kerberos:
    """The realm, with keytabs for the broker, for a client, and for a client that the realm does not know like that."""

    def __init__(self, children, folder):
        for program in PROGRAMS:
            if shutil.which(program) is None:
                raise RunError(f"no {program} on PATH; install krb5-kdc, krb5-admin-server and krb5-user")
        os.makedirs(folder)
        self._folder = folder
        (port,) = free_ports(1)
        self.configuration, profile = self.file("krb5.conf"), self.file("kdc.conf")
        for path, text in ((self.configuration, CLIENTS), (profile, SERVER)):
            with open(path, "w") as file:
                file.write(text.format(realm=REALM, port=port, folder=folder))
        self._environment = dict(os.environ, KRB5_CONFIG=self.configuration, KRB5_KDC_PROFILE=profile)
        self._ask("kdb5_util", "create", "-s", "-r", REALM, "-P", os.urandom(12).hex())
        commands = [f"addprinc -randkey {name}" for name in ("kafka/127.0.0.1", "sink", "gone")] + [
            f"ktadd -k {self.file('broker.keytab')} kafka/127.0.0.1",
            f"ktadd -k {self.file('gone.keytab')} gone", "delprinc -force gone",
            # Its key is made anew after it was written, so that the KDC refuses it.
            f"ktadd -k {self.file('old.keytab')} sink", f"ktadd -k {self.file('sink.keytab')} sink",
        ]
        self._ask("kadmin.local", "-r", REALM, text="\n".join(commands) + "\n")
        self.process = children.start("kdc", ["krb5kdc", "-n", "-r", REALM], self._environment)
        wait_until(lambda: self._answers(port), "the KDC answers", 60, alive=[self.process])

    def file(self, name):
        return os.path.join(self._folder, name)

    def tickets(self, name):
        """A ticket cache that holds the client's tickets."""
        path = self.file(name)
        self._ask("kinit", "-c", path, "-k", "-t", self.file("sink.keytab"), f"sink@{REALM}")
        return path

    def _ask(self, *command, text=None):
        """Runs one of the tools; these have no other way to be told where the realm is."""
        return run("env", *(f"{name}={self._environment[name]}" for name in ("KRB5_CONFIG", "KRB5_KDC_PROFILE")), *command,
                   text=text)

    @staticmethod
    def _answers(port):
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            return False
        return True

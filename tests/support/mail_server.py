"""A real mail server in a process of its own, which keeps each mail that it takes as a file.

Run as `python -m tests.support.mail_server FOLDER PORT HOW`, where HOW is `clear`, `starttls` or `smtps`. In the two
that are private it asks for a name and a password. What an address begins with says what becomes of mail to it:
`nobody@` is refused for good, `full@` for now, and on `broken@` the connection breaks, once the mail was taken, before
that is said.
"""

import email.policy
import os
import ssl
import subprocess
import sys
import threading
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.parser import BytesParser
from ipaddress import ip_address
from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256

from tests.support.provider_process import free_port

NAME, PASSWORD = "folkmoot", "open sesame"  # of this server, which is nobody's


class MailServer:
    """Where a server listens, and what it took."""

    def __init__(self, folder, port, process):
        self.folder, self.port, self.process = folder, port, process

    @property
    def certificate(self):
        return self.folder / "certificate.pem"

    def taken(self):
        """The mails that it took, in order."""
        parser = BytesParser(policy=email.policy.default)
        return [parser.parsebytes(file.read_bytes()) for file in sorted(self.folder.glob("*.eml"))]

    def empty(self):
        """Forget the mails that it took so far."""
        for file in self.folder.glob("*.eml"):
            file.unlink()

    def stop(self):
        self.process.terminate()
        self.process.wait()


@contextmanager
def mail_server(folder, how="clear"):
    """A server for as long as the block runs."""
    port = free_port()
    command = [sys.executable, "-W", "ignore", "-m", "tests.support.mail_server", str(folder), str(port), how]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout.readline() == "ready\n"
            yield MailServer(folder, port, process)
        finally:
            process.terminate()


def make_certificate(folder):
    """A certificate of this machine's loopback address, signed by itself, and its key."""
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "a mail server of a test")])
    names = x509.SubjectAlternativeName([x509.DNSName("localhost"), x509.IPAddress(ip_address("127.0.0.1"))])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(names, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, SHA256())
    )
    (folder / "certificate.pem").write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (folder / "key.pem").write_bytes(private)


class _Postbox:
    def __init__(self, folder):
        self._folder, self._count = folder, 0

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802 - the library's names
        del server, session, options
        answers = {"nobody@": "550 5.1.1 no such mailbox", "full@": "452 4.2.2 the mailbox is full"}
        for beginning, answer in answers.items():
            if address.startswith(beginning):
                return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802 - the library's name
        del session
        self._count += 1
        (self._folder / f"{self._count:04}.eml").write_bytes(envelope.original_content)
        if envelope.rcpt_tos[0].startswith("broken@"):
            server.transport.abort()
        return "250 OK"


def _allowed(server, session, envelope, mechanism, given):
    del server, session, envelope, mechanism
    is_right = isinstance(given, LoginPassword) and (given.login, given.password) == (NAME.encode(), PASSWORD.encode())
    return AuthResult(success=is_right, handled=False)


def main(folder, port, how):
    options = {}
    if how != "clear":
        make_certificate(folder)
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(folder / "certificate.pem", folder / "key.pem")
        private = {"ssl_context": context, "auth_require_tls": False}
        options = private if how == "smtps" else {"tls_context": context, "require_starttls": True}
        options |= {"authenticator": _allowed, "auth_required": True}
    controller = Controller(_Postbox(folder), hostname="127.0.0.1", port=port, **options)
    controller.start()
    os.write(sys.stdout.fileno(), b"ready\n")
    threading.Event().wait()


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3])

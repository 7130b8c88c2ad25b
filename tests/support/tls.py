"""A certificate of our own for servers on this machine, and a line that is slow."""

from __future__ import annotations

import datetime
import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


def make_certificate(path: Path) -> Path:
    """A certificate for 127.0.0.1 that is its own authority, with its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.datetime.now(datetime.UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(private + certificate.public_bytes(serialization.Encoding.PEM))
    return path


def context(pem: Path, *, asks: bool = False) -> ssl.SSLContext:
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made.load_cert_chain(pem)
    if asks:
        made.load_verify_locations(pem)
        made.verify_mode = ssl.CERT_REQUIRED
    return made


@contextmanager
def slow_line(port: int, *, chunk: int, every_s: float) -> Iterator[int]:
    """The port of a line to `port` on which the server's bytes come `chunk` at a time, `every_s` seconds apart."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        ends: list[socket.socket] = []
        threads: list[threading.Thread] = []

        def run(work: object, *given: object) -> None:
            assert callable(work)
            thread = threading.Thread(target=work, args=given)
            threads.append(thread)
            thread.start()

        def carry(source: socket.socket, target: socket.socket, size: int, wait_s: float) -> None:
            with suppress(OSError):
                while data := source.recv(size):
                    time.sleep(wait_s)
                    target.sendall(data)
                target.shutdown(socket.SHUT_WR)

        def take() -> None:
            with suppress(OSError):
                while True:
                    near, _ = listener.accept()
                    far = socket.create_connection(("127.0.0.1", port))
                    ends.extend((near, far))
                    run(carry, near, far, 65_536, 0.0)
                    run(carry, far, near, chunk, every_s)

        run(take)
        try:
            yield listener.getsockname()[1]
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            for end in ends:
                with suppress(OSError):
                    end.shutdown(socket.SHUT_RDWR)
                end.close()
            for thread in threads:
                thread.join()

"""Connections of TLS clients to proxies that terminate TLS."""

import socket
import ssl

TIMEOUT = 10  # s for any step of a connection that blocks
VERSION = "TLSv1.3"
CIPHER_SUITE = "TLS_AES_256_GCM_SHA384"
SERVER_NAME = "a.example"  # the name in the certificates
REQUEST = b"GET /small HTTP/1.1\r\nHost: a.example\r\nConnection: close\r\n\r\n"
CHUNK = 4096  # most bytes of one receive call


def client_context():
    """Returns the context of clients. They do not verify the certificate, which would only cost them time."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def wrapped(context, connection, session=None):
    """Returns the TLS client over a connection, before the handshake. An end without close_notify is an error."""
    return context.wrap_socket(connection, server_hostname=SERVER_NAME, do_handshake_on_connect=False,
                               suppress_ragged_eofs=False, session=session)


def connect(context, address):
    """Returns a connected client after its handshake. Raises OSError."""
    client = wrapped(context, socket.create_connection(address, TIMEOUT))
    try:
        client.do_handshake()
    except OSError:
        client.close()
        raise
    return client


def exchange(context, address):
    """Requests the small file once; returns the session, with a ticket if the proxy sent one.

    Raises OSError, also for another version or cipher suite than those of the comparison.
    """
    with connect(context, address) as client:
        suite, version, _ = client.cipher()
        if (version, suite) != (VERSION, CIPHER_SUITE):
            raise ConnectionError(f"expected {VERSION} with {CIPHER_SUITE}, found {version} with {suite}")
        client.sendall(REQUEST)
        received = b""
        while part := client.recv(CHUNK):
            received += part
        if not received.startswith(b"HTTP/1.1 200 "):
            raise ConnectionError(f"expected the small file, found {received[:100]!r}")
        return client.session

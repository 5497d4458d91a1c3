"""The first bytes of connections: a PROXY protocol header and a TLS ClientHello."""

import ssl
import struct

SERVER_NAME = "a.example"
OTHER_NAME = "b.example"  # of a server for which no proxy has a route
ANSWER_BYTES = 100
# The backend answers with the name that it has read and this padding. Another name, and bytes before the ClientHello,
# are thus noticed.
PADDING = "." * (ANSWER_BYTES - len(SERVER_NAME))
ANSWER = (SERVER_NAME + PADDING).encode()

PROXY_SIGNATURE = b"\r\n\r\n\0\r\nQUIT\n"
PROXY_COMMAND = 0x21  # version 2, PROXY
TCP_OVER_IPV4 = 0x11
SOURCE = bytes([192, 0, 2, 1])
SOURCE_PORT = 40_000
DESTINATION = bytes([192, 0, 2, 2])


def proxy_header(source=SOURCE, port=SOURCE_PORT):
    """Returns a PROXY protocol header, version 2, of 28 bytes."""
    addresses = source + DESTINATION + struct.pack("!HH", port, 443)
    return PROXY_SIGNATURE + struct.pack("!BBH", PROXY_COMMAND, TCP_OVER_IPV4, len(addresses)) + addresses


def client_hello(server_name=SERVER_NAME):
    """Returns the first flight of a TLS client, with ALPN: 517 bytes, or more if OpenSSL sends a post-quantum key."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.set_alpn_protocols(["h2"])
    sent = ssl.MemoryBIO()
    client = context.wrap_bio(ssl.MemoryBIO(), sent, server_hostname=server_name)
    try:
        client.do_handshake()
    except ssl.SSLWantReadError:
        return sent.read()
    raise AssertionError("a handshake without a server")

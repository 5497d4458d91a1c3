package io.apexproxy.runtime.relay.connecting;

import java.io.IOException;

/**
 * A backend does not continue with TLS after the request of a client. This does not change the health of the backend: a
 * client without TLS could use it, and no client may take a backend out of the rotation by its requests.
 */
final class TlsRefusedException extends IOException {

    private static final long serialVersionUID = 1;

    TlsRefusedException() {
        super("the backend does not accept TLS");
    }
}

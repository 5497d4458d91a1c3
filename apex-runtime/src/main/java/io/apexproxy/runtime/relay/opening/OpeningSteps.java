package io.apexproxy.runtime.relay.opening;

import java.util.Optional;

/** The steps of an opening, which the configuration and the bytes of the client determine. On the loop's thread. */
public interface OpeningSteps {

    /** Returns the next reader, after the one before is done; empty if no further bytes are needed. */
    Optional<FirstBytesReader> nextReader();

    /** Returns the TLS handshake, after the last reader; empty if the listener does not terminate TLS. */
    Optional<ClientHandshake> handshake();
}

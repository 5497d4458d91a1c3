package io.apexproxy.runtime.relay.tunnel;

/** How a reset of one side can be passed on to the other side. */
enum ResetPath {
    /** Not at all: it is no TCP connection, or it cannot be found out when all bytes have arrived. */
    NONE,
    /** At once: no byte was sent to the other side, so a reset loses nothing. */
    AT_ONCE,
    /** When the other side has acknowledged all bytes. */
    ACKNOWLEDGED
}

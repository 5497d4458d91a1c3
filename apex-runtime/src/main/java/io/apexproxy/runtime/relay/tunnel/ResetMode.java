package io.apexproxy.runtime.relay.tunnel;

/** The ways to propagate a reset of one side to the other side. */
enum ResetMode {
    /** Not at all: the other side is not TCP, or its acknowledgements cannot be queried. */
    NONE,
    /** Immediately: no byte was sent to the other side, so a reset discards nothing. */
    AT_ONCE,
    /** After the other side has acknowledged all bytes. */
    ACKNOWLEDGED
}

package io.apexproxy.runtime.relay.tunnel;

import io.apexproxy.runtime.engine.LoopSocketChannel;

/** The ways to propagate a reset of one side to the other side. */
enum ResetMode {
    /** Not at all: the other side is not TCP, or its acknowledgements cannot be queried. */
    NONE,
    /** Immediately: no byte was sent to the other side, so a reset discards nothing. */
    AT_ONCE,
    /** After the other side has acknowledged all bytes. */
    ACKNOWLEDGED;

    /**
     * Returns the way to reset the sink of a pump.
     *
     * @param isDone whether the sink has ended its own stream, so that it only waits for the end of the other one
     */
    static ResetMode of(Pump pump, boolean isDone, Acknowledgements acknowledgements) {
        LoopSocketChannel sink = pump.sink();
        if (!sink.isTcp() || (sink.hasEndMark() && isDone)) { // a close without end mark is visible
            return NONE;
        }
        if (pump.bytes() == 0) {
            return AT_ONCE;
        }
        return acknowledgements.isSupported(sink) ? ACKNOWLEDGED : NONE;
    }
}

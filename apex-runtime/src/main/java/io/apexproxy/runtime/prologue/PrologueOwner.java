package io.apexproxy.runtime.prologue;

import io.apexproxy.runtime.engine.LoopSocketChannel;

/** The receiver of the result of a {@link Prologue}. Called on the loop's thread. */
public interface PrologueOwner {

    /**
     * Replaces the connection's channel, which the owner closes, by one with TLS. The handshake follows.
     *
     * @param channel a channel that uses the previous one as its transport
     */
    void secured(LoopSocketChannel channel);

    /** Continues with the connection, which is ready for its user. */
    void established();

    /**
     * Handles a failed exchange. The owner closes the channel.
     *
     * @param cause a {@link TlsRefusedException} if the backend refused a request for TLS
     */
    void failed(Throwable cause);

    /** Handles a defect in one of the calls above or of the TLS library. The owner closes the channel. */
    void failedUnexpectedly(Throwable exception);
}

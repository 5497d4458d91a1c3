package io.apexproxy.health.probe;

import io.apexproxy.api.health.HealthResult;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * The protocol of one probe: what it sends, and how it judges the answer.
 *
 * <p>An object serves one probe. Its methods are called by one thread at a time and must not block; {@link #awaited} may
 * be called by another thread at any time.
 *
 * @since 0.2
 */
public interface Exchange {

    /**
     * Returns the bytes to send after the connect.
     *
     * @return a buffer that the probe consumes; empty if nothing is to be sent
     */
    ByteBuffer request();

    /**
     * Called when all bytes have been sent.
     *
     * @return the result if no answer is needed; else empty
     */
    Optional<HealthResult> sent();

    /**
     * Judges the next bytes of the answer.
     *
     * @param piece any number of bytes; they are valid until the method returns
     * @return the result; empty if more bytes are needed
     */
    Optional<HealthResult> received(ByteBuffer piece);

    /**
     * Judges an answer that the backend has ended.
     *
     * @return the result
     */
    HealthResult ended();

    /**
     * Returns what the probe waits for.
     *
     * @return the end of a sentence, such as {@code ": connected, but no answer"}; empty before the connect
     */
    String awaited();
}

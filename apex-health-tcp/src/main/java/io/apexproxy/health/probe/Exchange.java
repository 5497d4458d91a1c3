package io.apexproxy.health.probe;

import io.apexproxy.api.health.HealthResult;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * The protocol of one probe: the bytes to send and the evaluation of the response.
 *
 * <p>Each probe has its own instance. One thread at a time calls the methods, which must not block. Only
 * {@link #describeWait} can be called concurrently from another thread.
 *
 * @since 0.2
 */
public interface Exchange {

    /**
     * Returns the bytes to send after the connect.
     *
     * @return a buffer that the probe consumes; empty if there is nothing to send
     */
    ByteBuffer request();

    /**
     * Evaluates the probe after all bytes of the request are sent.
     *
     * @return the result if no response is needed, otherwise empty
     */
    Optional<HealthResult> evaluateSent();

    /**
     * Evaluates the next bytes of the response.
     *
     * @param piece any number of bytes, valid until the method returns
     * @return the result; empty if more bytes are needed
     */
    Optional<HealthResult> evaluate(ByteBuffer piece);

    /**
     * Returns the bytes to send before the next bytes of the response are read. Called after {@link #evaluate} has
     * returned no result.
     *
     * @return a buffer that the probe consumes; empty by default
     */
    default ByteBuffer reply() {
        return ByteBuffer.allocate(0);
    }

    /**
     * Returns the bytes that end the protocol regularly, such as a command to quit. Called when there is a result. A
     * failure to send them does not change the result.
     *
     * @return a buffer that the probe consumes; empty by default
     */
    default ByteBuffer lastRequest() {
        return ByteBuffer.allocate(0);
    }

    /**
     * Evaluates the response after the backend has closed its side.
     *
     * @return the result
     */
    HealthResult evaluateEnd();

    /**
     * Returns the end of an error message about an incomplete probe.
     *
     * @return the text, such as {@code ": connected, but no response"}; empty before the connection is open
     */
    String describeWait();

    /**
     * Returns whether the probe ends the connection with a reset, so that the backend does not count or log it. Without
     * a request and a response, the backend usually does not accept such a connection at all. Has no effect with TLS.
     *
     * @return {@code false} by default: the connection ends with FIN
     */
    default boolean resets() {
        return false;
    }
}

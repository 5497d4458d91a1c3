package io.apexproxy.health.probe;

import io.apexproxy.api.Backend;
import java.net.SocketAddress;
import java.nio.ByteBuffer;

/**
 * The bytes that a probe sends before its own protocol.
 *
 * @since 0.2
 */
public final class Preambles {

    private Preambles() {
    }

    /**
     * Prepends {@link Backend#preamble} to the request of a probe.
     *
     * @param backend the backend of the probe
     * @param local the local address of the connected probe
     * @param request the request, which is not copied and is returned if there is no preamble
     * @return the bytes to send
     */
    public static ByteBuffer prepend(Backend backend, SocketAddress local, ByteBuffer request) {
        byte[] preamble = backend.preamble(local);
        return preamble.length == 0 ? request
                : ByteBuffer.allocate(preamble.length + request.remaining()).put(preamble).put(request).flip();
    }
}

package io.apexproxy.runtime.probe;

import io.apexproxy.runtime.buffer.BufferMemory;
import io.apexproxy.runtime.buffer.BufferPool;
import io.apexproxy.runtime.engine.Loop;
import io.apexproxy.runtime.engine.tls.HandshakeThreads;
import io.apexproxy.runtime.engine.tls.TlsBuffers;

/** The event loop of the probes, with its buffers for TLS. */
final class ProbeLoop {

    /** In bytes. Probes have short messages, and hold a buffer only while bytes are in it. */
    private static final long BUFFER_MEMORY = 16 * 1024 * 1024;
    /** Apart from the threads for clients, so that many handshakes of clients do not delay the probes. */
    private static final int HANDSHAKE_THREADS = 2;

    private final Loop loop;
    /** Null until the first connection with TLS. */
    private TlsBuffers tlsBuffers;

    ProbeLoop(Loop loop) {
        this.loop = loop;
    }

    Loop loop() {
        return loop;
    }

    /** Returns the buffers of TLS channels. On the loop's thread only. */
    TlsBuffers tlsBuffers() {
        if (tlsBuffers == null) {
            tlsBuffers = new TlsBuffers(new BufferPool(new BufferMemory(BUFFER_MEMORY, 1), 0),
                    HandshakeThreads.create("apex-probe-tls-", HANDSHAKE_THREADS));
        }
        return tlsBuffers;
    }
}

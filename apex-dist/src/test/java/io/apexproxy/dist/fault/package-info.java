/**
 * Faults at random, under traffic of which every byte is verified. {@code FaultsIT} is the test and its rules,
 * {@code Faults} what is done, {@code Timeline} when that was. {@code ConfigFile} is the configuration that changes
 * meanwhile, {@code ChecksumServer} the backend, whose process {@code BackendProcess} starts and hurts. {@code Crowd}
 * is the clients, {@code Visit} one session of one of them, {@code Footprint} what the proxy holds when all is over.
 *
 * <p>A session: where the server speaks first, it sends its name, a seed, a length and a stream. The client sends a
 * {@code Header} and a {@code RandomStream}; the backend its name, if that was not said yet, another stream, and the
 * number of bytes that it has verified; then it half-closes, and the client closes.
 */
package io.apexproxy.dist.fault;

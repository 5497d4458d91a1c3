/**
 * Tests under random faults and with traffic of which every byte is verified. {@code FaultsIT} is the test.
 * {@code Faults} causes the faults, {@code Timeline} records them. {@code ConfigFile} is the changing configuration,
 * {@code BackendProcess} a process of the backend {@code ChecksumServer}. {@code Clients} runs sessions, each a
 * {@code VerifiedSession}. {@code ProcessResources} are the descriptors and threads of the proxy.
 *
 * <p>A session: a greeting backend first sends its name, a seed, a length and a stream. The client sends a
 * {@code Header} and a {@code RandomStream}. The backend sends its name if it has sent no greeting, another stream, and
 * the number of verified bytes. It then half-closes, and the client closes.
 */
package io.apexproxy.dist.fault;

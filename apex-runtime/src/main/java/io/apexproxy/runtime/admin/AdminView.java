package io.apexproxy.runtime.admin;

import io.apexproxy.runtime.snapshot.Snapshot;
import java.util.function.Supplier;

/**
 * What the endpoint gets from the proxy. The suppliers are called on the endpoint's threads, once for each request.
 *
 * @param snapshots takes a view of the proxy, in a time that grows with the configuration
 * @param readiness takes what health needs of it; must not block, and takes about no time
 * @param maxConnections of the endpoint, open at the same time
 */
public record AdminView(Supplier<Snapshot> snapshots, Supplier<Snapshot.Readiness> readiness, int maxConnections) {
}

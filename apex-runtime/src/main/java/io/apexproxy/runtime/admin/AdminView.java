package io.apexproxy.runtime.admin;

import io.apexproxy.runtime.snapshot.Snapshot;
import java.util.function.Supplier;

/**
 * The state of the proxy for the endpoint. The endpoint's threads call the suppliers once per request.
 *
 * @param snapshots takes a snapshot of the proxy; the time grows with the configuration
 * @param readiness returns the readiness of the proxy; must be fast and must not block
 * @param maxConnections limit of concurrent connections of the endpoint
 */
public record AdminView(Supplier<Snapshot> snapshots, Supplier<Snapshot.Readiness> readiness, int maxConnections) {
}

package io.apexproxy.runtime.snapshot;

import java.util.Map;

/**
 * The access control of a listener.
 *
 * @param refused the number of refused connections by cause, since the listener was added
 * @param opening the number of connections whose first bytes are incomplete
 * @param clients the number of clients in the table of limits per client
 * @param unlimited the number of connections that were not limited because that table was full
 * @since 0.2
 */
public record AccessView(Map<String, Long> refused, long opening, int clients, long unlimited) {
}

package io.apexproxy.runtime.routing;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import io.apexproxy.runtime.config.ClientLimits;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/** A part of a {@link ClientTable} with its own lock. */
final class ClientShard {

    /** A claim adds at most one entry. It removes more, so that expired entries do not accumulate. */
    private static final int EXPIRED_PER_CLAIM = 2;

    /** The entries of all shards. */
    private final AtomicInteger entries;

    /** The clients with open connections. Key and value are the same object. */
    @GuardedBy("this")
    private final Map<Client, Client> connected = new HashMap<>();

    /**
     * The clients without a connection whose rate state is ahead of the clock, in the order of their last release. The
     * state of the first one is at most one second ahead of that release.
     */
    @GuardedBy("this")
    private final Map<Client, Client> idle = new LinkedHashMap<>();

    ClientShard(AtomicInteger entries) {
        this.entries = entries;
    }

    /**
     * Counts a connection within the limits. The result is {@link Uncounted} if the client has no entry and the table
     * is full.
     *
     * @param newcomer the entry that is added if the client has none
     */
    synchronized Claim claim(Client newcomer, ClientLimits limits, long nowNanos) {
        expire(nowNanos, EXPIRED_PER_CLAIM);
        Client client = connected.get(newcomer);
        if (client == null) {
            client = idle.get(newcomer);
        }
        if (client == null) {
            if (!reserveEntry(limits.tableSize())) {
                return Uncounted.INSTANCE;
            }
            client = newcomer;
        }
        if (limits.maxConnections() != 0 && client.connections >= limits.maxConnections()) {
            return Claim.Refused.CLIENT_LIMIT;
        }
        if (limits.rate() != 0) {
            long state = ConnectionRate.next(client.rateState, nowNanos, limits.rate());
            if (state == client.rateState) {
                return Claim.Refused.CLIENT_RATE; // not a newcomer, whose first connection is always within the rate
            }
            client.rateState = state;
        }
        client.connections++;
        if (client.connections == 1) {
            idle.remove(client);
            connected.put(client, client);
        }
        return client;
    }

    private boolean reserveEntry(int tableSize) {
        return entries.getAndUpdate(count -> count < tableSize ? count + 1 : count) < tableSize;
    }

    /** Removes a connection from the count, and the entry if nothing has to be remembered. */
    synchronized void release(Client client, boolean hasRate, long nowNanos) {
        client.connections--;
        if (client.connections > 0) {
            return;
        }
        connected.remove(client);
        if (hasRate && client.rateState - nowNanos > 0) {
            idle.put(client, client);
        } else {
            entries.decrementAndGet();
        }
    }

    /** Removes entries of clients without connections whose rate state has recovered, the oldest first. */
    synchronized void expire(long nowNanos, int most) {
        Iterator<Client> oldest = idle.keySet().iterator();
        for (int i = 0; i < most && oldest.hasNext() && oldest.next().rateState - nowNanos <= 0; i++) {
            oldest.remove();
            entries.decrementAndGet();
        }
    }
}

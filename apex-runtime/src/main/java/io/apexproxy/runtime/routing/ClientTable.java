package io.apexproxy.runtime.routing;

import io.apexproxy.runtime.config.ClientLimits;
import io.apexproxy.runtime.config.address.AddressBits;
import io.apexproxy.runtime.config.address.AddressBits.Family;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;

/**
 * The limits per client of one listener, and the clients that currently need an entry: those with connections, and
 * those whose recent connections still count for the rate. Any thread.
 *
 * <p>All methods take the time of a clock such as {@link System#nanoTime}. The clients are divided into shards by hash.
 * A shard is locked for a few map operations at a time.
 */
public final class ClientTable {

    /** More than the event loops that claim at the same instant. A power of two. */
    private static final int SHARDS = 16;
    private static final int SHARD_SHIFT = Integer.SIZE - Integer.numberOfTrailingZeros(SHARDS);

    private final AtomicInteger entries = new AtomicInteger();
    private final LongAdder overflows = new LongAdder();
    private final ClientShard[] shards = Stream.generate(() -> new ClientShard(entries)).limit(SHARDS)
            .toArray(ClientShard[]::new);
    private volatile ClientLimits limits;

    /** Creates an empty table. */
    public ClientTable(ClientLimits limits) {
        this.limits = limits;
    }

    /**
     * Changes the limits. Open connections remain open and counted, also above a lowered limit. A new IPv6 prefix
     * applies to new connections.
     */
    public void change(ClientLimits limits) {
        this.limits = limits;
    }

    /**
     * Counts a new connection of a client, or refuses it. If the table is full, a connection of a client without an
     * entry is admitted and not counted.
     */
    public Claim claim(SocketAddress client, long nowNanos) {
        ClientLimits current = limits;
        if (!current.isOn()) {
            return Uncounted.INSTANCE;
        }
        Client newcomer = new Client(this, key(client, current.ipv6Prefix()), nowNanos);
        ClientShard shard = shard(newcomer);
        Claim claim = shard.claim(newcomer, current, nowNanos);
        if (claim != Uncounted.INSTANCE) {
            return claim;
        }
        expire(nowNanos); // the table is full, perhaps of entries that are no longer needed
        Claim second = shard.claim(newcomer, current, nowNanos);
        if (second == Uncounted.INSTANCE) {
            overflows.increment();
        }
        return second;
    }

    /** Returns the masked address. All clients without an IP address, on Unix-domain sockets, have the same key. */
    private static AddressBits key(SocketAddress client, int ipv6Prefix) {
        if (!(client instanceof InetSocketAddress internet) || internet.isUnresolved()) {
            return AddressBits.UNIX;
        }
        AddressBits address = AddressBits.of(internet.getAddress());
        return address.family() == Family.IPV6 ? address.masked(ipv6Prefix) : address;
    }

    void release(Client client, long nowNanos) {
        shard(client).release(client, limits.rate() != 0, nowNanos);
    }

    /** Selects by the upper bits of the hash, because the maps of a shard use the lower bits. */
    private ClientShard shard(Client client) {
        return shards[client.hashCode() >>> SHARD_SHIFT];
    }

    /** Removes the entries that are no longer needed. A periodic call frees their memory if no client connects. */
    public void expire(long nowNanos) {
        for (ClientShard shard : shards) {
            shard.expire(nowNanos, Integer.MAX_VALUE);
        }
    }

    /** Returns the number of entries. */
    public int entries() {
        return entries.get();
    }

    /** Returns how many connections were admitted without a count because the table was full. */
    public long overflows() {
        return overflows.sum();
    }
}

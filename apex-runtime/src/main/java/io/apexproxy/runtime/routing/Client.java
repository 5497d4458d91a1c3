package io.apexproxy.runtime.routing;

import io.apexproxy.runtime.config.address.AddressBits;
import io.apexproxy.runtime.config.address.AddressBits.Family;
import java.util.concurrent.ThreadLocalRandom;

/**
 * An entry of a {@link ClientTable}: a client address with its connections. Also the key of the entry. The address is
 * in fields of this object, because a separate key would add 40 bytes to each entry.
 */
final class Client implements Claim.Admitted {

    /** Makes the hash unpredictable, so that a client cannot choose IPv6 addresses that collide. */
    private static final long SEED = ThreadLocalRandom.current().nextLong();

    /** Odd constants of the 64-bit finalizer of MurmurHash3. */
    private static final long MULTIPLIER_1 = 0xff51afd7ed558ccdL;
    private static final long MULTIPLIER_2 = 0xc4ceb9fe1a85ec53L;
    private static final int SHIFT = 33;

    private final ClientTable table;
    private final Family family;
    private final long high;
    private final long low;

    /** The open connections. The lock of the {@link ClientShard} guards this and the next field. */
    int connections;
    /** The state of {@link ConnectionRate}. */
    long rateState;

    Client(ClientTable table, AddressBits address, long nowNanos) {
        this.table = table;
        this.family = address.family();
        this.high = address.high();
        this.low = address.low();
        this.rateState = nowNanos;
    }

    @Override
    public void release(long nowNanos) {
        table.release(this, nowNanos);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Client client && high == client.high && low == client.low && family == client.family;
    }

    @Override
    public int hashCode() {
        return (int) (mixed(mixed(high ^ SEED) + low) >>> Integer.SIZE);
    }

    private static long mixed(long bits) {
        long once = (bits ^ bits >>> SHIFT) * MULTIPLIER_1;
        long twice = (once ^ once >>> SHIFT) * MULTIPLIER_2;
        return twice ^ twice >>> SHIFT;
    }
}

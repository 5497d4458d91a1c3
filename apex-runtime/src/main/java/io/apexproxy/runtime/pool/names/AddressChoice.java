package io.apexproxy.runtime.pool.names;

import io.apexproxy.runtime.log.LogThrottle;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The choice of addresses if a name has more than are permitted.
 *
 * <p>Addresses in use are kept as long as the name has them. The order of the addresses changes with each look-up and
 * must not remove a backend from the rotation. Used on the control thread.
 */
public final class AddressChoice {

    private static final Logger LOG = LoggerFactory.getLogger("apex.pool");
    private static final Duration WARNING_PERIOD = Duration.ofMinutes(1);

    private final String pool;
    private final LogThrottle warnings = new LogThrottle(WARNING_PERIOD);
    /** The number of addresses at the last warning about unused addresses; 0 if all are used. */
    private int reported;

    /** Creates the choice for one name. The log has the name of the pool. */
    public AddressChoice(String pool) {
        this.pool = pool;
    }

    /**
     * Returns the addresses to use: first those already in use, in their order, then new ones in the order of
     * {@code found}.
     *
     * @param used the addresses in use
     * @param found the addresses that the name has now
     * @param host the name, for the log
     * @param isOne whether to use one address only
     * @param max the maximum number of addresses unless {@code isOne}; a warning counts the others
     */
    public Set<InetSocketAddress> choose(Collection<InetSocketAddress> used, Set<InetSocketAddress> found, String host,
            boolean isOne, int max) {
        if (!isOne) {
            report(host, found.size(), max);
        }
        int limit = isOne ? 1 : max;
        Set<InetSocketAddress> chosen = new LinkedHashSet<>();
        used.stream().filter(found::contains).limit(limit).forEach(chosen::add);
        found.stream().filter(address -> !chosen.contains(address)).limit(limit - chosen.size()).toList()
                .forEach(chosen::add);
        return chosen;
    }

    private void report(String host, int addresses, int max) {
        if (addresses <= max) {
            reported = 0;
        } else if (addresses != reported && warnings.permits()) {
            reported = addresses;
            LOG.warn("pools.{}: {} has {} addresses: {} are used, {} are not; raise max_addresses to use more",
                    pool, host, addresses, max, addresses - max);
        }
    }
}

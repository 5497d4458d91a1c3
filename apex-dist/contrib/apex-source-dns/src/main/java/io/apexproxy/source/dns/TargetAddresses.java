package io.apexproxy.source.dns;

import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.function.LongSupplier;
import org.xbill.DNS.Name;

/**
 * The addresses of the targets of SRV records. Each target is looked up when its own TTL ends, so that a short TTL of
 * the SRV records does not repeat the look-ups of all targets.
 *
 * <p>Used by one thread at a time.
 */
final class TargetAddresses {

    private final Addresses addresses;
    private final ExecutorService executor;
    private final LongSupplier nanoTime;
    private Map<Name, Kept> kept = Map.of();
    /** The time at which the last look-up began. */
    private long now;

    /** Addresses until a time of the clock. Empty for a response that does not say how long it holds. */
    private record Kept(List<InetAddress> addresses, Optional<Long> until) {
    }

    TargetAddresses(Resolver resolver, ExecutorService executor, LongSupplier nanoTime) {
        this.addresses = new Addresses(resolver);
        this.executor = executor;
        this.nanoTime = nanoTime;
    }

    /**
     * Returns the addresses of each target; none for a name that does not exist. Blocks while targets are looked up.
     * Forgets all others.
     *
     * @throws IOException if a look-up fails
     */
    Map<Name, List<InetAddress>> of(Set<Name> targets) throws IOException, InterruptedException {
        Map<Name, Kept> next = new HashMap<>();
        Set<Name> expired = new LinkedHashSet<>();
        now = nanoTime.getAsLong();
        for (Name target : targets) {
            Kept known = kept.get(target);
            if (known != null && known.until().filter(until -> until - now > 0).isPresent()) {
                next.put(target, known);
            } else {
                expired.add(target);
            }
        }
        addresses.of(expired, executor).forEach((target, found) -> next.put(target, new Kept(found.addresses(),
                Response.validity(found.response().ttlSeconds()).map(validity -> now + validity.toNanos()))));
        kept = next;
        Map<Name, List<InetAddress>> all = new HashMap<>();
        next.forEach((target, each) -> all.put(target, each.addresses()));
        return all;
    }

    /** Returns how long the addresses of all targets hold, from the begin of the last look-up; empty if unknown. */
    Optional<Duration> validity() {
        return kept.values().stream().flatMap(each -> each.until().stream())
                .map(until -> Duration.ofNanos(until - now)).min(Duration::compareTo);
    }
}

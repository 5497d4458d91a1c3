package io.apexproxy.runtime.pool;

import io.apexproxy.runtime.config.BackendConfig;
import io.apexproxy.runtime.config.HostPort;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One configured backend of a pool and what it stands for: itself if its address is literal, else one backend for each
 * address of its name, kept up to date.
 *
 * <p>Lives on the control thread. As long as a name has not resolved, it stands for one backend that is down.
 */
final class Member {

    private static final Logger LOG = LoggerFactory.getLogger("apex.pool");
    private static final long RESOLVE_SECONDS = 30;
    private static final long RETRY_SECONDS = 5;
    private static final Pattern IPV4 = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}");

    private final Pool pool;
    private BackendConfig config;
    private List<BackendState> states;
    private boolean resolved;
    private boolean failing;
    private boolean removed;
    private Future<?> next = CompletableFuture.completedFuture(null);

    Member(Pool pool, BackendConfig config) {
        this.pool = pool;
        this.config = config;
        HostPort address = config.address();
        resolved = isLiteral(address.host());
        states = List.of(newState(config.name(), resolved
                ? new InetSocketAddress(literal(address.host()), address.port())
                : InetSocketAddress.createUnresolved(address.host(), address.port())));
    }

    /** Begins to look the name up; an address needs no look-up and is probed at once. */
    void start() {
        if (resolved) {
            states.forEach(pool.monitor()::add);
        } else {
            resolve();
        }
    }

    private static boolean isLiteral(String host) {
        return host.indexOf(':') >= 0 || IPV4.matcher(host).matches();
    }

    private static InetAddress literal(String host) {
        try {
            return InetAddress.getByName(host);
        } catch (UnknownHostException e) {
            throw new IllegalArgumentException("the configuration's validation let this pass: " + host, e);
        }
    }

    private BackendState newState(String name, InetSocketAddress address) {
        return new BackendState(name, address, config, pool.lanes());
    }

    BackendConfig config() {
        return config;
    }

    List<BackendState> states() {
        return states;
    }

    /** Whether there is an answer about its health, or will be none because its name does not resolve. */
    boolean answered() {
        return resolved || failing;
    }

    void configure(BackendConfig next) {
        config = next;
        states.forEach(state -> state.configure(next));
    }

    private void resolve() {
        pool.resolver().resolve(config.address().host()).whenComplete((addresses, error) ->
                pool.control().execute(() -> {
                    if (!removed) {
                        if (error == null) {
                            found(addresses);
                        } else {
                            notFound();
                        }
                        next = pool.control().schedule(this::resolve, resolved ? RESOLVE_SECONDS : RETRY_SECONDS,
                                TimeUnit.SECONDS);
                    }
                }));
    }

    private void found(List<InetAddress> addresses) {
        Set<InetSocketAddress> wanted = new LinkedHashSet<>();
        addresses.forEach(address -> wanted.add(new InetSocketAddress(address, config.address().port())));
        List<BackendState> kept = new ArrayList<>();
        List<BackendState> added = new ArrayList<>();
        for (InetSocketAddress address : wanted) {
            states.stream().filter(state -> state.address().equals(address)).findFirst().ifPresentOrElse(kept::add,
                    () -> added.add(newState(config.name() + "/" + address.getAddress().getHostAddress(), address)));
        }
        if (failing || !resolved) {
            LOG.info("Resolved {} to {}", config.address().host(), addresses);
        }
        resolved = true;
        failing = false;
        List<BackendState> gone = states.stream().filter(state -> !kept.contains(state)).toList();
        List<BackendState> now = new ArrayList<>(kept);
        now.addAll(added);
        states = List.copyOf(now);
        if (!gone.isEmpty() || !added.isEmpty()) {
            gone.forEach(this::drop);
            added.forEach(pool.monitor()::add);
            pool.membersChanged();
        }
    }

    private void notFound() {
        if (!failing) {
            failing = true;
            LOG.warn("{} does not resolve; {}", config.address().host(),
                    resolved ? "keeping its last addresses" : "it is down until it does");
            if (!resolved) {
                states.forEach(state -> state.judge(Verdict.down("its name does not resolve")));
            }
            pool.membersChanged();
        }
    }

    private void drop(BackendState state) {
        state.remove();
        pool.monitor().remove(state);
    }

    void remove() {
        removed = true;
        next.cancel(false);
        states.forEach(this::drop);
    }
}

package io.apexproxy.runtime.pool;

import io.apexproxy.runtime.config.BackendConfig;
import io.apexproxy.runtime.config.PoolConfig;
import io.apexproxy.runtime.config.address.Address;
import io.apexproxy.runtime.config.address.HostPort;
import io.apexproxy.runtime.config.address.UnixPath;
import io.apexproxy.runtime.log.CleanText;
import io.apexproxy.runtime.log.Durations;
import io.apexproxy.runtime.pool.backend.BackendState;
import io.apexproxy.runtime.pool.backend.Verdict;
import io.apexproxy.runtime.pool.names.AddressChoice;
import io.apexproxy.runtime.pool.names.NameResolver;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A configured backend of a pool, with its states: one for a literal address, or one for each address of its name.
 * Before the name resolves for the first time, there is one state without a resolved address.
 *
 * <p>Used on the control thread.
 */
final class ConfiguredBackend {

    private static final Logger LOG = LoggerFactory.getLogger("apex.pool");
    /** A failed look-up is repeated sooner than others, because the name is often about to be created. */
    private static final Duration RETRY_INTERVAL = Duration.ofSeconds(5);

    private final Pool pool;
    private final BackendSet set;
    private final AddressChoice choice;
    private final boolean isLiteral;
    private BackendConfig config;
    private List<BackendState> states;
    private boolean resolved;
    private boolean failed;
    private boolean removed;
    private boolean inFlight;
    private Future<?> nextLookUp = CompletableFuture.completedFuture(null);
    private PoolConfig.Resolve mode;
    private Duration interval;
    private int maxAddresses;

    ConfiguredBackend(Pool pool, BackendSet set, BackendConfig config) {
        this.pool = pool;
        this.set = set;
        this.config = config;
        this.choice = new AddressChoice(pool.name());
        SocketAddress address = socketAddress(config.address());
        isLiteral = !(address instanceof InetSocketAddress internet && internet.isUnresolved());
        resolved = isLiteral;
        states = List.of(newState(config.name(), address));
        copyResolveSettings(pool.config());
    }

    private void copyResolveSettings(PoolConfig settings) {
        mode = settings.resolve();
        interval = settings.resolveInterval();
        maxAddresses = settings.maxAddresses();
    }

    /** Adds the state of a literal address to the pool, or starts the first look-up of a name. */
    void start() {
        if (isLiteral) {
            states = addToPool(states);
        } else {
            lookUp();
        }
    }

    private static SocketAddress socketAddress(Address address) {
        if (address instanceof UnixPath unix) {
            return UnixDomainSocketAddress.of(unix.path());
        }
        HostPort internet = (HostPort) address;
        return literal(internet)
                .map(host -> new InetSocketAddress(host, internet.port()))
                .orElseGet(() -> InetSocketAddress.createUnresolved(internet.host(), internet.port()));
    }

    /** Returns the literal address. Empty for a name, and for an address whose zone is not an interface now. */
    private static Optional<InetAddress> literal(HostPort address) {
        Optional<InetAddress> literal = address.literal();
        if (literal.isEmpty() && address.isLiteral()) {
            LOG.debug("{}: no such network interface; treated as a name", address.host());
        }
        return literal;
    }

    private BackendState newState(String name, SocketAddress address) {
        return new BackendState(pool, name, address, config, pool.config().probeHeader(), pool::probeTls,
                pool.context().lanes());
    }

    /** Identifies this backend in a later configuration, which has the same name and address. */
    BackendKey key() {
        return BackendKey.of(config);
    }

    List<BackendState> states() {
        return states;
    }

    /** Returns whether the address is literal or a look-up of the name has resolved or failed. */
    boolean hasLookUpResult() {
        return resolved || failed;
    }

    void configure(BackendConfig changed) {
        config = changed;
        PoolConfig settings = pool.config();
        if (resolved) {
            states.forEach(state -> set.configure(state, changed));
        } else { // the state without an address is not probed
            states.forEach(state -> state.configure(changed, settings.probeHeader()));
        }
        if (settings.resolve() != mode || !settings.resolveInterval().equals(interval)
                || settings.maxAddresses() != maxAddresses) {
            copyResolveSettings(settings);
            if (!isLiteral && !inFlight) {
                nextLookUp.cancel(false);
                lookUp();
            }
        }
    }

    /** Returns the name to look up. Not called for a Unix socket. */
    private HostPort name() {
        return (HostPort) config.address();
    }

    private void lookUp() {
        inFlight = true;
        resolve().whenComplete((addresses, error) -> runOnControl(() -> onResult(addresses, error)));
    }

    private CompletionStage<List<InetAddress>> resolve() {
        try {
            return pool.context().resolver().resolve(name().host());
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private void runOnControl(Runnable task) {
        try {
            pool.context().control().execute(task);
        } catch (RejectedExecutionException e) {
            LOG.trace("{}: look-up completed after shutdown; result ignored", name().host(), e);
        }
    }

    private void onResult(List<InetAddress> addresses, Throwable error) {
        if (removed) {
            return;
        }
        inFlight = false;
        if (error == null && addresses != null && !addresses.isEmpty()) {
            onAddresses(addresses);
        } else {
            onFailure(reason(error));
        }
        Duration pause = failed && RETRY_INTERVAL.compareTo(interval) < 0 ? RETRY_INTERVAL : interval;
        nextLookUp = pool.context().control().schedule(this::lookUp, pause.toMillis(), TimeUnit.MILLISECONDS);
    }

    private static String reason(Throwable error) {
        Throwable cause = error instanceof CompletionException && error.getCause() != null ? error.getCause() : error;
        if (cause == null) {
            return "no address";
        } else if (cause instanceof TimeoutException) {
            return "no answer within " + Durations.text(NameResolver.TIMEOUT);
        }
        return Objects.requireNonNullElseGet(cause.getMessage(), cause::toString);
    }

    private void onAddresses(List<InetAddress> addresses) {
        boolean wasUnresolved = failed || !resolved;
        resolved = true;
        failed = false;
        Set<InetSocketAddress> missing = choose(addresses);
        // name servers change the order of each answer: remaining states keep their order
        List<BackendState> next = new ArrayList<>();
        List<BackendState> gone = new ArrayList<>();
        states.forEach(state -> (missing.remove((InetSocketAddress) state.address()) ? next : gone).add(state));
        List<BackendState> added = missing.stream()
                .map(address -> newState(config.name() + "/" + Address.host(address.getAddress()), address)).toList();
        boolean changed = !gone.isEmpty() || !added.isEmpty();
        if (wasUnresolved || changed) {
            LOG.info("Resolved {} to [{}]", name().host(),
                    CleanText.list(addresses.stream().map(Address::host).toList()));
        }
        if (changed) {
            gone.forEach(set::remove);
            next.addAll(addToPool(added));
            states = List.copyOf(next);
            pool.updateBackends();
        }
    }

    private Set<InetSocketAddress> choose(List<InetAddress> addresses) {
        Set<InetSocketAddress> found = new LinkedHashSet<>();
        addresses.forEach(address -> found.add(new InetSocketAddress(address, name().port())));
        return choice.choose(states.stream().map(state -> (InetSocketAddress) state.address()).toList(), found,
                name().host(), mode == PoolConfig.Resolve.FIRST, maxAddresses);
    }

    private List<BackendState> addToPool(List<BackendState> added) {
        return added.stream().map(state -> set.add(config, state)).toList();
    }

    private void onFailure(String reason) {
        if (failed) {
            return;
        }
        failed = true;
        LOG.warn("pools.{}: {} does not resolve: {}; {}", pool.name(), name().host(), reason,
                resolved ? "keeping its last addresses" : "the backend is down until it does");
        if (!resolved) {
            states.forEach(state -> state.setVerdict(Verdict.down("its name does not resolve")));
            pool.updateBackends();
        }
    }

    void remove() {
        removed = true;
        nextLookUp.cancel(false);
        states.forEach(set::remove);
    }
}

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
 * One configured backend of a pool and what it stands for: itself if its address is literal, else a backend for each
 * address of its name, kept up to date.
 *
 * <p>Lives on the control thread. As long as a name has not resolved, it stands for one backend that is down.
 */
final class ConfiguredBackend {

    private static final Logger LOG = LoggerFactory.getLogger("apex.pool");
    /** A name that failed is looked up again sooner: most often it is about to appear. */
    private static final Duration RETRY = Duration.ofSeconds(5);

    private final Pool pool;
    private final AddressChoice choice;
    private final boolean literal;
    private BackendConfig config;
    private List<BackendState> states;
    private boolean resolved;
    private boolean failing;
    private boolean removed;
    private boolean lookingUp;
    private Future<?> next = CompletableFuture.completedFuture(null);
    private PoolConfig.Resolve mode;
    private Duration interval;
    private int maxAddresses;

    ConfiguredBackend(Pool pool, BackendConfig config) {
        this.pool = pool;
        this.config = config;
        this.choice = new AddressChoice(pool.name());
        SocketAddress address = known(config.address());
        literal = !(address instanceof InetSocketAddress internet && internet.isUnresolved());
        resolved = literal;
        states = List.of(newState(config.name(), address));
        takeOver(pool.config());
    }

    private void takeOver(PoolConfig settings) {
        mode = settings.resolve();
        interval = settings.resolveInterval();
        maxAddresses = settings.maxAddresses();
    }

    /** Begins to look the name up; an address needs no look-up and is probed at once. */
    void start() {
        if (literal) {
            states = enter(states);
        } else {
            resolve();
        }
    }

    private static SocketAddress known(Address address) {
        if (address instanceof UnixPath unix) {
            return UnixDomainSocketAddress.of(unix.path());
        }
        HostPort internet = (HostPort) address;
        return literal(internet)
                .map(host -> new InetSocketAddress(host, internet.port()))
                .orElseGet(() -> InetSocketAddress.createUnresolved(internet.host(), internet.port()));
    }

    /** An address with the zone of an interface that is not there, or not yet, is treated like a name. */
    private static Optional<InetAddress> literal(HostPort address) {
        Optional<InetAddress> literal = address.literal();
        if (literal.isEmpty() && address.isLiteral()) {
            LOG.debug("{} is no address of this machine's interfaces", address.host());
        }
        return literal;
    }

    private BackendState newState(String name, SocketAddress address) {
        return new BackendState(pool, name, address, config, pool.context().lanes());
    }

    /** Identifies this backend in a later configuration: name and address are the same. */
    BackendKey key() {
        return BackendKey.of(config);
    }

    List<BackendState> states() {
        return states;
    }

    /** Whether there is an answer about its health, or will be none because its name does not resolve. */
    boolean answered() {
        return resolved || failing;
    }

    void configure(BackendConfig changed) {
        config = changed;
        states.forEach(state -> state.configure(changed));
        PoolConfig settings = pool.config();
        if (settings.resolve() != mode || !settings.resolveInterval().equals(interval)
                || settings.maxAddresses() != maxAddresses) {
            takeOver(settings);
            if (!literal && !lookingUp) {
                next.cancel(false);
                resolve();
            }
        }
    }

    /** What is looked up: nothing is for an address that is literal. */
    private HostPort name() {
        return (HostPort) config.address();
    }

    private void resolve() {
        lookingUp = true;
        lookUp().whenComplete((addresses, error) -> onControl(() -> answered(addresses, error)));
    }

    private CompletionStage<List<InetAddress>> lookUp() {
        try {
            return pool.context().resolver().resolve(name().host());
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private void onControl(Runnable task) {
        try {
            pool.context().control().execute(task);
        } catch (RejectedExecutionException e) {
            LOG.trace("{} was looked up after the end", name().host(), e);
        }
    }

    private void answered(List<InetAddress> addresses, Throwable error) {
        if (removed) {
            return;
        }
        lookingUp = false;
        if (error == null && addresses != null && !addresses.isEmpty()) {
            found(addresses);
        } else {
            notFound(reason(error));
        }
        Duration pause = failing && RETRY.compareTo(interval) < 0 ? RETRY : interval;
        next = pool.context().control().schedule(this::resolve, pause.toMillis(), TimeUnit.MILLISECONDS);
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

    private void found(List<InetAddress> addresses) {
        boolean news = failing || !resolved;
        resolved = true;
        failing = false;
        Set<InetSocketAddress> wanted = wanted(addresses);
        // name servers answer in another order each time: those that stay keep their places
        List<BackendState> now = new ArrayList<>();
        List<BackendState> gone = new ArrayList<>();
        states.forEach(state -> (wanted.remove((InetSocketAddress) state.address()) ? now : gone).add(state));
        List<BackendState> added = wanted.stream().map(address ->
                newState(config.name() + "/" + Address.host(address.getAddress()), address)).toList();
        boolean others = !gone.isEmpty() || !added.isEmpty();
        if (news || others) {
            LOG.info("Resolved {} to [{}]", name().host(),
                    CleanText.list(addresses.stream().map(Address::host).toList()));
        }
        if (others) {
            gone.forEach(pool::leave);
            now.addAll(enter(added));
            states = List.copyOf(now);
            pool.membersChanged();
        }
    }

    /** The addresses to be used of those that were found. */
    private Set<InetSocketAddress> wanted(List<InetAddress> addresses) {
        Set<InetSocketAddress> all = new LinkedHashSet<>();
        addresses.forEach(address -> all.add(new InetSocketAddress(address, name().port())));
        return choice.of(states.stream().map(state -> (InetSocketAddress) state.address()).toList(), all, name().host(),
                mode == PoolConfig.Resolve.FIRST, maxAddresses);
    }

    private List<BackendState> enter(List<BackendState> added) {
        return added.stream().map(state -> pool.enter(config, state)).toList();
    }

    private void notFound(String reason) {
        if (failing) {
            return;
        }
        failing = true;
        LOG.warn("pools.{}: {} does not resolve: {}; {}", pool.name(), name().host(), reason,
                resolved ? "keeping its last addresses" : "it is down until it does");
        if (!resolved) {
            states.forEach(state -> state.judge(Verdict.down("its name does not resolve")));
            pool.membersChanged();
        }
    }

    void remove() {
        removed = true;
        next.cancel(false);
        states.forEach(pool::leave);
    }
}

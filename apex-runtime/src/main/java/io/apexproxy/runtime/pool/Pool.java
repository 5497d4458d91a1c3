package io.apexproxy.runtime.pool;

import io.apexproxy.api.Backend;
import io.apexproxy.api.ConnectionInfo;
import io.apexproxy.api.balance.BackendPicker;
import io.apexproxy.api.balance.LoadBalancer;
import io.apexproxy.api.health.HealthCheck;
import io.apexproxy.runtime.config.BackendConfig;
import io.apexproxy.runtime.config.PoolConfig;
import io.apexproxy.runtime.plugin.PluginInstance;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A named set of backends that share a load balancer and a health check.
 *
 * <p>{@link #apply} and {@link #close} are called on the control thread, the rest from any thread.
 */
public final class Pool {

    private static final Logger LOG = LoggerFactory.getLogger("apex.pool");

    private final String name;
    private final ScheduledExecutorService control;
    private final NameResolver resolver;
    private final int lanes;
    private final Consumer<BackendState> onDown;
    private final HealthMonitor monitor;
    private final CompletableFuture<Void> firstVerdicts = new CompletableFuture<>();
    private final AtomicInteger turn = new AtomicInteger();
    private final LogThrottle complaints = new LogThrottle();
    private final List<Member> members = new ArrayList<>();
    /** Removed ones, which stay as long as nobody is known to take their place: a reload must not refuse connections. */
    private final List<Member> leaving = new ArrayList<>();
    private Balancing balancing;
    private volatile PoolConfig config;
    private volatile Rotation rotation = Rotation.EMPTY;
    private volatile List<BackendState> backends = List.of();

    /**
     * Creates a pool without backends; {@link #apply} brings it to life.
     *
     * @param name its name in the configuration
     * @param control the thread on which the pool changes
     * @param resolver looks up the names of backends
     * @param lanes how many event loops count
     * @param onDown is told, on the control thread, of a backend that went down and whose connections are to be closed
     */
    public Pool(String name, ScheduledExecutorService control, NameResolver resolver, int lanes,
            Consumer<BackendState> onDown) {
        this.name = name;
        this.control = control;
        this.resolver = resolver;
        this.lanes = lanes;
        this.onDown = onDown;
        this.monitor = new HealthMonitor(control, this::judged);
    }

    /**
     * Changes the pool to what the configuration says. Backends whose name and address stay keep their health, their
     * counters and their connections; removed ones get no new connection from now on.
     *
     * @param next the configuration
     * @param balancer the present instance, or a new one that takes its place
     * @param check the present instance, or a new one that takes its place
     */
    public void apply(PoolConfig next, PluginInstance<LoadBalancer> balancer, PluginInstance<HealthCheck> check) {
        config = next;
        monitor.configure(next.healthCheck(), check);
        if (balancing == null || balancing.instance() != balancer) {
            if (balancing != null) {
                balancing.close();
            }
            balancing = new Balancing(name, balancer, control, this::publish);
        }
        List<Member> previous = List.copyOf(members);
        List<Member> added = new ArrayList<>();
        members.clear();
        for (BackendConfig backend : next.backends()) {
            Optional<Member> kept = previous.stream().filter(member -> sameBackend(member.config(), backend)).findFirst();
            kept.ifPresent(member -> member.configure(backend));
            Member member = kept.orElseGet(() -> new Member(this, backend));
            members.add(member);
            if (kept.isEmpty()) {
                added.add(member);
            }
        }
        previous.stream().filter(member -> !members.contains(member)).forEach(leaving::add);
        added.forEach(Member::start);
        membersChanged();
    }

    private static boolean sameBackend(BackendConfig one, BackendConfig other) {
        return one.name().equals(other.name()) && one.address().equals(other.address());
    }

    /** The backends that the members stand for, or their weights, are others than before. */
    void membersChanged() {
        backends = states(members).toList();
        refresh();
    }

    private static Stream<BackendState> states(List<Member> members) {
        return members.stream().flatMap(member -> member.states().stream());
    }

    private void judged(BackendState backend) {
        if (backend.verdict().state() == Verdict.State.DOWN && config.onBackendDown() == PoolConfig.OnBackendDown.CLOSE) {
            onDown.accept(backend);
        }
        refresh();
    }

    /** Publishes who may be picked: the set at once, with the old picker; the new picker when the balancer has made it. */
    private void refresh() {
        List<BackendState> pickable = backends.stream().filter(BackendState::pickable).toList();
        if (!pickable.isEmpty() || allAnswered()) {
            leaving.forEach(Member::remove);
            leaving.clear();
        } else {
            pickable = states(leaving).filter(BackendState::pickable).toList();
        }
        boolean whateverHealth = pickable.isEmpty() && config.whenAllDown() == PoolConfig.WhenAllDown.TRY_ALL;
        if (whateverHealth) {
            pickable = backends.stream().filter(BackendState::inRotation).toList();
        }
        if (!pickable.isEmpty()) {
            BackendPicker picker = rotation.pickable().isEmpty() ? new InTurn(pickable) : rotation.picker();
            rotation = new Rotation(pickable, picker, whateverHealth);
            balancing.over(rotation);
            return;
        }
        rotation = Rotation.EMPTY;
        if (allAnswered()) {
            firstVerdicts.complete(null);
        }
    }

    private boolean allAnswered() { // leaving ones have answered long ago, so asking the monitor about all does no harm
        return members.stream().allMatch(Member::answered) && monitor.allAnswered();
    }

    private void publish(Rotation next) {
        if (next.pickable().equals(rotation.pickable())) { // else the set changed while the balancer was asked
            rotation = next;
            firstVerdicts.complete(null);
        }
    }

    /** Completes when a backend may be picked, or all have been probed and none can be. */
    public CompletionStage<Void> firstVerdicts() {
        return firstVerdicts.minimalCompletionStage();
    }

    /** Whether {@link #firstVerdicts} has completed. */
    public boolean hasFirstVerdicts() {
        return firstVerdicts.isDone();
    }

    /** Ends the probes and the plugins; connections that were made go on. */
    public void close() {
        members.forEach(Member::remove);
        leaving.forEach(Member::remove);
        rotation = Rotation.EMPTY;
        monitor.close();
        balancing.close();
    }

    /** Its name in the configuration. */
    public String name() {
        return name;
    }

    /** What it was last told to be. */
    public PoolConfig config() {
        return config;
    }

    /** Its backends now, in the order of the configuration. */
    public List<BackendState> backends() {
        return backends;
    }

    /** The plugins that serve it now; only for the control thread. */
    public PluginInstance<LoadBalancer> balancer() {
        return balancing.instance();
    }

    /** The plugins that serve it now; only for the control thread. */
    public PluginInstance<HealthCheck> check() {
        return monitor.instance();
    }

    /**
     * Reports that a connection to a backend could not be made, for a cause that is the backend's.
     *
     * @param backend which
     * @param reason in a few words, for the log
     */
    public void connectFailed(BackendState backend, String reason) {
        monitor.connectFailed(backend, reason);
    }

    Rotation rotation() {
        return rotation;
    }

    /** Where the next search in turn begins. */
    int nextTurn() {
        return turn.getAndIncrement();
    }

    /** Asks the load balancer; the answer may be one that cannot be picked any more, and is empty if it makes no sense. */
    Optional<BackendState> ask(Rotation current, ConnectionInfo connection) {
        try {
            Backend picked = current.picker().pick(connection);
            if (picked instanceof BackendState backend) {
                return Optional.of(backend);
            }
            if (complaints.permits()) {
                LOG.error("pools.{}.load_balancer: pick() returned {}, which is no backend it was given; picking in turn",
                        name, picked);
            }
        } catch (Throwable e) { // whatever a plugin throws must not cost a connection
            if (complaints.permits()) {
                LOG.error("pools.{}.load_balancer: pick() failed; picking in turn", name, e);
            }
        }
        return Optional.empty();
    }

    ScheduledExecutorService control() {
        return control;
    }

    NameResolver resolver() {
        return resolver;
    }

    HealthMonitor monitor() {
        return monitor;
    }

    int lanes() {
        return lanes;
    }
}

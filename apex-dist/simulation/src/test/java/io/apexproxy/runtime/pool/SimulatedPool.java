package io.apexproxy.runtime.pool;

import io.apexproxy.api.Backend;
import io.apexproxy.api.balance.LoadBalancer;
import io.apexproxy.api.health.HealthCheck;
import io.apexproxy.api.health.HealthResult;
import io.apexproxy.runtime.config.BackendConfig;
import io.apexproxy.runtime.config.PoolConfig;
import io.apexproxy.runtime.config.address.HostPort;
import io.apexproxy.runtime.config.pool.SessionSettings;
import io.apexproxy.runtime.engine.sim.SimulatedExecutor;
import io.apexproxy.runtime.engine.sim.SimulatedProcess;
import io.apexproxy.runtime.engine.sim.world.Simulation;
import io.apexproxy.runtime.plugin.PluginCloser;
import io.apexproxy.runtime.plugin.PluginInstance;
import io.apexproxy.runtime.plugin.SimulatedPlugins;
import io.apexproxy.runtime.pool.backend.BackendState;
import io.apexproxy.runtime.pool.health.LastVerdicts;
import io.apexproxy.runtime.pool.health.ProbeLimit;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A pool in virtual time, whose probes answer as a test has set. */
final class SimulatedPool {

    /** The time in which a probe answers unless a test sets another one, in milliseconds. */
    static final long QUICK = 1;
    /** Longer than wake-ups of the simulated threads, in milliseconds. */
    static final long MARGIN = 2;
    static final Duration INTERVAL = Duration.ofSeconds(5);
    static final Duration DRAIN_TIMEOUT = Duration.ofSeconds(30);

    final Simulation simulation = new Simulation(1, false);
    private final SimulatedProcess process = new SimulatedProcess(simulation);
    private final SimulatedExecutor control = new SimulatedExecutor("control", process);
    private final SimulatedExecutor plugins = new SimulatedExecutor("plugins", process);
    private final Map<String, HealthResult> answers = new HashMap<>();
    private final Map<String, Integer> probes = new HashMap<>();
    private final Map<String, List<CompletableFuture<HealthResult>>> paused = new HashMap<>();
    final SimulatedSessions sessions = new SimulatedSessions(simulation::nanoTime);
    /** The calls that end sessions: the name of the backend and the reason. */
    final List<String> ended = sessions.ended;
    /** Runs while a backend is taken into maintenance. */
    Runnable onMaintenance = () -> {};
    final Pool pool;
    private final PluginInstance<LoadBalancer> balancer;
    private final PluginInstance<HealthCheck> check;

    /** Creates a pool without backends. */
    SimulatedPool(LoadBalancer balancer) {
        this(balancer, LastVerdicts.NONE);
    }

    /** Creates a pool without backends that takes over verdicts. */
    SimulatedPool(LoadBalancer balancer, LastVerdicts lastVerdicts) {
        PoolContext context = new PoolContext(control, host -> new CompletableFuture<>(), new PluginCloser(),
                new ProbeLimit(16), 1, sessions, this::drainTimeout,
                simulation::nanoTime, simulation.random(), lastVerdicts);
        this.pool = new Pool("pool", context);
        this.balancer = SimulatedPlugins.instance(balancer, plugins);
        this.check = SimulatedPlugins.instance(this::probe, plugins);
    }

    private Duration drainTimeout() {
        onMaintenance.run();
        return DRAIN_TIMEOUT;
    }

    private CompletableFuture<HealthResult> probe(Backend backend, Duration timeout) {
        probes.merge(backend.name(), 1, Integer::sum);
        CompletableFuture<HealthResult> answer = new CompletableFuture<>();
        if (paused.containsKey(backend.name())) {
            paused.get(backend.name()).add(answer);
            return answer;
        }
        plugins.schedule(() -> answer.complete(answers.getOrDefault(backend.name(), HealthResult.healthy())), QUICK,
                TimeUnit.MILLISECONDS);
        return answer;
    }

    static BackendConfig backend(String name) {
        return new BackendConfig(name, new HostPort("127.0.0.1", 9000 + name.charAt(0)), 1, 0);
    }

    static BackendConfig withoutWeight(String name) {
        return backend(name).with(0, BackendConfig.State.ACTIVE);
    }

    static BackendConfig limited(String name, int maxConnections) {
        return new BackendConfig(name, new HostPort("127.0.0.1", 9000 + name.charAt(0)), 1, maxConnections);
    }

    static BackendConfig backup(String name) {
        return new BackendConfig(name, new HostPort("127.0.0.1", 9000 + name.charAt(0)), 1, 0,
                BackendConfig.State.ACTIVE, true);
    }

    static BackendConfig inMaintenance(BackendConfig backend) {
        return backend.with(backend.weight(), BackendConfig.State.MAINTENANCE);
    }

    /** Applies a configuration and runs the first probes. */
    void apply(PoolConfig config) {
        pool.apply(config, balancer, check);
        run(QUICK + MARGIN);
    }

    void apply(BackendConfig... backends) {
        apply(PoolConfigs.of("pool", List.of(backends), INTERVAL, Duration.ofSeconds(1)));
    }

    /** Applies a configuration with settings that end open sessions. */
    void apply(SessionSettings settings, BackendConfig... backends) {
        apply(PoolConfigs.withSessions(settings, backends));
    }

    void makeHealthy(String name) {
        answers.remove(name);
    }

    void makeUnhealthy(String name) {
        answers.put(name, HealthResult.unhealthy("set by the test"));
    }

    /** Lets probes of a backend wait for {@link #resumeProbes}. */
    void pauseProbes(String name) {
        paused.put(name, new ArrayList<>());
    }

    /** Answers the probes that wait. */
    void resumeProbes(String name) {
        paused.remove(name).forEach(probe -> probe.complete(HealthResult.healthy()));
    }

    int probes(String name) {
        return probes.getOrDefault(name, 0);
    }

    /** Runs for a number of milliseconds. */
    void run(long millis) {
        boolean[] over = {false};
        simulation.after(TimeUnit.MILLISECONDS.toNanos(millis), "end", () -> over[0] = true);
        while (!over[0]) {
            simulation.step();
        }
    }

    /** Returns the names of the backends that the picker chooses from. */
    List<String> rotation() {
        return pool.rotation().backends().stream().map(BackendState::name).toList();
    }

    /** Starts the search of a connection. The simulated balancers do not look at it. */
    BackendSearch search() {
        return new BackendSearch(pool, null);
    }

    /** Claims a connection of the next backend; its name, or {@code none}. */
    String claim() {
        return search().next().map(BackendState::name).orElse("none");
    }

    /** Opens a number of sessions of a backend. */
    void open(String name, int count) {
        for (int i = 0; i < count; i++) {
            sessions.open(state(name));
        }
    }

    /** Returns the names of the backends that one search finds if all connects fail. */
    List<String> attempts() {
        BackendSearch search = search();
        return Stream.generate(search::next).takeWhile(Optional::isPresent).map(Optional::get)
                .peek(search::failed).map(BackendState::name).toList();
    }

    BackendState state(String name) {
        return pool.backends().stream().filter(backend -> backend.name().equals(name)).findFirst().orElseThrow();
    }
}

package io.apexproxy.dist.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.apexproxy.dist.harness.Admin;
import io.apexproxy.dist.harness.ApexProcess;
import io.apexproxy.dist.harness.Distribution;
import io.apexproxy.test.FreePorts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * Tests a proxy under random faults for some minutes: no byte is wrong, no session ends without a fault, and all
 * resources are freed.
 *
 * <p>{@code -Dapex.faults.minutes=10} sets the length instead of 2 minutes. {@code -Dapex.faults.seed=} repeats the
 * faults of a failed run.
 */
@EnabledOnOs(value = OS.LINUX, disabledReason = "reads /proc and stops processes by signals")
@Tag(Distribution.ALONE)
class FaultsIT {

    private static final long SEED = Long.getLong("apex.faults.seed", new Random().nextLong());
    private static final Duration LENGTH =
            Duration.ofSeconds((long) (60 * Double.parseDouble(System.getProperty("apex.faults.minutes", "2"))));
    private static final int STEADY = 2;
    private static final int FAULTY = 3;
    private static final int CLEAN_SESSIONS = 8;
    private static final Path LOG = Path.of("target", "faults.log").toAbsolutePath();
    private static final int SHOWN_LOG_LINES = 200;
    private static final String HANGING = "load_balancer: over() has not returned";
    private static final Pattern LOG_LINE = Pattern.compile("\\d{4}-\\d\\d-\\d\\dT\\S+Z (\\S+) .*");

    @TempDir
    Path directory;

    private final Queue<String> failures = new ConcurrentLinkedQueue<>();
    private final CountDownLatch over = new CountDownLatch(1);
    private final Timeline timeline = new Timeline();
    private final List<BackendProcess> steady = new ArrayList<>();
    private final List<BackendProcess> faulty = new ArrayList<>();
    private final List<ListenerPort> listeners = List.of(
            new ListenerPort("steady", FreePorts.next(), false, true),
            new ListenerPort("web", FreePorts.next(), false, false),
            new ListenerPort("greeting", FreePorts.next(), true, false));
    private final int adminPort = FreePorts.next();

    @BeforeEach
    void startBackends() {
        for (int i = 0; i < STEADY; i++) {
            steady.add(BackendProcess.started(this::failed));
        }
        for (int i = 0; i < FAULTY; i++) {
            faulty.add(BackendProcess.started(this::failed));
        }
    }

    @AfterEach
    void stopBackends() {
        Stream.of(steady, faulty).flatMap(List::stream).forEach(BackendProcess::close);
    }

    @Test
    void faultsCorruptNoByteAndLeaveNoResource() throws Exception {
        System.out.printf("apex.faults.seed=%d, for %d s%n", SEED, LENGTH.toSeconds());
        Distribution distribution = Distribution.copiedTo(directory);
        var config = new ConfigFile(distribution.configFile(), adminPort, FreePorts.next(), listeners, steady, faulty);
        config.writeComplete();
        try (var apex = distribution.start();
                var clients = new Clients(listeners, timeline, this::failed);
                var faults = new Faults(over, timeline, config, apex)) {
            try {
                Admin admin = Admin.of(apex);
                ProcessResources before = warmUp(apex, admin, clients, config);

                faults.start(SEED);
                var end = new Thread(this::endAfterLength);
                end.start();
                clients.runUntil(over, SEED);
                faults.awaitEnd();
                end.join();
                System.out.println(clients + "; faults: " + timeline.counts());
                assertThat(failures).isEmpty();

                config.writeComplete();
                awaitAllUp(admin);
                clients.runOnce(CLEAN_SESSIONS, SEED);
                assertThat(failures).as("failures after the last fault").isEmpty();
                assertResourcesAreFreed(apex, admin, before);
                assertCausesAreExpected(admin);

                apex.signal("TERM");
                assertThat(apex.exitStatus()).isZero();
                assertLogIsExpected(apex);
            } catch (Throwable e) {
                throw new AssertionError(report(e, clients, apex.output()), e);
            }
        }
    }

    /** The message of the cause is here too, as the summary of a build omits causes. */
    private String report(Throwable cause, Clients clients, List<String> log) throws IOException {
        Files.write(LOG, log);
        return "apex.faults.seed=%d%n%s%n%s%n%s%nfaults:%n%s%nlog, all of which is in %s:%n%s".formatted(SEED,
                cause.getMessage(), clients, String.join("\n", failures), timeline, LOG,
                String.join("\n", log.subList(Math.max(0, log.size() - SHOWN_LOG_LINES), log.size())));
    }

    /** Runs each operation that opens a permanent resource once: sessions, a reload, a rejected reload, a request. */
    private ProcessResources warmUp(ApexProcess apex, Admin admin, Clients clients, ConfigFile config) {
        awaitAllUp(admin);
        clients.runOnce(CLEAN_SESSIONS, SEED);
        config.writeBroken(new Random(SEED));
        apex.awaitLine("Configuration not changed");
        config.writeComplete();
        awaitAllUp(admin);
        awaitIdle(admin);
        assertThat(failures).as("before any fault").isEmpty();
        return ProcessResources.of(apex.pid());
    }

    /** Ends the run after its length. A failure ends it earlier, while the log still contains the cause. */
    private void endAfterLength() {
        try {
            over.await(LENGTH.toMillis(), TimeUnit.MILLISECONDS);
            over.countDown();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private void failed(String what) {
        failures.add(what);
        over.countDown();
    }

    private void awaitAllUp(Admin admin) {
        int backends = STEADY + 2 * (STEADY + FAULTY);
        await().atMost(ApexProcess.PATIENCE).untilAsserted(() -> {
            Map<String, Double> up = select(admin, "apex_backend_up");
            assertThat(up).hasSize(backends);
            assertThat(up).allSatisfy((backend, value) -> assertThat(value).as(backend).isEqualTo(1));
        });
    }

    /** Waits until no session is open. A session that will be reset can last as long as the half-closed timeout. */
    private static void awaitIdle(Admin admin) {
        await().atMost(ApexProcess.PATIENCE.multipliedBy(2)).untilAsserted(() -> {
            assertThat(select(admin, "apex_listener_connections_active")).isNotEmpty()
                    .allSatisfy((listener, active) -> assertThat(active).as(listener).isZero());
            assertThat(select(admin, "apex_backend_connections_active")).isNotEmpty()
                    .allSatisfy((backend, active) -> assertThat(active).as(backend).isZero());
            assertThat(admin.metrics()).containsEntry("apex_buffer_bytes", 0.0);
        });
    }

    private static void assertResourcesAreFreed(ApexProcess apex, Admin admin, ProcessResources before) {
        awaitIdle(admin);
        await().atMost(ApexProcess.PATIENCE).untilAsserted(() -> {
            ProcessResources now = ProcessResources.of(apex.pid());
            assertThat(now.descriptors()).as("before: %s", before.descriptors())
                    .hasSizeLessThanOrEqualTo(before.descriptors().size());
            assertThat(now.threads()).as("before: %s", before.threads())
                    .hasSizeLessThanOrEqualTo(before.threads().size());
        });
    }

    /** Each pool always has a healthy backend, and no session lasts longer than a timeout. */
    private static void assertCausesAreExpected(Admin admin) {
        Map<String, Double> endings = select(admin, "apex_session_end_total").entrySet().stream()
                .filter(each -> each.getValue() > 0).collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
        assertThat(endings.keySet().stream().map(each -> each.replaceFirst(".*\"(.*)\".*", "$1")))
                .isSubsetOf("client-closed", "backend-closed", "client-reset", "backend-reset");
    }

    /**
     * Only invalid files, stopped backends and a hanging load balancer are logged. The load balancer seems to hang
     * because its timeout expires while the process is stopped.
     */
    private void assertLogIsExpected(ApexProcess apex) {
        assertThat(apex.errors()).isEmpty();
        assertThat(apex.output()).filteredOn(line -> line.contains(HANGING))
                .hasSizeLessThanOrEqualTo(timeline.counts().getOrDefault(Faults.FROZEN, 0L).intValue());
        assertThat(apex.output()).filteredOn(line -> !line.contains(HANGING)).allSatisfy(line -> {
            Matcher parts = LOG_LINE.matcher(line);
            if (!parts.matches()) { // the second line of an error
                assertThat(line).contains("found '='");
            } else if (!parts.group(1).equals("INFO") && !line.contains(" => alive: false (")) {
                assertThat(line).contains("ERROR apex: Configuration not changed");
            }
        });
    }

    private static Map<String, Double> select(Admin admin, String metric) {
        return admin.metrics().entrySet().stream().filter(each -> each.getKey().startsWith(metric + "{"))
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }
}

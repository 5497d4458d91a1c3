package io.apexproxy.dist.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.apexproxy.dist.harness.Admin;
import io.apexproxy.dist.harness.ApexProcess;
import io.apexproxy.dist.harness.Distribution;
import io.apexproxy.dist.harness.FreePorts;
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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * Everything goes wrong at random for some minutes, and nobody gets a wrong byte, no session ends without a reason, and
 * nothing is left behind.
 *
 * <p>{@code -Dapex.faults.minutes=10} takes longer than the usual two, {@code -Dapex.faults.seed=} does once more what
 * was done to a run that failed.
 */
@EnabledOnOs(value = OS.LINUX, disabledReason = "it looks into /proc and stops processes by signals")
class FaultsIT {

    private static final long SEED = Long.getLong("apex.faults.seed", new Random().nextLong());
    private static final Duration LENGTH =
            Duration.ofSeconds((long) (60 * Double.parseDouble(System.getProperty("apex.faults.minutes", "2"))));
    private static final int STEADY = 2;
    private static final int FAULTY = 3;
    private static final int CLEAN_SESSIONS = 8;
    private static final Path LOG = Path.of("target", "faults.log").toAbsolutePath();
    private static final int LOG_TOLD = 200;
    private static final String HANGING = "load_balancer: over() has not returned";
    private static final Pattern LOG_LINE = Pattern.compile("\\d{4}-\\d\\d-\\d\\dT\\S+Z (\\S+) .*");

    @TempDir
    Path directory;

    private final Queue<String> failures = new ConcurrentLinkedQueue<>();
    private final CountDownLatch over = new CountDownLatch(1);
    private final Timeline timeline = new Timeline();
    private final List<BackendProcess> steady = new ArrayList<>();
    private final List<BackendProcess> faulty = new ArrayList<>();
    private final List<Door> doors = List.of(
            new Door("steady", FreePorts.next(), false, true),
            new Door("web", FreePorts.next(), false, false),
            new Door("greeting", FreePorts.next(), true, false));
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
    void noByteIsWrongNoSessionEndsWithoutAReasonAndNothingIsLeftBehind() throws Exception {
        System.out.printf("apex.faults.seed=%d, for %d s%n", SEED, LENGTH.toSeconds());
        Distribution distribution = Distribution.copiedTo(directory);
        var config = new ConfigFile(distribution.configFile(), adminPort, FreePorts.next(), doors, steady, faulty);
        config.writeComplete();
        try (var apex = distribution.start();
                var crowd = new Crowd(doors, timeline, this::failed);
                var faults = new Faults(over, timeline, config, apex)) {
            try {
                Admin admin = Admin.of(apex);
                Footprint before = warmUp(apex, admin, crowd, config);

                faults.start(SEED);
                var end = new Thread(this::endInTime);
                end.start();
                crowd.comeUntil(over, SEED);
                faults.awaitEnd();
                end.join();
                System.out.println(crowd + "; faults: " + timeline.counts());
                assertThat(failures).isEmpty();

                config.writeComplete();
                awaitAllUp(admin);
                crowd.comeOnce(CLEAN_SESSIONS, SEED);
                assertThat(failures).as("all is well again").isEmpty();
                assertNothingIsLeft(apex, admin, before);
                assertEndingsAreExplained(admin);

                apex.signal("TERM");
                assertThat(apex.exitStatus()).isZero();
                assertComplaintsAreExplained(apex);
            } catch (Throwable e) {
                throw new AssertionError(report(crowd, apex.output()), e);
            }
        }
    }

    private String report(Crowd crowd, List<String> log) throws IOException {
        Files.write(LOG, log);
        return "apex.faults.seed=%d%n%s%n%s%nfaults:%n%s%nlog, all of which is in %s:%n%s".formatted(SEED, crowd,
                String.join("\n", failures), timeline, LOG,
                String.join("\n", log.subList(Math.max(0, log.size() - LOG_TOLD), log.size())));
    }

    /** Once each of what opens something that stays open: a session each way, a reload, a mistake, a question. */
    private Footprint warmUp(ApexProcess apex, Admin admin, Crowd crowd, ConfigFile config) {
        awaitAllUp(admin);
        crowd.comeOnce(CLEAN_SESSIONS, SEED);
        config.writeBroken(new Random(SEED));
        apex.awaitLine("Configuration not changed");
        config.writeComplete();
        awaitAllUp(admin);
        awaitIdle(admin);
        assertThat(failures).as("before any fault").isEmpty();
        return Footprint.of(apex.pid());
    }

    /** A failure ends it early, while the log still shows what led to it. */
    private void endInTime() {
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

    /** Sessions that are to be reset may take as long as a session may be half-closed. */
    private static void awaitIdle(Admin admin) {
        await().atMost(ApexProcess.PATIENCE.multipliedBy(2)).untilAsserted(() -> {
            assertThat(select(admin, "apex_listener_connections_active")).isNotEmpty()
                    .allSatisfy((listener, active) -> assertThat(active).as(listener).isZero());
            assertThat(select(admin, "apex_backend_connections_active")).isNotEmpty()
                    .allSatisfy((backend, active) -> assertThat(active).as(backend).isZero());
            assertThat(admin.metrics()).containsEntry("apex_buffer_bytes", 0.0);
        });
    }

    private static void assertNothingIsLeft(ApexProcess apex, Admin admin, Footprint before) {
        awaitIdle(admin);
        await().atMost(ApexProcess.PATIENCE).untilAsserted(() -> {
            Footprint now = Footprint.of(apex.pid());
            assertThat(now.descriptors()).as("before: %s", before.descriptors())
                    .hasSizeLessThanOrEqualTo(before.descriptors().size());
            assertThat(now.threads()).as("before: %s", before.threads())
                    .hasSizeLessThanOrEqualTo(before.threads().size());
        });
    }

    /** Each pool always has a backend that answers, and all that go on are quick about it. */
    private static void assertEndingsAreExplained(Admin admin) {
        Map<String, Double> endings = select(admin, "apex_session_end_total").entrySet().stream()
                .filter(each -> each.getValue() > 0).collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
        assertThat(endings.keySet().stream().map(each -> each.replaceFirst(".*\"(.*)\".*", "$1")))
                .isSubsetOf("client-closed", "backend-closed", "client-reset", "backend-reset");
    }

    /**
     * Only files that were broken on purpose and backends that were stopped are complained about, and a balancer that
     * seems to hang: time goes on while the process is frozen in it.
     */
    private void assertComplaintsAreExplained(ApexProcess apex) {
        assertThat(apex.errors()).isEmpty();
        assertThat(apex.output()).filteredOn(line -> line.contains(HANGING))
                .hasSizeLessThanOrEqualTo(timeline.counts().getOrDefault(Faults.FROZEN, 0L).intValue());
        assertThat(apex.output()).filteredOn(line -> !line.contains(HANGING)).allSatisfy(line -> {
            Matcher parts = LOG_LINE.matcher(line);
            if (!parts.matches()) { // it is the second one of an error
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

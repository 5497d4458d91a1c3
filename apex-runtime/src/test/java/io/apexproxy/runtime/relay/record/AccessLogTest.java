package io.apexproxy.runtime.relay.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.UnsynchronizedAppenderBase;
import io.apexproxy.runtime.config.AccessLogFormat;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class AccessLogTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int LANE = 0;
    private static final int RACES = 20_000;
    private static final int MAX_PAUSE_NANOS = 4_000;
    private static final long ENDED = Instant.parse("2001-09-09T01:46:40.123Z").toEpochMilli();

    private final Logger logger = (Logger) LoggerFactory.getLogger("apex");
    private final Output output = new Output();
    private final AccessLog log = new AccessLog(1);

    @BeforeEach
    void listen() {
        logger.setLevel(Level.INFO);
        logger.setAdditive(false);
        logger.addAppender(output);
        output.start();
    }

    @AfterEach
    void end() {
        output.open();
        log.close();
        logger.detachAppender(output);
        logger.setAdditive(true);
        logger.setLevel(null); // inherits the level of its parent
    }

    @Test
    void lineContainsTheFiguresAndTheCauseOfTheSession() {
        log.write(LANE, new SessionRecord(new InetSocketAddress("127.0.0.1", 40112), Optional.empty(), "web",
                Optional.empty(), Optional.empty(), "", "app",
                millis(1), 0, 0, 0, millis(3), millis(12), ENDED, 17, 4242, 2, Cause.CLIENT_CLOSED));

        output.awaitLine();
        assertThat(output.lines).containsExactly("apex.access client-closed [client=\"127.0.0.1:40112\", "
                + "listener=\"web\", backend=\"app\", wait_ms=\"0.0\", connect_ms=\"2.0\", duration_ms=\"11.0\", "
                + "from_client=\"17\", from_backend=\"4242\", attempts=\"2\"]");
    }

    @Test
    void timeOfTheFirstBytesDoesNotCountTowardsConnectTime() {
        log.write(LANE, new SessionRecord(new InetSocketAddress("192.0.2.1", 40112),
                Optional.of(new InetSocketAddress("127.0.0.1", 1)), "web", Optional.empty(), Optional.empty(), "",
                "app", millis(1), 0,
                millis(4), 0, millis(6),
                millis(12), ENDED, 17, 4242, 1, Cause.CLIENT_CLOSED));

        output.awaitLine();
        assertThat(output.lines.get(0)).contains("client=\"192.0.2.1:40112\", peer=\"127.0.0.1:1\", listener",
                "wait_ms=\"0.0\", first_bytes_ms=\"3.0\", connect_ms=\"2.0\"");
    }

    @Test
    void waitAtALimitCountsTowardsDurationButNotConnectTime() {
        log.write(LANE, new SessionRecord(new InetSocketAddress("127.0.0.1", 40112), Optional.empty(), "web",
                Optional.empty(), Optional.empty(), "", "app",
                millis(1), millis(250), 0, 0, millis(253), millis(262), ENDED, 17, 4242, 1, Cause.CLIENT_CLOSED));

        output.awaitLine();
        assertThat(output.lines.get(0))
                .contains("wait_ms=\"250.0\", connect_ms=\"2.0\", duration_ms=\"261.0\"");
    }

    @Test
    void lineHasTheTimeOfTheSessionsEnd() {
        log.write(LANE, noBackend());

        output.awaitLine();
        assertThat(output.times).containsExactly(ENDED);
    }

    @Test
    void lineOfASessionWithoutBackendHasDashes() {
        log.write(LANE, noBackend());

        output.awaitLine();
        assertThat(output.lines.get(0)).contains("no-backend", "backend=\"-\"", "connect_ms=\"-\"");
    }

    @Test
    void jsonFormatUsesItsOwnLogger() {
        log.changeFormat(AccessLogFormat.JSON);
        log.write(LANE, noBackend());

        output.awaitLine();
        assertThat(output.lines.get(0)).startsWith("apex.access.json ");
    }

    @Test
    void queuedRecordsAreWrittenAfterTheLogIsTurnedOff() {
        output.block();
        log.changeFormat(AccessLogFormat.JSON);
        log.write(LANE, noBackend());
        await().atMost(PATIENCE).until(() -> output.blocked);

        log.write(LANE, noBackend());
        log.changeFormat(AccessLogFormat.OFF);
        output.open();

        await().atMost(PATIENCE).until(() -> output.lines.size() == 2);
        assertThat(output.lines).allMatch(line -> line.startsWith("apex.access.json "));
    }

    @Test
    void formatAndLevelTurnTheLogOff() {
        assertThat(log.isOn()).isTrue();

        log.changeFormat(AccessLogFormat.OFF);
        assertThat(log.isOn()).isFalse();

        log.changeFormat(AccessLogFormat.TEXT);
        logger.setLevel(Level.WARN);
        assertThat(log.isOn()).isFalse();
    }

    @Test
    void linesDroppedByABlockedOutputAreCountedAndReported() {
        output.block();
        log.write(LANE, noBackend());
        await().atMost(PATIENCE).until(() -> output.blocked);

        for (int line = 0; line < AccessLog.CAPACITY + 10; line++) {
            log.write(LANE, noBackend());
        }

        assertThat(log.dropped()).isGreaterThan(0);
        long dropped = log.dropped();
        output.open();
        await().atMost(PATIENCE).until(() -> output.count("dropped") == 1
                && output.count("no-backend") == 1 + AccessLog.CAPACITY + 10 - dropped);
        assertThat(output.lines).contains("apex access log: " + dropped
                + " lines dropped: the output is too slow null");
        await().atMost(PATIENCE).until(log::isIdle);
    }

    @Test
    void closeWritesQueuedRecords() {
        for (int line = 0; line < 100; line++) {
            log.write(LANE, noBackend());
        }

        log.close();

        assertThat(output.lines).hasSize(100);
    }

    /** A thread in state WAITING, unlike one in TIMED_WAITING, has no timeout. */
    @Test
    void writerBlocksWithoutATimeoutBeforeTheFirstRecordAndAfterTheLast() {
        await().atMost(PATIENCE).until(log::isIdle);

        for (int line = 1; line <= 3; line++) {
            log.write(LANE, noBackend());
            int lines = line;
            await().atMost(PATIENCE).until(() -> output.lines.size() == lines);
            await().atMost(PATIENCE).until(log::isIdle);
        }
    }

    @Test
    void errorOfTheOutputDoesNotEndTheWriter() {
        output.failure = new LinkageError("thrown by a test");
        log.write(LANE, noBackend());
        await().atMost(PATIENCE).until(() -> output.count("access log: failed to write lines") == 1);

        log.write(LANE, noBackend());

        await().atMost(PATIENCE).until(() -> output.count("no-backend") == 1);
    }

    /** With period 0 and pauses about as long as a pass, records arrive when the writer is about to block. */
    @Test
    void noWakeUpIsLostWhenTheWriterIsAboutToBlock() {
        Random random = new Random(1);
        output.counter = new AtomicInteger();
        try (AccessLog unpaused = new AccessLog(2, 0)) {
            for (int line = 1; line <= RACES; line++) {
                spin(random.nextInt(MAX_PAUSE_NANOS));
                unpaused.write(line % 2, noBackend());
                long start = System.nanoTime();
                while (output.counter.get() < line) {
                    assertThat(System.nanoTime() - start).as("wait for line %s", line).isLessThan(PATIENCE.toNanos());
                    Thread.onSpinWait();
                }
            }
        }
    }

    private static void spin(long nanos) {
        long start = System.nanoTime();
        while (System.nanoTime() - start < nanos) {
            Thread.onSpinWait();
        }
    }

    @Test
    void waitInTheQueueOfThePoolIsAFieldOfItsOwn() throws Exception {
        log.write(LANE, new SessionRecord(new InetSocketAddress("127.0.0.1", 40112), Optional.empty(), "web",
                Optional.empty(), Optional.empty(), "", "app",
                millis(1), 0, 0, millis(250), millis(253), millis(262), ENDED, 17, 4242, 1, Cause.CLIENT_CLOSED));

        output.awaitLine();
        assertThat(output.lines.get(0))
                .contains("wait_ms=\"0.0\", queue_ms=\"250.0\", connect_ms=\"2.0\", duration_ms=\"261.0\"");
    }

    private static SessionRecord noBackend() {
        return new SessionRecord(new InetSocketAddress("127.0.0.1", 1), Optional.empty(), "web", Optional.empty(),
                Optional.empty(), "", "-",
                0, 0, 0, 0, 0, 0, ENDED, 0, 0, 0,
                Cause.NO_BACKEND);
    }

    private static long millis(long millis) {
        return Duration.ofMillis(millis).toNanos();
    }

    /** An appender that stores lines, and that can block or fail. */
    private static final class Output extends UnsynchronizedAppenderBase<ILoggingEvent> {
        private final List<String> lines = new CopyOnWriteArrayList<>();
        private final List<Long> times = new CopyOnWriteArrayList<>();
        private volatile CountDownLatch gate = new CountDownLatch(0);
        private volatile boolean blocked;
        /** Thrown by the next call. */
        private volatile Error failure;
        /** If not null, counts lines instead of storing them. */
        private volatile AtomicInteger counter;

        long count(String part) {
            return lines.stream().filter(line -> line.contains(part)).count();
        }

        void awaitLine() {
            await().atMost(PATIENCE).until(() -> !lines.isEmpty());
        }

        void block() {
            gate = new CountDownLatch(1);
        }

        void open() {
            gate.countDown();
        }

        @Override
        protected void append(ILoggingEvent event) {
            if (counter != null) {
                counter.incrementAndGet();
                spin(MAX_PAUSE_NANOS / 4); // until the other thread has seen the count
                return;
            }
            Error thrown = failure;
            if (thrown != null) {
                failure = null;
                throw thrown;
            }
            try {
                blocked = gate.getCount() > 0;
                gate.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            times.add(event.getTimeStamp());
            lines.add(event.getLoggerName() + " " + event.getFormattedMessage() + " " + event.getKeyValuePairs());
        }
    }
}

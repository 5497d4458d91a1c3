package io.apexproxy.runtime.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.UnsynchronizedAppenderBase;
import io.apexproxy.runtime.config.AccessLogFormat;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class AccessLogTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int LANE = 0;

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
        output.goOn();
        log.close();
        logger.detachAppender(output);
        logger.setAdditive(true);
        logger.setLevel(null); // that of its parent again
    }

    @Test
    void aLineTellsWhereTheConnectionWentAndWhyItEnded() {
        log.write(LANE, new Session.Summary(new InetSocketAddress("127.0.0.1", 40112), "web", "app",
                millis(1), millis(3), millis(12), 17, 4242, 2, Ending.CLIENT_CLOSED));

        await().atMost(PATIENCE).until(() -> !output.lines.isEmpty());
        assertThat(output.lines).containsExactly("apex.access client-closed [client=\"127.0.0.1:40112\", "
                + "listener=\"web\", backend=\"app\", connect_ms=\"2.0\", duration_ms=\"11.0\", "
                + "from_client=\"17\", from_backend=\"4242\", attempts=\"2\"]");
    }

    @Test
    void aConnectionThatReachedNoBackendHasDashes() {
        log.write(LANE, noBackend());

        await().atMost(PATIENCE).until(() -> !output.lines.isEmpty());
        assertThat(output.lines.get(0)).contains("no-backend", "backend=\"-\"", "connect_ms=\"-\"");
    }

    @Test
    void theFormatDecidesWhichLoggerWrites() {
        log.format(AccessLogFormat.JSON);
        log.write(LANE, noBackend());

        await().atMost(PATIENCE).until(() -> !output.lines.isEmpty());
        assertThat(output.lines.get(0)).startsWith("apex.access.json ");
    }

    @Test
    void nobodyNeedMakeALineThatNobodyWants() {
        assertThat(log.isOn()).isTrue();

        log.format(AccessLogFormat.OFF);
        assertThat(log.isOn()).isFalse();

        log.format(AccessLogFormat.TEXT);
        logger.setLevel(Level.WARN);
        assertThat(log.isOn()).isFalse();
    }

    @Test
    void anOutputThatStandsStillCostsLinesWhichAreCounted() {
        output.standStill();
        log.write(LANE, noBackend());
        await().atMost(PATIENCE).until(() -> output.waiting);

        for (int line = 0; line < AccessLog.CAPACITY + 10; line++) {
            log.write(LANE, noBackend());
        }

        assertThat(log.dropped()).isGreaterThan(0);
        long dropped = log.dropped();
        output.goOn();
        await().atMost(PATIENCE).until(() -> output.count("dropped") == 1
                && output.count("no-backend") == 1 + AccessLog.CAPACITY + 10 - dropped);
        assertThat(output.lines).contains("apex access log: " + dropped
                + " lines dropped, as the output does not take them in time null");
    }

    @Test
    void whatIsQueuedAtTheEndIsWritten() {
        for (int line = 0; line < 100; line++) {
            log.write(LANE, noBackend());
        }

        log.close();

        assertThat(output.lines).hasSize(100);
    }

    private static Session.Summary noBackend() {
        return new Session.Summary(new InetSocketAddress("127.0.0.1", 1), "web", "-", 0, 0, 0, 0, 0, 0,
                Ending.NO_BACKEND);
    }

    private static long millis(long millis) {
        return Duration.ofMillis(millis).toNanos();
    }

    /** Keeps lines, and can be held up as a console can. */
    private static final class Output extends UnsynchronizedAppenderBase<ILoggingEvent> {
        private final List<String> lines = new CopyOnWriteArrayList<>();
        private volatile CountDownLatch open = new CountDownLatch(0);
        private volatile boolean waiting;

        long count(String part) {
            return lines.stream().filter(line -> line.contains(part)).count();
        }

        void standStill() {
            open = new CountDownLatch(1);
        }

        void goOn() {
            open.countDown();
        }

        @Override
        protected void append(ILoggingEvent event) {
            try {
                waiting = open.getCount() > 0;
                open.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            lines.add(event.getLoggerName() + " " + event.getFormattedMessage() + " " + event.getKeyValuePairs());
        }
    }
}

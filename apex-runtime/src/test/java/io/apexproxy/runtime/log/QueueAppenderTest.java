package io.apexproxy.runtime.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import ch.qos.logback.core.UnsynchronizedAppenderBase;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class QueueAppenderTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int CAPACITY = 50;

    private final LoggerContext context = new LoggerContext();
    private final Logger logger = context.getLogger("apex");
    private final BlockedOutput output = new BlockedOutput();
    private final QueueAppender queue = new QueueAppender();
    private final long before = DroppedLines.count();

    @BeforeEach
    void start() {
        context.setMDCAdapter(new LogbackMDCAdapter());
        queue.setContext(context);
        queue.setQueueSize(CAPACITY);
        queue.addAppender(output);
        output.start();
        queue.start();
        logger.addAppender(queue);
    }

    @AfterEach
    void stop() {
        output.resumed.countDown();
        context.stop();
    }

    private long dropped() {
        return DroppedLines.count() - before;
    }

    @Test
    void linesDroppedByABlockedOutputAreCountedExactly() {
        logger.error("first");
        await().atMost(PATIENCE).until(() -> output.waiting);
        int each = 10_000;
        IntStream.range(0, 4).parallel()
                .forEach(thread -> IntStream.range(0, each).forEach(line -> logger.error("line")));

        assertThat(dropped()).isEqualTo(4 * each - CAPACITY);

        output.resumed.countDown();
        await().atMost(PATIENCE).until(() -> output.lines.size() == 1 + CAPACITY);
        logger.error("last");
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(output.lines).endsWith("ERROR last",
                "WARN log: " + dropped() + " lines dropped: the output is too slow"));
        assertThat(output.lines.stream().filter("ERROR line"::equals)).hasSize(CAPACITY);
    }

    @Test
    void lastRoomInTheQueueIsReservedForWarnAndAbove() {
        logger.error("first");
        await().atMost(PATIENCE).until(() -> output.waiting);

        IntStream.range(0, 2 * CAPACITY).forEach(line -> logger.info("info"));
        long infos = dropped();
        logger.warn("warning");

        assertThat(infos).isGreaterThan(CAPACITY);
        assertThat(dropped()).isEqualTo(infos);
    }

    @Test
    void outputThatKeepsPaceLosesNoLine() {
        output.resumed.countDown();

        IntStream.range(0, 200).forEach(line -> {
            logger.info("line");
            await().atMost(PATIENCE).until(() -> output.lines.size() == line + 1);
        });

        assertThat(dropped()).isZero();
        assertThat(output.lines).containsOnly("INFO line");
    }

    /** An output that blocks until the test resumes it. */
    private static final class BlockedOutput extends UnsynchronizedAppenderBase<ILoggingEvent> {
        private final List<String> lines = new CopyOnWriteArrayList<>();
        private final CountDownLatch resumed = new CountDownLatch(1);
        private volatile boolean waiting;

        @Override
        protected void append(ILoggingEvent line) {
            try {
                waiting = true;
                resumed.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            lines.add(line.getLevel() + " " + line.getFormattedMessage());
        }
    }
}

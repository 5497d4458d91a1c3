package io.apexproxy.runtime.stats;

import static org.assertj.core.api.Assertions.assertThat;

import io.apexproxy.test.LogCapture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LimitWatchTest {

    private final LogCapture log = LogCapture.of("apex.limit");
    private long now = Long.MAX_VALUE; // the nano clock can overflow
    private final LimitWatch watch = new LimitWatch("listeners.web: max_connections", () -> now);

    @AfterEach
    void release() {
        log.close();
    }

    private void pass(long seconds) {
        now += TimeUnit.SECONDS.toNanos(seconds);
    }

    private void reached(int waiting) {
        watch.reached(() -> "limit of 2 reached; " + waiting + " wait");
    }

    @Test
    void limitIsReportedOnceAndEveryMinuteWhileItLasts() {
        for (int second = 0; second < 150; second++) {
            reached(second);
            watch.check();
            pass(1);
        }

        assertThat(log.lines()).containsExactly(
                "WARN listeners.web: max_connections: limit of 2 reached; 0 wait",
                "WARN listeners.web: max_connections: limit of 2 reached; 60 wait",
                "WARN listeners.web: max_connections: limit of 2 reached; 120 wait");
        assertThat(watch.isReached()).isTrue();
    }

    @Test
    void endIsReportedOnceAfterFiveSeconds() {
        reached(1);
        pass(30);
        reached(1);
        for (int second = 0; second < 20; second++) {
            pass(1);
            watch.check();
        }

        assertThat(log.lines()).containsExactly("WARN listeners.web: max_connections: limit of 2 reached; 1 wait",
                "INFO listeners.web: max_connections: limit no longer reached, after 30 s");
        assertThat(watch.isReached()).isFalse();
    }

    @Test
    void limitReachedEverySecondSecondIsReportedOnce() {
        for (int second = 0; second < 58; second += 2) {
            reached(1);
            pass(1);
            watch.check();
            pass(1);
            watch.check();
        }

        assertThat(log.lines()).hasSize(1);
    }

    @Test
    void limitThatIsReachedAgainLaterIsReportedAtOnce() {
        reached(1);
        pass(6);
        watch.check();
        reached(2);

        assertThat(log.lines()).hasSize(3).last().isEqualTo(
                "WARN listeners.web: max_connections: limit of 2 reached; 2 wait");
    }

    @Test
    void limitThatIsNotReachedLogsNothing() {
        watch.check();

        assertThat(log.lines()).isEmpty();
    }
}

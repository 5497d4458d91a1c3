package io.apexproxy.runtime.relay.tunnel;

import static org.assertj.core.api.Assertions.assertThat;

import io.apexproxy.runtime.relay.loop.TestLoop;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

@EnabledOnOs(value = OS.LINUX, disabledReason = "other systems do not show send queues")
class AcknowledgementWatchTest {

    private final AtomicBoolean canCreateThreads = new AtomicBoolean();

    private Thread newThread(Runnable task) {
        if (!canCreateThreads.get()) {
            throw new OutOfMemoryError("unable to create native thread");
        }
        Thread thread = new Thread(task, "reader");
        thread.setDaemon(true);
        return thread;
    }

    @Test
    void queryWithoutAThreadIsUnknownAndALaterQuerySucceeds() throws IOException {
        try (var loop = new TestLoop(); var watch = new AcknowledgementWatch(this::newThread)) {
            assertThat(query(watch, loop)).isEqualTo(Acknowledgements.UNKNOWN);

            canCreateThreads.set(true);

            assertThat(query(watch, loop)).isZero();
        }
    }

    private static long query(AcknowledgementWatch watch, TestLoop loop) {
        CompletableFuture<Long> result = new CompletableFuture<>();
        watch.query(loop.connected().channel(), loop.loop(), result::complete);
        return TestLoop.get(result);
    }
}

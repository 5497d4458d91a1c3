package io.apexproxy.runtime.relay.tunnel;

import static org.assertj.core.api.Assertions.assertThat;

import io.apexproxy.runtime.relay.loop.TestLoop;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

@EnabledOnOs(value = OS.LINUX, disabledReason = "others do not show send queues")
class AcknowledgementWatchTest {

    private final AtomicBoolean threadsAreLeft = new AtomicBoolean();

    private Thread newThread(Runnable task) {
        if (!threadsAreLeft.get()) {
            throw new OutOfMemoryError("unable to create native thread");
        }
        Thread thread = new Thread(task, "reader");
        thread.setDaemon(true);
        return thread;
    }

    @Test
    void aQuestionThatGetsNoThreadIsAnsweredAsUnknownAndALaterOneIsRead() throws IOException {
        try (var loop = new TestLoop(); var watch = new AcknowledgementWatch(this::newThread)) {
            assertThat(answer(watch, loop)).isEqualTo(Acknowledgements.UNKNOWN);

            threadsAreLeft.set(true);

            assertThat(answer(watch, loop)).isZero();
        }
    }

    private static long answer(AcknowledgementWatch watch, TestLoop loop) {
        CompletableFuture<Long> answer = new CompletableFuture<>();
        watch.ask(loop.connected().channel(), loop.loop(), answer::complete);
        return TestLoop.get(answer);
    }
}

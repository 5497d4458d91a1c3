package io.apexproxy.runtime.plugin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

class GuardedCallTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration NO_PATIENCE = Duration.ofMillis(50);

    private final CompletableFuture<String> late = new CompletableFuture<>();

    @Test
    void resultIsReturnedEvenIfNull() throws Exception {
        assertThat(call(() -> "made").result(PATIENCE)).isEqualTo("made");
        assertThat(call(() -> null).result(PATIENCE)).isNull();
        assertThat(late).isNotDone();
    }

    @Test
    void anyThrowableBecomesTheCause() {
        for (Throwable thrown : new Throwable[] {
            new TimeoutException(), new CancellationException(), new StackOverflowError()}) {
            assertThatExceptionOfType(ExecutionException.class).isThrownBy(() -> call(() -> {
                throw sneakily(thrown);
            }).result(PATIENCE)).satisfies(e -> assertThat(e.getCause()).isSameAs(thrown));
        }
    }

    @Test
    void hangingCallIsInterrupted() throws Exception {
        var interrupted = new CompletableFuture<InterruptedException>();
        GuardedCall<String> call = call(() -> {
            try {
                new CountDownLatch(1).await();
            } catch (InterruptedException e) {
                interrupted.complete(e);
            }
            return null;
        });

        assertThatExceptionOfType(TimeoutException.class).isThrownBy(() -> call.result(NO_PATIENCE));

        assertThat(interrupted.get(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isNotNull();
    }

    @Test
    void lateResultReachesTheHandler() throws Exception {
        var go = new CountDownLatch(1);
        GuardedCall<String> call = call(() -> {
            while (true) {
                try {
                    go.await();
                    return "made";
                } catch (InterruptedException e) {
                    // ignores interrupts
                }
            }
        });
        assertThatExceptionOfType(TimeoutException.class).isThrownBy(() -> call.result(NO_PATIENCE));

        go.countDown();

        assertThat(late.get(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isEqualTo("made");
    }

    private GuardedCall<String> call(Callable<String> create) {
        return GuardedCall.onNewThread("a call", getClass().getClassLoader(), create, late::complete);
    }

    @SuppressWarnings("unchecked") // hides the checked exception from the compiler
    private static <T extends Throwable> RuntimeException sneakily(Throwable thrown) throws T {
        throw (T) thrown;
    }
}

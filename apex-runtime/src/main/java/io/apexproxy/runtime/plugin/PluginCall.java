package io.apexproxy.runtime.plugin;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/**
 * Code of a plugin at work, on a thread of its own: it may hang, and whoever applies a configuration must not hang with
 * it.
 *
 * @param <T> what is made
 */
final class PluginCall<T> {

    /** A connection over the network may take a few attempts; a start that waits longer than this looks dead. */
    static final Duration PATIENCE = Duration.ofSeconds(10);

    private final CompletableFuture<Outcome<T>> outcome = new CompletableFuture<>();
    private final Consumer<T> lateResultHandler;
    private final Thread thread;

    /** What came of it: null and no failure, if that is what the plugin returned. */
    private record Outcome<T>(T made, Throwable failure) {
    }

    /**
     * Begins.
     *
     * @param thread the name of its thread
     * @param loader the context class loader of its thread
     * @param call what is to be done
     * @param lateResultHandler is given what is made after nobody waits for it any more
     */
    PluginCall(String thread, ClassLoader loader, Callable<T> call, Consumer<T> lateResultHandler) {
        this.lateResultHandler = lateResultHandler;
        this.thread = new Thread(() -> outcome.complete(of(call)), thread);
        this.thread.setDaemon(true);
        this.thread.setContextClassLoader(loader);
        this.thread.start();
    }

    private static <T> Outcome<T> of(Callable<T> call) {
        try {
            return new Outcome<>(call.call(), null);
        } catch (Throwable failure) { // a plugin's code: anything may come out of it
            return new Outcome<>(null, failure);
        }
    }

    /**
     * Waits for it.
     *
     * @return what the plugin returned
     * @throws ExecutionException if it threw something, which is the cause
     * @throws TimeoutException if it takes longer; it is interrupted then, and left to itself
     * @throws InterruptedException if the caller is not to wait any longer; then, too
     */
    T result(Duration patience) throws ExecutionException, TimeoutException, InterruptedException {
        try {
            Outcome<T> done = outcome.get(patience.toMillis(), TimeUnit.MILLISECONDS);
            if (done.failure() != null) {
                throw new ExecutionException(done.failure());
            }
            return done.made();
        } catch (TimeoutException | InterruptedException e) {
            abandon();
            throw e;
        }
    }

    private void abandon() {
        thread.interrupt();
        outcome.thenAccept(late -> {
            if (late.made() != null) {
                lateResultHandler.accept(late.made());
            }
        });
    }
}

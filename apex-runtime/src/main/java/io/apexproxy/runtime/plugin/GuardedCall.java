package io.apexproxy.runtime.plugin;

import com.google.errorprone.annotations.concurrent.GuardedBy;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/**
 * One call of a plugin with a time limit. A plugin can block for good; its caller must not.
 *
 * <p>{@link #run} is called once, on a thread that is not the caller's; {@link #result} by the caller.
 *
 * @param <T> the result of the call
 */
public final class GuardedCall<T> implements Runnable {

    /** A connection over the network can need several attempts; a start that takes longer than this looks dead. */
    public static final Duration TIME_LIMIT = Duration.ofSeconds(10);

    private final Callable<T> call;
    private final Consumer<T> lateResultHandler;
    /** Completed by the plugin, or by a caller that gives up. */
    private final CompletableFuture<Outcome<T>> outcome = new CompletableFuture<>();
    /** The thread inside the plugin. */
    @GuardedBy("this")
    private Thread thread;
    private volatile boolean over;

    /** A result, or what the plugin has thrown. A future of its own would treat some exceptions in a special way. */
    private record Outcome<T>(T result, Throwable failure) {
    }

    /**
     * Creates a call that is to be run by an executor.
     *
     * @param call the call; it may throw anything
     * @param lateResultHandler receives a result, other than null, that arrives after the time limit
     */
    public GuardedCall(Callable<T> call, Consumer<T> lateResultHandler) {
        this.call = call;
        this.lateResultHandler = lateResultHandler;
    }

    /**
     * Runs a call on a new daemon thread.
     *
     * @param thread the name of the thread
     * @param loader the context class loader of the thread
     * @param call the call; it may throw anything
     * @param lateResultHandler receives a result, other than null, that arrives after the time limit
     * @throws OutOfMemoryError if the system has no thread left
     */
    static <T> GuardedCall<T> onNewThread(String thread, ClassLoader loader, Callable<T> call,
            Consumer<T> lateResultHandler) {
        GuardedCall<T> guarded = new GuardedCall<>(call, lateResultHandler);
        Thread started = new Thread(guarded, thread);
        started.setDaemon(true);
        started.setContextClassLoader(loader);
        started.start();
        return guarded;
    }

    /** Calls the plugin, unless the caller has given up already. */
    @Override
    public void run() {
        if (begin()) {
            Outcome<T> made = call();
            end();
            if (!outcome.complete(made) && made.result() != null) {
                lateResultHandler.accept(made.result());
            }
        }
    }

    private synchronized boolean begin() {
        if (outcome.isDone()) {
            return false;
        }
        thread = Thread.currentThread();
        return true;
    }

    private Outcome<T> call() {
        try {
            return new Outcome<>(call.call(), null);
        } catch (Throwable failure) { // a plugin's code can throw anything
            return new Outcome<>(null, failure);
        }
    }

    /** Before the caller continues, because it may make the next call at once. */
    private synchronized void end() {
        thread = null;
        over = true;
        Thread.interrupted(); // an interrupt of this call must not reach the next task of the thread
    }

    /** Returns whether the plugin has returned, or will not be called any more. */
    public boolean isOver() {
        return over;
    }

    /**
     * Waits for the result.
     *
     * @param limit the longest wait
     * @return the result, which is null if the plugin has returned null
     * @throws ExecutionException if the plugin has thrown something, which is the cause
     * @throws TimeoutException if the plugin has not returned in time, after {@link #giveUp}
     * @throws InterruptedException if the caller is interrupted, after {@link #giveUp}
     */
    public T result(Duration limit) throws ExecutionException, TimeoutException, InterruptedException {
        try {
            Outcome<T> made = outcome.get(limit.toMillis(), TimeUnit.MILLISECONDS);
            if (made.failure() != null) {
                throw new ExecutionException(made.failure());
            }
            return made.result();
        } catch (TimeoutException | InterruptedException e) {
            giveUp();
            throw e;
        }
    }

    /** Interrupts the plugin if it is called now. If the call has not begun, it never does. */
    public synchronized void giveUp() {
        if (outcome.complete(new Outcome<>(null, new CancellationException()))) {
            if (thread == null) {
                over = true;
            } else {
                thread.interrupt();
            }
        }
    }
}

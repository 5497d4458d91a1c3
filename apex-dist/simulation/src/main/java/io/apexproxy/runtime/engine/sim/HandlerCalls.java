package io.apexproxy.runtime.engine.sim;

import java.nio.channels.CompletionHandler;

/** Calls the handlers of a loop and limits how deeply their calls nest. */
final class HandlerCalls {

    /** Greatest nesting depth, as in {@code engine.loop}. */
    private static final int MOST_NESTED = 8;

    private final SimulatedProcess process;
    private int depth;

    HandlerCalls(SimulatedProcess process) {
        this.process = process;
    }

    /** Returns whether an operation completes within the call that began it. The seed decides if the depth permits. */
    boolean nests() {
        return depth < MOST_NESTED && !process.simulation().oneIn(4);
    }

    <V> void completed(CompletionHandler<V, Object> handler, V result, Object attachment) {
        call(() -> handler.completed(result, attachment));
    }

    <V> void failed(CompletionHandler<V, Object> handler, Throwable cause, Object attachment) {
        call(() -> handler.failed(cause, attachment));
    }

    /** Runs a handler or a task, and records an exception that it throws. */
    void call(Runnable handler) {
        depth++;
        try {
            handler.run();
        } catch (Throwable thrown) {
            process.escaped(thrown);
        } finally {
            depth--;
        }
    }
}

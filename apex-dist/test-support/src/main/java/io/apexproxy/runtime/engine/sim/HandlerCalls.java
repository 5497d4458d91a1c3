package io.apexproxy.runtime.engine.sim;

import java.nio.channels.CompletionHandler;

/** Calls the handlers of one loop, within each other to a bounded depth. */
final class HandlerCalls {

    /** Handlers within handlers, as in {@code engine.select}. */
    private static final int DEEPEST = 8;

    private final SimulatedProcess process;
    private int depth;

    HandlerCalls(SimulatedProcess process) {
        this.process = process;
    }

    /** Returns whether an operation completes within the call that began it: if it may, the seed decides. */
    boolean nests() {
        return depth < DEEPEST && !process.simulation().oneIn(4);
    }

    <V> void completed(CompletionHandler<V, Object> handler, V result, Object attachment) {
        call(() -> handler.completed(result, attachment));
    }

    <V> void failed(CompletionHandler<V, Object> handler, Throwable cause, Object attachment) {
        call(() -> handler.failed(cause, attachment));
    }

    /** Runs a handler or a task; what it throws is recorded. */
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

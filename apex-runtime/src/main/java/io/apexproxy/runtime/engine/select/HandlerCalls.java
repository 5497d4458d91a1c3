package io.apexproxy.runtime.engine.select;

import java.nio.channels.CompletionHandler;

/** Calls completion handlers, also one from within another, but not too deeply. On the loop's thread only. */
final class HandlerCalls {

    /**
     * Handlers within handlers. Enough for accept, connect, the first write and what follows without deferring; few
     * enough that one channel's chain of operations neither exhausts the stack (some hundred bytes each) nor delays
     * other channels.
     */
    private static final int DEEPEST = 8;

    private int depth;

    /** Returns whether an operation may complete directly, its handler called from within the current one. */
    boolean mayNest() {
        return depth < DEEPEST;
    }

    <V> void completed(CompletionHandler<V, Object> handler, V result, Object attachment) {
        depth++;
        try {
            handler.completed(result, attachment);
        } catch (Throwable thrown) {
            LoopTasks.report("A completion handler threw", thrown);
        } finally {
            depth--;
        }
    }

    <V> void failed(CompletionHandler<V, Object> handler, Throwable cause, Object attachment) {
        depth++;
        try {
            handler.failed(cause, attachment);
        } catch (Throwable thrown) {
            LoopTasks.report("A completion handler threw", thrown);
        } finally {
            depth--;
        }
    }
}

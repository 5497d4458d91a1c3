package io.apexproxy.runtime.engine.loop;

import java.nio.channels.CompletionHandler;

/** Calls completion handlers and limits how deeply their calls nest. On the loop's thread only. */
final class HandlerCalls {

    /**
     * Greatest nesting depth. Sufficient for accept, connect and the first transfers of a session without deferring. A
     * chain of operations of one channel neither exhausts the stack (some hundred bytes a level) nor delays other
     * channels.
     */
    private static final int MOST_NESTED = 8;

    private int depth;

    /** Returns whether an operation may call its handler directly, within the call of the current handler. */
    boolean mayNest() {
        return depth < MOST_NESTED;
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

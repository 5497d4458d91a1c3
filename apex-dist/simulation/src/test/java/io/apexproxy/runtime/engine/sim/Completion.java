package io.apexproxy.runtime.engine.sim;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.channels.CompletionHandler;

/** A handler that records its calls. */
final class Completion<V> implements CompletionHandler<V, Object> {

    private final SimulatedLoop loop;
    private int calls;
    private V result;
    private Throwable failure;
    private Object attachment;

    Completion(SimulatedLoop loop) {
        this.loop = loop;
    }

    @Override
    public void completed(V completed, Object passed) {
        called(passed);
        result = completed;
    }

    @Override
    public void failed(Throwable cause, Object passed) {
        called(passed);
        failure = cause;
    }

    private void called(Object passed) {
        assertThat(loop.inLoop()).as("on the loop's thread").isTrue();
        calls++;
        attachment = passed;
    }

    boolean isDone() {
        return calls > 0;
    }

    boolean succeeded() {
        return calls > 0 && failure == null;
    }

    /** Returns the result; fails the test if the operation failed or is pending. */
    V result() {
        assertThat(failure).isNull();
        assertThat(calls).isEqualTo(1);
        return result;
    }

    /** Returns the failure; fails the test if the operation succeeded or is pending. */
    Throwable failure() {
        assertThat(failure).isNotNull();
        assertThat(calls).isEqualTo(1);
        return failure;
    }

    Object attachment() {
        return attachment;
    }
}

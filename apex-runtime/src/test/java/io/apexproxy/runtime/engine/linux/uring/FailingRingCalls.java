package io.apexproxy.runtime.engine.linux.uring;

import io.apexproxy.runtime.engine.linux.RingCalls;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** System calls of a ring of which the next one of a kind can be made to fail. */
final class FailingRingCalls extends RingCalls {
    private static final int ENABLE_RINGS = 12;

    /** The kinds of calls. */
    enum Call {
        SETUP,
        MAP,
        ENABLE,
        MAP_BUFFERS,
        REGISTER_BUFFERS,
        ENTER
    }

    private final Map<Call, Integer> failures = new ConcurrentHashMap<>();

    /** Makes the next call of a kind fail, once. */
    FailingRingCalls fail(Call call, int errno) {
        failures.put(call, errno);
        return this;
    }

    /** Returns whether the failure of a call is still to come. */
    boolean isToFail(Call call) {
        return failures.containsKey(call);
    }

    /** Returns the negated error number of a failure; 0 if the call is to be made. */
    private int failure(Call call) {
        Integer errno = failures.remove(call);
        return errno == null ? 0 : -errno;
    }

    @Override
    public int setup(int entries, ByteBuffer parameters) {
        int failure = failure(Call.SETUP);
        return failure != 0 ? failure : super.setup(entries, parameters);
    }

    @Override
    public ByteBuffer map(int ring, long bytes, long offset) {
        return failure(Call.MAP) != 0 ? null : super.map(ring, bytes, offset);
    }

    @Override
    public ByteBuffer mapBuffers(long bytes) {
        return failure(Call.MAP_BUFFERS) != 0 ? null : super.mapBuffers(bytes);
    }

    @Override
    public int register(int ring, int operation, ByteBuffer argument, int count) {
        int failure = failure(operation == ENABLE_RINGS ? Call.ENABLE : Call.REGISTER_BUFFERS);
        return failure != 0 ? failure : super.register(ring, operation, argument, count);
    }

    @Override
    public int enter(int ring, int submitted, int awaited, int flags, ByteBuffer argument) {
        int failure = failure(Call.ENTER);
        return failure != 0 ? failure : super.enter(ring, submitted, awaited, flags, argument);
    }
}

package io.apexproxy.runtime.pool.rotation;

import io.apexproxy.api.Backend;
import io.apexproxy.api.ConnectionInfo;
import io.apexproxy.api.balance.BackendPicker;
import io.apexproxy.runtime.log.DistinctThrottle;
import io.apexproxy.runtime.pool.backend.BackendState;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The reports to the picker of a load balancer about the connections of its pool.
 *
 * <p>Reflection determines once which reports the class of the picker overrides. For the others the relay reads no
 * clock and makes no call. An exception of the picker is logged with a bound. Any thread; as fast as the picker.
 */
public final class Feedback {

    private static final Logger LOG = LoggerFactory.getLogger("apex.pool");
    private static final BackendPicker NO_PICKER = connection -> {
        throw new IllegalStateException("not a picker");
    };

    /** The feedback of a picker without reports. */
    static final Feedback NONE = new Feedback("", NO_PICKER, new DistinctThrottle());

    private final String pool;
    private final BackendPicker picker;
    private final DistinctThrottle throttle;
    private final boolean wantsConnected;
    private final boolean wantsFailed;
    private final boolean wantsFirstByte;
    private final boolean wantsClosed;

    private Feedback(String pool, BackendPicker picker, DistinctThrottle throttle) {
        this.pool = pool;
        this.picker = picker;
        this.throttle = throttle;
        this.wantsConnected = overrides("connected", long.class);
        this.wantsFailed = overrides("failed", long.class);
        this.wantsFirstByte = overrides("firstByte", long.class);
        this.wantsClosed = overrides("closed", long.class, long.class, long.class);
    }

    /**
     * Returns the feedback of a picker.
     *
     * @param pool the name of the pool, for the log
     * @param throttle limits the log lines of all pickers of the pool
     */
    static Feedback of(String pool, BackendPicker picker, DistinctThrottle throttle) {
        Feedback feedback = new Feedback(pool, picker, throttle);
        boolean isUsed = feedback.wantsConnected || feedback.wantsFailed || feedback.wantsFirstByte
                || feedback.wantsClosed;
        return isUsed ? feedback : NONE;
    }

    private boolean overrides(String method, Class<?>... figures) {
        Class<?>[] parameters = new Class<?>[2 + figures.length];
        parameters[0] = Backend.class;
        parameters[1] = ConnectionInfo.class;
        System.arraycopy(figures, 0, parameters, 2, figures.length);
        try {
            return picker.getClass().getMethod(method, parameters).getDeclaringClass() != BackendPicker.class;
        } catch (NoSuchMethodException | LinkageError e) { // a class of a plugin can refer to a missing class
            logFailure(method, e);
            return false;
        }
    }

    private void logFailure(String method, Throwable failure) {
        if (throttle.permits(method, failure)) {
            LOG.error("pools.{}.load_balancer: {}() failed; connections are not affected", pool, method, failure);
        }
    }

    /** Returns whether {@link #failed} has an effect. */
    public boolean wantsFailed() {
        return wantsFailed;
    }

    /** Returns whether {@link #firstByte} has an effect. */
    public boolean wantsFirstByte() {
        return wantsFirstByte;
    }

    /** Returns whether {@link #closed} has an effect. */
    public boolean wantsClosed() {
        return wantsClosed;
    }

    /** Reports a connect that took this number of nanoseconds. */
    public void connected(BackendState backend, ConnectionInfo connection, long nanos) {
        if (wantsConnected) {
            try {
                picker.connected(backend, connection, nanos);
            } catch (Throwable e) { // a plugin can throw anything, including LinkageError
                logFailure("connected", e);
            }
        }
    }

    /** Reports a connect that failed after this number of nanoseconds. */
    public void failed(BackendState backend, ConnectionInfo connection, long nanos) {
        if (wantsFailed) {
            try {
                picker.failed(backend, connection, nanos);
            } catch (Throwable e) { // as above
                logFailure("failed", e);
            }
        }
    }

    /** Reports the first bytes of a backend, for which the client waited this number of nanoseconds. */
    public void firstByte(BackendState backend, ConnectionInfo connection, long nanos) {
        if (wantsFirstByte) {
            try {
                picker.firstByte(backend, connection, nanos);
            } catch (Throwable e) { // as above
                logFailure("firstByte", e);
            }
        }
    }

    /** Reports the end of a connection that lasted this number of nanoseconds. */
    public void closed(BackendState backend, ConnectionInfo connection, long nanos, long bytesFromClient,
            long bytesFromBackend) {
        if (wantsClosed) {
            try {
                picker.closed(backend, connection, nanos, bytesFromClient, bytesFromBackend);
            } catch (Throwable e) { // as above
                logFailure("closed", e);
            }
        }
    }
}

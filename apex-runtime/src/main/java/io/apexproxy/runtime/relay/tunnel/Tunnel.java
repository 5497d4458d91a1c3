package io.apexproxy.runtime.relay.tunnel;

import io.apexproxy.runtime.engine.LoopSocketChannel;
import io.apexproxy.runtime.engine.UnmarkedEndException;
import io.apexproxy.runtime.pool.backend.Traffic;
import io.apexproxy.runtime.relay.loop.RelayLoop;
import io.apexproxy.runtime.relay.loop.SessionTimeouts;
import io.apexproxy.runtime.relay.loop.Stage;
import io.apexproxy.runtime.relay.record.Cause;
import java.nio.ByteBuffer;
import java.util.Locale;
import java.util.function.LongConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The stage that relays bytes between a client and a backend. It passes events to {@link TunnelState} and executes the
 * resulting actions. On the loop's thread only.
 */
public final class Tunnel implements Stage {

    private static final Logger LOG = LoggerFactory.getLogger("apex.relay");

    private final TunnelOwner owner;
    private final RelayLoop loop;
    private final SessionTimeouts timeouts;
    private final Acknowledgements acknowledgements;
    private final Pump toBackend;
    private final Pump toClient;
    private TunnelState state = TunnelState.RELAYING;
    /** When a byte last moved or the state last changed, in running time. */
    private long lastProgress;
    /** The cause to report instead of that of the state; null if there is none. */
    private Cause closedFirst;
    /** Null unless a reset waits for acknowledgements. */
    private ResetPropagation resetPropagation;
    /** Null until the timeout first expires. */
    private DeliveryCheck deliveryCheck;
    /** Null unless the owner needs the time of the first byte. */
    private FirstByteTimer timer;

    /**
     * Creates a tunnel; {@link #begin} starts it.
     *
     * @param owner receives the result
     * @param loop the loop of both channels
     * @param timeouts the timeouts of the session
     * @param acknowledgements queries unacknowledged bytes
     * @param client the accepted channel
     * @param backend the connected channel
     * @param traffic counts the bytes
     */
    public Tunnel(TunnelOwner owner, RelayLoop loop, SessionTimeouts timeouts, Acknowledgements acknowledgements,
            LoopSocketChannel client, LoopSocketChannel backend, Traffic traffic) {
        this.owner = owner;
        this.loop = loop;
        this.timeouts = timeouts;
        this.acknowledgements = acknowledgements;
        this.toBackend = new Pump(this, loop, Side.CLIENT, client, backend, traffic.toBackend());
        this.toClient = new Pump(this, loop, Side.BACKEND, backend, client, traffic.toClient());
        recordProgress();
    }

    /** Lets {@link #begin} measure the time to the first byte of the backend, from the time of the connect. */
    public void timeFirstByte(long connectedNanos) {
        timer = new FirstByteTimer(owner, loop, connectedNanos);
    }

    FirstByteTimer timer() {
        return timer;
    }

    /**
     * Starts both directions.
     *
     * @param readAhead bytes that an earlier stage has read from the client; can be empty
     * @param fromBackend bytes that an earlier stage has read from the backend; can be empty
     */
    public void begin(ByteBuffer readAhead, ByteBuffer fromBackend) {
        toClient.begin(fromBackend);
        if (!hasEnded()) {
            toBackend.begin(readAhead);
        }
    }

    /** Restarts the timeout. */
    void recordProgress() {
        lastProgress = loop.now();
    }

    /** Records that bytes of a side arrived and were discarded. */
    void recordDiscard() {
        if (resetPropagation != null) {
            resetPropagation.recordReceived();
        }
    }

    /** Returns when a byte last moved or the state last changed, in running time. */
    public long lastProgress() {
        return lastProgress;
    }

    boolean hasEnded() {
        return state.phase() == TunnelState.Phase.ENDED;
    }

    boolean isResetting() {
        return state.phase() == TunnelState.Phase.RESETTING;
    }

    boolean isDone(Side from) {
        return state.flow(from) == TunnelState.Flow.DONE;
    }

    boolean isDiscarding(Side from) {
        return state.flow(from) == TunnelState.Flow.DISCARDED;
    }

    /** Returns whether the other side accepts bytes and then the end of this side's stream. */
    boolean propagatesEnd(Side from) {
        return state.cause() != from.resetCause() && state.flow(from) == TunnelState.Flow.OPEN;
    }

    /**
     * Handles a failed read. Many peers omit their end mark after they have received that of the other side. The other
     * side does not get one then, but the cause remains that it has closed.
     */
    void readFailed(Side side, Throwable failure) {
        logFailure("read", failure);
        if (failure instanceof UnmarkedEndException && state.cause() == side.other().closedCause()) {
            closedFirst = state.cause();
        }
        handle(TunnelEvent.readFailed(side));
    }

    /** Changes the state and executes the resulting actions. */
    void handle(TunnelEvent event) {
        TunnelState.Step step = state.handle(event, resetMode(event));
        long before = lastProgress;
        if (step.next() != state) {
            state = step.next();
            if (!hasEnded()) { // the timeout of the new state starts now
                recordProgress();
                owner.advanceDeadline();
            }
        }
        for (TunnelAction action : step.actions()) {
            switch (action) {
                case HALF_CLOSE_CLIENT -> toClient.halfCloseSink();
                case HALF_CLOSE_BACKEND -> toBackend.halfCloseSink();
                case AWAIT_CLIENT -> propagateReset(Side.CLIENT, before);
                case AWAIT_BACKEND -> propagateReset(Side.BACKEND, before);
                case RESET_CLIENT -> channel(Side.CLIENT).reset();
                case RESET_BACKEND -> channel(Side.BACKEND).reset();
                case END -> {
                    channel(Side.CLIENT).close();
                    channel(Side.BACKEND).close();
                    owner.tunnelEnded(closedFirst != null ? closedFirst : state.cause());
                }
            }
        }
    }

    private ResetMode resetMode(TunnelEvent event) {
        Side from = event.side();
        if (from == null || (event == TunnelEvent.finished(from) && state.cause() != from.resetCause())) {
            return ResetMode.NONE; // not used by the state; isSupported() can cost a system call
        }
        return ResetMode.of(pumpTo(from.other()), isDone(from.other()), acknowledgements);
    }

    private void propagateReset(Side side, long lastReceived) {
        resetPropagation = new ResetPropagation(this, loop, side, lastReceived);
        resetPropagation.poll();
    }

    /** Queries the unacknowledged bytes of a side; 0 if no byte was sent to it or it is not TCP. */
    void queryUnacknowledged(Side side, LongConsumer receiver) {
        if (channel(side).isTcp() && pumpTo(side).bytes() > 0) {
            acknowledgements.query(channel(side), loop, receiver);
        } else {
            receiver.accept(0);
        }
    }

    @Override
    public long expire(long now) {
        long due = due();
        if (now < due) {
            return due;
        }
        if (isResetting()) { // ResetPropagation has checked progress
            handle(TunnelEvent.TIMED_OUT);
        } else {
            if (deliveryCheck == null) {
                deliveryCheck = new DeliveryCheck(this, loop);
            }
            deliveryCheck.expire(now);
        }
        return due();
    }

    @Override
    public long due() {
        long due = lastProgress + timeout() + RelayLoop.STALE_NANOS;
        return deliveryCheck == null ? due : Math.max(due, deliveryCheck.due());
    }

    /** Returns the timeout of the state, in nanoseconds. */
    long timeout() {
        return state.phase() == TunnelState.Phase.RELAYING ? timeouts.idleNanos() : timeouts.halfClosedNanos();
    }

    void rescheduleTimeout() {
        owner.advanceDeadline();
    }

    @Override
    public void abort(Cause cause) {
        handle(TunnelEvent.ending(cause));
    }

    void failUnexpectedly(Throwable cause) {
        if (!hasEnded()) {
            owner.failedUnexpectedly(cause);
            handle(cause instanceof OutOfMemoryError ? TunnelEvent.OUT_OF_MEMORY : TunnelEvent.INTERNAL_ERROR);
        }
    }

    void logFailure(String operation, Throwable cause) {
        if (LOG.isDebugEnabled()) {
            LOG.debug("{}: {} failed: {}", owner, operation, cause.toString());
        }
    }

    private Pump pumpTo(Side side) {
        return side == Side.CLIENT ? toClient : toBackend;
    }

    private LoopSocketChannel channel(Side side) {
        return pumpTo(side).sink();
    }

    /** Returns whether both sides can send, no byte has moved for this time, and no received byte is left to write. */
    public boolean isIdle(long nanos) {
        return state.phase() == TunnelState.Phase.RELAYING && loop.now() - lastProgress >= nanos
                && toBackend.isWaiting() && toClient.isWaiting();
    }

    /** Returns the phase: {@code relaying}, {@code half-closed} or {@code resetting}. */
    public String phase() {
        return state.phase().name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Returns the number of bytes received from the client. */
    public long bytesFromClient() {
        return toBackend.bytes();
    }

    /** Returns the number of bytes received from the backend. */
    public long bytesFromBackend() {
        return toClient.bytes();
    }
}

package io.apexproxy.runtime.relay.tunnel;

import io.apexproxy.runtime.engine.LoopSocketChannel;
import io.apexproxy.runtime.pool.backend.Traffic;
import io.apexproxy.runtime.relay.loop.RelayLoop;
import io.apexproxy.runtime.relay.loop.SessionTimeouts;
import io.apexproxy.runtime.relay.loop.Stage;
import io.apexproxy.runtime.relay.record.Cause;
import java.nio.ByteBuffer;
import java.util.function.LongConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The stage in which bytes flow between a client and a backend. It reports what happens to {@link TunnelState} and
 * carries out the actions that follow. On the loop's thread only.
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
    private long movedAt;
    /** Null unless a side is to be reset when it has all bytes. */
    private ResetPassing resetPassing;
    /** Null until no byte has moved for the timeout. */
    private DeliveryCheck deliveryCheck;

    /**
     * Creates a tunnel; {@link #begin} lets bytes flow.
     *
     * @param owner receives the result
     * @param loop of both channels
     * @param timeouts of the session
     * @param acknowledgements finds out what has arrived
     * @param client accepted
     * @param backend connected
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
        moved();
    }

    /**
     * Lets bytes flow in both directions.
     *
     * @param prologue goes to the backend first and does not count as sent by the client; may be empty
     * @param readAhead what was read from the client before; may be empty
     */
    public void begin(ByteBuffer prologue, ByteBuffer readAhead) {
        toClient.await();
        if (!hasEnded()) {
            toBackend.begin(prologue, readAhead);
        }
    }

    /** A byte has moved: the timeout starts again. */
    void moved() {
        movedAt = loop.now();
    }

    /** Bytes were discarded, so their sender is not silent. */
    void discarded() {
        if (resetPassing != null) {
            resetPassing.heard();
        }
    }

    long movedAt() {
        return movedAt;
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

    boolean discards(Side from) {
        return state.flow(from) == TunnelState.Flow.DISCARDED;
    }

    /** Returns whether a half-close of the other side will follow the end of this side's stream. */
    boolean finishesOrderly(Side from) {
        return state.cause() != from.reset() && state.flow(from.other()) == TunnelState.Flow.OPEN;
    }

    /**
     * A side has finished.
     *
     * @param sinkIsFinished whether the other side is half-closed already
     */
    void finished(Side side, boolean sinkIsFinished) {
        apply(TunnelEvent.finished(side), sinkIsFinished);
    }

    /** Something happened: changes the state, and does what follows. */
    void on(TunnelEvent event) {
        apply(event, false);
    }

    private void apply(TunnelEvent event, boolean sinkIsFinished) {
        TunnelState.Step step = state.on(event, path(event));
        long before = movedAt;
        if (step.next() != state) {
            state = step.next();
            if (!hasEnded()) { // an end is a movement: the other side's time begins now
                moved();
                owner.dueEarlier();
            }
        }
        for (TunnelAction action : step.actions()) {
            switch (action) {
                case FINISH_CLIENT -> finish(toClient, sinkIsFinished);
                case FINISH_BACKEND -> finish(toBackend, sinkIsFinished);
                case AWAIT_CLIENT -> passReset(Side.CLIENT, before);
                case AWAIT_BACKEND -> passReset(Side.BACKEND, before);
                case RESET_CLIENT -> channel(Side.CLIENT).reset();
                case RESET_BACKEND -> channel(Side.BACKEND).reset();
                case END -> {
                    channel(Side.CLIENT).close();
                    channel(Side.BACKEND).close();
                    owner.tunnelEnded(state.cause());
                }
            }
        }
    }

    private static void finish(Pump pump, boolean isFinished) {
        if (!isFinished) {
            pump.finishSink();
        }
    }

    private ResetPath path(TunnelEvent event) {
        Side from = event.side();
        if (from == null || event == TunnelEvent.finished(from) && state.cause() != from.reset()) {
            return ResetPath.NONE; // of no importance, and finding out may cost a system call
        }
        Side to = from.other();
        if (!channel(to).isTcp()) {
            return ResetPath.NONE;
        }
        if (pumpTo(to).bytes() == 0) {
            return ResetPath.AT_ONCE;
        }
        return acknowledgements.areKnown(channel(to)) ? ResetPath.ACKNOWLEDGED : ResetPath.NONE;
    }

    private void passReset(Side side, long heardAt) {
        resetPassing = new ResetPassing(this, loop, side, heardAt);
        resetPassing.ask();
    }

    /** Asks how much of what was sent to a side has not arrived: 0 if there was nothing to send. */
    void unacknowledged(Side side, LongConsumer answer) {
        if (channel(side).isTcp() && pumpTo(side).bytes() > 0) {
            acknowledgements.ask(channel(side), loop, answer);
        } else {
            answer.accept(0);
        }
    }

    @Override
    public long expire(long now) {
        long due = due();
        if (now < due) {
            return due;
        }
        if (isResetting()) { // progress was looked at all the time
            on(TunnelEvent.TIMED_OUT);
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
        long due = movedAt + timeout() + RelayLoop.STALE_NANOS;
        return deliveryCheck == null ? due : Math.max(due, deliveryCheck.due());
    }

    /** The time without movement that the state allows, in nanoseconds. */
    long timeout() {
        return state.phase() == TunnelState.Phase.RELAYING ? timeouts.idleNanos() : timeouts.halfClosedNanos();
    }

    void timeoutChanged() {
        owner.dueEarlier();
    }

    @Override
    public void abort(Cause cause) {
        on(TunnelEvent.ending(cause));
    }

    void defect(Throwable defect) {
        if (!hasEnded()) {
            owner.defectFound(defect);
            on(defect instanceof OutOfMemoryError ? TunnelEvent.MEMORY_FAILED : TunnelEvent.DEFECT_FOUND);
        }
    }

    void debug(String operation, Throwable cause) {
        if (LOG.isDebugEnabled()) {
            LOG.debug("{}: {}: {}", owner, operation, cause.toString());
        }
    }

    private Pump pumpTo(Side side) {
        return side == Side.CLIENT ? toClient : toBackend;
    }

    private LoopSocketChannel channel(Side side) {
        return pumpTo(side).sink();
    }

    /** Returns how many bytes were received from the client. */
    public long bytesFromClient() {
        return toBackend.bytes();
    }

    /** Returns how many bytes were received from the backend. */
    public long bytesFromBackend() {
        return toClient.bytes();
    }
}

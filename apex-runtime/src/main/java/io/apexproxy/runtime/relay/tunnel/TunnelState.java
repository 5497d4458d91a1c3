package io.apexproxy.runtime.relay.tunnel;

import io.apexproxy.runtime.relay.record.Cause;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The state machine of a tunnel. Pure: no channel, no clock, no thread.
 *
 * <p>The first FIN or failure of a side decides the cause. A FIN is forwarded as a half-close, and the opposite
 * direction continues. A reset is propagated: immediately if no byte was sent to the other side, otherwise after it has
 * acknowledged all bytes, because an earlier RST would discard them. If a reset cannot be propagated, the other side
 * receives FIN.
 *
 * <p>If a write to a side fails, bytes that the side sent before can still arrive, so they are still relayed. Bytes for
 * that side are read and discarded, because a close with unread bytes sends a RST that can overtake sent bytes.
 *
 * <p>States are shared singletons that cache their transitions. Any thread.
 */
final class TunnelState {

    /** The handling of the bytes that a side sends. */
    enum Flow {
        /** The bytes are relayed. */
        OPEN,
        /** The bytes are read and discarded, because writes to the other side fail. */
        DISCARDED,
        /** No more bytes: the side has sent FIN, or reading from it has failed. */
        DONE
    }

    /** The phase of the tunnel as a whole, which determines the timeout. */
    enum Phase {
        /** Both sides can send; timeout {@code idle_timeout}. */
        RELAYING,
        /** One side has sent FIN or failed; timeout {@code half_closed_timeout}. */
        HALF_CLOSED,
        /** One side was reset, and the other side will be; timeout {@code half_closed_timeout}. */
        RESETTING,
        /** Closed. No event changes this phase. */
        ENDED
    }

    /** A transition: the next state, and the actions to execute. */
    record Step(TunnelState next, List<TunnelAction> actions) {
    }

    private record Key(Phase phase, Cause cause, Flow client, Flow backend) {
    }

    private static final Map<Key, TunnelState> STATES = new ConcurrentHashMap<>();
    private static final int MODES = ResetMode.values().length;

    /** The initial state. */
    static final TunnelState RELAYING = state(Phase.RELAYING, null, Flow.OPEN, Flow.OPEN);

    private final Key key;
    /** Indexed by event and reset mode; computed on first use, possibly by several threads with equal results. */
    private final Step[] steps = new Step[TunnelEvent.values().length * MODES];

    private TunnelState(Key key) {
        this.key = key;
    }

    private static TunnelState state(Phase phase, Cause cause, Flow client, Flow backend) {
        return STATES.computeIfAbsent(new Key(phase, cause, client, backend), TunnelState::new);
    }

    Phase phase() {
        return key.phase;
    }

    /** Returns the cause so far, which is final in phase ENDED; null in phase RELAYING. */
    Cause cause() {
        return key.cause;
    }

    Flow flow(Side from) {
        return from == Side.CLIENT ? key.client : key.backend;
    }

    /**
     * Returns the transition for an event.
     *
     * @param event the event
     * @param mode how a reset of the event's side can be propagated; ignored for events without a side
     */
    @SuppressWarnings("EnumOrdinal") // the index of an array on the path of a connection
    Step handle(TunnelEvent event, ResetMode mode) {
        int index = event.ordinal() * MODES + mode.ordinal();
        Step step = steps[index];
        if (step == null) {
            step = key.phase == Phase.ENDED ? new Step(this, List.of()) : compute(event, mode);
            steps[index] = step;
        }
        return step;
    }

    private Step compute(TunnelEvent event, ResetMode mode) {
        boolean ofSource = event == TunnelEvent.finished(event.side()) || event == TunnelEvent.readFailed(event.side());
        if (ofSource && flow(event.side()) == Flow.DONE) { // already reported
            return stay();
        }
        return switch (event) {
            case CLIENT_FINISHED, BACKEND_FINISHED -> finished(event.side(), mode);
            case CLIENT_READ_FAILED, BACKEND_READ_FAILED -> readFailed(event.side(), mode);
            case CLIENT_WRITE_FAILED, BACKEND_WRITE_FAILED -> writeFailed(event.side(), mode);
            case ACKNOWLEDGED -> acknowledged();
            case ACKNOWLEDGEMENT_UNKNOWN -> key.phase == Phase.RESETTING ? end(key.cause) : stay();
            case TIMED_OUT -> timedOut();
            default -> end(event.cause());
        };
    }

    private Step finished(Side side, ResetMode mode) {
        TunnelState done = with(side, Flow.DONE);
        if (key.phase == Phase.RESETTING) {
            return new Step(done, List.of());
        }
        if (key.cause == side.resetCause() && mode != ResetMode.NONE) { // a write had failed: no orderly close
            return done.propagateReset(side, mode);
        }
        Cause cause = key.cause == null ? side.closedCause() : key.cause;
        if (done.isDone()) {
            return done.end(cause);
        }
        return new Step(done.as(Phase.HALF_CLOSED, cause), flow(side) == Flow.DISCARDED
                ? List.of() : List.of(TunnelAction.halfClose(side.other())));
    }

    private Step readFailed(Side side, ResetMode mode) {
        if (key.cause == side.other().resetCause()) { // both sides have failed
            return end(key.cause);
        }
        TunnelState done = with(side, Flow.DONE).as(key.phase, side.resetCause());
        if (mode != ResetMode.NONE) {
            return done.propagateReset(side, mode);
        }
        if (side == Side.CLIENT || done.isDone()) {
            return done.end(side.resetCause());
        }
        // A client that is still sending reads its response afterwards, so it receives FIN instead of RST.
        return new Step(done.as(Phase.HALF_CLOSED, side.resetCause()), List.of(TunnelAction.HALF_CLOSE_CLIENT));
    }

    private Step writeFailed(Side side, ResetMode mode) {
        Cause cause = key.cause == null || key.cause == side.closedCause() ? side.resetCause() : key.cause;
        Flow others = flow(side.other()) == Flow.DONE ? Flow.DONE : Flow.DISCARDED;
        TunnelState discarding = with(side.other(), others).as(key.phase, cause);
        if (key.phase == Phase.RESETTING) {
            return new Step(discarding, List.of());
        }
        if (flow(side) == Flow.DONE && cause == side.resetCause() && mode != ResetMode.NONE) {
            return discarding.propagateReset(side, mode);
        }
        return new Step(discarding.as(Phase.HALF_CLOSED, cause), List.of());
    }

    private Step propagateReset(Side from, ResetMode mode) {
        Side to = from.other();
        return mode == ResetMode.AT_ONCE
                ? new Step(as(Phase.ENDED, from.resetCause()), List.of(TunnelAction.reset(to), TunnelAction.END))
                : new Step(as(Phase.RESETTING, from.resetCause()), List.of(TunnelAction.await(to)));
    }

    private Step acknowledged() {
        if (key.phase != Phase.RESETTING) {
            return stay();
        }
        Side to = key.cause == Cause.CLIENT_RESET ? Side.BACKEND : Side.CLIENT;
        return new Step(as(Phase.ENDED, key.cause), List.of(TunnelAction.reset(to), TunnelAction.END));
    }

    private Step timedOut() {
        return end(switch (key.phase) {
            case RELAYING -> Cause.IDLE_TIMEOUT;
            case HALF_CLOSED -> Cause.HALF_CLOSED_TIMEOUT;
            default -> key.cause; // the reset remains the cause, although it could not be propagated
        });
    }

    private Step end(Cause cause) {
        return new Step(as(Phase.ENDED, cause), List.of(TunnelAction.END));
    }

    private Step stay() {
        return new Step(this, List.of());
    }

    private boolean isDone() {
        return key.client == Flow.DONE && key.backend == Flow.DONE;
    }

    private TunnelState with(Side side, Flow flow) {
        return side == Side.CLIENT
                ? state(key.phase, key.cause, flow, key.backend)
                : state(key.phase, key.cause, key.client, flow);
    }

    private TunnelState as(Phase phase, Cause cause) {
        return state(phase, cause, key.client, key.backend);
    }

    @Override
    public String toString() {
        return key.phase + "(" + key.cause + ", client " + key.client + ", backend " + key.backend + ")";
    }
}

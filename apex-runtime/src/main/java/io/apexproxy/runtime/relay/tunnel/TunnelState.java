package io.apexproxy.runtime.relay.tunnel;

import io.apexproxy.runtime.relay.record.Cause;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The state of a tunnel, and what follows from an event in it. Pure: no channel, no clock, no thread.
 *
 * <p>A connection is relayed until one side finishes or breaks. The first of these events decides the cause. A side
 * that finishes is half-closed on the other side, and the other direction goes on. A side that resets has the other
 * side reset as well, at once if nothing was sent to it, or else when it has acknowledged everything; a reset that
 * overtakes bytes would discard them. Where that is impossible, the other side sees an orderly end.
 *
 * <p>If writing to a side fails, what it sent before may still arrive, so its direction goes on. Bytes for it are read
 * and discarded, because closing a socket with unread bytes sends a reset that may overtake what was sent.
 *
 * <p>States are shared: there are few of them, and each remembers its transitions. Any thread may use them.
 */
final class TunnelState {

    /** What becomes of the bytes that a side sends. */
    enum Flow {
        /** They are relayed. */
        OPEN,
        /** They are read and discarded, as the other side takes none. */
        DISCARDED,
        /** The side has finished, or reading from it has failed. */
        DONE
    }

    /** What the tunnel as a whole does. */
    enum Phase {
        /** Both sides send. Nothing moving for {@code idle_timeout} ends it. */
        RELAYING,
        /** A side has finished or broken. Nothing moving for {@code half_closed_timeout} ends it. */
        HALF_CLOSED,
        /** A side was reset, the other one will be. Nothing moving for {@code half_closed_timeout} ends it. */
        RESETTING,
        /** Closed. No event changes it. */
        ENDED
    }

    /** A transition: the next state, and what is to be done. */
    record Step(TunnelState next, List<TunnelAction> actions) {
    }

    private record Key(Phase phase, Cause cause, Flow client, Flow backend) {
    }

    private static final Map<Key, TunnelState> STATES = new ConcurrentHashMap<>();
    private static final int PATHS = ResetPath.values().length;

    /** The state in which a tunnel begins. */
    static final TunnelState RELAYING = state(Phase.RELAYING, null, Flow.OPEN, Flow.OPEN);

    private final Key key;
    /** By event and path; null where it was not needed yet. Threads may compute the same one twice. */
    private final Step[] steps = new Step[TunnelEvent.values().length * PATHS];

    private TunnelState(Key key) {
        this.key = key;
    }

    private static TunnelState state(Phase phase, Cause cause, Flow client, Flow backend) {
        return STATES.computeIfAbsent(new Key(phase, cause, client, backend), TunnelState::new);
    }

    Phase phase() {
        return key.phase;
    }

    /** The cause so far, and the final one when it has ended; null while relaying. */
    Cause cause() {
        return key.cause;
    }

    Flow flow(Side from) {
        return from == Side.CLIENT ? key.client : key.backend;
    }

    /**
     * Returns what follows from an event.
     *
     * @param event what happened
     * @param path how a reset of the event's side can be passed on; of no importance for events without a side
     */
    Step on(TunnelEvent event, ResetPath path) {
        int index = event.ordinal() * PATHS + path.ordinal();
        Step step = steps[index];
        if (step == null) {
            step = key.phase == Phase.ENDED ? new Step(this, List.of()) : compute(event, path);
            steps[index] = step;
        }
        return step;
    }

    private Step compute(TunnelEvent event, ResetPath path) {
        boolean ofSource = event == TunnelEvent.finished(event.side()) || event == TunnelEvent.readFailed(event.side());
        if (ofSource && flow(event.side()) == Flow.DONE) { // it was reported before
            return stay();
        }
        return switch (event) {
            case CLIENT_FINISHED, BACKEND_FINISHED -> finished(event.side(), path);
            case CLIENT_READ_FAILED, BACKEND_READ_FAILED -> readFailed(event.side(), path);
            case CLIENT_WRITE_FAILED, BACKEND_WRITE_FAILED -> writeFailed(event.side(), path);
            case ACKNOWLEDGED -> acknowledged();
            case ACKNOWLEDGEMENT_UNKNOWN -> key.phase == Phase.RESETTING ? end(key.cause) : stay();
            case TIMED_OUT -> timedOut();
            default -> end(event.cause());
        };
    }

    private Step finished(Side side, ResetPath path) {
        TunnelState done = with(side, Flow.DONE);
        if (key.phase == Phase.RESETTING) {
            return new Step(done, List.of());
        }
        if (key.cause == side.reset() && path != ResetPath.NONE) { // writing to it had failed: this is no orderly end
            return done.passReset(side, path);
        }
        Cause cause = key.cause == null ? side.closed() : key.cause;
        if (done.isDone()) {
            return done.end(cause);
        }
        return new Step(done.as(Phase.HALF_CLOSED, cause), flow(side) == Flow.DISCARDED
                ? List.of() : List.of(TunnelAction.finish(side.other())));
    }

    private Step readFailed(Side side, ResetPath path) {
        if (key.cause == side.other().reset()) { // both are gone
            return end(key.cause);
        }
        TunnelState done = with(side, Flow.DONE).as(key.phase, side.reset());
        if (path != ResetPath.NONE) {
            return done.passReset(side, path);
        }
        if (side == Side.CLIENT || done.isDone()) {
            return done.end(side.reset());
        }
        // The client may still be sending, and then reads its answer: it sees an orderly end.
        return new Step(done.as(Phase.HALF_CLOSED, side.reset()), List.of(TunnelAction.FINISH_CLIENT));
    }

    private Step writeFailed(Side side, ResetPath path) {
        Cause cause = key.cause == null || key.cause == side.closed() ? side.reset() : key.cause;
        Flow others = flow(side.other()) == Flow.DONE ? Flow.DONE : Flow.DISCARDED;
        TunnelState discarding = with(side.other(), others).as(key.phase, cause);
        if (key.phase == Phase.RESETTING) {
            return new Step(discarding, List.of());
        }
        if (flow(side) == Flow.DONE && cause == side.reset() && path != ResetPath.NONE) {
            return discarding.passReset(side, path);
        }
        return new Step(discarding.as(Phase.HALF_CLOSED, cause), List.of());
    }

    private Step passReset(Side from, ResetPath path) {
        Side to = from.other();
        return path == ResetPath.AT_ONCE
                ? new Step(as(Phase.ENDED, from.reset()), List.of(TunnelAction.reset(to), TunnelAction.END))
                : new Step(as(Phase.RESETTING, from.reset()), List.of(TunnelAction.await(to)));
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
            default -> key.cause; // the reset is the cause, not that it could not be passed on
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

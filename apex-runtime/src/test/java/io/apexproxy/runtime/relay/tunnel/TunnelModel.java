package io.apexproxy.runtime.relay.tunnel;

import io.apexproxy.runtime.relay.record.Cause;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * A reference implementation of {@link TunnelState}: mutable flags and rules, in the order of the documentation.
 */
final class TunnelModel {

    private final Set<Side> done = EnumSet.noneOf(Side.class);
    private final Set<Side> discarded = EnumSet.noneOf(Side.class);
    private final List<TunnelAction> actions = new ArrayList<>();
    private Cause cause;
    private boolean broken;
    private boolean resetting;
    private boolean ended;

    /** Returns whether the event can occur in the state: a pump reports no event after its source is done. */
    static boolean isPossible(TunnelState state, TunnelEvent event) {
        if (state.phase() == TunnelState.Phase.ENDED) {
            return false;
        }
        return switch (event) {
            case CLIENT_FINISHED, BACKEND_FINISHED, CLIENT_READ_FAILED, BACKEND_READ_FAILED ->
                    state.flow(event.side()) != TunnelState.Flow.DONE;
            case CLIENT_WRITE_FAILED, BACKEND_WRITE_FAILED ->
                    state.flow(event.side().other()) == TunnelState.Flow.OPEN;
            case ACKNOWLEDGED, ACKNOWLEDGEMENT_UNKNOWN -> state.phase() == TunnelState.Phase.RESETTING;
            default -> true;
        };
    }

    boolean hasEnded() {
        return ended;
    }

    Cause cause() {
        return cause;
    }

    List<TunnelAction> handle(TunnelEvent event, ResetMode mode) {
        actions.clear();
        switch (event) {
            case CLIENT_FINISHED, BACKEND_FINISHED -> finished(event.side(), mode);
            case CLIENT_READ_FAILED, BACKEND_READ_FAILED -> readFailed(event.side(), mode);
            case CLIENT_WRITE_FAILED, BACKEND_WRITE_FAILED -> writeFailed(event.side(), mode);
            case ACKNOWLEDGED -> {
                actions.add(TunnelAction.reset(cause == Cause.CLIENT_RESET ? Side.BACKEND : Side.CLIENT));
                end(cause);
            }
            case ACKNOWLEDGEMENT_UNKNOWN -> end(cause);
            case TIMED_OUT -> {
                if (resetting) {
                    end(cause);
                } else {
                    end(cause == null ? Cause.IDLE_TIMEOUT : Cause.HALF_CLOSED_TIMEOUT);
                }
            }
            default -> end(event.cause());
        }
        return List.copyOf(actions);
    }

    private void finished(Side side, ResetMode mode) {
        done.add(side);
        if (resetting) {
            return;
        }
        if (broken && cause == side.resetCause() && mode != ResetMode.NONE) {
            propagateReset(side, mode);
            return;
        }
        if (cause == null) {
            cause = side.closedCause();
        }
        if (done.size() == 2) {
            end(cause);
        } else if (!discarded.contains(side)) {
            actions.add(TunnelAction.halfClose(side.other()));
        }
    }

    private void readFailed(Side side, ResetMode mode) {
        if (cause == side.other().resetCause()) {
            end(cause);
            return;
        }
        done.add(side);
        broken = true;
        cause = side.resetCause();
        if (mode != ResetMode.NONE) {
            propagateReset(side, mode);
        } else if (side == Side.CLIENT || done.contains(Side.CLIENT)) {
            end(cause);
        } else {
            actions.add(TunnelAction.HALF_CLOSE_CLIENT);
        }
    }

    private void writeFailed(Side side, ResetMode mode) {
        discarded.add(side.other());
        if (cause == null || cause == side.closedCause()) {
            broken = true;
            cause = side.resetCause();
        }
        if (!resetting && done.contains(side) && cause == side.resetCause() && mode != ResetMode.NONE) {
            propagateReset(side, mode);
        }
    }

    private void propagateReset(Side from, ResetMode mode) {
        if (mode == ResetMode.AT_ONCE) {
            actions.add(TunnelAction.reset(from.other()));
            end(cause);
        } else {
            resetting = true;
            actions.add(TunnelAction.await(from.other()));
        }
    }

    private void end(Cause endCause) {
        cause = endCause;
        ended = true;
        actions.add(TunnelAction.END);
    }
}

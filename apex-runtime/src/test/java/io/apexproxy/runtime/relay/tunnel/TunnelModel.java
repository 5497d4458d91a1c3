package io.apexproxy.runtime.relay.tunnel;

import io.apexproxy.runtime.relay.record.Cause;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * A simple reference of what follows from events: mutable flags and rules in the order in which they are written in the
 * documentation, without states.
 */
final class TunnelModel {

    private final Set<Side> done = EnumSet.noneOf(Side.class);
    private final Set<Side> discarded = EnumSet.noneOf(Side.class);
    private final List<TunnelAction> actions = new ArrayList<>();
    private Cause cause;
    private boolean broken;
    private boolean resetting;
    private boolean ended;

    /** Returns whether pumps can report this event in the state: none reports anything after its side is done. */
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

    List<TunnelAction> on(TunnelEvent event, ResetPath path) {
        actions.clear();
        switch (event) {
            case CLIENT_FINISHED, BACKEND_FINISHED -> finished(event.side(), path);
            case CLIENT_READ_FAILED, BACKEND_READ_FAILED -> readFailed(event.side(), path);
            case CLIENT_WRITE_FAILED, BACKEND_WRITE_FAILED -> writeFailed(event.side(), path);
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

    private void finished(Side side, ResetPath path) {
        done.add(side);
        if (resetting) {
            return;
        }
        if (broken && cause == side.reset() && path != ResetPath.NONE) {
            passReset(side, path);
            return;
        }
        if (cause == null) {
            cause = side.closed();
        }
        if (done.size() == 2) {
            end(cause);
        } else if (!discarded.contains(side)) {
            actions.add(TunnelAction.finish(side.other()));
        }
    }

    private void readFailed(Side side, ResetPath path) {
        if (cause == side.other().reset()) {
            end(cause);
            return;
        }
        done.add(side);
        broken = true;
        cause = side.reset();
        if (path != ResetPath.NONE) {
            passReset(side, path);
        } else if (side == Side.CLIENT || done.contains(Side.CLIENT)) {
            end(cause);
        } else {
            actions.add(TunnelAction.FINISH_CLIENT);
        }
    }

    private void writeFailed(Side side, ResetPath path) {
        discarded.add(side.other());
        if (cause == null || cause == side.closed()) {
            broken = true;
            cause = side.reset();
        }
        if (!resetting && done.contains(side) && cause == side.reset() && path != ResetPath.NONE) {
            passReset(side, path);
        }
    }

    private void passReset(Side from, ResetPath path) {
        if (path == ResetPath.AT_ONCE) {
            actions.add(TunnelAction.reset(from.other()));
            end(cause);
        } else {
            resetting = true;
            actions.add(TunnelAction.await(from.other()));
        }
    }

    private void end(Cause ending) {
        cause = ending;
        ended = true;
        actions.add(TunnelAction.END);
    }
}

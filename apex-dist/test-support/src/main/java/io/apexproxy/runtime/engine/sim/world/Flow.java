package io.apexproxy.runtime.engine.sim.world;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;

/**
 * One direction of a connection: the sender's buffer, the segments under way, the receiver's buffer.
 *
 * <p>A byte stays in the sender's buffer until it is in the receiver's. Segments arrive in order.
 */
final class Flow {

    private static final int SEGMENT_BYTES = 1460;
    /** The segment that carries a FIN. */
    private static final ByteBuffer FIN = ByteBuffer.allocate(0);

    private final Simulation simulation;
    private final NetworkProfile profile;
    private final Endpoint from;
    private final Endpoint to;
    private final ByteQueue unsent = new ByteQueue();
    private final ArrayDeque<ByteBuffer> underWay = new ArrayDeque<>(1);
    private final ByteQueue received = new ByteQueue();
    /** As RFC 9293, 3.8.6.2.2 says, a receiver offers no smaller window, or all segments would be small. */
    private final int smallestWindow;
    private int bytesUnderWay;
    /** What a reset found unacknowledged. */
    private int lost;
    private long lastArrival;
    private long lastReceived;
    private boolean finQueued;
    private boolean finSent;
    private boolean finReceived;
    private boolean cut;

    Flow(Simulation simulation, NetworkProfile profile, Endpoint from, Endpoint to) {
        this.simulation = simulation;
        this.profile = profile;
        this.from = from;
        this.to = to;
        this.smallestWindow = Math.min(SEGMENT_BYTES, (profile.receiveBytes() + 1) / 2);
    }

    /** Returns how many bytes the sender's buffer can take. */
    int room() {
        return profile.sendBytes() - unacknowledged();
    }

    /** As Linux does, reports room only when a third of the buffer is free. */
    boolean hasRoom() {
        return room() >= Math.max(1, profile.sendBytes() / 3);
    }

    /** Returns how many written bytes the receiver does not have, those included that a reset has discarded. */
    int unacknowledged() {
        return unsent.size() + bytesUnderWay + lost;
    }

    /** Takes bytes into the sender's buffer; returns how many. */
    int write(ByteBuffer source) {
        int count = Math.min(source.remaining(), room());
        if (count <= 0) {
            return 0;
        }
        count = profile.moved(simulation.random(), count);
        unsent.add(source, count);
        transmit();
        return count;
    }

    void finish() {
        finQueued = true;
        transmit();
    }

    boolean isFinished() {
        return finQueued;
    }

    boolean finReceived() {
        return finReceived;
    }

    /** Returns when bytes were last received, in nanoseconds of the simulation; 0: never. */
    long lastReceived() {
        return lastReceived;
    }

    int available() {
        return received.size();
    }

    /** Moves received bytes to the target; returns how many. */
    int read(ByteBuffer target) {
        int count = Math.min(target.remaining(), received.size());
        if (count > 0) {
            count = profile.moved(simulation.random(), count);
            received.remove(target, count);
            transmit();
        }
        return count;
    }

    /** Sends what the receiver's buffer has room for. */
    private void transmit() {
        while (!cut) {
            int window = profile.receiveBytes() - received.size() - bytesUnderWay;
            int count = Math.min(unsent.size(), window);
            if (count <= 0 || count < unsent.size() && window < smallestWindow) {
                break;
            }
            ByteBuffer segment = ByteBuffer.allocate(profile.moved(simulation.random(), count));
            unsent.remove(segment, segment.capacity());
            bytesUnderWay += segment.capacity();
            send(segment.flip());
        }
        if (finQueued && !finSent && !cut && unsent.isEmpty()) {
            finSent = true;
            send(FIN);
        }
    }

    private void send(ByteBuffer segment) {
        underWay.add(segment);
        simulation.after(nextArrival(), from, this::arrive);
    }

    /** Returns the delay after which something sent now arrives, behind all that was sent before. */
    long nextArrival() {
        long arrival = Math.max(lastArrival + 1, simulation.elapsedNanos() + profile.delay(simulation.random()));
        lastArrival = arrival;
        return arrival - simulation.elapsedNanos();
    }

    private void arrive() {
        ByteBuffer segment = underWay.poll();
        if (segment == null) {
            return; // discarded by a reset
        }
        if (segment == FIN) {
            finReceived = true;
            trace("FIN");
            to.changed();
            return;
        }
        bytesUnderWay -= segment.remaining();
        if (to.isClosed()) {
            trace("data for a closed socket");
            to.abort(false);
            return;
        }
        if (simulation.isTraced()) {
            trace(segment.remaining() + " bytes");
        }
        lastReceived = simulation.elapsedNanos();
        received.add(segment, segment.remaining());
        to.changed();
        from.changed();
    }

    private void trace(String what) {
        simulation.trace("  " + to + " <- " + what);
    }

    /** Discards what was not sent and, if {@code overtaken}, what is under way. Nothing is sent any more. */
    void cut(boolean overtaken) {
        cut = true;
        lost += unsent.size();
        unsent.clear();
        if (overtaken) {
            lost += bytesUnderWay;
            underWay.clear();
            bytesUnderWay = 0;
        }
    }

    /** Discards what was received. */
    void discardReceived() {
        received.clear();
    }
}

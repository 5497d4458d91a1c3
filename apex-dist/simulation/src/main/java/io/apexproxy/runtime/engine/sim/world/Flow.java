package io.apexproxy.runtime.engine.sim.world;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;

/**
 * One direction of a connection: the send buffer, the segments in flight and the receive buffer.
 *
 * <p>A byte occupies the send buffer until it is in the receive buffer. Segments arrive in order.
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
    private final ArrayDeque<ByteBuffer> inFlight = new ArrayDeque<>(1);
    private final ByteQueue received = new ByteQueue();
    /** Smallest window that the receiver advertises, against silly window syndrome. RFC 9293, 3.8.6.2.2. */
    private final int smallestWindow;
    private int bytesInFlight;
    /** Unacknowledged bytes that a reset discarded. */
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

    /** Returns the free bytes of the send buffer. */
    int room() {
        return profile.sendBytes() - unacknowledged();
    }

    /** Returns whether a third of the send buffer is free, the condition for write readiness on Linux. */
    boolean hasRoom() {
        return room() >= Math.max(1, profile.sendBytes() / 3);
    }

    /** Returns the number of written bytes that the receiver does not have, including those discarded by a reset. */
    int unacknowledged() {
        return unsent.size() + bytesInFlight + lost;
    }

    /** Moves bytes to the send buffer; returns their number. */
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

    /** Returns the time of the last received bytes, in nanoseconds of the simulation; 0 if none were received. */
    long lastReceived() {
        return lastReceived;
    }

    int available() {
        return received.size();
    }

    /** Moves received bytes to the target; returns their number. */
    int read(ByteBuffer target) {
        int count = Math.min(target.remaining(), received.size());
        if (count > 0) {
            count = profile.moved(simulation.random(), count);
            received.remove(target, count);
            transmit();
        }
        return count;
    }

    /** Sends as many bytes as the receive buffer has room for. */
    private void transmit() {
        while (!cut) {
            int window = profile.receiveBytes() - received.size() - bytesInFlight;
            int count = Math.min(unsent.size(), window);
            if (count <= 0 || (count < unsent.size() && window < smallestWindow)) {
                break;
            }
            ByteBuffer segment = ByteBuffer.allocate(profile.moved(simulation.random(), count));
            unsent.remove(segment, segment.capacity());
            bytesInFlight += segment.capacity();
            send(segment.flip());
        }
        if (finQueued && !finSent && !cut && unsent.isEmpty()) {
            finSent = true;
            send(FIN);
        }
    }

    private void send(ByteBuffer segment) {
        inFlight.add(segment);
        simulation.after(nextArrival(), from, this::arrive);
    }

    /** Returns the delay after which a segment sent now arrives, later than all segments sent before. */
    long nextArrival() {
        long arrival = Math.max(lastArrival + 1, simulation.elapsedNanos() + profile.delay(simulation.random()));
        lastArrival = arrival;
        return arrival - simulation.elapsedNanos();
    }

    @SuppressWarnings("ReferenceEquality") // FIN is one object; a segment can have equal content
    private void arrive() {
        ByteBuffer segment = inFlight.poll();
        if (segment == null) {
            return; // discarded by a reset
        }
        if (segment == FIN) {
            finReceived = true;
            trace("FIN");
            to.changed();
            return;
        }
        bytesInFlight -= segment.remaining();
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

    /** Stops sending; discards unsent bytes and, if {@code overtaken}, bytes in flight. */
    void cut(boolean overtaken) {
        cut = true;
        lost += unsent.size();
        unsent.clear();
        if (overtaken) {
            lost += bytesInFlight;
            inFlight.clear();
            bytesInFlight = 0;
        }
    }

    /** Discards received bytes. */
    void discardReceived() {
        received.clear();
    }
}

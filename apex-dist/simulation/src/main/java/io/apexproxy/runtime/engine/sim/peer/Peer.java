package io.apexproxy.runtime.engine.sim.peer;

import io.apexproxy.runtime.engine.sim.world.Endpoint;
import io.apexproxy.runtime.engine.sim.world.Simulation;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.OptionalInt;

/** One end of a connection outside the process. Acts according to a plan. */
public final class Peer {

    /** Most bytes of one read or write call. */
    private static final int BUFFER_BYTES = 1 << 16;

    private final Simulation simulation;
    private final int number;
    private final PeerPlan plan;
    private final Endpoint endpoint;
    private final Sending sending;
    private final Received received = new Received();
    private final ByteBuffer buffer;
    private long nextRead;
    private long nextWrite;
    private long connectedAt;
    private long goneAt;
    private boolean halfClosed;
    private boolean endSeen;
    private boolean leftEarly;
    private boolean reset;
    private String broken = "";

    /** Creates a peer for an established or future connection. Its number is unique and determines its bytes. */
    public Peer(Simulation simulation, int number, PeerPlan plan, Endpoint endpoint) {
        this.simulation = simulation;
        this.number = number;
        this.plan = plan;
        this.endpoint = endpoint;
        this.sending = new Sending(number, plan);
        this.buffer = ByteBuffer.allocate((int) Math.min(BUFFER_BYTES, Math.max(plan.bytes(), 1_024)));
        endpoint.onChange(this::act);
    }

    /** Performs the actions that the plan has for the current time. */
    public void act() {
        try {
            if (!isGone() && isConnected()) {
                read();
                if (!isGone()) {
                    write();
                }
            }
        } catch (IOException failure) {
            broken = failure.getMessage();
            leave((connectedAt > 0 ? "finds the connection broken: " : "cannot connect: ") + broken, false);
        }
    }

    private boolean isConnected() throws IOException {
        if (connectedAt > 0) {
            return true;
        }
        if (!endpoint.finishConnect()) {
            return false;
        }
        connectedAt = simulation.elapsedNanos();
        nextRead = later(plan.readAfter());
        nextWrite = later(plan.sendAfter());
        if (plan.leaveAfter() > 0) {
            simulation.after(plan.leaveAfter(), this, () -> leaveEarly(plan.leaveByReset()));
        }
        return true;
    }

    /** Returns the time after a delay, and schedules {@link #act} for that time. */
    private long later(long delay) {
        if (delay > 0) {
            simulation.after(delay, this, this::act);
        }
        return simulation.elapsedNanos() + delay;
    }

    private void leaveEarly(boolean byReset) {
        if (!isGone()) {
            leftEarly = true;
            leave("leaves early", byReset);
        }
    }

    private void leave(String how, boolean byReset) {
        goneAt = simulation.elapsedNanos();
        trace(how + (byReset ? " by reset" : ""));
        if (byReset) {
            reset = true;
            endpoint.reset();
        } else {
            endpoint.close();
        }
    }

    private void read() throws IOException {
        while (!endSeen && simulation.elapsedNanos() >= nextRead && received.count() < plan.readLimit()
                && endpoint.isReadable()) {
            long most = Math.min(plan.readBytes(), plan.readLimit() - received.count());
            int count = endpoint.read(buffer.clear().limit((int) Math.min(buffer.capacity(), most)));
            if (count < 0) {
                endSeen = true;
                trace("sees the end after " + received.count() + " bytes");
                return;
            }
            if (count == 0) {
                return;
            }
            received.add(buffer.array(), count);
            if (plan.readPause() > 0) {
                nextRead = later(plan.readPause());
            }
        }
    }

    private boolean mayWrite() {
        return simulation.elapsedNanos() >= nextWrite && plan.answers().isDue(received.count(), endSeen);
    }

    private void write() throws IOException {
        // after a short write, the peer writes again only when the kernel reports write readiness
        while (!sending.isDone() && mayWrite() && endpoint.isWritable()) {
            if (sending.write(endpoint, buffer) == 0) {
                return; // continues when there is room
            }
            if (sending.isPauseDue()) {
                nextWrite = later(plan.pause());
            }
        }
        if (sending.isDone() && !halfClosed && mayWrite()) {
            finish();
        }
        if (sending.isDone() && endSeen && !isGone()) {
            leave("is done", false);
        }
    }

    private void finish() {
        switch (plan.end()) {
            case HALF_CLOSE -> {
                halfClosed = true;
                trace("half-closes after " + sending.sent() + " bytes");
                endpoint.shutdownOutput();
            }
            case CLOSE -> {
                leftEarly |= !endSeen;
                leave("closes after " + sending.sent() + " bytes", false);
            }
            case RESET -> {
                leftEarly = true;
                leave("ends after " + sending.sent() + " bytes", true);
            }
            case WAIT -> {}
        }
    }

    /** Resets the connection at once. */
    public void kill() {
        leaveEarly(true);
    }

    private void trace(String what) {
        if (simulation.isTraced()) {
            simulation.trace("  " + this + " " + what);
        }
    }

    /** Returns the number of the peer. */
    public int number() {
        return number;
    }

    /** Returns the plan of the peer. */
    public PeerPlan plan() {
        return plan;
    }

    /** Returns the socket of the peer. */
    public Endpoint endpoint() {
        return endpoint;
    }

    /** Returns the number of bytes written to the socket. */
    public long sent() {
        return sending.sent();
    }

    /** Returns the number of bytes read. */
    public long received() {
        return received.count();
    }

    /** Returns the number of the peer that sent the received bytes; empty before the first four bytes. */
    public OptionalInt sender() {
        return received.sender();
    }

    /** Returns whether the peer has read the end of the stream. */
    public boolean hasSeenEnd() {
        return endSeen;
    }

    /** Returns whether the peer closed its connection before it had sent all bytes and read the end of the stream. */
    public boolean hasLeftEarly() {
        return leftEarly;
    }

    /** Returns whether the peer reset its connection. */
    public boolean hasReset() {
        return reset;
    }

    /** Returns whether the peer half-closed its connection. */
    public boolean hasHalfClosed() {
        return halfClosed;
    }

    /** Returns whether the peer has closed its connection. */
    public boolean isGone() {
        return goneAt > 0;
    }

    /** Returns the time of the close, in nanoseconds of the simulation; 0 if the connection is open. */
    public long goneAt() {
        return goneAt;
    }

    /** Returns the error message of the failed connection; empty if it has not failed. */
    public String broken() {
        return broken;
    }

    /** Returns the time of the connection, in nanoseconds of the simulation; 0 if the peer was never connected. */
    public long connectedAt() {
        return connectedAt;
    }

    @Override
    public String toString() {
        return "peer " + number;
    }
}

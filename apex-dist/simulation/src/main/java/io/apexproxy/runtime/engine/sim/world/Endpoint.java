package io.apexproxy.runtime.engine.sim.world;

import java.io.IOException;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;

/**
 * A stream socket of the simulated kernel: one end of a connection, or an unconnected socket.
 *
 * <p>Operations never block.
 */
public final class Endpoint {

    private enum State {
        NEW, CONNECTING, CONNECTED, CLOSED
    }

    private static final Runnable NOTHING = () -> {};

    private final SimulatedNetwork network;
    private SocketAddress local;
    private SocketAddress remote;
    private State state = State.NEW;
    private Endpoint peer;
    private Flow in;
    private Flow out;
    private Runnable onChange = NOTHING;
    private IOException connectFailure;
    private final Breakage breakage = new Breakage();
    private boolean inputShutDown;

    Endpoint(SimulatedNetwork network) {
        this.network = network;
    }

    /** Sets the callback for events after which a read, write or connect can succeed. */
    public void onChange(Runnable task) {
        onChange = task;
    }

    void changed() {
        onChange.run();
    }

    /** Returns the local address; null if the endpoint has none yet. */
    public SocketAddress local() {
        return local;
    }

    /** Returns the address of the other end; null if the endpoint was never connected. */
    public SocketAddress remote() {
        return remote;
    }

    /** Sets the local address, before the connect. */
    public void bind(SocketAddress address) {
        local = address;
    }

    /** Returns whether the endpoint is a Unix-domain socket. */
    public boolean isUnix() {
        return local instanceof UnixDomainSocketAddress || remote instanceof UnixDomainSocketAddress;
    }

    boolean isClosed() {
        return state == State.CLOSED;
    }

    boolean isConnecting() {
        return state == State.CONNECTING;
    }

    void startConnect(SocketAddress address) {
        state = State.CONNECTING;
        remote = address;
    }

    /** Joins two endpoints to a connection. */
    static void join(Simulation simulation, NetworkProfile profile, Endpoint one, Endpoint other) {
        one.peer = other;
        other.peer = one;
        one.out = new Flow(simulation, profile, one, other);
        other.out = new Flow(simulation, profile, other, one);
        one.in = other.out;
        other.in = one.out;
        other.local = one.remote;
        other.remote = one.local;
        other.state = State.CONNECTED;
    }

    void connected() {
        if (state == State.CONNECTING) {
            state = State.CONNECTED;
            changed();
        }
    }

    void connectFailed(IOException failure) {
        if (state == State.CONNECTING) {
            connectFailure = failure;
            changed();
        }
    }

    /** Finishes a connect; returns false if it is in progress. */
    public boolean finishConnect() throws IOException {
        if (connectFailure != null) {
            throw connectFailure;
        }
        return state == State.CONNECTED;
    }

    /** Returns whether a connect has succeeded or failed. */
    public boolean isConnectDone() {
        return state == State.CONNECTED || connectFailure != null;
    }

    /** Returns whether a read would return bytes, the end of the stream or a failure. */
    public boolean isReadable() {
        return in != null && (in.available() > 0 || in.finReceived() || breakage.isBroken() || inputShutDown);
    }

    /** Returns whether a write would transfer bytes or fail. */
    public boolean isWritable() {
        return out != null && (breakage.isBroken() || out.hasRoom());
    }

    /** Reads; returns the number of bytes, 0 if none are available, -1 at the end of the stream. */
    public int read(ByteBuffer target) throws IOException {
        if (inputShutDown) {
            return -1;
        }
        breakage.checkReadAgain();
        if (in.available() > 0) {
            return in.read(target);
        }
        if (in.finReceived()) {
            return -1;
        }
        breakage.checkRead();
        return breakage.isBroken() ? -1 : 0;
    }

    /** Returns whether all bytes were read and the end of the stream has arrived. */
    public boolean isAtEnd() {
        return in != null && in.available() == 0 && in.finReceived();
    }

    /** Writes as many bytes as the buffer has room for; returns their number. */
    public int write(ByteBuffer source) throws IOException {
        breakage.checkWrite();
        return out.write(source);
    }

    /** Sends a FIN after all written bytes. */
    public void shutdownOutput() {
        if (!breakage.isBroken() && !out.isFinished()) {
            out.finish();
        }
    }

    /** Returns whether the output was shut down. */
    public boolean isOutputShutDown() {
        return out != null && out.isFinished();
    }

    /** Makes reads report the end of the stream from now on. */
    public void shutdownInput() {
        inputShutDown = true;
        changed();
    }

    /** Returns the number of written bytes that the other end has not received. */
    public int unacknowledged() {
        return out.unacknowledged();
    }

    /** Returns the time of the last received bytes, in nanoseconds of the simulation; 0 if none were received. */
    public long lastReceived() {
        return in == null ? 0 : in.lastReceived();
    }

    /** Returns the number of bytes that the other end has written and this end has not received. */
    public int missing() {
        return in == null ? 0 : in.unacknowledged();
    }

    /** Closes with a FIN, or like Linux with a reset if received bytes are unread. */
    public void close() {
        if (state == State.CONNECTED && !breakage.isBroken() && in.available() > 0) {
            reset();
        } else if (state == State.CONNECTED && !breakage.isBroken() && !out.isFinished()) {
            out.finish();
        }
        state = State.CLOSED;
        onChange = NOTHING;
    }

    /** Closes with a reset. The seed decides whether bytes in flight are lost. */
    public void reset() {
        if (state == State.CONNECTED) {
            abort(network.simulation().oneIn(2));
        }
        state = State.CLOSED;
        onChange = NOTHING;
    }

    /** Sends a reset and discards unsent bytes. If it overtakes bytes in flight, these are lost. */
    void abort(boolean overtakes) {
        if (!breakage.isBroken()) {
            breakage.breakSilently();
            out.cut(overtakes);
            in.cut(false);
            network.simulation().after(out.nextArrival(), this, peer::receiveReset);
        }
    }

    void receiveReset() {
        if (breakage.isBroken()) {
            return;
        }
        breakage.receive(in.finReceived());
        out.cut(true);
        if (network.profile().discardsOnReset()) {
            in.discardReceived();
        }
        if (network.simulation().isTraced()) {
            network.simulation().trace("  " + this + " <- RST");
        }
        changed();
    }

    @Override
    public String toString() {
        return local + "-" + remote;
    }
}

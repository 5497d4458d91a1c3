package io.apexproxy.runtime.engine.sim.world;

import java.io.IOException;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;

/**
 * A stream socket as the kernel has it: one end of a connection, or one that will connect.
 *
 * <p>Operations never wait.
 */
public final class Endpoint {

    private enum State { NEW, CONNECTING, CONNECTED, CLOSED }

    private static final Runnable NOTHING = () -> { };

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
    private boolean inputShut;

    Endpoint(SimulatedNetwork network) {
        this.network = network;
    }

    /** Sets what is called whenever a read, write or connect may succeed that could not before. */
    public void onChange(Runnable task) {
        onChange = task;
    }

    void changed() {
        onChange.run();
    }

    /** Returns the own address; null if it has none yet. */
    public SocketAddress local() {
        return local;
    }

    /** Returns the address of the other end; null if it was never connected. */
    public SocketAddress remote() {
        return remote;
    }

    /** Sets the own address, before it connects. */
    public void bind(SocketAddress address) {
        local = address;
    }

    /** Returns whether it is a Unix-domain socket. */
    public boolean isUnix() {
        return local instanceof UnixDomainSocketAddress || remote instanceof UnixDomainSocketAddress;
    }

    boolean isClosed() {
        return state == State.CLOSED;
    }

    boolean isConnecting() {
        return state == State.CONNECTING;
    }

    void connecting(SocketAddress address) {
        state = State.CONNECTING;
        remote = address;
    }

    /** Joins two ends of a new connection. */
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

    /**
     * Finishes a connect.
     *
     * @return false if it is still under way
     */
    public boolean finishConnect() throws IOException {
        if (connectFailure != null) {
            throw connectFailure;
        }
        return state == State.CONNECTED;
    }

    /** Returns whether a connect that is under way has come to its end. */
    public boolean isConnectDone() {
        return state == State.CONNECTED || connectFailure != null;
    }

    /** Returns whether a read would find bytes, the end of the stream or a failure. */
    public boolean isReadable() {
        return in != null && (in.available() > 0 || in.finReceived() || breakage.isBroken() || inputShut);
    }

    /** Returns whether a write would find room or a failure. */
    public boolean isWritable() {
        return out != null && (breakage.isBroken() || out.hasRoom());
    }

    /** Reads; returns how many bytes, 0 if none are there, -1 at the end of the stream. */
    public int read(ByteBuffer target) throws IOException {
        if (inputShut) {
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

    /** Returns whether all bytes were read and the end of the stream has arrived behind them. */
    public boolean isAtEnd() {
        return in != null && in.available() == 0 && in.finReceived();
    }

    /** Writes what there is room for; returns how many bytes. */
    public int write(ByteBuffer source) throws IOException {
        breakage.checkWrite();
        return out.write(source);
    }

    /** Sends a FIN behind all that was written. */
    public void shutdownOutput() {
        if (!breakage.isBroken() && !out.isFinished()) {
            out.finish();
        }
    }

    /** Returns whether the output was shut down. */
    public boolean isOutputShut() {
        return out != null && out.isFinished();
    }

    /** Makes reads report the end of the stream from now on. */
    public void shutdownInput() {
        inputShut = true;
        changed();
    }

    /** Returns how many written bytes the other end has not received. */
    public int unacknowledged() {
        return out.unacknowledged();
    }

    /** Returns when bytes last arrived here, in nanoseconds of the simulation; 0: never. */
    public long lastReceived() {
        return in == null ? 0 : in.lastReceived();
    }

    /** Returns how many bytes the other end has written that are not here. */
    public int missing() {
        return in == null ? 0 : in.unacknowledged();
    }

    /** Closes: with a FIN, or as Linux does with a reset if there are bytes that were not read. */
    public void close() {
        if (state == State.CONNECTED && !breakage.isBroken() && in.available() > 0) {
            reset();
        } else if (state == State.CONNECTED && !breakage.isBroken() && !out.isFinished()) {
            out.finish();
        }
        state = State.CLOSED;
        onChange = NOTHING;
    }

    /** Closes with a reset, which overtakes what is under way or does not, as the seed decides. */
    public void reset() {
        if (state == State.CONNECTED) {
            abort(network.simulation().oneIn(2));
        }
        state = State.CLOSED;
        onChange = NOTHING;
    }

    /**
     * Sends a reset and discards what was not sent.
     *
     * @param overtakes whether what is under way is lost, too
     */
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

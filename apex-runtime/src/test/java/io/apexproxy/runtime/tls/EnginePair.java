package io.apexproxy.runtime.tls;

import java.nio.ByteBuffer;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSession;

/** Two engines that are connected in memory. */
public final class EnginePair {

    private static final int MAX_STEPS = 200;

    private final SSLEngine client;
    private final SSLEngine server;
    private final ByteBuffer toServer = ByteBuffer.allocate(1 << 17);
    private final ByteBuffer toClient = ByteBuffer.allocate(1 << 17);

    /** Connects two engines. */
    public EnginePair(SSLEngine client, SSLEngine server) {
        this.client = client;
        this.server = server;
    }

    /** Completes the handshake of two engines and the delivery of tickets. */
    public static EnginePair shake(SSLEngine client, SSLEngine server) throws SSLException {
        EnginePair pair = new EnginePair(client, server);
        pair.shake();
        return pair;
    }

    /** Returns the session of the client. */
    public SSLSession clientSession() {
        return client.getSession();
    }

    /** Returns the session of the server. */
    public SSLSession serverSession() {
        return server.getSession();
    }

    String clientProtocol() {
        return client.getApplicationProtocol();
    }

    private void shake() throws SSLException {
        client.beginHandshake();
        server.beginHandshake();
        for (int step = 0; step < MAX_STEPS; step++) {
            boolean isDone = isDone(client) && isDone(server) && toServer.position() == 0 && toClient.position() == 0;
            if (isDone && step > 0) {
                return;
            }
            advance(client, toClient, toServer);
            advance(server, toServer, toClient);
        }
        throw new IllegalStateException(
                "no progress: " + client.getHandshakeStatus() + ", " + server.getHandshakeStatus());
    }

    private static boolean isDone(SSLEngine engine) {
        return engine.getHandshakeStatus() == HandshakeStatus.NOT_HANDSHAKING;
    }

    private static void advance(SSLEngine engine, ByteBuffer in, ByteBuffer out) throws SSLException {
        runTasks(engine);
        if (engine.getHandshakeStatus() == HandshakeStatus.NEED_WRAP) {
            engine.wrap(ByteBuffer.allocate(0), out);
        } else if (in.position() > 0) {
            in.flip();
            SSLEngineResult result = engine.unwrap(in, ByteBuffer.allocate(1 << 15));
            in.compact();
            if (result.getStatus() == SSLEngineResult.Status.CLOSED) {
                throw new SSLException("closed");
            }
        }
        runTasks(engine);
    }

    private static void runTasks(SSLEngine engine) {
        for (Runnable task = engine.getDelegatedTask(); task != null; task = engine.getDelegatedTask()) {
            task.run();
        }
    }
}

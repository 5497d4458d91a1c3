package io.apexproxy.dist.tls;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLSocket;

/** Clients that make full handshakes at a rate, alternately with TLS 1.2 and 1.3, and read one byte each. */
final class HandshakeLoad implements AutoCloseable {

    /** Handshakes at the same time, at most. */
    private static final int THREADS = 16;

    private final JdkTls client;
    private final int port;
    private final String name;
    private final ScheduledExecutorService threads = Executors.newScheduledThreadPool(THREADS);
    private final Map<String, Integer> organizations = new ConcurrentHashMap<>();
    private final List<Throwable> failures = new CopyOnWriteArrayList<>();
    private final AtomicInteger count = new AtomicInteger();
    private volatile String last = "";

    private HandshakeLoad(JdkTls client, int port, String name) {
        this.client = client;
        this.port = port;
        this.name = name;
    }

    /**
     * Starts the clients.
     *
     * @param rate handshakes per second; fewer if the machine is busy
     */
    static HandshakeLoad started(JdkTls client, int port, String name, int rate) {
        var load = new HandshakeLoad(client, port, name);
        long period = TimeUnit.SECONDS.toNanos(THREADS) / rate;
        for (int thread = 0; thread < THREADS; thread++) {
            load.threads.scheduleAtFixedRate(load::connect, period * thread / THREADS, period, TimeUnit.NANOSECONDS);
        }
        return load;
    }

    private void connect() {
        String version = count.getAndIncrement() % 2 == 0 ? "TLSv1.3" : "TLSv1.2";
        try (SSLSocket socket = client.connect(port, name, version)) {
            assertThat(socket.getInputStream().read()).isEqualTo('h');
            last = JdkTls.organization(socket);
            organizations.merge(last, 1, Integer::sum);
            socket.getSession().invalidate(); // so that the next handshake is a full one
        } catch (IOException | RuntimeException | AssertionError e) {
            failures.add(e);
        }
    }

    /** Returns the number of handshakes by the organization in the certificate of the server. */
    Map<String, Integer> organizations() {
        return organizations;
    }

    /** Returns the organization of the handshake that has ended last; empty before the first one. */
    String lastOrganization() {
        return last;
    }

    /** Returns the failures of handshakes and connections. */
    List<Throwable> failures() {
        return failures;
    }

    /** Ends the clients. */
    @Override
    public void close() {
        threads.shutdown();
        try {
            assertThat(threads.awaitTermination(1, TimeUnit.MINUTES)).isTrue();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}

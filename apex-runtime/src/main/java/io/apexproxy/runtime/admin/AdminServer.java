package io.apexproxy.runtime.admin;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.apexproxy.runtime.config.AdminConfig;
import io.apexproxy.runtime.config.Address;
import io.apexproxy.runtime.config.HostPort;
import io.apexproxy.runtime.snapshot.Snapshot;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.nio.channels.UnsupportedAddressTypeException;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One address on which the admin endpoint answers. Requests are handled on its own threads. */
final class AdminServer implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger("apex.admin");
    /** A scrape and a browser at the same time; more would only compete with the event loops. */
    private static final int THREADS = 2;
    private static final long IDLE_SECONDS = 10;
    /** Requests that wait for a thread; as many as there may be connections. */
    private static final int QUEUE = HttpLimits.CONNECTIONS;

    private final AdminConfig config;
    private final HttpServer http;
    private final ThreadPoolExecutor threads;
    private final HostCheck hostCheck;
    private final Routes routes;

    private AdminServer(AdminConfig config, HttpServer http, Supplier<Snapshot> snapshots) {
        this.config = config;
        this.http = http;
        this.threads = newThreads();
        this.hostCheck = new HostCheck(config.address().host(), http.getAddress().getAddress().isAnyLocalAddress());
        this.routes = new Routes(snapshots);
        http.setExecutor(threads);
        http.createContext("/", this::handle);
        http.start();
    }

    private static ThreadPoolExecutor newThreads() {
        ThreadPoolExecutor threads = new ThreadPoolExecutor(THREADS, THREADS, IDLE_SECONDS, TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(QUEUE), task -> {
                    Thread thread = new Thread(task, "apex-admin");
                    thread.setDaemon(true);
                    return thread;
                });
        threads.allowCoreThreadTimeOut(true);
        return threads;
    }

    /**
     * Listens and answers from now on.
     *
     * @throws UncheckedIOException if the address cannot be listened on; the message begins with the address and says
     *     why
     */
    static AdminServer open(AdminConfig config, Supplier<Snapshot> snapshots) {
        InetSocketAddress address = new InetSocketAddress(config.address().host(), config.address().port());
        try {
            if (address.isUnresolved()) {
                throw new IOException("its host does not resolve");
            }
            HttpServer http = HttpServer.create(address, HttpLimits.CONNECTIONS);
            AdminServer server = new AdminServer(config, http, snapshots);
            LOG.info("Admin endpoint on http://{}/", Address.text(server.bound()));
            if (!address.getAddress().isLoopbackAddress()) {
                LOG.warn("admin.listen_addr: {} is no loopback address: whoever can reach it reads status and metrics, "
                        + "as nobody is asked for a password; take 127.0.0.1, or let a firewall guard it",
                        config.address());
            }
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException(config.address() + " " + failure(config.address(), e), e);
        }
    }

    private static String failure(HostPort address, IOException cause) {
        String message = Optional.ofNullable(cause.getMessage()).orElse(cause.toString());
        if (address.host().indexOf(':') >= 0 && cause.getCause() instanceof UnsupportedAddressTypeException) {
            return address.withoutIpv6();
        }
        return cause instanceof BindException && message.contains("in use")
                ? "is in use, by another process or by Apex itself: choose another port"
                : "cannot be listened on: " + message;
    }

    AdminConfig config() {
        return config;
    }

    /** The address as it is bound: with the port that was found, where the configuration has 0. */
    InetSocketAddress bound() {
        return http.getAddress();
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            answer(exchange).send(exchange);
        } catch (IOException e) { // the client has left
            LOG.debug("{}: {}", exchange.getRemoteAddress(), exchange.getRequestURI(), e);
        }
    }

    private Response answer(HttpExchange exchange) {
        try {
            return hostCheck.refusal(exchange).orElseGet(() -> routes.answer(exchange));
        } catch (RuntimeException e) { // else the server would cut the connection and say nothing to anybody
            LOG.error("{} {}: a defect", exchange.getRequestMethod(), exchange.getRequestURI(), e);
            return Response.text(Response.INTERNAL_ERROR, "a defect in Apex; its log has the details");
        }
    }

    /** Stops listening and cuts the connections. */
    @Override
    public void close() {
        http.stop(0);
        threads.shutdownNow();
    }
}

package io.apexproxy.runtime.admin;

import io.apexproxy.runtime.admin.http.HttpLoop;
import io.apexproxy.runtime.admin.http.Renderer;
import io.apexproxy.runtime.config.AdminConfig;
import io.apexproxy.runtime.config.address.Address;
import io.apexproxy.runtime.config.address.HostPort;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.UnsupportedAddressTypeException;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One address on which the admin endpoint answers, with the two threads that answer there. */
final class AdminServer implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger("apex.admin");
    /** Connections in the kernel's queue, where a flood arrives faster than it is accepted. The system may lower it. */
    private static final int BACKLOG = 4096;
    /** Requests for status and metrics that wait; each needs a view of the whole proxy. */
    private static final int RENDERINGS = 16;
    /** A turn of the loop blocks nowhere, so it ends in much less. */
    private static final long CLOSE_PATIENCE_MILLIS = TimeUnit.SECONDS.toMillis(2);

    private final AdminConfig config;
    private final InetSocketAddress bound;
    private final Renderer renderer;
    private final HttpLoop loop;
    private final Thread thread;

    private AdminServer(AdminConfig config, ServerSocketChannel server, AdminView view) throws IOException {
        this.config = config;
        this.bound = (InetSocketAddress) server.getLocalAddress();
        HostCheck hostCheck = new HostCheck(config.address().host(), bound.getAddress().isAnyLocalAddress());
        Routes routes = new Routes(hostCheck, view);
        this.renderer = new Renderer(routes, RENDERINGS);
        renderer.prepare(StatusPage::answer); // reads its file while there are descriptors
        try {
            this.loop = new HttpLoop(server, view.maxConnections(), routes, renderer);
        } catch (IOException e) {
            renderer.close();
            throw e;
        }
        this.thread = new Thread(loop, "apex-admin");
        thread.setDaemon(true);
    }

    /**
     * Listens and answers from now on.
     *
     * @throws UncheckedIOException if the address cannot be listened on; the message begins with the address and says
     *     why
     */
    static AdminServer open(AdminConfig config, AdminView view) {
        InetSocketAddress address = new InetSocketAddress(config.address().host(), config.address().port());
        try {
            if (address.isUnresolved()) {
                throw new IOException("its host does not resolve");
            }
            AdminServer server = listen(config, address, view);
            LOG.info("Admin endpoint on http://{}/", Address.text(server.bound()));
            if (!address.getAddress().isLoopbackAddress()) {
                LOG.warn("admin.listen_addr: {} is no loopback address: status and metrics can be read from other"
                        + " machines, without a password; use 127.0.0.1, or restrict access by a firewall",
                        config.address());
            }
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException(config.address() + " " + failure(config.address(), e), e);
        }
    }

    private static AdminServer listen(AdminConfig config, InetSocketAddress address, AdminView view)
            throws IOException {
        ServerSocketChannel channel = ServerSocketChannel.open();
        try {
            channel.socket().bind(address, BACKLOG);
            AdminServer server = new AdminServer(config, channel, view);
            server.start();
            return server;
        } catch (Throwable e) { // also where no thread can be created
            channel.close();
            throw e;
        }
    }

    private void start() {
        try {
            thread.start();
        } catch (OutOfMemoryError e) { // no thread can be created
            loop.close();
            loop.run(); // closes what it has opened
            renderer.close();
            throw e;
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
        return bound;
    }

    /** Stops listening and closes the connections. */
    @Override
    public void close() {
        loop.close();
        renderer.close();
        try {
            thread.join(CLOSE_PATIENCE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

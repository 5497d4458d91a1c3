package io.apexproxy.runtime.admin;

import io.apexproxy.runtime.admin.http.HttpServer;
import io.apexproxy.runtime.admin.http.Renderer;
import io.apexproxy.runtime.config.AdminConfig;
import io.apexproxy.runtime.config.address.Address;
import io.apexproxy.runtime.config.address.HostPort;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.UnsupportedAddressTypeException;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An HTTP server on one address of the admin endpoint, with two threads. */
final class AdminServer implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger("apex.admin");
    /** Length of the kernel's accept queue, for bursts of connections. The kernel can reduce it. */
    private static final int BACKLOG = 4096;
    /** Limit of queued requests for status and metrics; each needs a snapshot of the whole proxy. */
    private static final int MAX_QUEUED_REQUESTS = 16;

    private final AdminConfig config;
    private final InetSocketAddress bound;
    private final HttpServer server;

    private AdminServer(AdminConfig config, ServerSocketChannel channel, AdminView view) throws IOException {
        this.config = config;
        this.bound = (InetSocketAddress) channel.getLocalAddress();
        HostCheck hostCheck = new HostCheck(config.address().host(), bound.getAddress().isAnyLocalAddress());
        Routes routes = new Routes(hostCheck, view);
        Renderer renderer = new Renderer(routes, MAX_QUEUED_REQUESTS);
        renderer.prepare(StatusPage::response); // reads the file before descriptors can run out
        this.server =
                HttpServer.start("admin endpoint", "apex-admin", channel, view.maxConnections(), routes, renderer);
    }

    /**
     * Opens a server, which serves requests when this method returns.
     *
     * @param isShared whether the process that this one takes over can listen on the address
     * @throws UncheckedIOException if listening on the address fails; the message begins with the address
     */
    static AdminServer open(AdminConfig config, AdminView view, boolean isShared) {
        InetSocketAddress address = new InetSocketAddress(config.address().host(), config.address().port());
        try {
            if (address.isUnresolved()) {
                throw new IOException("its host does not resolve");
            }
            AdminServer server = listen(config, address, view, isShared);
            LOG.info("Admin endpoint on http://{}/", Address.text(server.bound()));
            if (!address.getAddress().isLoopbackAddress()) {
                LOG.warn("admin.listen_addr: {} is not a loopback address: other machines can read status and metrics"
                        + " without a password; use 127.0.0.1 or restrict access with a firewall",
                        config.address());
            }
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException(config.address() + " " + failureText(config.address(), e), e);
        }
    }

    private static AdminServer listen(AdminConfig config, InetSocketAddress address, AdminView view,
            boolean isShared) throws IOException {
        ServerSocketChannel channel = ServerSocketChannel.open();
        try {
            boolean canShare = channel.supportedOptions().contains(StandardSocketOptions.SO_REUSEPORT);
            if (canShare && isShared) {
                channel.setOption(StandardSocketOptions.SO_REUSEPORT, true);
            }
            channel.socket().bind(address, BACKLOG);
            if (canShare) { // after the bind, so that an address in use is an error: for the successor of this process
                channel.setOption(StandardSocketOptions.SO_REUSEPORT, true);
            }
            return new AdminServer(config, channel, view);
        } catch (Throwable e) { // also if no thread can be created
            channel.close();
            throw e;
        }
    }

    private static String failureText(HostPort address, IOException cause) {
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

    /** Returns the bound address, with the selected port if the configuration has port 0. */
    InetSocketAddress bound() {
        return bound;
    }

    /** Stops listening and closes the connections. */
    @Override
    public void close() {
        server.close();
    }
}

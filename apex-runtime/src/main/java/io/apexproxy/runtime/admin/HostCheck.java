package io.apexproxy.runtime.admin;

import io.apexproxy.runtime.admin.http.HttpRequest;
import io.apexproxy.runtime.admin.http.Response;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Check of the {@code Host} header, which rejects requests for other hosts.
 *
 * <p>With DNS rebinding, the host name of a web page resolves to the address of this machine. The browser then lets the
 * page read responses of the endpoint. The {@code Host} header reveals this, because it has the host name of the page.
 */
final class HostCheck {

    private static final String HTTP_1_0 = "1.0";
    private static final Pattern PORT = Pattern.compile(":\\d*$");
    private static final Pattern LOOPBACK = Pattern.compile("localhost\\.?|127(\\.\\d{1,3}){3}|\\[::1]");
    /** DNS rebinding needs a host name, so an endpoint on all addresses accepts every literal address. */
    private static final Pattern ADDRESS = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}|\\[[0-9a-f:.]+]");

    private final String listenHost;
    private final boolean everyAddress;

    /**
     * Creates the check.
     *
     * @param listenHost the configured host; an IPv6 address has no brackets
     * @param everyAddress whether the host is a wildcard address
     */
    HostCheck(String listenHost, boolean everyAddress) {
        String host = listenHost.toLowerCase(Locale.ROOT);
        this.listenHost = host.indexOf(':') >= 0 ? "[" + host + "]" : host;
        this.everyAddress = everyAddress;
    }

    /** Returns the error response to a rejected request; empty if the request is accepted. */
    Optional<Response> rejection(HttpRequest request) {
        List<String> hosts = request.values("Host");
        if (hosts.isEmpty() && request.version().equals(HTTP_1_0)) {
            return Optional.empty(); // simple health checkers; all browsers send Host
        }
        if (hosts.size() != 1) {
            return Optional.of(Response.text(Response.BAD_REQUEST,
                    "expected one Host header, found " + hosts.size()));
        }
        if (accepts(hosts.get(0))) {
            return Optional.empty();
        }
        return Optional.of(Response.text(Response.MISDIRECTED, "the Host header has another host; use "
                + (everyAddress ? "an IP address of this machine" : listenHost) + " or localhost"));
    }

    boolean accepts(String header) {
        String host = PORT.matcher(header.strip().toLowerCase(Locale.ROOT)).replaceFirst("");
        return host.equals(listenHost)
                || LOOPBACK.matcher(host).matches()
                || (everyAddress && ADDRESS.matcher(host).matches());
    }
}
